"""A file of departments: added in one file with what stands above them, renamed, ended with a successor."""

from datetime import date

import pytest

from tests import city
from warifu.directory import models as directory
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.models import State
from warifu.integrations.reading import Encoding

from . import sheets

pytestmark = pytest.mark.django_db
HEAD = "部署コード,名称,上位の部署,電話番号,表示順,設置日,廃止日,後継の部署,変更の適用日"


def department(path: str) -> directory.Department:
    return directory.Department.objects.get(municipality=city.morioka(), path=path)


def test_an_export_read_back_changes_nothing(cast: None) -> None:
    written = leaving.of_register(city.oikawa(), LAYOUTS["departments"], on=sheets.AT.date(), encoding=Encoding.UTF8)
    made = sheets.checked("departments", *written.content.decode("utf-8-sig").splitlines())
    assert (sheets.told(made), sheets.differences(made)) == ([], [])
    assert made.unchanged > 5


def test_departments_are_added_with_those_above_them_in_one_file(cast: None) -> None:
    made = sheets.imported(
        "departments",
        HEAD,
        "0900,環境部,,019-000-1900,90,2026/03/01,,,",
        "0901,環境企画課,環境部,019-000-1901,91,2026/03/01,,,",
    )
    assert (made.state, made.done, made.refused) == (State.FINISHED, 2, 0)
    assert department("環境部 環境企画課").code == "0901"


def test_a_department_is_renamed_by_its_code_and_mended_by_its_path(cast: None) -> None:
    sheets.imported("departments", HEAD, "0301,財政部,,019-000-1100,10,,,,")
    made = sheets.checked("departments", HEAD, "0301,財務部,,019-000-1100,10,,,,2026/04/01")
    assert sheets.differences(made) == [
        ("changed", "財務部", [["名称", "財政部", "財務部"], ["変更の適用日", "", "2026/04/01"]])
    ]
    sheets.taken_over(made)
    assert department("財務部").begins_on == date(2026, 4, 1)
    assert department("財政部").ends_on == date(2026, 3, 31)


def test_a_department_ends_and_names_its_successor(cast: None) -> None:
    ending = department("教育委員会事務局")
    made = sheets.imported("departments", "名称,廃止日,後継の部署", f"{ending.name},2026/03/31,総務部 総務課")
    assert made.ending == 1
    ending.refresh_from_db()
    assert (ending.ends_on, ending.successor) == (date(2026, 3, 31), department("総務部 総務課"))


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        (",新しい係,ない部,,,,,,", "上位の部署", "「ない部」という部署はありません"),
        (",財政部,,019-000-1100,0,2020/04/01,,,", "設置日", "変えられません"),
        (",財政部,,,,,,総務部,", "後継の部署", "廃止日が空欄"),
        (",新しい課,,,,R8.2.30,,,", "設置日", "暦にない日付"),
        (",新しい課,,,十,,,,", "表示順", "数字"),
    ],
)
def test_what_does_not_exist_is_told_before_anything_changes(cast: None, line: str, column: str, told: str) -> None:
    made = sheets.checked("departments", HEAD, line)
    assert [one[1] for one in sheets.told(made)] == [column]
    assert told in sheets.told(made)[0][2]


def test_what_a_verb_refuses_is_told_and_stops_no_other_row(cast: None) -> None:
    made = sheets.imported("departments", "名称,廃止日", "新しい課,", "財政部,2026/03/31")
    assert (made.done, made.refused) == (1, 1)
    (refused,) = made.rows.exclude(refusal="")
    assert refused.label == "財政部"
    assert department("財政部").ends_on is None
