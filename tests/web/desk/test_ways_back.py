"""An address that takes a button's press leads, typed or read anew, back to the page that has the button."""

from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from warifu.access import models as access
from warifu.agreements import actions
from warifu.pades import intake
from warifu.web import clock

pytestmark = pytest.mark.django_db
SATO = "sato@morioka.example.jp"


@pytest.fixture
def sato(cast: None) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail=SATO))
    return client


def test_removing_needs_a_press(sato: Client, objects: Path) -> None:
    agreement = city.drafted(objects, at=clock.now())
    actions.refuse_upload(
        agreement_id=agreement.pk,
        name="見積書.pdf",
        finding=intake.Finding("encrypted", "保護されています。", "保護を外してください。"),
        by=city.sato(),
        at=clock.now(),
    )
    files = f"/agreements/{agreement.pk}/files/"
    document, refused = agreement.documents.get(), agreement.refused_uploads.get()
    for address in (f"{files}{document.pk}/remove/", f"{files}{refused.pk}/drop/"):
        reply = sato.get(address)
        assert (reply.status_code, reply["Location"]) == (302, files)
    assert agreement.documents.count() == agreement.refused_uploads.count() == 1
    for address in (f"{files}{document.pk}/remove/", f"{files}{refused.pk}/drop/"):
        assert sato.post(address)["Location"] == files
    assert agreement.documents.count() == agreement.refused_uploads.count() == 0


def test_signing_out_needs_a_press(sato: Client) -> None:
    assert sato.get("/signout/")["Location"] == "/"
    assert sato.get("/").status_code == 200
    assert sato.post("/signout/")["Location"] == "/signin/"
    assert sato.get("/").status_code == 302


@pytest.mark.parametrize(
    "wanted", ["foo", "desk:home", "records/", "agreements.new", "\\evil.example", "/\\evil.example"]
)
def test_what_is_no_address_of_ours_leads_to_the_first_page(sato: Client, wanted: str) -> None:
    assert sato.get("/signin/", {"next": wanted})["Location"] == "/"
    reply = Client().post("/signin/", {"username": SATO, "password": PASSWORD, "next": wanted})
    assert (reply.status_code, reply["Location"]) == (302, "/")


def test_an_address_of_ours_is_where_the_sign_in_leads(sato: Client) -> None:
    assert sato.get("/signin/", {"next": "/records/?words=a"})["Location"] == "/records/?words=a"
