"""部署: made, renamed, moved, succeeded and ended, on a day that may be to come."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.agreements import actions as agreements
from warifu.agreements import models as agreement_models
from warifu.audit import models as audit
from warifu.directory import actions, departments, errors, models
from warifu.jobs import tasks

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY, APRIL = date(2026, 3, 2), date(2026, 4, 1)
LAST_SECOND = datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)
"""0:00 JST of April 1."""


def found(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path, ends_on__isnull=True)


def add(name: str, parent: models.Department | None = None, begins_on: date | None = None) -> models.Department:
    entry = actions.DepartmentEntry(name, parent)
    return actions.add_department(
        municipality=city.morioka(), entry=entry, begins_on=begins_on, by=city.chida().actor, at=AT
    )


def change(
    department: models.Department, name: str, parent: models.Department | None, starts_on: date
) -> models.Department:
    return actions.change_department(
        department=department, name=name, parent=parent, starts_on=starts_on, by=city.chida().actor, at=AT
    )


def end(department: models.Department, successor: models.Department | None, last_day: date) -> models.Department:
    return actions.end_department(
        department=department, last_day=last_day, successor=successor, by=city.chida().actor, at=AT
    )


def night(at: datetime) -> int:
    return tasks.reorganise(at=at, resting={})


def posts(mail: str) -> list[tuple[str, date | None, date | None]]:
    held = models.Post.objects.filter(staff__mail=mail).order_by("pk")
    return [(post.department.path, post.begins_on, post.ends_on) for post in held]


def test_a_department_is_called_by_its_path(cast: None) -> None:
    section = add("検査係", found("財政部 契約検査課"))
    assert str(section) == "財政部 契約検査課 検査係"
    assert city.sato().actor.post == "財政部 契約検査課 主任"


def test_siblings_bear_different_names(cast: None) -> None:
    with pytest.raises(errors.NameTaken, match="「財政部」の下"):
        add("契約検査課", found("財政部"))
    assert add("契約検査課", found("総務部")).path == "総務部 契約検査課"


def test_a_change_to_come_waits_for_midnight_in_japan(cast: None, objects: Path) -> None:
    old = found("財政部")
    draft = city.drafted(objects, at=AT)
    new = change(old, "財務部", None, APRIL)
    grant = access.RoleGrant.objects.create(staff=city.sato().staff, role=Role.APPROVER, department=old)
    assert night(LAST_SECOND) == 0
    assert city.person("onodera@morioka.example.jp").actor.post == "財政部 財政部長"
    assert night(MIDNIGHT) == 1
    assert night(MIDNIGHT) == 0
    assert city.person("onodera@morioka.example.jp").actor.post == "財務部 財政部長"
    assert posts("onodera@morioka.example.jp") == [("財政部", None, date(2026, 3, 31)), ("財務部", APRIL, None)]
    assert city.sato().actor.post == "財務部 契約検査課 主任"
    draft.refresh_from_db()
    assert draft.department.path == "財務部 契約検査課"
    grant.refresh_from_db()
    assert grant.department == new
    old.refresh_from_db()
    assert old.path == "財政部", "what was done there stays under its name"


def test_a_change_of_today_holds_at_once(cast: None) -> None:
    change(found("財政部 契約検査課"), "契約課", found("総務部"), TODAY)
    assert city.sato().actor.post == "総務部 契約課 主任"


def test_agreements_under_way_go_along_and_ended_ones_stay(cast: None, objects: Path) -> None:
    old, heir = found("財政部 契約検査課"), found("総務部 総務課")
    under_way, over = city.drafted(objects, at=AT), city.sent(objects, at=AT)
    agreements.withdraw(agreement_id=over.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=AT)
    end(old, heir, date(2026, 3, 31))
    night(MIDNIGHT)
    named = dict(agreement_models.Agreement.objects.values_list("pk", "department__path"))
    assert named == {under_way.pk: "総務部 総務課", over.pk: "財政部 契約検査課"}
    assert city.sato().actor.post == "総務部 総務課 主任"


def test_what_stands_below_goes_to_the_successor_too(cast: None) -> None:
    end(found("財政部"), found("総務部"), date(2026, 3, 31))
    whole = departments.tree_of(city.morioka())
    before = {row.name for row in whole.children_on(date(2026, 3, 31))[found("総務部").pk]}
    after = {row.name for row in whole.children_on(APRIL)[found("総務部").pk]}
    assert (before, after) == ({"総務課"}, {"総務課", "契約検査課"})
    assert night(MIDNIGHT) == 2
    assert city.sato().actor.post == "総務部 契約検査課 主任"


def test_nothing_ends_with_people_in_it(cast: None) -> None:
    with pytest.raises(errors.StillInUse, match="職員3名の所属と、下位の部署0"):
        end(found("財政部 契約検査課"), None, date(2026, 3, 31))
    empty = add("検査係", found("財政部 契約検査課"))
    assert end(empty, None, date(2026, 3, 31)).ends_on == date(2026, 3, 31)


def test_nothing_is_moved_below_itself(cast: None) -> None:
    section = found("財政部 契約検査課")
    with pytest.raises(errors.BelowItself):
        change(found("財政部"), "財政部", section, APRIL)
    with pytest.raises(errors.BelowItself):
        end(found("財政部"), section, date(2026, 3, 31))


def test_a_plan_is_cancelled_until_its_day(cast: None) -> None:
    before = list(models.Department.objects.order_by("pk").values("name", "parent", "ends_on", "successor"))
    new = change(found("財政部"), "財務部", None, APRIL)
    with pytest.raises(errors.AlreadyPlanned, match="令和8年3月31日"):
        change(models.Department.objects.get(path="財政部"), "税財政部", None, APRIL)
    actions.cancel_change(department=new, by=city.chida().actor, at=AT)
    end(found("財政部"), found("総務部"), date(2026, 3, 31))
    ending = models.Department.objects.get(path="財政部")
    actions.cancel_change(department=ending, by=city.chida().actor, at=AT)
    coming = add("デジタル推進課", found("総務部"), begins_on=APRIL)
    actions.cancel_change(department=coming, by=city.chida().actor, at=AT)
    after = list(models.Department.objects.order_by("pk").values("name", "parent", "ends_on", "successor"))
    assert after == before
    with pytest.raises(errors.NotNow):
        actions.cancel_change(department=found("財政部"), by=city.chida().actor, at=AT)


def test_a_plan_upon_which_another_rests_is_not_cancelled(cast: None) -> None:
    new = change(found("財政部"), "財務部", None, APRIL)
    add("税務課", new, begins_on=APRIL)
    with pytest.raises(errors.StillInUse, match="財務部"):
        actions.cancel_change(department=new, by=city.chida().actor, at=AT)
    assert models.Department.objects.get(path="財政部").successor == new


def test_days_that_are_over_change_nothing(cast: None) -> None:
    with pytest.raises(errors.WrongDay):
        change(found("財政部"), "財務部", None, TODAY - timedelta(days=1))


def test_another_bodys_department_is_nothing_to_stand_below(cast: None) -> None:
    theirs = models.Department.objects.get(municipality__code=city.TAKIZAWA, name="財務課")
    with pytest.raises(errors.NotThen):
        add("検査係", theirs)


def test_who_worked_in_both_works_in_the_successor_only(cast: None) -> None:
    sato, heir = city.sato().staff, found("総務部 総務課")
    models.Post.objects.create(staff=sato, department=heir, title="併任", is_main=False)
    end(found("財政部 契約検査課"), heir, date(2026, 3, 31))
    night(MIDNIGHT)
    held = models.Post.objects.get(staff=sato, ends_on__isnull=True)
    assert (held.department, held.is_main, held.title) == (heir, True, "併任")


def test_the_ledger_tells_what_changed(cast: None) -> None:
    change(found("財政部"), "財務部", None, APRIL)
    line = audit.Entry.objects.get(action="directory.change_department")
    assert (line.facts["starts_on"], line.facts["changed"]) == ("2026-04-01", ["path", "begins_on"])
