"""Roles and accounts of many people on one day: personnel transfer 人事異動に伴う役割とアカウント."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from warifu.access import administrators, models, sessions
from warifu.access.rights import Role
from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.japan import calendar

Held = tuple[Role, int | None]
"""A role, and the key of the department within which it is held; None is the whole body."""


@dataclass(frozen=True)
class Standing:
    """What one person holds from the day on 役割の発令.

    `roles` None: what they hold stays, but for roles within a department of `left`. `closes`, `opens`: the account is
    closed with all its sessions, or may be used again.
    """

    staff_id: UUID
    name: str
    roles: tuple[Held, ...] | None = None
    left: Collection[int] = ()
    place: directory.Department | None = None
    """The department that `roles` name, where they name one."""
    closes: bool = False
    opens: bool = False


def transfer(
    *,
    municipality: directory.Municipality,
    standings: Sequence[Standing],
    on: date,
    granted_by: directory.StaffMember | None,
    by: Actor,
    at: datetime,
) -> int:
    """Roles that do not go on end on the day before, new ones begin on the day; accounts of leavers close 人事異動.

    Whoever's roles and account stay as they are gets no line of the ledger; returns how many got one. Raises
    errors.LastAdministrator where nobody would be left who can grant roles.
    """
    lasting_on = max(on, calendar.day_in_japan(at))
    with transaction.atomic(), administrators.one_stays(municipality, on=lasting_on):
        grants, ended = _held([one.staff_id for one in standings], on)
        settled = _Settled()
        accounts = {
            one.staff_id: one for one in models.Account.objects.filter(staff__in=[one.staff_id for one in standings])
        }
        lines = []
        for one in standings:
            held = grants[one.staff_id]
            wanted = _wanted(one, [(Role(grant.role), grant.department_id) for grant in held])
            before: dict[str, object] = {"roles": _words(held)}
            after: dict[str, object] = {"roles": _settle(one, held, ended, wanted, on, granted_by, at, settled)}
            account = accounts.get(one.staff_id)
            if account is not None and account.is_active is (not one.opens) and (one.closes or one.opens):
                before["account_open"], after["account_open"] = account.is_active, one.opens
                (settled.opened if one.opens else settled.closed).append(account.pk)
            if told := changes.between(before, after):
                facts = {"person": one.name, "on": on.isoformat(), **told}
                lines.append(audit.Line("access.transfer", f"staff:{one.staff_id}", facts))
        settled.save(on=on, at=at)
        return audit.append_all(ledger=municipality.code, lines=lines, by=by, at=at)


@dataclass
class _Settled:
    """Grants of all of them that are written together."""

    over: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    anew: list[models.RoleGrant] = field(default_factory=list)
    new: list[models.RoleGrant] = field(default_factory=list)
    opened: list[UUID] = field(default_factory=list)
    closed: list[UUID] = field(default_factory=list)

    def save(self, *, on: date, at: datetime) -> None:
        models.RoleGrant.objects.filter(pk__in=self.gone).delete()
        models.RoleGrant.objects.filter(pk__in=self.over).update(ends_on=on - timedelta(days=1))
        changed = ["begins_on", "ends_on", "granted_at", "granted_by"]
        models.RoleGrant.objects.bulk_update(self.anew, changed, batch_size=100)
        models.RoleGrant.objects.bulk_create(self.new, batch_size=100)
        models.Account.objects.filter(pk__in=self.opened).update(is_active=True)
        models.Account.objects.filter(pk__in=self.closed).update(is_active=False)
        living = models.Session.objects.filter(account__in=self.closed, ended_at__isnull=True)
        living.update(ended_at=at, ended_why=sessions.End.CLOSED)


Places = dict[tuple[UUID, Role, int | None], models.RoleGrant]


def _held(people: Sequence[UUID], on: date) -> tuple[defaultdict[UUID, list[models.RoleGrant]], Places]:
    living = defaultdict[UUID, list[models.RoleGrant]](list)
    ended: Places = {}
    for grant in models.RoleGrant.objects.filter(staff__in=people).select_related("department"):
        if grant.ends_on is None or grant.ends_on >= on:
            living[grant.staff_id].append(grant)
        else:
            ended[grant.staff_id, Role(grant.role), grant.department_id] = grant
    return living, ended


def _wanted(one: Standing, held: Sequence[Held]) -> set[Held]:
    if one.closes:
        return set()
    if one.roles is not None:
        return set(one.roles)
    return {(role, department) for role, department in held if department not in one.left}


def _settle(
    one: Standing,
    held: Sequence[models.RoleGrant],
    ended: Places,
    wanted: set[Held],
    on: date,
    granted_by: directory.StaffMember | None,
    at: datetime,
    settled: _Settled,
) -> list[str]:
    kept: list[models.RoleGrant] = []
    for grant in held:
        if (Role(grant.role), grant.department_id) in wanted:
            kept.append(grant)
        elif grant.begins_on is not None and grant.begins_on >= on:
            settled.gone.append(grant.pk)
        else:
            settled.over.append(grant.pk)
    have = {(Role(grant.role), grant.department_id) for grant in kept}
    for role, department in sorted(wanted - have, key=str):
        # One row for each role and place: what was held before and is over begins anew, the ledger has the days.
        known = ended.get((one.staff_id, role, department))
        made = known or models.RoleGrant(staff_id=one.staff_id, role=role, department_id=department)
        if one.place is not None and one.place.pk == department:
            made.department = one.place
        made.begins_on, made.ends_on, made.granted_at, made.granted_by = on, None, at, granted_by
        (settled.anew if known else settled.new).append(made)
        kept.append(made)
    return _words(kept)


def _words(grants: Sequence[models.RoleGrant]) -> list[str]:
    return [
        f"{Role(grant.role).label}（{grant.department.path if grant.department else '団体全体'}）" for grant in grants
    ]
