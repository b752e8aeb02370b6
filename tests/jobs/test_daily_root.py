"""The night's work on the ledgers: what waits is folded, then all heads get one timestamp."""

from datetime import datetime

import pytest

from tests.audit import people
from warifu import wiring
from warifu.audit import models, queries, roots, spool
from warifu.jobs import tasks
from warifu.pades import errors

pytestmark = pytest.mark.django_db


def stamped(digest: bytes, *, at: datetime) -> roots.Stamp:
    return roots.Stamp(digest, at, "試験用の時刻認証局")


def test_what_waits_is_under_the_root_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "stamp_root", stamped)
    people.write(1)
    spool.put(ledger=people.MORIOKA, action="web.view", target="x", by=people.SATO, at=people.END_OF_YEAR)
    tasks.make_root.call()
    (root,) = roots.kept()
    assert root.known[0].sequence == 2 == queries.head_of(people.MORIOKA).sequence
    assert tasks.make_root.call() == "", "once a day"


def test_a_failing_authority_makes_the_task_wait_and_the_sweep_queue_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(digest: bytes, *, at: datetime) -> roots.Stamp:
        raise errors.TimestampUnavailable("down")

    monkeypatch.setattr(wiring, "stamp_root", fail)
    people.write(1)
    assert tasks.make_root.call() == "waiting"
    assert not models.DailyRoot.objects.exists()
    assert tasks.queue_root(at=wiring.clock()) == 1
