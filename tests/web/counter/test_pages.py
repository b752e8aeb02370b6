"""An address that takes a button's press leads, typed or read anew, back to the page that has the button."""

from pathlib import Path

import pytest

from tests import city
from tests.web.counter.browser import Browser
from tests.web.counter.test_door import link_of, verified
from warifu.agreements import models
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_after_a_forgotten_tick_the_page_may_be_read_anew(cast: None, objects: Path) -> None:
    agreement, browser = city.sent(objects, at=clock.now()), Browser()
    landing = verified(browser, agreement)
    assert browser.post(f"{landing}consent/", {}).status_code == 422
    reply = browser.get(f"{landing}consent/")
    assert (reply.status_code, reply["Location"]) == (302, f"{landing}read/")
    assert not models.Consent.objects.exists()


def test_who_has_not_given_the_code_is_led_to_it(cast: None, objects: Path) -> None:
    browser = Browser()
    landing = browser.get(link_of(city.sent(objects, at=clock.now())))["Location"]
    for address in ("consent/", "code/"):
        reply = browser.get(landing + address)
        assert (reply.status_code, reply["Location"]) == (302, landing), address
