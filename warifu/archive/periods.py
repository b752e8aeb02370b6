"""Validating all that was concluded in a period, and keeping the answer (電子帳簿保存法施行規則2条6項) 期間の一括検証.

(1) the request fixes which files are meant, in one transaction with its ledger line     ask
(2) one worker at a time claims the request and validates files for some seconds         advance
(3) each answer is kept by itself: what a killed worker had found is not asked again     _row
(4) the last one writes the sheet, its object and its ledger line in one transaction     _finish
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from warifu import leases
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import among
from warifu.directory import models as directory
from warifu.japan import calendar, characters
from warifu.pades import explanations, reports
from warifu.vault import custody as vault
from warifu.vault import errors as vault_errors

from . import errors, models, queries, sheets
from .sight import EVERYWHERE, Sight

log = structlog.get_logger(__name__)
SERVICE = Actor.service("validation")
MOST = 100_000
COLUMN = "working_until"
SHARE = timedelta(seconds=10)
"""So long one task may hold a worker; seals and mails come between."""


class Validate(Protocol):
    """Validation of a file of our own, with revocation data asked now 検証.

    `agreed_size` as in `pades.validation.validate`.
    """

    def __call__(self, source: bytes, /, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport: ...


@dataclass(frozen=True)
class Tools:
    """What a validation of a period works with; made by `warifu.wiring` 一括検証の道具."""

    validate: Validate
    custody: vault.Custody
    clock: Callable[[], datetime]
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Both days (in Japan) belong to it; `counterparty` is part of a name, "" for all 期間."""

    basis: models.PeriodBasis
    date_from: date
    date_to: date
    counterparty: str = ""


class Outcome(StrEnum):
    """How one visit to a request ended 一括検証の進み."""

    GOES_ON = "goes_on"
    FINISHED = "finished"
    BUSY = "busy"


def ask(
    *, municipality: directory.Municipality, within: Sight, period: Period, by: Actor, at: datetime
) -> models.PeriodValidation:
    """Fix the files within somebody's sight in a period and have them validated by the workers 一括検証の依頼.

    Raises errors.NothingInPeriod, errors.TooMuchInPeriod, errors.AlreadyValidating. `at` is aware.
    """
    found = _files(municipality, period).filter(within.condition("record__"))
    files = list(found.values_list("pk", flat=True)[: MOST + 1])
    if not files:
        raise errors.NothingInPeriod
    if len(files) > MOST:
        raise errors.TooMuchInPeriod(MOST)
    try:
        with transaction.atomic():
            made = models.PeriodValidation.objects.create(
                municipality=municipality,
                basis=period.basis,
                date_from=period.date_from,
                date_to=period.date_to,
                counterparty=period.counterparty,
                total=len(files),
                asked_by=f"{by.post} {by.name}".strip(),
                asked_at=at,
            )
            made.departments.set(found.order_by().values_list("record__department", flat=True).distinct())
            models.ValidatedFile.objects.bulk_create(
                [
                    models.ValidatedFile(period=made, position=place, file_id=file)
                    for place, file in enumerate(files, start=1)
                ],
                batch_size=500,
            )
            audit.append(
                ledger=municipality.code,
                action="archive.ask_validation",
                target=f"period_validation:{made.pk}",
                by=by,
                at=at.astimezone(UTC),
                facts={
                    "basis": period.basis.value,
                    "from": period.date_from.isoformat(),
                    "to": period.date_to.isoformat(),
                    "files": len(files),
                },
            )
    except IntegrityError as clash:
        if unfinished(municipality) is None:
            raise
        raise errors.AlreadyValidating from clash
    return made


def advance(*, period_id: UUID, tools: Tools, at: datetime, share: timedelta = SHARE) -> Outcome:
    """Validate files of a request for a while; safe to call at any time, by any number of workers 一括検証の続行."""
    unfinished_and_free = leases.free(COLUMN, at) & Q(finished_at__isnull=True)
    lease = leases.Lease.take(
        models.PeriodValidation, period_id, column=COLUMN, length=tools.lease, at=at, among=unfinished_and_free
    )
    if lease is None:
        return Outcome.BUSY
    try:
        return _work(lease, tools, at + share)
    except leases.Lost:
        return Outcome.BUSY


def _work(lease: leases.Lease, tools: Tools, until: datetime) -> Outcome:
    period = models.PeriodValidation.objects.select_related("municipality").get(pk=lease.key)
    while (now := tools.clock()) < until:
        row = period.rows.filter(result="").select_related("file", "file__record").first()
        if row is None:
            _finish(period, tools)
            return Outcome.FINISHED
        # A long file may take longer than the rest of the lease.
        lease.renew(at=now)
        _row(row, period.municipality.code, tools)
    lease.change(working_until=None)
    return Outcome.GOES_ON


