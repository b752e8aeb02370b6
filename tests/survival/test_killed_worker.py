"""kill -9 of the worker at each step of the sealing cycle: every agreement is concluded, nothing is done twice.

One worker after another is killed, each at its own point of its own agreement; each also finds what those before it
left behind. The last one lives.
"""

import random
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from . import world
from .dying import BETWEEN_STORED_THINGS, POINTS

VERBS = ["agreements.seal_consent", "agreements.seal_archive", "agreements.conclude"]
ELSEWHERE = [point for point in POINTS if point not in BETWEEN_STORED_THINGS]
Facts = dict[str, Any]


def concluded(warifu: world.World, agreements: list[str]) -> None:
    for agreement in agreements:
        world.until(partial(_is_concluded, warifu, agreement), f"{agreement} is concluded", seconds=90)


def mailed(warifu: world.World, agreements: list[str]) -> None:
    for agreement in agreements:
        world.until(partial(_has_left, warifu, agreement), "mails leave")


def _is_concluded(warifu: world.World, agreement: str) -> bool:
    return warifu.state(agreement) == "concluded"


def _has_left(warifu: world.World, agreement: str) -> bool:
    return not warifu.do("mail_lease_over", agreement=agreement)["waiting"]


@dataclass(frozen=True)
class Buried:
    """For each point: how the doomed worker ended, and what became of its agreement; and the files without a row."""

    ends: dict[str, int]
    facts: dict[str, Facts]
    orphans: int

    def holds(self, point: str) -> None:
        assert self.ends[point] == -signal.SIGKILL, "the worker was to be killed at this very point"
        whole(self.facts[point])


def bury(warifu: world.World, points: Iterable[str]) -> Buried:
    before = warifu.do("house")["orphans"]
    ends, agreements = {}, {}
    for point in points:
        agreements[point] = warifu.agreed()
        ends[point] = warifu.worker_dies(point, agreements[point])
    with warifu.worker():
        concluded(warifu, list(agreements.values()))
        mailed(warifu, list(agreements.values()))
    facts = {point: warifu.do("facts", agreement=agreement) for point, agreement in agreements.items()}
    return Buried(ends, facts, warifu.do("house")["orphans"] - before)


@pytest.fixture(scope="module")
def buried(warifu: world.World) -> Buried:
    return bury(warifu, BETWEEN_STORED_THINGS)


@pytest.fixture(scope="module")
def buried_elsewhere(warifu: world.World) -> Buried:
    return bury(warifu, ELSEWHERE)


@pytest.mark.parametrize("point", BETWEEN_STORED_THINGS)
def test_a_worker_killed_between_two_stored_things_leaves_a_contract_that_concludes(buried: Buried, point: str) -> None:
    buried.holds(point)


@pytest.mark.long
@pytest.mark.parametrize("point", ELSEWHERE)
def test_a_worker_killed_at_any_other_point_leaves_a_contract_that_concludes(
    buried_elsewhere: Buried, point: str
) -> None:
    buried_elsewhere.holds(point)


def whole(found: Facts) -> None:
    """Concluded, each deed once, each mail once or twice."""
    assert (found["state"], found["problem"]) == ("concluded", "")
    assert (found["consents"], found["steps"], found["done"], found["records"]) == (2, 3, 3, 1)
    assert found["verbs"].count("seal_consent") == 2
    assert found["verbs"].count("seal_archive") == 1
    assert found["verbs"].count("conclude") == 1
    contract, certificate = found["files"]
    assert contract["role"] == "contract"
    assert contract["report"] == certificate["report"] == ["passed", "B-LTA", True]
    assert contract["fields"] == ["Consent1", "Consent2"]
    assert contract["begins_with_what_was_shown"]
    assert certificate["fields"] == ["Certificate"]
    for kind, state, letters in found["mails"]:
        assert state == "sent", kind
        assert letters in {1, 2}, kind
    assert {kind for kind, _, _ in found["mails"]} >= {"consent_request", "concluded", "concluded_staff"}


def test_a_mail_that_left_before_the_death_is_sent_again_as_the_same_mail(buried: Buried) -> None:
    found = buried.facts["mail, after it has left"]
    assert [letters for kind, _, letters in found["mails"] if kind == "concluded"] == [2]


def test_ledger_and_vault_are_whole_after_all_those_deaths(warifu: world.World, buried: Buried) -> None:
    remains_of(warifu, buried)


@pytest.mark.long
def test_ledger_and_vault_are_whole_after_all_the_other_deaths(warifu: world.World, buried_elsewhere: Buried) -> None:
    remains_of(warifu, buried_elsewhere)


def remains_of(warifu: world.World, buried: Buried) -> None:
    found = warifu.do("house")
    assert (found["intact"], found["clean"], found["unused"]) == (True, True, 0)
    inside = [point for point in buried.ends if " in _keep " in point or point.endswith("the certificate is stored")]
    assert buried.orphans == len(inside), "the files whose rows were never committed, and nothing else"


def test_a_death_between_the_two_consents_loses_neither(warifu: world.World) -> None:
    agreement = str(warifu.do("send")["agreement"])
    warifu.do("consent", agreement=agreement, side="counterparty")
    point = "consent1, in _keep after the file is stored"
    assert warifu.worker_dies(point, agreement) == -signal.SIGKILL
    assert warifu.do("history", agreement=agreement)["done"] == 0
    warifu.do("consent", agreement=agreement, side="municipality")
    with warifu.worker():
        concluded(warifu, [agreement])
        mailed(warifu, [agreement])
    whole(warifu.do("facts", agreement=agreement))


@pytest.mark.long
def test_a_hundred_deaths_at_any_moment(warifu: world.World) -> None:
    chance = random.Random(2026)
    agreements = []
    for _ in range(100):
        agreements.append(warifu.agreed())
        process = warifu.start("-m", "warifu.jobs")
        try:
            # From before the first look at the queue until well after the last mail.
            process.wait(timeout=chance.uniform(0.8, 6.0))
        except subprocess.TimeoutExpired:
            world.kill(process)
    with warifu.worker():
        concluded(warifu, agreements)
        mailed(warifu, agreements)
    for agreement in agreements:
        whole(warifu.do("facts", agreement=agreement))
    assert warifu.do("house")["clean"]
