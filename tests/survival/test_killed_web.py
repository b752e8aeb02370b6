"""kill -9 of the pages around the consent: what was answered is kept, what was not may be sent again."""

import http.client
import random
import threading
import time

import pytest

from . import counter, world


@pytest.mark.parametrize(
    "moment", ["answered", "soon", *(pytest.param(one, marks=pytest.mark.long) for one in ("sent", "later"))]
)
def test_an_answered_consent_survives_the_death_of_the_pages(warifu: world.World, moment: str) -> None:
    pause = {"answered": None, "sent": 0.0, "soon": 0.01, "later": 0.05}[moment]
    consented_then_killed(warifu, pause)


@pytest.mark.long
def test_a_hundred_deaths_around_the_consent(warifu: world.World) -> None:
    chance = random.Random(2026)
    for _ in range(100):
        consented_then_killed(warifu, chance.uniform(0.0, 0.15))


def consented_then_killed(warifu: world.World, pause: float | None) -> None:
    """Press 合意する, kill the pages after `pause` seconds (None: as soon as the answer is there), start them again."""
    port = world.free_port()
    sent = warifu.do("send")
    pages, browser = warifu.web(port), counter.Browser(port)
    visit = browser.open(sent["link"], sent["code"])
    form = browser.form(visit)
    answered: list[counter.Reply] = []

    def press() -> None:
        try:
            answered.append(browser.ask("POST", f"{visit}consent/", form))
        except (OSError, http.client.HTTPException):
            return

    finger = threading.Thread(target=press)
    finger.start()
    if pause is None:
        finger.join()
    else:
        time.sleep(pause)
    world.kill(pages)
    finger.join()
    kept = warifu.do("history", agreement=sent["agreement"])
    assert kept["consents"] in {0, 1}
    assert kept["steps"] == kept["consents"], "a consent without its seal step, or the other way round"
    if answered:
        assert (answered[0].status, kept["consents"]) == (302, 1)
    pages = warifu.web(port)
    again = browser.ask("POST", f"{visit}consent/", form)
    world.kill(pages)
    assert (again.status, again.location) == (302, f"{visit}state/")
    kept = warifu.do("history", agreement=sent["agreement"])
    assert (kept["consents"], kept["steps"], kept["verbs"].count("consent")) == (1, 1, 1)


def test_what_was_agreed_on_pages_that_died_is_sealed_by_the_worker(warifu: world.World) -> None:
    port = world.free_port()
    sent = warifu.do("send", municipality_first=True)
    pages, browser = warifu.web(port), counter.Browser(port)
    visit = browser.open(sent["link"], sent["code"])
    browser.ask("POST", f"{visit}consent/", browser.form(visit))
    world.kill(pages)
    with warifu.worker():
        world.until(lambda: warifu.state(sent["agreement"]) == "concluded", "concluded")
