"""What several processes saw of an authority becomes one line for the operator."""

from datetime import UTC, datetime, timedelta

import pytest

from warifu.operations import models, observations, queries
from warifu.pades import errors, health

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_a_fault_stays_to_be_read_after_a_success() -> None:
    bad = health.after_fault(health.Condition(), errors.TimestampUnavailable("甲: status 503"), at=AT)
    observations.authority_seen(name="甲", condition=bad)
    good = health.after_success(bad, None, at=AT + timedelta(minutes=1))
    observations.authority_seen(name="甲", condition=good)
    state = queries.authority_states(["甲", "乙"])["甲"]
    assert (state.faults, state.succeeded_at, state.failed_at) == (0, AT + timedelta(minutes=1), AT)
    assert (state.fault, state.detail) == ("timestamp_unavailable", "甲: status 503")
    assert state.message == "時刻認証局から応答がありません。"


def test_what_one_process_did_not_see_stays_as_another_told() -> None:
    seen = health.Condition(succeeded_at=AT, skew=timedelta(milliseconds=-420), subject="局", certificate_until=AT)
    observations.authority_seen(name="甲", condition=seen)
    newly_started = health.after_fault(health.Condition(), errors.TimestampRejected("nonce differs"), at=AT)
    observations.authority_seen(name="甲", condition=newly_started)
    state = models.AuthorityState.objects.get()
    assert (state.skew_ms, state.subject, state.succeeded_at, state.faults) == (-420, "局", AT, 1)
