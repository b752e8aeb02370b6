"""Fifty clicks on 合意する are one consent; of consent, decline and withdrawal exactly one happens."""

import threading
from collections import Counter

import pytest

from . import counter, world

CLICKS = 50


def test_fifty_clicks_at_once_are_one_consent(warifu: world.World) -> None:
    port = world.free_port()
    pages = warifu.web(port)
    sent = warifu.do("send")
    browser = counter.Browser(port)
    visit = browser.open(sent["link"], sent["code"])
    form = browser.form(visit)
    start, replies = threading.Barrier(CLICKS), list[tuple[int, str]]()

    def click() -> None:
        start.wait()
        reply = browser.ask("POST", f"{visit}consent/", form)
        replies.append((reply.status, reply.location))

    fingers = [threading.Thread(target=click) for _ in range(CLICKS)]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    world.kill(pages)
    assert Counter(replies) == {(302, f"{visit}state/"): CLICKS}
    kept = warifu.do("history", agreement=sent["agreement"])
    assert (kept["consents"], kept["steps"], kept["verbs"].count("consent")) == (1, 1, 1)
    assert kept["state"] == "sent", "the municipality has not consented yet"


EXPECTED = {
    "consent": ("sent", 1),
    "decline": ("declined", 0),
    "withdraw": ("withdrawn", 0),
}


@pytest.mark.parametrize("turn", [*range(6), *(pytest.param(turn, marks=pytest.mark.long) for turn in range(6, 20))])
def test_of_consent_decline_and_withdrawal_the_ledger_tells_one_story(warifu: world.World, turn: int) -> None:
    found = warifu.do("race", agreement=warifu.do("send")["agreement"])
    ended, done = found["ended"], [name for name, end in found["ended"].items() if end == "done"]
    assert not [end for end in ended.values() if end.startswith("fault")], ended
    assert set(ended.values()) <= {"done", "NotNow", "AlreadyConsented"}
    # A sent agreement may still be withdrawn after the first of two consents; nothing else follows anything.
    told = [verb for verb in found["verbs"] if verb in EXPECTED]
    assert sorted(done) == sorted(told)
    if told == ["consent", "withdraw"]:
        assert (found["state"], found["consents"]) == ("withdrawn", 1)
    else:
        assert len(told) == 1
        assert (found["state"], found["consents"]) == EXPECTED[told[0]]
    assert found["steps"] == found["consents"]


def test_of_the_last_consent_decline_and_withdrawal_exactly_one_happens(warifu: world.World) -> None:
    last = {"consent": ("agreed", 2), "decline": ("declined", 1), "withdraw": ("withdrawn", 1)}
    for _ in range(20):
        found = warifu.do("race", agreement=warifu.do("send", municipality_first=True)["agreement"])
        ended = found["ended"]
        (done,) = [name for name, end in ended.items() if end == "done"]
        assert set(ended.values()) <= {"done", "NotNow", "AlreadyConsented"}, ended
        assert (found["state"], found["consents"]) == last[done]
        assert [verb for verb in found["verbs"] if verb in last][1:] == [done], "after the municipality's consent"
