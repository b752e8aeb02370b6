"""Roles granted for a department go on at its successor 組織改編に伴う役割の引継ぎ."""

from . import models


def follow(*, department_id: int, successor_id: int) -> None:
    """Within the transaction of the reorganisation, whose verb writes the ledger line 役割の引継ぎ."""
    held = models.RoleGrant.objects.filter(department=department_id)
    known = set(models.RoleGrant.objects.filter(department=successor_id).values_list("staff", "role"))
    for grant in held:
        if (grant.staff_id, grant.role) in known:
            grant.delete()
        else:
            grant.department_id = successor_id
            grant.save(update_fields=["department"])
