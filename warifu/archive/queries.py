"""Reads of the archive; each one starts from a municipality 記録の照会."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from warifu.directory import among
from warifu.directory import models as directory
from warifu.japan import bodies, calendar, characters

from . import models
from .criteria import COUNT_LIMIT, PAGE_SIZE, Criteria, Cursor, Page
from .sight import Sight


def records_of(municipality: directory.Municipality) -> QuerySet[models.Record]:
    """All records of one body, with their department, newest first 記録."""
    return (
        models.Record.objects.filter(municipality=municipality)
        .select_related("department", "folder")
        .order_by("-transaction_on", "-id")
    )


def record_of(municipality: directory.Municipality, record_id: UUID, *, within: Sight) -> models.Record | None:
    """One record of this body that lies within somebody's sight, or None 記録."""
    return records_of(municipality).filter(within.condition(), pk=record_id).first()


def record_of_origin(municipality: directory.Municipality, origin: str) -> models.Record | None:
    """The record that was filed under this opaque name, or None 由来からの記録."""
    return records_of(municipality).filter(origin=origin).first()


def owner_of(record_id: UUID) -> directory.Municipality | None:
    """Whose record it is; for a task, which works for that body alone 記録の団体."""
    found = models.Record.objects.select_related("municipality").filter(pk=record_id).first()
    return found.municipality if found else None


def files_of(record: models.Record) -> QuerySet[models.RecordFile]:
    """Files of a record that the caller has already found, in order 記録のファイル."""
    return models.RecordFile.objects.filter(record=record).order_by("position")


def file_of(record: models.Record, file_id: UUID) -> models.RecordFile | None:
    """One file of this record, or None 記録のファイル."""
    return files_of(record).filter(pk=file_id).first()


SEALED = (models.FileRole.CONTRACT, models.FileRole.CERTIFICATE)


def sealed_files_of(record: models.Record) -> QuerySet[models.RecordFile]:
    """Files of a record that end with an archive timestamp, in order 封緘済みのファイル."""
    return files_of(record).filter(role__in=SEALED)


@dataclass(frozen=True, slots=True)
class Revision:
    """Bytes of a file in the vault: as concluded (position 0), or after so many renewals 版."""

    object_id: UUID
    digest: str
    size: int
    position: int


def newest(file: models.RecordFile) -> Revision:
    """What is handed out: the last renewal, or the file as it was concluded 最新の版."""
    last = models.FileRenewal.objects.filter(file=file).order_by("-position").first()
    if last is None:
        return Revision(file.object_id, file.digest, file.size, 0)
    return Revision(last.object_id, last.digest, last.size, last.position)


def renewals_of(record: models.Record) -> QuerySet[models.FileRenewal]:
    """All renewals of a record's files, with their file, newest first 延長の履歴."""
    return (
        models.FileRenewal.objects.filter(file__record=record)
        .select_related("file")
        .order_by("-renewed_at", "file__position")
    )


def kinds_of(municipality: directory.Municipality) -> list[str]:
    """The kinds that occur in this body's records, for a list to choose from 文書種別."""
    kinds = models.Record.objects.filter(municipality=municipality).order_by("kind")
    return list(kinds.values_list("kind", flat=True).distinct())


def search(
    municipality: directory.Municipality, criteria: Criteria, *, within: Sight, after: Cursor | None = None
) -> Page:
    """One page of the records within somebody's sight that meet all conditions, newest 取引年月日 first 検索.

    The count covers all pages and stops at 1,000. `after` is the `next` of the page before.
    """
    found = records_of(municipality).filter(within.condition(), _condition(criteria))
    count = found.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    # Behind row-level security PostgreSQL may not ask its statistics about LIKE: it takes what words find for a handful
    # of rows, and joins thousands with the departments before it sorts. So the page's keys are found first, and alone.
    keys = list((found.filter(_after(after)) if after else found).values_list("pk", flat=True)[: PAGE_SIZE + 1])
    rows = list(records_of(municipality).filter(pk__in=keys))
    shown = rows[:PAGE_SIZE]
    return Page(
        records=shown,
        next=Cursor(shown[-1].transaction_on, shown[-1].pk) if len(rows) > PAGE_SIZE else None,
        count=min(count, COUNT_LIMIT),
        capped=count > COUNT_LIMIT,
    )


def _after(cursor: Cursor) -> Q:
    # The first condition alone is what an index can use; the second cuts the days that the two pages share.
    return Q(transaction_on__lte=cursor.transaction_on) & (
        Q(transaction_on__lt=cursor.transaction_on) | Q(pk__lt=cursor.record_id)
    )


def _condition(criteria: Criteria) -> Q:
    return (
        _days(criteria.date_from, criteria.date_to)
        & (_days(*calendar.fiscal_year_span(criteria.fiscal_year)) if criteria.fiscal_year is not None else Q())
        & (Q(amount__gte=criteria.amount_from) if criteria.amount_from is not None else Q())
        & (Q(amount__lte=criteria.amount_to) if criteria.amount_to is not None else Q())
        & (Q(sealed_until__lt=calendar.midnight_after(criteria.sealed_by)) if criteria.sealed_by else Q())
        & (Q(kind=criteria.kind) if criteria.kind else Q())
        & (among.one_of("folder", criteria.folders) if criteria.folders is not None else Q())
        & (Q(folder=None) if criteria.unfiled else Q())
        & _counterparty(criteria.counterparty.strip())
        & _words(criteria.words)
    )


def _days(first: date | None, last: date | None) -> Q:
    return (Q(transaction_on__gte=first) if first else Q()) & (Q(transaction_on__lte=last) if last else Q())


def _contains(column: str, text: str) -> Q:
    """A condition of punctuation only is met by nothing, rather than silently by everything."""
    key = characters.search_key(text)
    return Q(**{f"{column}__contains": key}) if key else Q(pk__in=[])


def _counterparty(text: str) -> Q:
    key = characters.search_key(text)
    if bodies.is_corporate_number(key):
        return Q(counterparty_number=key) | _contains("counterparty_key", text)
    return _contains("counterparty_key", text) if text else Q()


def _words(text: str) -> Q:
    condition = Q()
    for word in text.split():
        condition &= _contains("search_key", word)
    return condition
