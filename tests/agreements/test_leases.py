"""One worker at a time, even when it is slow; and nobody buys tokens for ever."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import city
from warifu.agreements import actions, leases, models, queries, sealing, waits
from warifu.agreements import errors as refusals
from warifu.agreements.lifecycle import State
from warifu.agreements.sealing import Outcome
from warifu.pades import errors, rehearsal
from warifu.web import waiting

HALF = timedelta(seconds=30)


def now() -> datetime:
    return datetime.now(UTC)


def agreed(objects: Path) -> models.Agreement:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    return agreement


def paid(problem: errors.PadesError) -> errors.PadesError:
    problem.paid = True
    return problem


@pytest.mark.django_db
def test_whose_lease_ran_out_neither_frees_nor_delays_the_next_workers(cast: None, objects: Path) -> None:
    agreement, at = agreed(objects), now()
    slow = leases.take(agreement_id=agreement.pk, at=at, length=HALF)
    assert slow is not None
    assert leases.take(agreement_id=agreement.pk, at=at + HALF - timedelta(seconds=1), length=HALF) is None
    quick = leases.take(agreement_id=agreement.pk, at=at + HALF, length=HALF)
    assert quick is not None
    with pytest.raises(leases.Lost):
        slow.renew(at=at + HALF)
    slow.release()
    slow.wait(errors.TimestampUnavailable(), at=at + HALF)
    slow.advance()
    agreement.refresh_from_db()
    assert (agreement.sealing_until, agreement.sealing_problem) == (quick.until, "")
    quick.renew(at=at + HALF)
    quick.release()
    agreement.refresh_from_db()
    assert agreement.sealing_until is None


@dataclass
class Slow:
    """A sealer that takes twenty seconds for each revision; another worker looks in meanwhile."""

    sealer: Any
    agreement: models.Agreement
    tools: Any = None
    passed: timedelta = timedelta()
    others: tuple[Outcome, ...] = ()

    def clock(self) -> datetime:
        return now() + self.passed

    def __getattr__(self, name: str) -> Any:
        def slowly(*args: Any, **kwargs: Any) -> Any:
            self.passed += timedelta(seconds=20)
            self.others += (sealing.advance(agreement_id=self.agreement.pk, tools=self.tools, at=self.clock()),)
            return getattr(self.sealer, name)(*args, **kwargs)

        return slowly


@pytest.mark.django_db
def test_steps_that_together_take_longer_than_a_lease_are_bought_once(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = agreed(objects)
    slow = Slow(bench.tools.sealer, agreement, bench.tools)
    tools: Any = replace(bench.tools, sealer=slow, clock=slow.clock, lease=HALF)  # type: ignore[arg-type]  # it quacks
    before = bench.tsa.hits
    assert sealing.advance(agreement_id=agreement.pk, tools=tools, at=now()) is Outcome.CONCLUDED
    assert slow.others == (Outcome.BUSY,) * 4
    assert bench.tsa.hits - before == 5, "two consents, one archive timestamp, a certificate with two"


@pytest.mark.django_db
def test_what_we_refuse_ourselves_is_not_bought_every_minute(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement, at = agreed(objects), now()
    # Trust that knows none of our authorities: each revision is sealed, paid, and then refused.
    blind = replace(bench.tools, trust=rehearsal.Authority().trust)
    for attempt in range(leases.PAID_IN_VAIN):
        moment = at + attempt * timedelta(minutes=2)
        assert queries.due_for_sealing(at=moment) == [agreement.pk]
        assert sealing.advance(agreement_id=agreement.pk, tools=blind, at=moment) is Outcome.WAITING
    agreement.refresh_from_db()
    assert (agreement.sealing_problem, agreement.sealing_paid) == ("seal_not_valid", leases.PAID_IN_VAIN)
    assert queries.due_for_sealing(at=moment + timedelta(minutes=59)) == []
    later = moment + timedelta(minutes=61)
    assert queries.due_for_sealing(at=later) == [agreement.pk]
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=later) is Outcome.CONCLUDED
    agreement.refresh_from_db()
    assert (agreement.state, agreement.sealing_paid, agreement.sealing_tries) == (State.CONCLUDED, 0, 0)


@pytest.mark.django_db
def test_what_we_refuse_six_times_is_bought_no_more_and_the_officer_may_withdraw_it(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement, at = agreed(objects), now()
    told = "署名を付けられないため"
    withdrawn: Any = {"agreement_id": agreement.pk, "reason": told, "post": city.POST, "by": city.sato()}
    with pytest.raises(refusals.NotNow):
        actions.withdraw(**withdrawn, at=at)
    blind = replace(bench.tools, trust=rehearsal.Authority().trust)
    for attempt in range(leases.STOPPED_AFTER):
        moment = at + attempt * timedelta(hours=7)
        assert sealing.advance(agreement_id=agreement.pk, tools=blind, at=moment) is Outcome.WAITING
    agreement.refresh_from_db()
    before = bench.tsa.hits
    assert leases.is_stopped(agreement)
    assert queries.due_for_sealing(at=moment + timedelta(days=3650)) == []
    assert bench.tsa.hits == before
    assert waits.waits()[0].stopped
    assert "この契約を取り下げて、新しい契約として送り直してください" in waiting.sentence_for_staff(agreement)
    assert "市町の担当者からの連絡をお待ちください" in waiting.sentence(agreement)
    with transaction.atomic():
        assert actions.withdraw(**withdrawn, at=moment).state == State.WITHDRAWN
        assert queries.due_for_sealing(at=moment + timedelta(days=3650)) == []
        transaction.set_rollback(True)
    assert leases.resume() == 1
    assert queries.due_for_sealing(at=moment) == [agreement.pk]
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=moment) is Outcome.CONCLUDED


def test_while_the_cause_is_elsewhere_and_asking_is_free_nobody_waits_longer_than_a_minute() -> None:
    rests = [leases.pause(errors.TimestampUnavailable(), tries=tries, paid=0) for tries in range(1, 40)]
    assert rests[:6] == [timedelta(seconds=seconds) for seconds in (2, 4, 8, 16, 32, 60)]
    assert max(rests) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("problem", "free", "longest"),
    [
        (errors.CertificateUnusable(), 0, leases.LONGEST_FOR_OPERATORS),
        (errors.SealingFailed(), 0, leases.LONGEST_PAUSE),
        (paid(errors.TimestampRejected()), leases.PAID_FOR_NOTHING, leases.LONGEST_PAUSE),
    ],
)
def test_what_does_not_mend_itself_or_costs_tokens_is_tried_after_hours(
    problem: errors.PadesError, free: int, longest: timedelta
) -> None:
    rests = [leases.pause(problem, tries=tries, paid=free and tries) for tries in range(1, 60)]
    assert rests[0] == timedelta(seconds=2)
    assert rests[11] >= timedelta(hours=1)
    assert max(rests) == longest


def test_a_result_of_ours_that_we_refuse_costs_three_tokens_and_then_hours() -> None:
    rests = [leases.pause(paid(errors.SealNotValid()), tries=tries, paid=tries) for tries in range(1, 9)]
    assert rests[:2] == [timedelta(seconds=2), timedelta(seconds=4)]
    assert [rest / timedelta(hours=1) for rest in rests[2:]] == [1, 2, 4, 876_000, 876_000, 876_000]
