"""How each timestamp authority has done lately, and in which order to ask them. 時刻認証局の状態"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import certificates, errors, tokens

FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)
TELL_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Condition:
    """What one process saw of one authority; moments are aware UTC. 時刻認証局の状況

    `fault` is the code and `message` the Japanese sentence of the last fault, `detail` its technical words; they stay
    after a success, so that an operator can look back. `faults` counts those in a row. `skew` is how far genTime of the
    last good token was ahead of our clock, `subject` and `certificate_until` tell who signed it.
    """

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    fault: str = ""
    message: str = ""
    detail: str = ""
    faults: int = 0
    rests_until: datetime | None = None
    skew: timedelta | None = None
    subject: str = ""
    certificate_until: datetime | None = None

    def rests(self, at: datetime) -> bool:
        """Whether it is asked last for now. 休止中"""
        return self.rests_until is not None and at < self.rests_until


def after_fault(before: Condition, fault: errors.PadesError, *, at: datetime) -> Condition:
    """Each fault in a row doubles the rest, up to five minutes. 障害後の状況"""
    pause = min(LONGEST_REST, FIRST_REST * 2 ** min(before.faults, 10))
    return replace(
        before,
        failed_at=at,
        fault=fault.code,
        message=fault.message,
        detail=fault.detail[:300],
        faults=before.faults + 1,
        rests_until=at + pause,
    )


def after_success(before: Condition, token: tokens.Token | None, *, at: datetime) -> Condition:
    """The next call asks it in its usual place again. 成功後の状況"""
    good = replace(before, succeeded_at=at, faults=0, rests_until=None)
    if token is None:
        return good
    signer = token.chain.certificates[-1]
    return replace(
        good,
        skew=token.generated_at - at,
        subject=certificates.common_name(signer),
        certificate_until=signer.not_valid_after,
    )


def order(
    authorities: Sequence[tokens.Authority], conditions: Mapping[tokens.Authority, Condition], *, at: datetime
) -> tuple[tokens.Authority, ...]:
    """Those at rest last, else as the operator wrote them: nobody is left out. 問合せ順"""
    return tuple(sorted(authorities, key=lambda one: conditions[one].rests(at)))


def worth_telling(told: Condition | None, now: Condition, *, at: datetime) -> bool:
    """Whether others must hear of it: a change of mind at once, the same again once a minute. 通知の要否"""
    if told is None or bool(told.faults) != bool(now.faults) or told.fault != now.fault or told.subject != now.subject:
        return True
    last = max((moment for moment in (told.succeeded_at, told.failed_at) if moment), default=None)
    return last is None or at - last >= TELL_AGAIN_AFTER
