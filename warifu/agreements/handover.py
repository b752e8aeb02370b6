"""What somebody has in hand, so that nobody leaves with it 引継ぎの対象."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries

from . import models, queries
from .lifecycle import State

_UNDECIDED = [State.DRAFT.value, State.IN_APPROVAL.value]


@dataclass(frozen=True)
class InHand:
    """Agreements under way: of which a person is in charge, and which they are to approve 引継ぎの対象."""

    in_charge: QuerySet[models.Agreement]
    to_approve: QuerySet[models.Agreement]

    def any(self) -> bool:
        """Whether there is anything to hand over 引継ぎの要否."""
        return self.in_charge.exists() or self.to_approve.exists()


def in_charge(staff: directory.StaffMember) -> Q:
    """The condition that this person is in charge of an agreement: by drafting it, or by taking it over 担当."""
    return Q(officer=staff) | Q(officer__isnull=True, drafted_by=staff)


def of(staff: directory.StaffMember) -> InHand:
    """What this person has in hand 引継ぎの対象."""
    under_way = queries.agreements_of(staff.municipality).filter(state__in=queries.OPEN)
    undecided = under_way.filter(state__in=_UNDECIDED, approver=staff)
    return InHand(under_way.filter(in_charge(staff)), undecided)


@dataclass(frozen=True, slots=True)
class Matter:
    """An agreement under way, by the people who have to do with it 進行中の契約.

    `undecided` says that it can still get another approver.
    """

    agreement_id: UUID
    number: str
    title: str
    state: str
    department_id: int
    in_charge: UUID
    drafted_by: UUID
    submitted_by: UUID | None
    approver: UUID | None
    undecided: bool


def matters_of(
    municipality: directory.Municipality, *, people: Iterable[UUID] = (), agreements: Iterable[UUID] = ()
) -> list[Matter]:
    """What any of these people has in hand, and these agreements if under way, the oldest first 引継ぎの対象の一覧."""
    these = list(people)
    mine = Q(officer__in=these) | Q(officer__isnull=True, drafted_by__in=these)
    under_way = models.Agreement.objects.filter(municipality=municipality, state__in=queries.OPEN)
    found = under_way.filter(mine | Q(state__in=_UNDECIDED, approver__in=these) | Q(pk__in=list(agreements))).order_by(
        "drafted_at", "pk"
    )
    columns = ("pk", "number", "title", "state", "department", "officer", "drafted_by", "submitted_by", "approver")
    return [
        Matter(
            pk, number, title, state, department, officer or drafter, drafter, submitter, approver, state in _UNDECIDED
        )
        for pk, number, title, state, department, officer, drafter, submitter, approver in found.values_list(*columns)
    ]


def require_nothing(staff_id: UUID) -> None:
    """Raises the directory's StillInUse while this person has something in hand 引継ぎの確認."""
    staff = directory_queries.staff_member(staff_id)
    found = of(staff)
    if found.any():
        raise directory_errors.StillInUse(
            f"この職員は、進行中の契約{found.in_charge.count()}件を担当し、{found.to_approve.count()}件の承認者になっています。"
            "引き継ぐ職員を選んでください。"
        )
