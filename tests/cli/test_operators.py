"""`warifu operator …`: how the first operator comes to an account, and back to it."""

import pytest
from django.test import Client

from tests.web.entrance import people
from warifu.access import models
from warifu.audit import queries as audit
from warifu.cli import operators

pytestmark = pytest.mark.django_db
MAIL = "unyou@warifu.example.jp"
NEW = "unyou-no-nagai-aikotoba"


def test_an_operator_is_added_and_comes_in_by_the_mailed_link(cast: None) -> None:
    assert operators.add(MAIL) == 0
    client = Client()
    client.get(people.link(people.letters(MAIL)[-1]))
    assert client.post("/signin/choose/", {"password": NEW, "repeated": NEW}).status_code == 302
    assert people.sign_in(client, MAIL, NEW) == "/console/"
    for path in ("/account/", "/account/browsers/", "/account/authenticator/", "/account/password/"):
        assert client.get(path).status_code == 200, path
    lines = [entry.action for entry in audit.entries_of("service")]
    assert lines[0] == "access.open_operator_account"
    assert lines[-1] == "access.sign_in"


def test_the_address_of_staff_is_no_operators(cast: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert operators.add(people.SATO) == 1
    assert operators.add("no address") == 2
    assert "職員のアカウントで使われています" in capsys.readouterr().err
    assert not models.Account.objects.get(mail=people.SATO).is_operator


def test_only_operators_are_cleared_and_released_here(cast: None) -> None:
    people.with_app()
    assert operators.clear(people.SATO) == operators.release(people.SATO) == 1
    assert models.Authenticator.objects.exists()
    assert operators.clear("operator@warifu.example.jp") == operators.release("operator@warifu.example.jp") == 0


def test_in_a_real_service_an_operator_registers_a_second_factor_first(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warifu.settings.TRIAL", False)
    client = Client()
    people.sign_in(client, "operator@warifu.example.jp")
    assert client.get("/console/")["Location"] == "/account/enrol/"
    assert client.get("/account/enrol/").status_code == 200
