"""Which records' archive timestamps end soon, and which cannot be renewed 有効性期限の照会."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from warifu import leases
from warifu.directory import models as directory
from warifu.pades import errors as pades_errors
from warifu.pades import renewal, sunsets

from . import models, queries
from .sight import Sight


def valid_until(record: models.Record, table: sunsets.Sunsets) -> renewal.ValidUntil | None:
    """When the first of a record's files ends, and why; None where no end is known 有効性期限."""
    if record.sealed_until is None:
        return None
    return renewal.valid_until(record.sealed_until, record.seal_algorithms.split(), table)


def free(at: datetime, *, again: bool = False) -> Q:
    """Records that nobody works on; with `again` also those that rest after a refusal 占有されていない記録."""
    unclaimed = leases.free("renewing_until", at)
    return unclaimed | ~Q(renewal_problem="") if again else unclaimed


def due(*, at: datetime, until: datetime, table: sunsets.Sunsets, again: bool = False) -> QuerySet[models.Record]:
    """Records of all bodies that end by `until` and that nobody works on, the first to end first 延長の対象.

    Also those of an earlier version whose end is not known yet. `again` as in `free`.
    """
    found = models.Record.objects.filter(free(at, again=again) & _ends_by(until, table)).exclude(level="")
    return found.select_related("municipality").order_by("sealed_until", "pk")


@dataclass(frozen=True, slots=True)
class Expiring:
    """What a body's officers must know: what is stuck, and what ends soon; the first to end first 期限の一覧.

    The lists stop at `LISTED`; the counts do not.
    """

    stuck: Sequence[models.Record]
    stuck_count: int
    soon: Sequence[models.Record]
    soon_count: int


LISTED = 100


def expiring_of(
    municipality: directory.Municipality,
    *,
    within: Sight,
    at: datetime,
    lead: timedelta,
    table: sunsets.Sunsets,
) -> Expiring:
    """Records within somebody's sight that end within `lead`; what waiting does not help stands apart 期限の一覧."""
    final = [refusal.code for refusal in pades_errors.kinds() if not refusal.retry]
    mine = queries.records_of(municipality).filter(within.condition()).exclude(level="").order_by("sealed_until", "pk")
    stuck = mine.filter(renewal_problem__in=final)
    soon = mine.filter(_ends_by(at + lead, table)).exclude(renewal_problem__in=final)
    return Expiring(_listed(stuck), stuck.count(), _listed(soon), soon.count())


def _listed(found: QuerySet[models.Record]) -> list[models.Record]:
    return list(found[:LISTED])


def _ends_by(until: datetime, table: sunsets.Sunsets) -> Q:
    # Few combinations of algorithms occur; each is judged here once, and not in every row.
    combinations = (
        models.Record.objects.exclude(seal_algorithms="").order_by().values_list("seal_algorithms").distinct()
    )
    weak = [
        text for (text,) in combinations if (first := table.earliest(text.split())) is not None and first[0] <= until
    ]
    return Q(sealed_until__isnull=True) | Q(sealed_until__lte=until) | Q(seal_algorithms__in=weak)