def _row(row: models.ValidatedFile, owner: str, tools: Tools) -> None:
    row.checked_at = tools.clock()
    newest = queries.newest(row.file)
    row.digest = newest.digest
    try:
        content = tools.custody.read(owner=owner, object_id=newest.object_id)
        report = tools.validate(content, at=row.checked_at, agreed_size=row.file.agreed_size or 0)
    except vault_errors.Damaged:
        row.result, row.reason = reports.Result.FAILED.value, "保管したファイルが壊れています。"
    except Exception as fault:  # one file stops no other, and its line says that it was not judged
        log.exception("validation failed", file=str(row.file_id))
        row.result, row.reason = reports.Result.INDETERMINATE.value, f"検証できませんでした（{type(fault).__name__}）。"
    else:
        _tell(row, report)
        if report.digest != newest.digest:
            row.result, row.reason = reports.Result.FAILED.value, "保存した時のファイルと一致しません。"
    row.save()


def _tell(row: models.ValidatedFile, report: reports.ValidationReport) -> None:
    row.result, row.reason = report.result.value, explanations.of_problem(report)[:200]
    row.level = report.level.value if report.level else ""
    row.sealed_until = report.sealed_until
    last = report.signatures[-1] if report.signatures else None
    if last is not None:
        row.timestamped_at = last.time
        row.timestamp_authority = last.signer[:300] if last.kind == "timestamp" else ""


def _finish(period: models.PeriodValidation, tools: Tools) -> None:
    at = tools.clock()
    owner = period.municipality.code
    content = sheets.of(period)
    with transaction.atomic():
        waiting = models.PeriodValidation.objects.filter(pk=period.pk, finished_at__isnull=True)
        kept = tools.custody.store(owner=owner, content=content, media_type="text/csv", at=at)
        if waiting.update(finished_at=at, sheet=kept, working_until=None) != 1:
            transaction.set_rollback(True)
            return
        audit.append(
            ledger=owner,
            action="archive.validate_period",
            target=f"period_validation:{period.pk}",
            by=SERVICE,
            at=at.astimezone(UTC),
            facts={**counts(period), "digest": kept.digest},
        )


def counts(period: models.PeriodValidation) -> dict[str, int]:
    """How many files passed, failed, could not be judged; files without an answer are not counted 結果の数."""
    found = dict(period.rows.exclude(result="").values_list("result").annotate(Count("pk")).order_by())
    return {result.value: found.get(result.value, 0) for result in reports.Result}


def validations_of(municipality: directory.Municipality, *, within: Sight) -> QuerySet[models.PeriodValidation]:
    """Requests of one body that looked at nothing beyond somebody's sight, newest first 一括検証の一覧.

    By department, and by what is confidential now: a sheet names what it looked at, wherever that lies today.
    """
    found = models.PeriodValidation.objects.filter(municipality=municipality).select_related("sheet")
    if within.shut:
        hidden = models.ValidatedFile.objects.filter(
            among.one_of("file__record__folder", within.shut), period=OuterRef("pk")
        )
        found = found.filter(~Exists(hidden))
    if within.departments.everywhere:
        return found
    looked_at = models.PeriodValidation.departments.through.objects.filter(periodvalidation=OuterRef("pk"))
    return found.filter(Exists(looked_at), ~Exists(looked_at.exclude(within.departments.condition())))


def owner_of(period_id: UUID) -> directory.Municipality | None:
    """Whose request it is; for a task, which works for that body alone 一括検証の団体."""
    found = models.PeriodValidation.objects.select_related("municipality").filter(pk=period_id).first()
    return found.municipality if found else None


def unfinished(municipality: directory.Municipality) -> models.PeriodValidation | None:
    """The request that is being worked on, or None 処理中の一括検証."""
    return validations_of(municipality, within=EVERYWHERE).filter(finished_at__isnull=True).first()


def amiss(period: models.PeriodValidation) -> QuerySet[models.ValidatedFile]:
    """Files that did not pass, with their record 合格でないファイル."""
    judged = period.rows.exclude(result__in=["", reports.Result.PASSED.value])
    return judged.select_related("file", "file__record")


def due(*, at: datetime) -> list[UUID]:
    """Requests that nobody works on now 続行すべき一括検証."""
    found = models.PeriodValidation.objects.filter(leases.free(COLUMN, at), finished_at__isnull=True)
    return list(found.order_by("asked_at").values_list("pk", flat=True))


def _files(municipality: directory.Municipality, period: Period) -> QuerySet[models.RecordFile]:
    if period.basis is models.PeriodBasis.TRANSACTION:
        within = Q(record__transaction_on__range=(period.date_from, period.date_to))
        order = ("record__transaction_on", "record_id", "position")
    else:
        begins = datetime.combine(period.date_from, time(), calendar.JAPAN)
        ends = datetime.combine(period.date_to + timedelta(days=1), time(), calendar.JAPAN)
        within = Q(record__concluded_at__gte=begins, record__concluded_at__lt=ends)
        order = ("record__concluded_at", "record_id", "position")
    if period.counterparty:
        key = characters.search_key(period.counterparty)
        within &= Q(record__counterparty_key__contains=key) if key else Q(pk__in=[])
    return models.RecordFile.objects.filter(
        within, record__municipality=municipality, role__in=queries.SEALED
    ).order_by(*order)
