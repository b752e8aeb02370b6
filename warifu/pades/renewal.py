"""A new archive timestamp before the last one ceases to prove anything (ETSI EN 319 142-1, 5.5). 延長

    (1) the file is validated now, with revocation data asked now; anything but passed is refused
    (2) the DSS for the last timestamp's chain and a new document timestamp are appended
    (3) the result is validated from its own data alone, and must begin with the bytes before
    (4) it must hold for longer than before, else it is not worth keeping

When a renewal is due is decided from two figures that are stored with the record: no file has to be opened for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from . import chains, errors, reports, sealing, sunsets, validation
from . import trust as anchors

LEAD = timedelta(days=365)
# Tokens, responses and lists carry the clocks of their authorities, which may be ahead of ours by so much.
AHEAD = timedelta(minutes=1)


class Limit(StrEnum):
    """What ends first. 期限の理由"""

    CERTIFICATE = "certificate"
    ALGORITHM = "algorithm"


@dataclass(frozen=True)
class ValidUntil:
    """Until when (aware UTC) the last archive timestamp proves the file, and what ends it. 有効性期限

    `algorithm` names it when an algorithm's sunset comes before the end of the certificates.
    """

    moment: datetime
    limit: Limit
    algorithm: str = ""


def valid_until(certificates_until: datetime, algorithms: Sequence[str], table: sunsets.Sunsets) -> ValidUntil:
    """The earlier of the chain's first notAfter and the first sunset of what it rests on. 有効性期限"""
    first = table.earliest(algorithms)
    if first is not None and first[0] < certificates_until:
        return ValidUntil(first[0], Limit.ALGORITHM, first[1])
    return ValidUntil(certificates_until, Limit.CERTIFICATE)


def is_due(until: ValidUntil, *, at: datetime, lead: timedelta = LEAD) -> bool:
    """Whether the time left is no more than `lead`. 延長の要否"""
    return until.moment <= at + lead


@dataclass(frozen=True)
class Renewed:
    """The renewed file, what our own validator says of it, and how long it holds now. 延長済みの文書"""

    content: bytes
    report: reports.ValidationReport
    until: ValidUntil


def renew(
    source: bytes,
    *,
    sealer: sealing.Sealer,
    trust: anchors.TrustAnchors,
    revocation: chains.RevocationSource,
    table: sunsets.Sunsets,
    clock: Callable[[], datetime],
    stamps_until: datetime | None = None,
    agreed_size: int = 0,
) -> Renewed:
    """Renew a file, or refuse; `source` stays as it is, and the result begins with it. 延長

    `clock` gives aware UTC and is asked at each part, because an authority may take its time between two of them.
    `stamps_until` is when the certificates end that the authorities stamp with now, None when nobody knows; a token
    that would gain nothing is not bought. `agreed_size` as in `validation.validate`. Raises `errors.RenewalRefused`
    and its kin (altered, too late, not proven), `errors.NothingGained`, and what `Sealer.renewal_revision` raises: the
    timestamp authority or the revocation service may be down.
    """
    before = require_renewable(  # (1)
        source, trust=trust, revocation=revocation, table=table, at=clock() + AHEAD, agreed_size=agreed_size
    )
    _require_gain(before, stamps_until, table)
    content = sealer.renewal_revision(source, at=clock())  # (2)
    fields = [one.field for one in before.signatures if one.kind == "signature" and not one.earlier]
    with errors.paid_for():
        report = validation.check_revision(  # (3)
            source,
            content,
            expected_fields=fields,
            trust=trust,
            at=clock() + AHEAD,
            final=True,
            agreed_size=agreed_size,
        )
        return Renewed(content, report, _gained(before, report, table))  # (4)


def _gained(before: reports.ValidationReport, report: reports.ValidationReport, table: sunsets.Sunsets) -> ValidUntil:
    if report.sealed_until is None or before.sealed_until is None:
        raise errors.RenewalRefused("the last timestamp has no end")
    until = valid_until(report.sealed_until, report.algorithms, table)
    former = valid_until(before.sealed_until, before.algorithms, table)
    # Where no better algorithms are at hand, younger certificates alone are still more than none.
    if until.moment <= former.moment and report.sealed_until <= before.sealed_until:
        raise errors.NothingGained(f"{former.moment:%Y-%m-%d} {former.algorithm} stays the end")
    return until


def _require_gain(before: reports.ValidationReport, stamps_until: datetime | None, table: sunsets.Sunsets) -> None:
    if stamps_until is None or before.sealed_until is None or stamps_until > before.sealed_until:
        return
    former = valid_until(before.sealed_until, before.algorithms, table)
    # Where an algorithm ends first, a new token by the same certificate may still gain.
    if former.limit is Limit.CERTIFICATE:
        raise errors.NothingGained(f"{former.moment:%Y-%m-%d} stays the end: no authority has a younger certificate")


def require_renewable(
    source: bytes,
    *,
    trust: anchors.TrustAnchors,
    revocation: chains.RevocationSource,
    table: sunsets.Sunsets,
    at: datetime,
    agreed_size: int = 0,
) -> reports.ValidationReport:
    """The report of a file that may be renewed at `at`; a timestamp over a broken proof would only hide it. 延長の条件

    Raises `errors.AlteredFile`, `errors.RenewalTooLate`, `errors.RenewalRefused`, `errors.RevocationUnavailable`.
    """
    report = validation.validate(
        source, trust=trust, at=at, revocation=revocation, table=table, details=False, agreed_size=agreed_size
    )
    if report.result is reports.Result.PASSED and report.level is reports.Level.B_LTA and report.covers_whole_file:
        if report.assumed:
            raise errors.RevocationUnavailable("nobody told whether the last timestamp's certificate is revoked")
        return report
    if report.result is reports.Result.FAILED:
        raise errors.AlteredFile(report.problem or "failed")
    last = report.signatures[-1] if report.signatures else None
    if last is None or last.kind != "timestamp":
        raise errors.RenewalRefused(f"no archive timestamp at the end: {report.problem}")
    if last.certificate_expires_at is not None and last.certificate_expires_at <= at:
        raise errors.RenewalTooLate(f"the last timestamp's certificate ended {last.certificate_expires_at:%Y-%m-%d}")
    raise errors.RenewalRefused(f"{report.result} {report.problem}")
