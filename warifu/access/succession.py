"""Roles granted for a department go on at its successor 組織改編に伴う役割の引継ぎ."""

from datetime import date

from . import models


def follow(*, department_id: int, successor_id: int) -> None:
    """Within the transaction of the reorganisation, whose verb writes the ledger line 役割の引継ぎ.

    Of two grants of one role to one person the one that lasts longer stays.
    """
    there = models.RoleGrant.objects.filter(department=successor_id)
    known = {(grant.staff_id, grant.role): grant for grant in there}
    for grant in models.RoleGrant.objects.filter(department=department_id):
        double = known.get((grant.staff_id, grant.role))
        if double is not None and _end(double) >= _end(grant):
            grant.delete()
            continue
        if double is not None:
            double.delete()
        grant.department_id = successor_id
        grant.save(update_fields=["department"])


def _end(grant: models.RoleGrant) -> date:
    return grant.ends_on or date.max
