"""フォルダ: the tree of folders フォルダの様式."""

from collections.abc import Iterator, Sequence
from datetime import date

from warifu.access.rights import Right
from warifu.archive import actions as archive_actions
from warifu.archive import errors as archive_errors
from warifu.archive import folder_models, folders
from warifu.archive import models as archive
from warifu.directory import models as directory
from warifu.integrations import errors, layout, models, rows
from warifu.integrations.columns import Column

LONGEST_PATH = 2100
CLOSED = "閉鎖"
COLUMNS = (
    Column("code", "フォルダコード", "同じフォルダであることを、このコードで見分けます。", "R8-01", longest=40),
    Column("name", "名称", "フォルダの名称です。", "工事", needed=True, longest=255, aliases=("フォルダ名",)),
    Column(
        "parent",
        "上位のフォルダ",
        "上位のフォルダを、最上位から「/」で区切って書きます。最上位のフォルダは空欄にします。",
        "令和8年度/財政部",
        longest=LONGEST_PATH,
    ),
    Column("state", "状態", "空のフォルダを閉じるときだけ、「閉鎖」と書きます。", "", longest=10),
)


class Folders:
    """The folders of a body, by code and by path, and those that earlier rows will make フォルダの登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._known: dict[str, layout.Registered] = {}
        self._by_code: dict[str, str] = {}
        self._by_path: dict[str, str] = {}
        self._coming: set[str] = set()
        for values in exported(municipality, on):
            number = values["id"]
            self._known[number] = layout.Registered(number, values)
            self._by_path[_path(values)] = number
            if values["code"]:
                self._by_code[values["code"]] = number

    def key(self, values: layout.Values) -> str:
        known = self.find(values)
        return known.target if known else _path(values)

    def find(self, values: layout.Values) -> layout.Registered | None:
        number = self._by_code.get(values.get("code", "")) or self._by_path.get(_path(values))
        return self._known[number] if number else None

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        told: list[layout.Problem] = []
        path, parent, state = _path(values), values.get("parent", ""), values.get("state", "")
        if known is None or path != _path(known.values):
            self._coming.add(path)
        if folder_models.SEPARATOR in values.get("name", ""):
            told.append(("名称", "半角の「/」は使えません。全角の「／」にしてください。"))
        if parent and parent not in self._by_path and parent not in self._coming:
            told.append(
                (
                    "上位のフォルダ",
                    f"「{parent[:80]}」というフォルダはありません。書き出したCSVのとおりに、最上位から書いてください。",
                )
            )
        if path.count(folder_models.SEPARATOR) >= folder_models.MOST_DEPTH:
            told.append(
                ("上位のフォルダ", f"フォルダは{folder_models.MOST_DEPTH}階層までです。上のフォルダにしてください。")
            )
        if state not in ("", CLOSED) or (state and known is None):
            told.append(("状態", f"登録済みのフォルダを閉じるときだけ、「{CLOSED}」と書いてください。"))
        return told

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return values.get("state", "") == CLOSED


def _path(values: layout.Values) -> str:
    parent = values.get("parent", "")
    return f"{parent}{folder_models.SEPARATOR}{values.get('name', '')}" if parent else values.get("name", "")


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """The open folders of a body, those above first フォルダの書出し."""
    for one in folders.folders_of(municipality).order_by("depth", "path").select_related("parent"):
        above = one.parent.path if one.parent else ""
        yield {"id": str(one.pk), "code": one.code, "name": one.name, "parent": above, "state": ""}


def named(municipality: directory.Municipality, path: str) -> archive.Folder | None:
    """The open folder of this path, None for the top; raises errors.RowRefused 名称からのフォルダ."""
    if not path:
        return None
    found = folders.folders_of(municipality).filter(path=path).first()
    if found is None:
        raise errors.RowRefused(f"「{path[:80]}」というフォルダがありません。フォルダの画面で名称を確かめてください。")
    return found


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    try:
        _take_over(municipality, row, tools)
    except archive_errors.FolderRefusal as refusal:
        raise errors.RowRefused(refusal.message) from refusal


def _take_over(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values = row.values
    if not row.target:
        entry = archive_actions.FolderEntry(values["name"], values.get("code", ""))
        above = named(municipality, values.get("parent", ""))
        made = archive_actions.add_folder(
            municipality=municipality, parent=above, entry=entry, by=tools.by, at=tools.at
        )
        row.target = str(made.pk)
        return
    kept = folders.folder_of(municipality, int(row.target))
    if kept is None:
        raise errors.RowRefused("確認の後に、このフォルダが登録から無くなりました。")
    code = values.get("code", kept.code)
    if (values["name"], code) != (kept.name, kept.code):
        kept = archive_actions.change_folder(
            folder=kept, entry=archive_actions.FolderEntry(values["name"], code), by=tools.by, at=tools.at
        )
    parent = kept.parent.path if kept.parent else ""
    if values.get("parent", parent) != parent:
        above = named(municipality, values["parent"])
        kept = archive_actions.move_folder(folder=kept, parent=above, shown=kept.parent_id, by=tools.by, at=tools.at)
    if values.get("state", "") == CLOSED:
        archive_actions.close_folder(folder=kept, by=tools.by, at=tools.at)


LAYOUT = layout.Layout(
    name="folders",
    title="フォルダ",
    right=Right.FOLDERS,
    columns=COLUMNS,
    label=_path,
    whole=Folders,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=20,
)
