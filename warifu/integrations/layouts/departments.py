"""部署: the tree of departments 部署の様式."""

from collections.abc import Iterator, Sequence
from datetime import date

from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import departments
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.integrations import columns, layout, models, rows
from warifu.integrations.columns import Column
from warifu.japan import calendar

COLUMNS = (
    Column(
        "code", "部署コード", "同じ部署であることを、このコードで見分けます。", "0203", longest=20, aliases=("コード",)
    ),
    Column("name", "名称", "部署の名称です。", "契約検査課", needed=True, longest=80, aliases=("部署名", "部署")),
    Column(
        "parent",
        "上位の部署",
        "上位の部署を、最上位から空白で区切って書きます。最上位の部署は空欄にします。",
        "財政部",
        longest=400,
        aliases=("親部署",),
    ),
    Column("phone", "電話番号", "相手方への案内に表示します。", "019-000-1110", longest=20),
    Column("position", "表示順", "小さい順に並べます。", "20", read=columns.count),
    Column(
        "begins_on", "設置日", "新しい部署だけに書きます。空欄は、当日の設置とします。", "2026/04/01", read=columns.day
    ),
    Column("ends_on", "廃止日", "この日の終わりに廃止します。", "2027/03/31", read=columns.day),
    Column("successor", "後継の部署", "廃止した後に引き継ぐ部署を、最上位から書きます。", "財政部 契約課", longest=400),
    Column(
        "changes_on",
        "変更の適用日",
        "名称又は上位の部署を変える日です。空欄は、当日とします。",
        "2026/04/01",
        read=columns.day,
    ),
)


class Tree:
    """The departments of a body, by code and by path, and those that earlier rows will make 部署の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._known: dict[str, layout.Registered] = {}
        self._by_code: dict[str, str] = {}
        self._by_path: dict[str, str] = {}
        self._coming: set[str] = set()
        for values in _rows(municipality, on):
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
        if known is None:
            self._coming.add(_path(values))
        elif "begins_on" in values and values["begins_on"] != known.values["begins_on"]:
            told.append(("設置日", "登録済みの部署の設置日は変えられません。書き出したCSVの値に戻してください。"))
        told += [
            (
                column,
                f"「{values[field]}」という部署はありません。書き出したCSVのとおりに、最上位から書いてください。",
            )
            for field, column in (("parent", "上位の部署"), ("successor", "後継の部署"))
            if values.get(field) and values[field] not in self._by_path and values[field] not in self._coming
        ]
        if values.get("successor") and not values.get("ends_on"):
            told.append(("後継の部署", "廃止日が空欄です。廃止日を書くか、後継の部署を空欄にしてください。"))
        if known is not None and known.values["ends_on"] and "ends_on" in values and not values["ends_on"]:
            told.append(("廃止日", "廃止の取消しは、部署の画面で行ってください。"))
        return told

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return bool(values.get("ends_on")) and (known is None or not known.values["ends_on"])


def _path(values: layout.Values) -> str:
    return f"{values.get('parent', '')} {values.get('name', '')}".strip()


def _rows(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    current = departments.departments_on(municipality, on).select_related("successor")
    yield from map(_values, current)


def _values(one: directory.Department) -> dict[str, str]:
    return {
        "id": str(one.pk),
        "code": one.code,
        "name": one.name,
        "parent": one.path.removesuffix(one.name).rstrip(),
        "phone": one.phone,
        "position": str(one.position),
        "begins_on": _day(one.begins_on),
        "ends_on": _day(one.ends_on),
        "successor": one.successor.path if one.successor else "",
        "changes_on": "",
    }


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values, today = row.values, calendar.day_in_japan(tools.at)
    if not row.target:
        entry = directory_actions.DepartmentEntry(
            values["name"],
            _at(municipality, values.get("parent", ""), today, _read(values, "begins_on")),
            values.get("code", ""),
            values.get("phone", ""),
            int(values.get("position") or 0),
        )
        begins_on = _read(values, "begins_on") or today
        made = directory_actions.add_department(
            municipality=municipality, entry=entry, begins_on=begins_on, by=tools.by, at=tools.at
        )
        row.target = str(made.pk)
        return
    kept = departments.department_of(municipality, int(row.target))
    if kept is None:
        raise directory_errors.NotThen("確認の後に、この部署が登録から無くなりました。")
    before = _values(kept)
    after = {**before, **values}
    if any(after[field] != before[field] for field in ("code", "phone", "position")):
        directory_actions.describe_department(
            department=kept,
            code=after["code"],
            phone=after["phone"],
            position=int(after["position"] or 0),
            by=tools.by,
            at=tools.at,
        )
    if _path(after) != _path(before):
        starts_on = _read(values, "changes_on") or today
        kept = directory_actions.change_department(
            department=kept,
            name=after["name"],
            parent=_at(municipality, after["parent"], today, starts_on),
            starts_on=starts_on,
            by=tools.by,
            at=tools.at,
        )
    last_day = _read(after, "ends_on")
    if last_day is not None and after["ends_on"] != before["ends_on"]:
        directory_actions.end_department(
            department=kept,
            last_day=last_day,
            successor=_at(municipality, after["successor"], today, last_day),
            by=tools.by,
            at=tools.at,
        )


def _read(values: layout.Values, field: str) -> date | None:
    return calendar.read_day(values[field]) if values.get(field) else None


def _at(
    municipality: directory.Municipality, path: str, today: date, later: date | None
) -> directory.Department | None:
    """The department of this path today, or on the day on which it is wanted."""
    if not path:
        return None
    for day in (later or today, today):
        found = departments.departments_on(municipality, day).filter(path=path).first()
        if found is not None:
            return found
    raise directory_errors.NotThen(f"「{path}」という部署がありません。部署の画面で名称を確かめてください。")


LAYOUT = layout.Layout(
    name="departments",
    title="部署",
    right=Right.ORGANISATION,
    columns=COLUMNS,
    label=_path,
    whole=Tree,
    exported=_rows,
    apply=rows.one_by_one(_apply),
    at_once=20,
)
