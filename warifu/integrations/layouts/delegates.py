"""受任者: who concludes contracts for firms by delegation, a row each 受任者の様式."""

from collections.abc import Iterator
from datetime import date

from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import models as directory
from warifu.directory import register
from warifu.integrations import columns, layout, models, rows
from warifu.integrations.columns import Column
from warifu.japan import calendar

from . import firm_parts

COLUMNS = (
    firm_parts.FIRM,
    firm_parts.FIRM_NAME,
    Column("branch", "支店・営業所", "契約書に書かれている名称です。", "北東北支店", needed=True, longest=40),
    Column("title", "受任者の役職", "", "支店長", needed=True, longest=30),
    Column("name", "受任者の氏名", "", "及川 北斗", needed=True, longest=80),
    Column(
        "mail",
        "メールアドレス",
        "契約の案内を送るアドレスです。",
        "kita@example.jp",
        needed=True,
        longest=254,
        read=columns.mail,
    ),
    Column(
        "begins_on",
        "委任期間の始まり",
        "同じ取引先の同じ支店・氏名の中で、この日で見分けます。",
        "2026/04/01",
        needed=True,
        read=columns.day,
    ),
    Column("ends_on", "委任期間の終わり", "空欄は、定めなしとします。", "2027/03/31", read=columns.day),
    Column("ground", "委任の根拠", "", "委任状", needed=True, longest=60),
    Column("ground_number", "委任の根拠の番号", "", "第12号", longest=40),
    Column("ground_on", "委任の根拠の日付", "", "2026/03/20", read=columns.day),
)


class Delegates(firm_parts.Parts):
    """Delegates of a body's firms 受任者の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        super().__init__(municipality, ("branch", "name", "begins_on"), exported(municipality, on))

    def problems(self, values: layout.Values, known: layout.Registered | None) -> list[layout.Problem]:
        told = list(super().problems(values, known))
        if values.get("ends_on") and values["ends_on"] < values.get("begins_on", ""):
            told.append(("委任期間の終わり", "始まりより前になっています。日付を確かめてください。"))
        return told

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return False


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """Every delegation of a body's firms 受任者の書出し."""
    for one in register.delegates_of(municipality).order_by("counterparty__name", "counterparty", "pk").iterator():
        yield {
            "id": str(one.pk),
            "firm": str(one.counterparty_id),
            "firm_name": one.counterparty.name,
            "branch": one.branch,
            "title": one.title,
            "name": one.name,
            "mail": one.mail,
            "begins_on": firm_parts.day(one.begins_on),
            "ends_on": firm_parts.day(one.ends_on),
            "ground": one.ground,
            "ground_number": one.ground_number,
            "ground_on": firm_parts.day(one.ground_on),
        }


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    firm = firm_parts.firm_of(municipality, row.values)
    kept = next((one for one in firm.delegates.all() if str(one.pk) == row.target), None)
    before = {
        "ends_on": firm_parts.day(kept.ends_on) if kept else "",
        "ground_number": kept.ground_number if kept else "",
        "ground_on": firm_parts.day(kept.ground_on) if kept else "",
    }
    values = {**before, **row.values}
    entry = directory_actions.DelegateEntry(
        branch=values["branch"],
        title=values["title"],
        name=values["name"],
        mail=values["mail"],
        begins_on=calendar.read_day(values["begins_on"]),
        ends_on=_day(values["ends_on"]),
        ground=values["ground"],
        ground_number=values["ground_number"],
        ground_on=_day(values["ground_on"]),
    )
    saved = directory_actions.save_delegate(
        counterparty_id=firm.pk, delegate_id=kept.pk if kept else None, entry=entry, by=tools.by, at=tools.at
    )
    row.target = str(saved.pk)


def _day(text: str) -> date | None:
    return calendar.read_day(text) if text else None


LAYOUT = layout.Layout(
    name="delegates",
    title="受任者",
    right=Right.COUNTERPARTIES,
    columns=COLUMNS,
    label=lambda values: f"{values.get('firm_name', '')} {values.get('branch', '')} {values.get('name', '')}".strip(),
    whole=Delegates,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=50,
)
