"""Who holds which role in one body 役割を持つ職員."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.directory.departments import valid_on

from . import models, queries
from .rights import Role


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
