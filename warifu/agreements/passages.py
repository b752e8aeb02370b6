"""When each agreement passed its steps, for who counts them; no title, no party, no name 契約案件の経過."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from warifu.directory import models as directory

from . import lifecycle, models
from .queries import OPEN

_ENDED = [state.value for state in lifecycle.ENDED]


@dataclass(frozen=True, slots=True)
class Passage:
    """One agreement's way: its department, kind (empty while not chosen), state, amount with tax, and moments 経過.

    Moments are aware UTC; `changed_at` is when it came into its state, and for an ended one never moves again.
    """

    department_id: int
    kind: str
    state: lifecycle.State
    amount: int | None
    drafted_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    sent_at: datetime | None
    agreed_at: datetime | None
    concluded_at: datetime | None
    changed_at: datetime

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, in whichever way; None while it is open 終了の日時."""
        return self.changed_at if self.state in lifecycle.ENDED else None


_COLUMNS = (
    "department_id",
    "kind",
    "state",
    "amount",
    "drafted_at",
    "submitted_at",
    "approved_at",
    "sent_at",
    "agreed_at",
    "concluded_at",
    "changed_at",
)


def between(municipality: directory.Municipality, *, first: datetime, after: datetime) -> Iterator[Passage]:
    """Those that were drafted, sent or ended from `first` on and before `after` 期間の経過."""
    within = (
        Q(drafted_at__gte=first, drafted_at__lt=after)
        | Q(sent_at__gte=first, sent_at__lt=after)
        | Q(concluded_at__gte=first, concluded_at__lt=after)
        | Q(state__in=_ENDED, changed_at__gte=first, changed_at__lt=after)
    )
    return _read(models.Agreement.objects.filter(within, municipality=municipality))


def unsettled(municipality: directory.Municipality, *, since: datetime | None) -> Iterator[Passage]:
    """Those that are open, and those that changed at `since` or later; None: all 未確定の経過."""
    found = models.Agreement.objects.filter(municipality=municipality)
    if since is not None:
        found = found.filter(Q(state__in=OPEN) | Q(changed_at__gte=since))
    return _read(found)


def first_drafted_at(municipality: directory.Municipality) -> datetime | None:
    """When the first of this body's was drafted, or None 最初の起案."""
    first: datetime | None = models.Agreement.objects.filter(municipality=municipality).aggregate(at=Min("drafted_at"))[
        "at"
    ]
    return first


def _read(found: QuerySet[models.Agreement]) -> Iterator[Passage]:
    for department_id, kind, state, *rest in found.values_list(*_COLUMNS).iterator(chunk_size=5_000):
        yield Passage(department_id, kind, lifecycle.State(state), *rest)
