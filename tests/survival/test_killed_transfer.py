"""kill -9 of the worker at each step of a personnel transfer: everybody is transferred once, and nothing is lost.

One worker after another is killed, each at its own point of its own plan, two people and about two agreements to a
transaction; each also finds what those before it left behind. The last one lives. `test_two_workers` has a sample.
"""

import signal
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pytest

from . import world
from .dying import TRANSFERS

SAMPLE = list(TRANSFERS)[:2]
REST = list(TRANSFERS)[2:]
WHOLE = {
    "state": "done",
    "at_work": False,
    "undone": 0,
    "problems": [],
    # Four movers and the approver, two leavers, three who stay and the administrator's own post, one who comes.
    "people": 11,
    "places": {"乙課": 5, "甲課": 4},
    "posts": 16,
    "open_accounts": 9,
    "hands": {"職員 stays / ": 6, "職員 stays / 職員 also-approves": 2},
    "lines": {
        "directory.transfer": 7,
        "directory.add_person": 1,
        "access.open_account": 1,
        "access.transfer": 7,
        "agreements.hand_over": 8,
    },
    "finished": 1,
    "twice": [],
    "mails": {"account_moved": 5, "account_invited": 1, "approval_request": 2},
    "intact": True,
}


def laid(warifu: world.World) -> str:
    return str(warifu.do("lay_plan")["plan"])


def finished(warifu: world.World, plans: Iterable[str]) -> None:
    for plan in plans:
        world.until(partial(is_done, warifu, plan), f"plan {plan} is done", seconds=90)


def is_done(warifu: world.World, plan: str) -> bool:
    found = warifu.do("applied", plan=plan)
    return bool(found["state"] == "done" and not found["at_work"])


class Buried:
    """For each point: how the doomed worker ended, and its plan."""

    def __init__(self, warifu: world.World, points: Sequence[str]) -> None:
        self.warifu = warifu
        self.plans = {point: laid(warifu) for point in points}
        self.ends: dict[str, int] = {}
        for point, plan in self.plans.items():
            warifu.do("queue_plan", plan=plan)
            self.ends[point] = warifu.worker_dies(point, plan)
        with warifu.worker():
            finished(warifu, self.plans.values())

    def check(self, point: str) -> None:
        """Died where it should; then everything was done, and done once."""
        assert self.ends[point] == -signal.SIGKILL, "the worker was to be killed at this very point"
        found: dict[str, Any] = self.warifu.do("applied", plan=self.plans[point])
        assert found == WHOLE


@pytest.fixture(scope="module")
def rest(warifu: world.World) -> Buried:
    return Buried(warifu, REST)


@pytest.mark.long
@pytest.mark.parametrize("point", REST)
def test_a_worker_killed_at_any_point_leaves_a_plan_that_is_done_once(rest: Buried, point: str) -> None:
    rest.check(point)


@pytest.mark.long
def test_two_workers_at_once_do_each_of_many_plans_once(warifu: world.World) -> None:
    plans = [laid(warifu) for _ in range(6)]
    with warifu.worker(), warifu.worker():
        for plan in plans:
            # A task each for both of them: one of them has to stand back.
            warifu.do("queue_plan", plan=plan)
            warifu.do("queue_plan", plan=plan)
        finished(warifu, plans)
    assert [warifu.do("applied", plan=plan) for plan in plans] == [WHOLE] * len(plans)


@pytest.mark.long
def test_who_cancels_while_two_workers_begin_is_either_in_time_or_told_that_it_is_too_late(warifu: world.World) -> None:
    met = warifu.do("midnight", rounds=40)
    assert set(met) <= {"cancelled, cancelled, 0 posts begun", "too late, done, 6 posts begun"}
    assert sum(met.values()) == 40
