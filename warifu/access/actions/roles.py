"""Roles: granted and taken back by one administrator, for another person 役割の付与と取消し.

Nobody changes their own (JIS Q 27002, 5.3: four eyes), and one administrator always stays.
"""

from datetime import date, datetime

from django.db import transaction

from warifu.access import administrators, errors, models
from warifu.access import letters as mails
from warifu.access.person import Person
from warifu.access.rights import FOR_DEPARTMENTS, Right, Role
from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.directory import models as directory
from warifu.japan import calendar


def grant_role(
    *,
    staff: directory.StaffMember,
    role: Role,
    department: directory.Department | None,
    begins_on: date | None,
    ends_on: date | None,
    letters: mails.Letters,
    by: Person,
    at: datetime,
) -> models.RoleGrant:
    """A role for the whole body (None) or a department with all below it; who has it gets these days 役割の付与.

    Days are days in Japan, both included; None has no such bound. The person and the other administrators hear of it
    by mail. Raises `errors.RoleRefused`.
    """
    with transaction.atomic():
        _require(by, staff)
        today = calendar.day_in_japan(at)
        _require_place(staff, role, department, today=today)
        _require_days(begins_on, ends_on, today=today)
        grant = models.RoleGrant.objects.filter(staff=staff, role=role, department=department).first()
        before = _described(grant) if grant else {}
        grant = grant or models.RoleGrant(staff=staff, role=role, department=department)
        grant.begins_on, grant.ends_on = begins_on, ends_on
        grant.granted_at, grant.granted_by = at, by.staff
        with administrators.one_stays(staff.municipality, on=today):
            grant.save()
        _note("grant_role", staff, by=by, at=at, before=before, after=_described(grant))
        _tell(letters, grant, "期間の変更" if before else "役割の付与", by=by, at=at)
    return grant


def revoke_role(*, grant: models.RoleGrant, letters: mails.Letters, by: Person, at: datetime) -> None:
    """The role is the person's no more, from the next request on 役割の取消し.

    The person and the other administrators hear of it by mail. Raises `errors.RoleRefused`.
    """
    with transaction.atomic():
        _require(by, grant.staff)
        before = _described(grant)
        with administrators.one_stays(grant.staff.municipality, on=calendar.day_in_japan(at)):
            deleted, _ = models.RoleGrant.objects.filter(pk=grant.pk).delete()
        if not deleted:
            raise errors.NotHeld("この役割は、すでに取り消されています。一覧で今の役割を確かめてください。")
        _note("revoke_role", grant.staff, by=by, at=at, before=before, after={})
        _tell(letters, grant, "役割の取消し", by=by, at=at)


def _require(by: Person, staff: directory.StaffMember) -> None:
    if not by.may(Right.ROLES) or by.municipality.pk != staff.municipality_id:
        raise errors.NotAdministrator("役割の付与と取消しは、その団体の全体管理者が行います。")
    if by.staff.pk == staff.pk:
        raise errors.OwnRoles("自分の役割は、自分では変更できません。ほかの全体管理者へ依頼してください。")


def _require_place(
    staff: directory.StaffMember, role: Role, department: directory.Department | None, *, today: date
) -> None:
    if staff.left_on is not None and staff.left_on < today:
        raise errors.NotHeld(f"{staff.name}さんは退職しているため、役割を付与できません。")
    if department is None:
        return
    if department.municipality_id != staff.municipality_id:
        raise errors.WholeBodyOnly("この部署は、ほかの団体の部署です。一覧から選んでください。")
    if role not in FOR_DEPARTMENTS:
        raise errors.WholeBodyOnly(
            f"「{role.label}」は、団体の全体についての役割です。範囲の部署を空欄にしてください。"
        )


def _require_days(begins_on: date | None, ends_on: date | None, *, today: date) -> None:
    if ends_on is not None and ends_on < max(today, begins_on or today):
        raise errors.WrongDays("終了日が、今日又は開始日より前になっています。日付を確かめてください。")


def _described(grant: models.RoleGrant) -> dict[str, object]:
    return {
        "role": Role(grant.role).label,
        "department": grant.department.path if grant.department else "団体の全体",
        "begins_on": grant.begins_on,
        "ends_on": grant.ends_on,
    }


def _note(
    verb: str,
    staff: directory.StaffMember,
    *,
    by: Person,
    at: datetime,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    # Days alone do not tell which role they belong to.
    known = after or before
    facts = {"role": str(known["role"]), "department": str(known["department"])} if before and after else {}
    audit.append(
        ledger=staff.municipality.code,
        action=f"access.{verb}",
        target=f"staff:{staff.pk}",
        by=by.actor,
        at=at,
        facts={"person": staff.name, **facts, **changes.between(before, after)},
    )


def _tell(letters: mails.Letters, grant: models.RoleGrant, what: str, *, by: Person, at: datetime) -> None:
    staff = grant.staff
    others = administrators.administrators(staff.municipality, on=calendar.day_in_japan(at)).exclude(pk=by.staff.pk)
    told = mails.RoleChange(
        whose=f"{staff.department.path} {staff.name}".strip(),
        what=what,
        role=Role(grant.role).label,
        reach=f"{grant.department.path}とその下の部署" if grant.department else "団体の全体",
        days=_days(grant),
        by=f"{by.department.path} {by.staff.name}".strip(),
    )
    for one in [staff, *others.exclude(pk=staff.pk)]:
        letters.role_changed(
            municipality=staff.municipality, staff=f"staff:{staff.pk}", name=one.name, mail=one.mail, change=told, at=at
        )


def _days(grant: models.RoleGrant) -> str:
    begins = f"{calendar.wareki(grant.begins_on)}から" if grant.begins_on else ""
    ends = f"{calendar.wareki(grant.ends_on)}まで" if grant.ends_on else ""
    return f"{begins}{ends}" or "期限の定めなし"
