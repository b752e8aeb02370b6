"""フォルダの権限: which group may do what in which folder フォルダの権限の様式."""

from collections.abc import Iterator, Sequence
from datetime import date

from warifu.access.rights import Right
from warifu.archive import actions as archive_actions
from warifu.archive import errors as archive_errors
from warifu.archive import folders
from warifu.directory import models as directory
from warifu.directory import people
from warifu.integrations import errors, layout, models, rows
from warifu.integrations.columns import Column

from .folders import LONGEST_PATH, named

YES, NO = "する", "しない"
_FLAGS = {"may_file": "収める", "may_download": "証拠一式の保存", "may_remove": "取り出す"}


def yes_or_no(text: str) -> str:
    """「する」 or 「しない」; empty is 「しない」 可否の列."""
    if text not in (YES, NO):
        raise errors.CellWrong(f"「{YES}」か「{NO}」を入力してください。")
    return text


COLUMNS = (
    Column(
        "folder",
        "フォルダ",
        "最上位から「/」で区切って書きます。",
        "令和8年度/財政部",
        needed=True,
        longest=LONGEST_PATH,
    ),
    Column("group", "グループ", "グループの名称です。", "工事契約担当", needed=True, longest=80),
    *(
        Column(field, name, "「する」か「しない」を書きます。閲覧は、どの行にも含まれます。", NO, read=yes_or_no)
        for field, name in _FLAGS.items()
    ),
    Column("withdrawn", "取消し", "権限を取り消すときだけ、「する」と書きます。", "", read=yes_or_no),
)


class Rights:
    """The rights of a body's groups, by folder and group フォルダの権限の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._known = {self.key(one): layout.Registered(one["id"], one) for one in exported(municipality, on)}
        self._folders = set(folders.folders_of(municipality).values_list("path", flat=True))
        self._groups = set(people.groups_of(municipality).values_list("name", flat=True))

    def key(self, values: layout.Values) -> str:
        # A group's name may hold what a path holds, so the two stand apart by what neither holds.
        return f"{values.get('folder', '')}\n{values.get('group', '')}"

    def find(self, values: layout.Values) -> layout.Registered | None:
        return self._known.get(self.key(values))

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        told: list[layout.Problem] = []
        if values.get("folder", "") not in self._folders:
            told.append(("フォルダ", "このフォルダはありません。書き出したCSVのとおりに、最上位から書いてください。"))
        if values.get("group", "") not in self._groups:
            told.append(("グループ", "このグループはありません。グループの画面で名称を確かめてください。"))
        if known is None and values.get("withdrawn") == YES:
            told.append(("取消し", "このグループの権限は登録されていません。行を消してください。"))
        return told

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return values.get("withdrawn") == YES


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """The rights of groups, by folder フォルダの権限の書出し."""
    for one in folders.all_rights(municipality):
        flags = {field: YES if getattr(one, field) else NO for field in _FLAGS}
        yield {"id": str(one.pk), "folder": one.folder.path, "group": one.group.name, **flags, "withdrawn": ""}


def _label(values: layout.Values) -> str:
    return f"{values.get('folder', '')[-120:]}　{values.get('group', '')}"


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values = row.values
    folder = named(municipality, values["folder"])
    group = people.groups_of(municipality).filter(name=values["group"]).first()
    if folder is None or group is None:
        raise errors.RowRefused("確認の後に、このフォルダかグループが登録から無くなりました。")
    there = folders.all_rights(municipality).filter(folder=folder, group=group).first()
    try:
        if values.get("withdrawn") == YES:
            if there is None:
                raise errors.RowRefused("確認の後に、この権限は取り消されました。")
            archive_actions.take_folder_right(right=there, by=tools.by, at=tools.at)
            return
        before = {field: bool(there and getattr(there, field)) for field in _FLAGS}
        wanted = {field: values[field] == YES if field in values else before[field] for field in _FLAGS}
        given = archive_actions.Given(**wanted)
        right = archive_actions.give_folder_right(folder=folder, group=group, given=given, by=tools.by, at=tools.at)
        row.target = str(right.pk)
    except archive_errors.FolderRefusal as refusal:
        raise errors.RowRefused(refusal.message) from refusal


LAYOUT = layout.Layout(
    name="folder_rights",
    title="フォルダの権限",
    right=Right.FOLDERS,
    columns=COLUMNS,
    label=_label,
    whole=Rights,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=20,
)
