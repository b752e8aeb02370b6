"""One administrator who lasts stays in every body: the one place that decides it 最後の全体管理者.

Whoever takes a role away, closes an account or lets somebody leave asks here, within their transaction.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.directory.actions import departments as register
from warifu.directory.departments import valid_on

from . import errors, models, queries
from .rights import Right, Role

GONE = (
    "期限の定めのない全体管理者がいなくなるため、この変更はできません。"
    "先に、ほかの職員へ全体管理者の役割を付与してください。"
)


def administrators(municipality: directory.Municipality, *, on: date) -> QuerySet[directory.StaffMember]:
    """Who can grant roles on this day in Japan, and works there 全体管理者."""
    return queries.staff_who_may(municipality, Right.ROLES, on=on).exclude(left_on__lt=on)


def lasting(municipality: directory.Municipality, *, on: date) -> QuerySet[directory.StaffMember]:
    """Who holds the role by this day in Japan without an end, is not about to leave and can sign in 全体管理者."""
    without_end = models.RoleGrant.objects.filter(
        valid_on(on),
        staff=OuterRef("pk"),
        role=Role.ADMINISTRATOR,
        department__isnull=True,
        ends_on__isnull=True,
    )
    staying = directory_queries.staff_of(municipality).filter(left_on__isnull=True, account__is_active=True)
    return staying.filter(Exists(without_end))


@contextmanager
def one_stays(municipality: directory.Municipality, *, on: date) -> Iterator[None]:
    """What is done inside leaves one who lasts by this day in Japan, where there was one 全体管理者の確保.

    Within the caller's transaction, which has to be rolled back when it raises errors.LastAdministrator.
    """
    # Two who take the role from each other at once come one after the other.
    register.lock(municipality)
    there = lasting(municipality, on=on).exists()
    yield
    if there and not lasting(municipality, on=on).exists():
        raise errors.LastAdministrator(GONE)


def require_another(staff_id: UUID, *, on: date) -> None:
    """Raises the directory's StillInUse where nobody else lasts by this day in Japan 最後の全体管理者."""
    staff = directory_queries.staff_member(staff_id)
    register.lock(staff.municipality)
    known = set(lasting(staff.municipality, on=on).values_list("pk", flat=True))
    if known == {staff.pk}:
        raise directory_errors.StillInUse(
            f"{staff.name}さんは、ただ一人の全体管理者です。先に、ほかの職員へ全体管理者の役割を付与してください。"
        )


def accounts_of(people: Iterable[UUID]) -> dict[UUID, bool]:
    """Whether the account is open, of those of these people who have one アカウントの有無."""
    rows = models.Account.objects.filter(staff__in=list(people)).values_list("staff", "is_active")
    return {staff: is_open for staff, is_open in rows if staff is not None}
