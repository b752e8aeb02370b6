"""The trial's mailbox is a trial's only; an operator is always led to the operator's own page."""

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from warifu import settings, wiring
from warifu.access import models as access

pytestmark = pytest.mark.django_db
OPERATOR = "operator@warifu.example.jp"


def test_the_mailbox_is_there_in_a_trial() -> None:
    assert Client().get("/mailbox/").status_code == 200


def test_in_production_there_is_no_mailbox_even_if_one_lies_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wiring.mailbox() is not None
    monkeypatch.setattr(settings, "TRIAL", False)
    assert Client().get("/mailbox/").status_code == 404
    assert Client().get("/mailbox/anything/").status_code == 404


def test_an_operator_at_the_first_address_comes_to_the_console(cast: None) -> None:
    client = Client()
    client.force_login(access.Account.objects.get(mail=OPERATOR))
    for address in ("/", "/signin/", "/signin/?next=/agreements/new/"):
        reply = client.get(address)
        assert (reply.status_code, reply["Location"]) == (302, "/console/"), address
    assert client.get("/records/").status_code == 403


def test_an_operator_who_signs_in_comes_to_the_console(cast: None) -> None:
    reply = Client().post("/signin/", {"username": OPERATOR, "password": PASSWORD, "next": "/"})
    assert reply["Location"] == "/console/"
