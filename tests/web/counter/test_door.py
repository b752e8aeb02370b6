"""工藤 opens mails in one browser, again and side by side: a verified visit stays verified, and no other is."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from tests import city
from tests.web.counter.browser import Browser
from warifu.access import actions as access
from warifu.agreements import models
from warifu.notifications import models as notifications
from warifu.web import clock
from warifu.web.counter import door

pytestmark = pytest.mark.django_db


def link_of(agreement: models.Agreement) -> str:
    message = notifications.Message.objects.get(subject_urn=f"agreement:{agreement.pk}", kind="consent_request")
    return f"/c/{str(city.BOX.open(message.sealed_secrets)['link']).rpartition('/')[2]}"


def code_of(agreement: models.Agreement) -> str:
    return city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))


def verified(browser: Browser, agreement: models.Agreement) -> str:
    """From the mail to the contract; returns the path of the landing page."""
    landing = str(browser.get(link_of(agreement))["Location"])
    assert browser.post(landing, {"code": code_of(agreement)})["Location"] == f"{landing}read/"
    return landing


def test_the_link_opened_again_finds_the_verified_visit(cast: None, objects: Path) -> None:
    agreement, browser = city.sent(objects, at=clock.now()), Browser()
    landing = verified(browser, agreement)
    assert browser.get(link_of(agreement))["Location"] == landing
    assert browser.get(landing)["Location"] == f"{landing}read/", "no second code"
    assert browser.get(f"{landing}read/").status_code == 200


def test_opening_the_link_again_does_not_lengthen_the_verified_visit(cast: None, objects: Path) -> None:
    agreement, browser = city.sent(objects, at=clock.now()), Browser()
    verified(browser, agreement)
    assert not browser.get(link_of(agreement)).cookies


def test_several_agreements_are_open_side_by_side(cast: None, objects: Path) -> None:
    several, browser = [city.sent(objects, at=clock.now()) for _ in range(3)], Browser()
    landings = [verified(browser, agreement) for agreement in several]
    for landing in landings:
        assert browser.get(f"{landing}read/").status_code == 200
    fourth = city.sent(objects, at=clock.now())
    landing = browser.get(link_of(fourth))["Location"]
    assert browser.get(f"{landing}read/")["Location"] == landing, "the codes of others open nothing here"


def test_a_visit_under_the_name_of_another_opens_nothing(cast: None, objects: Path) -> None:
    mine, theirs = city.sent(objects, at=clock.now()), city.sent(objects, at=clock.now())
    browser, client = Browser(), Client()
    verified(browser, mine)
    other = client.get(link_of(theirs))
    [held] = [cookie.value for cookie in browser.jar if cookie.name.startswith(door.COOKIE)]
    [name] = [name for name in other.cookies if name.startswith(door.COOKIE)]
    client.cookies[name] = held or ""
    assert client.get(f"{other['Location']}read/").status_code == 404


def test_the_cookie_is_hidden_from_scripts_and_ends_with_the_visit(cast: None, objects: Path) -> None:
    reply = Client().get(link_of(city.sent(objects, at=clock.now())))
    [kept] = [kept for name, kept in reply.cookies.items() if name.startswith(door.COOKIE)]
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/", True, "Lax")
    assert kept["max-age"] == door.VISIT_SECONDS


def test_an_invitation_that_was_revoked_opens_nothing_any_more(cast: None, objects: Path) -> None:
    agreement, browser = city.sent(objects, at=clock.now()), Browser()
    landing = verified(browser, agreement)
    subject = f"party:{city.party(agreement, models.Side.COUNTERPARTY).pk}"
    access.revoke_invitations(subject=subject, at=clock.now() - timedelta(seconds=1))
    assert browser.get(f"{landing}read/").status_code == 404


def test_a_browser_never_carries_more_visits_than_a_server_will_take() -> None:
    request = HttpRequest()
    held = [door.cookie_of(uuid4()) for _ in range(door.MOST_VISITS)]
    request.COOKIES = dict.fromkeys(["warifu-form", *held], "held")
    response, newest = HttpResponse(), uuid4()
    door.leave_cookie(request, response, invitation_id=newest, verified=True)
    assert [name for name, kept in response.cookies.items() if kept["max-age"] == 0] == held[:1]
    assert response.cookies[door.cookie_of(newest)].value
