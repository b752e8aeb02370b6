"""A file of personnel transfers."""

from datetime import date, timedelta

import pytest

from tests import city
from tests.transfers import scenes
from warifu.access.rights import Role
from warifu.directory import actions as directory
from warifu.integrations import errors as import_errors
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.reading import Encoding
from warifu.transfers import actions, models
from warifu.transfers.models import Kind

from . import sheets

pytestmark = pytest.mark.django_db
HEAD = "発令日,区分,職員番号,氏名,メールアドレス,現在の部署,部署,職名,兼務"
SATO = "R8.4.1,異動,,佐藤 美咲,sato@morioka.example.jp,財政部 契約検査課,総務部 総務課,係長,財政部／併任"
OBARA = "R8.4.1,退職,,小原 律子,obara@morioka.example.jp,,,,"
MURAKAMI = "R8.4.1,採用,100300,村上 葵,murakami@morioka.example.jp,,財政部,主事,"


def test_a_file_makes_the_plan_of_its_day_and_read_back_changes_nothing(cast: None) -> None:
    made = sheets.imported("transfers", HEAD, SATO, OBARA, MURAKAMI)
    assert (made.done, made.refused, made.added) == (3, 0, 3)
    plan = models.Plan.objects.get()
    assert plan.effective_on == date(2026, 4, 1)
    kinds = dict(plan.moves.values_list("name", "kind"))
    assert kinds == {"佐藤 美咲": Kind.MOVE, "小原 律子": Kind.LEAVE, "村上 葵": Kind.JOIN}
    written = leaving.of_register(city.chida(), LAYOUTS["transfers"], on=sheets.AT.date(), encoding=Encoding.UTF8)
    again = sheets.checked("transfers", *written.content.decode("utf-8-sig").splitlines(), by=city.chida())
    assert (sheets.told(again), sheets.differences(again)) == ([], [])
    changed = sheets.checked("transfers", HEAD, SATO.replace("係長", "課長"))
    assert sheets.differences(changed)[0][2] == [["職名", "係長", "課長"]]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (SATO.replace("佐藤 美咲", "佐藤 美佐"), "氏名"),
        (SATO.replace("sato@", "nobody@"), "職員番号"),
        (SATO.replace("財政部 契約検査課", "総務部"), "現在の部署"),
        (SATO.replace("総務部 総務課", "総務部 ない課"), "部署"),
        (SATO.replace("財政部／併任", "ない課／併任"), "兼務"),
        (SATO.replace("R8.4.1", "R8.3.1"), "発令日"),
        (SATO.replace("異動", "出向"), "区分"),
        (SATO.replace("異動", "採用"), "区分"),
        (SATO.replace("異動", "復職"), "区分"),
        (OBARA[:-2] + "財政部,,", "部署"),
        (MURAKAMI.replace("murakami@morioka.example.jp", ""), "メールアドレス"),
    ],
)
def test_what_does_not_fit_is_told_by_column(cast: None, line: str, column: str) -> None:
    assert column in [one[1] for one in sheets.told(sheets.checked("transfers", HEAD, line))]
    assert not models.Plan.objects.exists()


def test_who_is_in_another_plan_and_a_plan_that_is_confirmed_are_told(cast: None) -> None:
    plan = scenes.planned()
    scenes.moves(plan, "sato", "総務部 総務課")
    ((_, column, text),) = sheets.told(sheets.checked("transfers", HEAD, SATO.replace("R8.4.1", "R8.5.1")))
    assert (column, "付けの計画に入っています" in text) == ("発令日", True)
    actions.confirm(plan_id=plan.pk, despite_warnings=True, by=city.chida(), at=scenes.MARCH)
    ((_, column, text),) = sheets.told(sheets.checked("transfers", HEAD, OBARA))
    assert (column, "確定しています" in text) == ("発令日", True)


def test_roles_are_brought_by_who_may_grant_them(cast: None) -> None:
    with_roles = f"{SATO},契約担当／発令先、閲覧者"
    with pytest.raises(import_errors.Unusable, match="役割"):
        sheets.checked("transfers", f"{HEAD},役割", with_roles)
    made = sheets.checked("transfers", f"{HEAD},役割", with_roles, by=city.chida())
    sheets.taken_over(made, by=city.chida())
    move = models.Move.objects.get()
    assert move.roles == [[Role.OFFICER, "department"], [Role.READER, "body"]]


def test_nobody_grants_themselves_a_role_by_file(cast: None) -> None:
    own = "R8.4.1,異動,,千田 学,chida@morioka.example.jp,,財政部,係長,,契約担当"
    made = sheets.checked("transfers", f"{HEAD},役割", own, by=city.chida())
    sheets.taken_over(made, by=city.chida())
    made.refresh_from_db()
    assert made.refused == 1
    assert not models.Move.objects.exists()


def test_a_department_that_begins_on_the_day_is_found_under_its_new_name(cast: None) -> None:
    directory.change_department(
        department=scenes.department("総務部"),
        name="総合政策部",
        parent=None,
        starts_on=scenes.APRIL_1,
        by=city.chida().actor,
        at=scenes.MARCH,
    )
    made = sheets.imported("transfers", HEAD, SATO.replace("総務部 総務課", "総合政策部 総務課"))
    assert (made.done, made.refused) == (1, 0)


def test_several_concurrent_posts_come_from_a_file_and_take_effect(cast: None) -> None:
    several = SATO.replace("財政部／併任", "財政部／併任、上下水道局／兼務、監査委員事務局")
    sheets.imported("transfers", HEAD, several)
    plan = models.Plan.objects.get()
    written = leaving.of_register(city.chida(), LAYOUTS["transfers"], on=sheets.AT.date(), encoding=Encoding.UTF8)
    again = sheets.checked("transfers", *written.content.decode("utf-8-sig").splitlines(), by=city.chida())
    assert (sheets.told(again), sheets.differences(again)) == ([], [])
    scenes.done(scenes.confirmed(plan))
    assert scenes.posts("sato") == [
        ("総務部 総務課", "係長", True),
        ("上下水道局", "兼務", False),
        ("監査委員事務局", "", False),
        ("財政部", "併任", False),
    ]
    later = (
        SATO.replace("R8.4.1", "R8.5.1").replace("財政部 契約検査課", "総務部 総務課").replace("財政部／併任", "なし")
    )
    sheets.imported("transfers", HEAD, later)
    plan = models.Plan.objects.exclude(pk=plan.pk).get()
    scenes.done(scenes.confirmed(plan), scenes.MIDNIGHT + timedelta(days=30))
    assert scenes.posts("sato", date(2026, 5, 1)) == [("総務部 総務課", "係長", True)]
