"""Opening the link in the mail changes nothing, however often a scanner does it; only the code and a POST do."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests import city
from warifu.agreements import models
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but the lines that say who looked."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed and model._meta.label != "audit.SpooledEntry"
    }


def link_of(agreement: models.Agreement) -> str:
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="consent_request")
    return f"/c/{str(city.BOX.open(message.sealed_secrets)['link']).rpartition('/')[2]}"


def test_a_hundred_heads_and_gets_of_the_link_change_no_row(cast: None, objects: Path) -> None:
    link = link_of(city.sent(objects, at=clock.now()))
    before = everything()
    for number in range(100):
        assert Client().head(link).status_code == 302
        # The landing page is the dear part of it.
        assert Client().get(link, follow=number % 5 == 0).status_code == (200 if number % 5 == 0 else 302)
    assert everything() == before


def test_the_pages_behind_the_link_need_the_code(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=clock.now())
    client = Client()
    landing = client.get(link_of(agreement))["Location"]
    document = agreement.documents.get()
    for page in ("read/", "state/", "decline/", f"documents/{document.pk}.pdf"):
        reply = client.get(f"{landing}{page}")
        assert (reply.status_code, reply["Location"]) == (302, landing), page
    reply = client.post(f"{landing}consent/", {"read": "1", "digest": document.digest})
    assert (reply.status_code, reply["Location"]) == (302, landing)
    assert not models.Consent.objects.exists()


def test_the_address_after_the_link_holds_no_token(cast: None, objects: Path) -> None:
    link = link_of(city.sent(objects, at=clock.now()))
    reply = Client().get(link)
    assert link.rpartition("/")[2] not in reply["Location"]
    assert reply["Cache-Control"] == "no-store"


def test_an_unknown_link_says_what_to_do(cast: None) -> None:
    reply = Client().get("/c/" + "A" * 43)
    assert reply.status_code == 404
    assert "ください" in reply.content.decode()


def test_the_visit_of_one_agreement_does_not_open_another(cast: None, objects: Path) -> None:
    one, other = city.sent(objects, at=clock.now()), city.sent(objects, at=clock.now())
    client = Client()
    landing = client.get(link_of(one))["Location"]
    code = city.POST.code_of(city.party(one, models.Side.COUNTERPARTY))
    assert client.post(landing, {"code": code}).status_code == 302
    theirs = Client().get(link_of(other))["Location"]
    assert client.get(f"{theirs}read/").status_code == 404


def test_five_wrong_codes_are_told_and_then_the_page_is_closed(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=clock.now())
    client = Client()
    landing = client.get(link_of(agreement))["Location"]
    for left in (4, 3, 2, 1):
        page = client.post(landing, {"code": "abc"})
        assert page.status_code == 422
        assert f"あと{left}回" in page.content.decode()
    code = city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))
    for typed in ("abc", code):
        page = client.post(landing, {"code": typed})
        assert "送り直しを依頼してください" in page.content.decode()
        assert client.get(f"{landing}read/").status_code == 302


def test_a_code_as_people_copy_it_from_the_telephone_opens(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=clock.now())
    client = Client()
    landing = client.get(link_of(agreement))["Location"]
    code = city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))
    wide = code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert client.post(landing, {"code": f"{wide[:4]}－{wide[4:]} "})["Location"] == f"{landing}read/"
