"""Who holds which role on a day, for many people at once 役割の保持者."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from warifu.directory import models as directory

from . import models
from .rights import Role


def holders(
    municipality: directory.Municipality, *, roles: Collection[Role], on: date
) -> list[tuple[UUID, Role, int | None]]:
    """(person, role, department or None for the whole body) of every grant that holds on this day 役割の保持者."""
    found = models.RoleGrant.objects.filter(_on(on), staff__municipality=municipality, role__in=roles)
    return [(staff, Role(role), place) for staff, role, place in found.values_list("staff", "role", "department")]


def roles_of(people: Iterable[UUID], *, on: date) -> dict[UUID, list[tuple[str, int | None]]]:
    """Every role of these people on this day, as (role, department) 職員の役割."""
    found: dict[UUID, list[tuple[str, int | None]]] = {}
    rows = models.RoleGrant.objects.filter(_on(on), staff__in=list(people)).order_by("role", "department")
    for staff, role, place in rows.values_list("staff", "role", "department"):
        found.setdefault(staff, []).append((role, place))
    return found


def _on(day: date) -> Q:
    return Q(Q(begins_on__isnull=True) | Q(begins_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day))
