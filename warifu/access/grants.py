"""Who holds which role in one body 役割を持つ職員."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.directory.departments import valid_on

from . import models, queries
from .rights import Right, Role


def people(municipality: directory.Municipality, *, words: str, role: str, on: date) -> QuerySet[directory.StaffMember]:
    """People with their grants, those over and those to come included 役割を持つ職員の検索.

    With words everybody who works on this day and in whom all are found; without, who holds any role, or the one.
    """
    granted = models.RoleGrant.objects.filter(staff=OuterRef("pk"))
    found = directory_queries.staff_of(municipality)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(mail__icontains=word) | Q(department__path__icontains=word))
    if role:
        found = found.filter(Exists(granted.filter(role=role)))
    elif words:
        found = found.exclude(left_on__lt=on)
    else:
        found = found.filter(Exists(granted))
    grants = models.RoleGrant.objects.select_related("department").order_by("pk")
    return found.prefetch_related(Prefetch("role_grants", grants)).order_by("name", "pk")


def count_by_role(municipality: directory.Municipality, *, on: date) -> dict[Role, int]:
    """How many people hold each role on this day in Japan 役割ごとの人数."""
    held = models.RoleGrant.objects.filter(valid_on(on), staff__municipality=municipality)
    counted = dict(held.values_list("role").annotate(Count("staff", distinct=True)).order_by())
    return {role: counted.get(role.value, 0) for role in Role}


def grant_of(staff: directory.StaffMember, grant_id: int) -> models.RoleGrant | None:
    """One grant of this person, or None 役割の付与."""
    return queries.grants_of(staff).select_related("staff__municipality").filter(pk=grant_id).first()


def administrators(municipality: directory.Municipality, *, on: date) -> QuerySet[directory.StaffMember]:
    """Who can grant roles on this day in Japan, and works there 全体管理者."""
    return queries.staff_who_may(municipality, Right.ROLES, on=on).exclude(left_on__lt=on)


def lasting_administrators(
    municipality: directory.Municipality, *, on: date | None = None
) -> QuerySet[directory.StaffMember]:
    """Whose role has no end, who are not about to leave and can sign in 期限の定めのない全体管理者.

    With a day in Japan, those who hold it by then.
    """
    without_end = models.RoleGrant.objects.filter(
        staff=OuterRef("pk"), role=Role.ADMINISTRATOR, department__isnull=True, ends_on__isnull=True
    )
    if on is not None:
        without_end = without_end.filter(valid_on(on))
    staying = directory_queries.staff_of(municipality).filter(left_on__isnull=True, account__is_active=True)
    return staying.filter(Exists(without_end))


def require_another(staff_id: UUID) -> None:
    """Raises the directory's StillInUse where this person is the body's last administrator 最後の全体管理者."""
    staff = directory_queries.staff_member(staff_id)
    lasting = lasting_administrators(staff.municipality)
    if lasting.filter(pk=staff.pk).exists() and not lasting.exclude(pk=staff.pk).exists():
        raise directory_errors.StillInUse(
            f"{staff.name}さんは、ただ一人の全体管理者です。先に、ほかの職員へ全体管理者の役割を付与してください。"
        )
