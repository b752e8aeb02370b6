"""A file of people and their posts, and one of groups."""

from datetime import date

import pytest

from tests import city
from warifu.directory import models as directory
from warifu.directory import people as directory_people
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.reading import Encoding

from . import sheets

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 20)
HEAD = "職員番号,氏名,メールアドレス,部署,職名,兼務,発令日,退職日"
NITTA = "100900,新田 真,nitta@morioka.example.jp,財政部 契約検査課,主事,総務部 総務課／主査,2026/03/01,"


def staff(mail: str) -> directory.StaffMember:
    return directory.StaffMember.objects.get(mail=mail)


def posts(mail: str, on: date = TODAY) -> list[tuple[str, str, bool]]:
    return [(one.department.path, one.title, one.is_main) for one in directory_people.posts_of(staff(mail), on=on)]


@pytest.mark.parametrize("name", ["people", "groups"])
def test_an_export_read_back_changes_nothing(cast: None, name: str) -> None:
    group = directory.Group.objects.create(municipality=city.morioka(), name="工事担当")
    group.members.add(city.sato().staff, city.suzuki().staff)
    written = leaving.of_register(city.oikawa(), LAYOUTS[name], on=sheets.AT.date(), encoding=Encoding.UTF8)
    made = sheets.checked(name, *written.content.decode("utf-8-sig").splitlines())
    assert (sheets.told(made), sheets.differences(made)) == ([], [])
    assert made.unchanged == made.total > 0


def test_a_person_comes_with_main_and_concurrent_post_moves_and_leaves(cast: None) -> None:
    sheets.imported("people", HEAD, NITTA)
    mail = "nitta@morioka.example.jp"
    assert posts(mail) == [("財政部 契約検査課", "主事", True), ("総務部 総務課", "主査", False)]
    moved = "100900,新田 真一,nitta@morioka.example.jp,総務部,係長,,2026/03/15,"
    made = sheets.checked("people", HEAD, moved)
    assert [column for column, _, _ in sheets.differences(made)[0][2]] == ["氏名", "部署", "職名", "兼務", "発令日"]
    sheets.taken_over(made)
    assert posts(mail) == [("総務部", "係長", True)]
    assert posts(mail, date(2026, 3, 10)) == [("財政部 契約検査課", "主事", True), ("総務部 総務課", "主査", False)]
    left = sheets.imported("people", HEAD, "100900,新田 真一,nitta@morioka.example.jp,総務部,係長,,,2026/03/31")
    assert left.ending == 1
    assert staff(mail).left_on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("1,新田,n@example.jp,ない課,,,,", "部署"),
        ("1,新田,n@example.jp,財政部,,ない課／主査,,", "兼務"),
        ("1,新田,sato@morioka.example.jp,財政部,,,,", "メールアドレス"),
        ("1,新田,n@example.jp,財政部,,a／b／c,,", "兼務"),
        (",新田,,財政部,,,,", "メールアドレス"),
    ],
)
def test_what_does_not_fit_is_told_by_column(cast: None, line: str, column: str) -> None:
    directory.StaffMember.objects.filter(mail="sato@morioka.example.jp").update(number="9")
    assert [one[1] for one in sheets.told(sheets.checked("people", HEAD, line))] == [column]


def test_a_row_of_several_deeds_is_done_whole_or_not_at_all(cast: None) -> None:
    bad = "100901,古館 悟,furudate@morioka.example.jp,財政部,主事,財政部／主査,,"
    made = sheets.imported("people", HEAD, bad)
    assert made.refused == 1
    assert not directory.StaffMember.objects.filter(mail="furudate@morioka.example.jp").exists()


def test_an_address_of_another_body_is_refused_without_saying_whose(cast: None) -> None:
    made = sheets.imported("people", HEAD, "1,新田,takahashi@takizawa.example.jp,財政部,,,,")
    (row,) = made.rows.exclude(refusal="")
    assert "滝沢" not in row.refusal
    assert staff("takahashi@takizawa.example.jp").name == "高橋 直子"


def test_groups_get_the_members_that_the_file_names(cast: None) -> None:
    sheets.imported("groups", "名称,構成員", "工事担当,sato@morioka.example.jp、suzuki@morioka.example.jp")
    made = sheets.imported("groups", "名称,構成員", "工事担当,SUZUKI@morioka.example.jp;oikawa@morioka.example.jp")
    assert made.done == 1
    group = directory.Group.objects.get(name="工事担当")
    assert {one.name for one in group.members.all()} == {"鈴木 健一", "及川 雅子"}
    wrong = sheets.checked("groups", "名称,構成員", "工事担当,takahashi@takizawa.example.jp")
    assert [one[1] for one in sheets.told(wrong)] == ["構成員"]
