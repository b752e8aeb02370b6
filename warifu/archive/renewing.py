"""Renewing a record's files before their archive timestamps end, one record at a time 有効性の延長.

    (1) take the record's lease: one worker at a time, until it is done or too slow       _take
    (2) read each sealed file from the vault, and see whether it is due                    _due
    (3) validate, append, validate again, outside any transaction                          Tools.renew
    (4) in one transaction: bytes into the vault, renewal, the record's dates, ledger      _keep

The process may die between any two of them: what is not kept is done again. Who was slower than the lease writes no
more once another worker has the record: each write begins with the lease. One record that cannot be renewed stops no
other: it says why, and is looked at again later.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import structlog
from django.db import transaction

from warifu import leases
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.pades import anatomy, renewal, reports, sunsets
from warifu.pades import errors as pades_errors
from warifu.vault import custody as vault
from warifu.vault import errors as vault_errors

from . import actions, expiring, models, queries

log = structlog.get_logger(__name__)
SERVICE = Actor.service("renewal")
LONGEST_PAUSE = timedelta(hours=6)
NOTHING_GAINED = timedelta(days=30)
REFUSED = timedelta(days=1)
PRESSING = timedelta(days=60)


class Validate(Protocol):
    """Validation of a file of our own, with revocation data asked now 検証.

    `agreed_size` as in `pades.validation.validate`.
    """

    def __call__(self, source: bytes, /, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport: ...


class Renew(Protocol):
    """`pades.renewal.renew` with its key, authorities and clock 延長."""

    def __call__(self, source: bytes, /, *, agreed_size: int = 0) -> renewal.Renewed: ...


@dataclass(frozen=True)
class Tools:
    """What a renewal works with; made by `warifu.wiring` 延長の道具.

    `lead` is how long before its end a file is due.
    """

    renew: Renew
    validate: Validate
    custody: vault.Custody
    table: sunsets.Sunsets
    clock: Callable[[], datetime]
    lease: timedelta
    lead: timedelta = renewal.LEAD


class Outcome(StrEnum):
    """How one visit to a record ended 延長の結果."""

    RENEWED = "renewed"
    NOT_DUE = "not_due"
    WAITING = "waiting"
    BUSY = "busy"


def renew(*, record_id: UUID, tools: Tools, at: datetime, again: bool = False) -> Outcome:
    """Renew the files of a record that are due; `again` does not wait for the pause after a refusal 延長する.

    Safe to call at any time, from any number of workers. WAITING means that something stands in the way, which the
    record then says (`renewal_problem`); it is tried again by itself. `at` is aware.
    """
    lease = _take(record_id, at, tools.lease, again)
    if lease is None:
        return Outcome.BUSY
    try:
        return _work(lease, tools, at)
    except leases.Lost:
        return Outcome.BUSY


def _take(record_id: UUID, at: datetime, length: timedelta, again: bool) -> leases.Lease | None:
    among = expiring.free(at, again=again)
    return leases.Lease.take(models.Record, record_id, column="renewing_until", length=length, at=at, among=among)


def _work(lease: leases.Lease, tools: Tools, at: datetime) -> Outcome:
    began = tools.clock()

    def hold() -> None:
        lease.renew(at=at + (tools.clock() - began))

    record = models.Record.objects.select_related("municipality").get(pk=lease.key)
    try:
        renewed = [_renewed(record, file, tools, hold) for file in queries.sealed_files_of(record)]
    except pades_errors.PadesError as problem:
        return _wait(lease, record, problem, at)
    except vault_errors.Damaged as damage:
        return _wait(lease, record, pades_errors.AlteredFile(str(damage)), at)
    except leases.Lost:
        raise
    except Exception as fault:  # a full disk, a destroyed key: nobody may find it waiting without a reason
        log.exception("renewal failed", record=str(record.pk))
        return _wait(lease, record, pades_errors.InternalFault(type(fault).__name__), at)
    lease.change(renewing_until=None, renewal_problem="", renewal_tries=0, renewal_tried_at=None)
    return Outcome.RENEWED if any(renewed) else Outcome.NOT_DUE


def _wait(lease: leases.Lease, record: models.Record, problem: pades_errors.PadesError, at: datetime) -> Outcome:
    """Say why, and come back: soon when it is an outage, daily or monthly when somebody else must act first."""
    tries = record.renewal_tries + 1
    until = at + pause(problem, tries=tries, ends_at=record.sealed_until, at=at)
    with transaction.atomic():
        if not lease.change(
            renewing_until=until, renewal_problem=problem.code, renewal_tried_at=at, renewal_tries=tries
        ):
            raise leases.Lost
        if not problem.retry and record.renewal_problem != problem.code:
            audit.append(
                ledger=record.municipality.code,
                action="archive.renewal_refused",
                target=f"record:{record.pk}",
                by=SERVICE,
                at=at.astimezone(UTC),
                facts={"problem": problem.code, "origin": record.origin},
            )
    log.warning("renewal waits", record=str(record.pk), problem=problem.code, detail=problem.detail)
    return Outcome.WAITING


def pause(problem: pades_errors.PadesError, *, tries: int, ends_at: datetime | None, at: datetime) -> timedelta:
    """How long a record is left alone after a refusal 再試行までの間隔."""
    if isinstance(problem, pades_errors.NothingGained):
        pressing = ends_at is not None and ends_at - at < PRESSING
        return REFUSED if pressing else NOTHING_GAINED
    if problem.paid or not problem.retry:  # a token that was bought for nothing is not bought again within the day
        return REFUSED
    return min(LONGEST_PAUSE, timedelta(minutes=2 ** min(tries, 12)))


def _renewed(record: models.Record, file: models.RecordFile, tools: Tools, hold: Callable[[], None]) -> bool:
    """`hold` renews the lease, or ends the visit: before a token is bought, and with each thing that is written."""
    owner = record.municipality.code
    newest = queries.newest(file)
    content = None
    if file.sealed_until is None:
        content = tools.custody.read(owner=owner, object_id=newest.object_id)
        moment = tools.clock() + renewal.AHEAD
        _survey(file, tools.validate(content, at=moment, agreed_size=file.agreed_size or 0), hold)
    if not _due(file, tools):
        return False
    content = content or tools.custody.read(owner=owner, object_id=newest.object_id)
    hold()
    renewed = tools.renew(content, agreed_size=file.agreed_size or 0)
    with pades_errors.paid_for(leases.Lost):
        _keep(record, file, newest, renewed, tools, hold)
    return True


def _survey(file: models.RecordFile, report: reports.ValidationReport, hold: Callable[[], None]) -> None:
    """A record of an earlier version does not know its dates yet; what proves nothing has none."""
    if report.sealed_until is None:
        if report.result is reports.Result.FAILED:
            raise pades_errors.AlteredFile(report.problem or "failed")
        raise pades_errors.RenewalRefused(f"{report.result} {report.problem}")
    file.sealed_until = report.sealed_until
    file.seal_algorithms = actions.seal_algorithms([report.algorithms])
    with transaction.atomic():
        hold()
        file.save(update_fields=["sealed_until", "seal_algorithms"])
        _date(file.record_id)


def _due(file: models.RecordFile, tools: Tools) -> bool:
    if file.sealed_until is None:
        return True
    until = renewal.valid_until(file.sealed_until, file.seal_algorithms.split(), tools.table)
    return renewal.is_due(until, at=tools.clock(), lead=tools.lead)


def _keep(
    record: models.Record,
    file: models.RecordFile,
    before: queries.Revision,
    renewed: renewal.Renewed,
    tools: Tools,
    hold: Callable[[], None],
) -> None:
    """(4) All of it or nothing of it, and only while the record is ours."""
    owner, at, last = record.municipality.code, tools.clock(), renewed.report.signatures[-1]
    until = renewed.report.sealed_until
    stamp = anatomy.last_stamp(io.BytesIO(renewed.content))
    if until is None or last.time is None or stamp is None:
        raise pades_errors.SealNotValid("the renewed file has no last timestamp")
    with transaction.atomic():
        hold()
        kept = tools.custody.store(owner=owner, content=renewed.content, media_type="application/pdf", at=at)
        models.FileRenewal.objects.create(
            file=file,
            position=before.position + 1,
            object=kept,
            before_digest=before.digest,
            digest=kept.digest,
            size=kept.size,
            timestamp_authority=stamp.authority,
            timestamp_serial=stamp.serial,
            timestamped_at=last.time,
            sealed_until=until,
            renewed_at=at,
        )
        models.RecordFile.objects.filter(pk=file.pk).update(
            sealed_until=until, seal_algorithms=actions.seal_algorithms([renewed.report.algorithms])
        )
        _date(record.pk)
        audit.append(
            ledger=owner,
            action="archive.renew",
            target=f"record:{record.pk}",
            by=SERVICE,
            at=at.astimezone(UTC),
            facts={
                "file": str(file.pk),
                "before": before.digest,
                "after": kept.digest,
                "timestamp_authority": stamp.authority,
                "timestamp_serial": stamp.serial,
                "timestamped_at": last.time.isoformat(),
                "sealed_until": until.isoformat(),
            },
        )


def _date(record_id: UUID) -> None:
    """The record ends with the first of its files."""
    record = models.Record.objects.get(pk=record_id)
    files = list(queries.sealed_files_of(record))
    ends = [file.sealed_until for file in files if file.sealed_until is not None]
    models.Record.objects.filter(pk=record_id).update(
        sealed_until=min(ends, default=None),
        seal_algorithms=actions.seal_algorithms(file.seal_algorithms.split() for file in files),
    )
