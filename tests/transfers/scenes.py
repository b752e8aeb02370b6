"""A plan for April 1, made in March, and the worker that does it 人事異動の場面."""

from datetime import UTC, date, datetime, timedelta

from tests import city
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.directory import actions as directory_actions
from warifu.directory import models as directory
from warifu.directory import people
from warifu.transfers import actions, applying, models
from warifu.transfers.models import Kind

MARCH = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
APRIL_1 = date(2026, 4, 1)
MIDNIGHT = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
"""0:00 of April 1 in Japan."""


class Clock:
    """Stands still unless it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def tools(at: datetime = MIDNIGHT) -> applying.Tools:
    return applying.Tools(
        clock=Clock(at), lease=timedelta(seconds=30), post=city.POST, letters=city.LETTERS, rest=timedelta(0)
    )


def department(path: str) -> directory.Department:
    return directory.Department.objects.get(municipality=city.morioka(), path=path, ends_on=None)


def staff(login: str) -> directory.StaffMember:
    return directory.StaffMember.objects.get(mail=f"{login}@morioka.example.jp")


def colleague(login: str, name: str, path: str, *roles: Role, title: str = "主事") -> directory.StaffMember:
    """One more person of 盛岡市, with an account."""
    made = directory_actions.add_person(
        municipality=city.morioka(),
        entry=directory_actions.PersonEntry(name, f"{login}@morioka.example.jp"),
        department=department(path),
        title=title,
        begins_on=date(2020, 4, 1),
        by=city.chida().actor,
        at=MARCH,
    )
    access.Account.objects.create(mail=made.mail, staff=made, password="!")
    for role in roles:
        access.RoleGrant.objects.create(staff=made, role=role)
    return made


def planned(on: date = APRIL_1) -> models.Plan:
    return actions.plan(
        municipality=city.morioka(), effective_on=on, made_by=city.chida().staff, by=city.chida().actor, at=MARCH
    )


def enter(plan: models.Plan, entry: actions.Entry) -> models.Move:
    return actions.enter(plan_id=plan.pk, municipality=city.morioka(), entry=entry, by=city.chida().actor, at=MARCH)


def moves(plan: models.Plan, login: str, path: str, title: str = "", **more: object) -> models.Move:
    """Somebody goes to another department."""
    to = directory_actions.Place(department(path), title)
    return enter(plan, actions.Entry(Kind.MOVE, staff=staff(login), main=to, **more))  # type: ignore[arg-type]  # members of Entry


def leaves(plan: models.Plan, login: str) -> models.Move:
    return enter(plan, actions.Entry(Kind.LEAVE, staff=staff(login)))


def comes(plan: models.Plan, login: str, name: str, path: str, **more: object) -> models.Move:
    who = actions.Newcomer(name, f"{login}@morioka.example.jp", "")
    to = directory_actions.Place(department(path), "主事")
    return enter(plan, actions.Entry(Kind.JOIN, newcomer=who, main=to, **more))  # type: ignore[arg-type]  # members of Entry


def confirmed(plan: models.Plan) -> models.Plan:
    return actions.confirm(plan_id=plan.pk, despite_warnings=True, by=city.chida(), at=MARCH)


def done(plan: models.Plan, at: datetime = MIDNIGHT) -> models.Plan:
    """What the workers do from `at` on until nothing is left."""
    while applying.advance(plan_id=plan.pk, tools=tools(at), at=at) is applying.Outcome.GOES_ON:
        pass
    plan.refresh_from_db()
    return plan


def posts(login: str, on: date = APRIL_1) -> list[tuple[str, str, bool]]:
    return [(one.department.path, one.title, one.is_main) for one in people.posts_of(staff(login), on=on)]


def roles(login: str, on: date = APRIL_1) -> set[tuple[str, str | None]]:
    found = access.RoleGrant.objects.filter(staff=staff(login)).exclude(ends_on__lt=on).exclude(begins_on__gt=on)
    return {(one.role, one.department.path if one.department else None) for one in found}
