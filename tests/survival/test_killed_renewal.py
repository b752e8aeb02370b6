"""kill -9 of the worker at each step of a renewal: every record is renewed, and no file twice.

One worker after another is killed, each at its own point of its own record; each also finds what those before it left
behind. The last one lives. The timestamp authority of the conclusions has eleven years; the one that follows it has
fifteen, and workers that start from then on renew thirteen years ahead. `test_two_workers` has a sample of two deaths.
"""

import signal
from collections.abc import Sequence
from typing import Any

import pytest

from . import world
from .dying import RENEWALS

SAMPLE = list(RENEWALS)[:2]
REST = list(RENEWALS)[2:]
DAYS_AHEAD = 13 * 365
INSIDE = "in the transaction"
Found = dict[str, Any]


class Buried:
    """For each point: how the doomed worker ended, and what became of its record."""

    def __init__(self, warifu: world.World, points: Sequence[str]) -> None:
        self.warifu = warifu
        self.records = {point: self._concluded() for point in points}
        warifu.environment["WARIFU_RENEWAL_LEAD_DAYS"] = str(DAYS_AHEAD)
        warifu.succeed(years=15)
        warifu.do("park")
        self.ends: dict[str, int] = {}
        for point, record in self.records.items():
            warifu.do("queue_renewal", record=record)
            self.ends[point] = warifu.worker_dies(point, record)
        # Who sweeps renewals looks once a minute, and first when it starts.
        world.until(lambda: all(self._now(point)["free"] for point in points), "the leases of the dead run out")
        with warifu.worker():
            world.until(lambda: all(self._done(point) for point in points), "all are renewed", seconds=150)

    def _concluded(self) -> str:
        return str(self.warifu.do("conclude", agreement=self.warifu.agreed())["record"])

    def _done(self, point: str) -> bool:
        found = self._now(point)
        return found["lines"] == 2 and not found["at_work"]

    def _now(self, point: str) -> Found:
        return dict(self.warifu.do("renewing", record=self.records[point]))

    def check(self, point: str) -> None:
        """Died where it should, and then renewed once."""
        assert self.ends[point] == -signal.SIGKILL, "the worker was to be killed at this very point"
        found = self.warifu.do("renewals", record=self.records[point])
        assert (found["lines"], found["problem"], found["at_work"]) == (2, "", False)
        assert [file["role"] for file in found["files"]] == ["contract", "certificate"]
        for file in found["files"]:
            assert file["renewals"] == file["more_stamps"] == 1
            assert file["report"] == ["passed", "B-LTA", True]
            assert file["begins_with_what_was_concluded"]
            assert file["digest_is_noted"]
            assert file["end_is_noted"]
            assert file["gains"]

    def check_house(self) -> None:
        """Ledger and vault are whole; files whose rows were never committed lie about, and nothing else."""
        found = self.warifu.do("house")
        assert (found["intact"], found["clean"], found["unused"]) == (True, True, 0)
        assert found["orphans"] == sum(point.startswith(INSIDE) for point in self.records)


@pytest.fixture(scope="module")
def rest(warifu: world.World) -> Buried:
    return Buried(warifu, REST)


@pytest.mark.long
@pytest.mark.parametrize("point", REST)
def test_a_worker_killed_at_any_point_leaves_a_record_that_is_renewed_once(rest: Buried, point: str) -> None:
    rest.check(point)


@pytest.mark.long
def test_ledger_and_vault_are_whole_after_all_those_deaths(rest: Buried) -> None:
    rest.check_house()
