"""What the seals of all bodies wait for, as an operator may know it: no document, no title, no party 署名処理の待ち."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from . import leases, models
from .lifecycle import State

LISTED = 200


@dataclass(frozen=True, slots=True)
class Wait:
    """One agreement whose seal is not finished 署名処理の待ち.

    `kind` and `position` tell the first step that is not done; `kind` is empty when only the conclusion is left.
    `since` is when that step was planned, or the last one done. `problem` is a code of `pades.errors`, empty while
    nothing went wrong; then `tried_at` and `next_at` tell the last attempt and the earliest next one. `paid_in_vain`
    counts timestamps that were issued and could not be used, once there are `leases.PAID_IN_VAIN`; a
    `stopped` one is tried again after `leases.resume` only. Moments are aware
    UTC.
    """

    agreement_id: UUID
    municipality: str
    kind: str
    position: int
    since: datetime
    problem: str
    tried_at: datetime | None
    next_at: datetime | None
    paid_in_vain: int
    stopped: bool = False


def waits() -> Sequence[Wait]:
    """Of all bodies, the longest waiting first, at most `LISTED` 署名処理の待ちの一覧."""
    open_steps = models.SealStep.objects.filter(document__agreement=OuterRef("pk"), done_at__isnull=True).order_by(
        "position", "document__position"
    )
    found = (
        models.Agreement.objects.annotate(
            step_kind=Subquery(open_steps.values("kind")[:1]),
            step_position=Subquery(open_steps.values("position")[:1]),
            since=Coalesce(
                Subquery(open_steps.values("planned_at")[:1]),
                Max("documents__seal_steps__done_at"),
                F("agreed_at"),
            ),
        )
        .filter(Q(state=State.AGREED) | Q(state=State.SENT, step_kind__isnull=False))
        .order_by("since", "pk")
        .values_list(
            "pk",
            "municipality__name",
            "step_kind",
            "step_position",
            "since",
            "sealing_problem",
            "sealing_tried_at",
            "sealing_until",
            "sealing_paid",
        )
    )
    return [_wait(*row) for row in found[:LISTED]]


def _wait(
    agreement_id: UUID,
    municipality: str,
    kind: str | None,
    position: int | None,
    since: datetime,
    problem: str,
    tried_at: datetime | None,
    until: datetime | None,
    paid: int,
) -> Wait:
    # As `leases.pause` says: nothing else lets a seal rest for years.
    stopped = until is not None and tried_at is not None and until - tried_at > timedelta(days=365)
    return Wait(
        agreement_id=agreement_id,
        municipality=municipality,
        kind=kind or "",
        position=position or 0,
        since=since,
        problem=problem,
        tried_at=tried_at if problem else None,
        next_at=until if problem and not stopped else None,
        paid_in_vain=paid if problem and paid >= leases.PAID_IN_VAIN else 0,
        stopped=stopped,
    )
