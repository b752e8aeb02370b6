"""Files of folders and of what groups may do there."""

import pytest

from tests import city
from tests.integrations import sheets
from warifu.archive import models as archive
from warifu.directory import models as directory
from warifu.integrations import errors
from warifu.integrations import sheets as leaving
from warifu.integrations.layouts import LAYOUTS
from warifu.integrations.models import State
from warifu.integrations.reading import Encoding

pytestmark = pytest.mark.django_db
FOLDERS = "フォルダコード,名称,上位のフォルダ"
RIGHTS = "フォルダ,グループ,収める,証拠一式の保存,取り出す,取消し"


def exported(name: str) -> list[str]:
    written = leaving.of_register(city.oikawa(), LAYOUTS[name], on=sheets.AT.date(), encoding=Encoding.UTF8)
    return written.content.decode("utf-8-sig").splitlines()


def paths() -> list[str]:
    found = archive.Folder.objects.filter(municipality=city.morioka(), closed_on=None)
    return list(found.order_by("path").values_list("path", flat=True))


def planted() -> None:
    directory.Group.objects.create(municipality=city.morioka(), name="工事審査会")
    sheets.imported("folders", FOLDERS, "Y,令和8年度,", "W,工事,令和8年度", ",物品,令和8年度")


def test_a_tree_comes_in_is_shown_before_and_reads_back_without_a_change(cast: None) -> None:
    made = sheets.checked("folders", FOLDERS, "Y,令和8年度,", "W,工事,令和8年度")
    assert (made.added, made.wrong, paths()) == (2, 0, [])
    sheets.taken_over(made)
    assert paths() == ["令和8年度", "令和8年度/工事"]
    again = sheets.checked("folders", *exported("folders"))
    assert (again.unchanged, sheets.differences(again), sheets.told(again)) == (2, [], [])


def test_folders_are_renamed_moved_and_closed_by_their_code(cast: None) -> None:
    planted()
    made = sheets.imported("folders", f"{FOLDERS},状態", "W,工事契約,,", ",物品,令和8年度,閉鎖")
    assert (made.changed, made.ending, made.refused) == (1, 1, 0)
    assert paths() == ["令和8年度", "工事契約"]


def test_what_no_folder_can_be_is_told_with_its_line(cast: None) -> None:
    planted()
    made = sheets.checked("folders", f"{FOLDERS},状態", ",a/b,,", ",工事,令和9年度,", ",新,,閉鎖", ",物品,令和8年度,済")
    assert [(line, column) for line, column, _ in sheets.told(made)] == [
        (2, "名称"),
        (3, "上位のフォルダ"),
        (4, "状態"),
        (5, "状態"),
    ]
    with pytest.raises(errors.Refusal):
        sheets.taken_over(made)


def test_all_or_nothing_undoes_the_rows_before_one_that_is_refused(cast: None) -> None:
    planted()
    before = paths()
    made = sheets.checked("folders", f"{FOLDERS},状態", ",新規,,", "Y,令和8年度,,閉鎖")
    sheets.taken_over(made, all_or_nothing=True)
    assert made.state == State.UNDONE
    assert paths() == before


def test_rights_are_given_changed_and_withdrawn_by_file(cast: None) -> None:
    planted()
    sheets.imported("folder_rights", RIGHTS, "令和8年度,工事審査会,する,しない,しない,")
    right = archive.FolderRight.objects.get()
    assert (right.may_file, right.may_download, right.may_remove) == (True, False, False)
    again = sheets.checked("folder_rights", *exported("folder_rights"))
    assert (again.unchanged, sheets.differences(again)) == (1, [])
    changed = sheets.checked("folder_rights", RIGHTS, "令和8年度,工事審査会,する,する,しない,")
    assert sheets.differences(changed) == [("changed", "令和8年度　工事審査会", [["証拠一式の保存", "しない", "する"]])]
    sheets.taken_over(changed)
    right.refresh_from_db()
    assert right.may_download
    sheets.imported("folder_rights", RIGHTS, "令和8年度,工事審査会,する,する,しない,する")
    assert not archive.FolderRight.objects.exists()


def test_unknown_folders_and_groups_are_told(cast: None) -> None:
    planted()
    made = sheets.checked("folder_rights", RIGHTS, "令和9年度,なし,,,,する", "令和8年度,工事審査会,はい,,,")
    assert [(line, column) for line, column, _ in sheets.told(made)] == [
        (2, "フォルダ"),
        (2, "グループ"),
        (2, "取消し"),
        (3, "収める"),
    ]
