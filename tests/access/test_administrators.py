"""Every way to take a role away asks whether one administrator who lasts stays (access.administrators)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests import city
from tests.integrations import sheets
from tests.transfers import scenes
from warifu.access import actions, administrators, errors, models
from warifu.access.person import Person
from warifu.access.rights import Role
from warifu.directory import actions as directory
from warifu.directory import errors as directory_errors
from warifu.integrations.scim import errors as scim_errors
from warifu.integrations.scim import users
from warifu.japan import calendar

pytestmark = pytest.mark.django_db
AT: datetime = sheets.AT
TODAY: date = calendar.day_in_japan(AT)
HEAD = "氏名,メールアドレス,部署,職名,兼務,発令日,退職日"
CHIDA = "千田 学,chida@morioka.example.jp,総務部 総務課,係長,,,2026/03/31"
Path = Callable[[], object]


def lasting(on: date = TODAY) -> list[str]:
    return [one.name for one in administrators.lasting(city.morioka(), on=on)]


def second_administrator(login: str = "obara", **days: date) -> None:
    models.RoleGrant.objects.create(staff=scenes.staff(login), role=Role.ADMINISTRATOR, **days)


def grant() -> models.RoleGrant:
    return models.RoleGrant.objects.get(staff=scenes.staff("chida"), role=Role.ADMINISTRATOR)


def hand() -> users.Hand:
    return users.Hand(city.morioka(), city.chida().actor, AT, city.LETTERS)


def revoked() -> None:
    actions.revoke_role(grant=grant(), letters=city.LETTERS, by=colleague(), at=AT)


def colleague() -> Person:
    """Somebody who may grant roles for now: until the end of the month, or who was an administrator a moment ago."""
    second_administrator("oikawa", ends_on=TODAY + timedelta(days=5))
    return city.person("oikawa@morioka.example.jp", at=AT)


def limited() -> None:
    actions.grant_role(
        staff=scenes.staff("chida"),
        role=Role.ADMINISTRATOR,
        department=None,
        begins_on=None,
        ends_on=TODAY + timedelta(days=90),
        letters=city.LETTERS,
        by=colleague(),
        at=AT,
    )


def closed() -> None:
    actions.close_account(account=scenes.staff("chida").account, by=city.oikawa().actor, at=AT)


def left() -> None:
    directory.leave(staff=scenes.staff("chida"), last_day=date(2026, 3, 31), by=city.oikawa().actor, at=AT)


def left_long_ago() -> None:
    directory.leave(staff=scenes.staff("chida"), last_day=date(2021, 3, 31), by=city.oikawa().actor, at=AT)


def switched_off() -> None:
    chida = users.staff_of(city.morioka()).get(pk=scenes.staff("chida").pk)
    users.change(chida, replace(users.as_wanted(chida), active=False), hand())


def deleted_by_another_system() -> None:
    users.remove(users.staff_of(city.morioka()).get(pk=scenes.staff("chida").pk), hand())


def transferred_without() -> None:
    transferred(actions.Standing(scenes.staff("chida").pk, "千田 学", roles=((Role.READER, None),)))


def transferred_away() -> None:
    transferred(actions.Standing(scenes.staff("chida").pk, "千田 学", closes=True))


def transferred(standing: actions.Standing) -> None:
    actions.transfer(
        municipality=city.morioka(), standings=[standing], on=TODAY, granted_by=None, by=city.oikawa().actor, at=AT
    )


PATHS: list[Path] = [
    revoked,
    limited,
    closed,
    left,
    left_long_ago,
    switched_off,
    deleted_by_another_system,
    transferred_without,
    transferred_away,
]
REFUSALS = (errors.LastAdministrator, directory_errors.StillInUse, scim_errors.ScimRefused)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_no_path_takes_the_last_administrator_away(cast: None, path: Path) -> None:
    with pytest.raises(REFUSALS, match="先に、ほかの職員へ全体管理者の役割を付与してください"):
        path()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_with_a_second_one_the_first_may_go(cast: None, path: Path) -> None:
    second_administrator()
    path()
    assert lasting(date(2026, 4, 1)) == ["小原 律子"]


def test_one_who_cannot_sign_in_or_only_will_be_one_does_not_count(cast: None) -> None:
    second_administrator()
    models.Account.objects.filter(staff=scenes.staff("obara")).update(is_active=False)
    second_administrator("konno", begins_on=TODAY + timedelta(days=40))
    second_administrator("abe", ends_on=date(2099, 3, 31))
    for path in (closed, left, transferred_away):
        with pytest.raises(REFUSALS):
            path()


def test_a_file_that_lets_all_administrators_leave_is_refused_in_the_row_of_the_last(cast: None) -> None:
    second_administrator()
    obara = "小原 律子,obara@morioka.example.jp,総務部 総務課,主査,,,2026/03/31"
    made = sheets.checked("people", HEAD, obara, CHIDA)
    ((line, column, sentence),) = sheets.told(made)
    assert (line, column) == (3, "退職日")
    assert "ただ一人の全体管理者です。先に、" in sentence


def test_a_file_whose_administrator_became_the_last_one_meanwhile_leaves_that_row_undone(cast: None) -> None:
    second_administrator()
    made = sheets.checked("people", HEAD, CHIDA)
    assert sheets.told(made) == []
    directory.leave(staff=scenes.staff("obara"), last_day=TODAY, by=city.oikawa().actor, at=AT)
    sheets.taken_over(made)
    (row,) = made.rows.exclude(refusal="")
    assert "ただ一人の全体管理者です" in row.refusal
    assert lasting() == ["千田 学"]


def test_the_end_of_a_department_or_group_takes_nobody_the_role(cast: None) -> None:
    by = city.oikawa().actor
    group = directory.save_group(municipality=city.morioka(), group_id=None, name="管理者", note="", by=by, at=AT)
    directory.change_members(group=group, add=[scenes.staff("chida").pk], remove=[], by=by, at=AT)
    directory.remove_group(group=group, by=by, at=AT)
    ended = scenes.department("総務部 総務課")
    last_day = TODAY - timedelta(days=1)
    directory.end_department(department=ended, last_day=last_day, successor=scenes.department("財政部"), by=by, at=AT)
    assert scenes.staff("chida").department.path == "財政部"
    assert lasting() == ["千田 学"]


def test_of_two_grants_that_meet_in_a_successor_the_longer_one_stays(cast: None) -> None:
    sato, old, new = scenes.staff("sato"), scenes.department("総務部 総務課"), scenes.department("財政部")
    models.RoleGrant.objects.create(staff=sato, role=Role.APPROVER, department=old)
    models.RoleGrant.objects.create(staff=sato, role=Role.APPROVER, department=new, ends_on=date(2020, 3, 31))
    directory.end_department(
        department=old, last_day=TODAY - timedelta(days=1), successor=new, by=city.oikawa().actor, at=AT
    )
    (kept,) = models.RoleGrant.objects.filter(staff=sato, role=Role.APPROVER)
    assert (kept.department, kept.ends_on) == (new, None)
