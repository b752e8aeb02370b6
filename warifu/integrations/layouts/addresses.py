"""取引先の宛先: further addresses of firms, a row each 宛先の様式."""

from collections.abc import Iterator
from datetime import date

from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import models as directory
from warifu.directory import register
from warifu.integrations import columns, errors, layout, models, rows
from warifu.integrations.columns import Column

from . import firm_parts

_KINDS = {label: value for value, label in directory.AddressKind.choices}
_IN_USE, _STOPPED = "使用中", "停止中"


def _kind(text: str) -> str:
    if text not in _KINDS:
        raise errors.CellWrong(f"「{'」「'.join(_KINDS)}」のどちらかを入力してください。")
    return text


def _standing(text: str) -> str:
    if text not in {_IN_USE, _STOPPED}:
        raise errors.CellWrong(f"「{_IN_USE}」「{_STOPPED}」のどちらかを入力するか、空欄にしてください。")
    return text


COLUMNS = (
    firm_parts.FIRM,
    firm_parts.FIRM_NAME,
    Column("kind", "区分", "契約締結権限者又は担当者です。", "契約締結権限者", needed=True, read=_kind),
    Column("title", "役職", "", "専務取締役", longest=60),
    Column("name", "氏名", "宛先の方の氏名です。", "工藤 次郎", needed=True, longest=80),
    Column(
        "mail",
        "メールアドレス",
        "同じ取引先の同じ区分の中で、この値で見分けます。",
        "jiro@example.jp",
        needed=True,
        longest=254,
        read=columns.mail,
    ),
    Column("standing", "状態", "空欄は、使用中とします。", _IN_USE, read=_standing),
    Column("reason", "停止・再開の理由", "状態を変える行に書きます。", "退職のため", longest=200),
)


class Addresses(firm_parts.Parts):
    """Further addresses of a body's firms 宛先の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        super().__init__(municipality, ("kind", "mail"), exported(municipality, on))

    def find(self, values: layout.Values) -> layout.Registered | None:
        known = super().find(values)
        if known is None:
            return None
        # A reason says why something changes; alone it changes nothing.
        same = values.get("standing") in {None, "", known.values["standing"]}
        kept = {name: values[name] for name in ("reason", "standing") if same and name in values}
        return layout.Registered(known.target, {**known.values, **kept})

    def problems(self, values: layout.Values, known: layout.Registered | None) -> list[layout.Problem]:
        told = list(super().problems(values, known))
        before = known.values["standing"] if known else _IN_USE
        if values.get("standing") not in {None, "", before} and not values.get("reason"):
            told.append(("停止・再開の理由", "空欄です。状態を変える理由を入力してください。"))
        return told

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return values.get("standing") == _STOPPED and (known is None or known.values["standing"] != _STOPPED)


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """Every further address of a body's firms 宛先の書出し."""
    for one in register.addresses_of(municipality).order_by("counterparty__name", "counterparty", "pk").iterator():
        yield {
            "id": str(one.pk),
            "firm": str(one.counterparty_id),
            "firm_name": one.counterparty.name,
            "kind": one.get_kind_display(),
            "title": one.title,
            "name": one.name,
            "mail": one.mail,
            "standing": _IN_USE if one.stopped_at is None else _STOPPED,
            "reason": one.stopped_reason,
        }


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values, firm = row.values, firm_parts.firm_of(municipality, row.values)
    kept = next((one for one in firm.addresses.all() if str(one.pk) == row.target), None)
    entry = directory_actions.AddressEntry(
        directory.AddressKind(_KINDS[values["kind"]]),
        values.get("title", kept.title if kept else ""),
        values["name"],
        values["mail"],
    )
    if kept is None or (entry.title, entry.name, entry.mail) != (kept.title, kept.name, kept.mail):
        kept = directory_actions.save_address(
            counterparty_id=firm.pk, address_id=kept.pk if kept else None, entry=entry, by=tools.by, at=tools.at
        )
        row.target = str(kept.pk)
    wanted, reason = values.get("standing"), values.get("reason", "")
    if wanted == _STOPPED and kept.stopped_at is None:
        directory_actions.stop_address(address=kept, reason=reason, by=tools.by, at=tools.at)
    elif wanted == _IN_USE and kept.stopped_at is not None:
        directory_actions.resume_address(address=kept, reason=reason, by=tools.by, at=tools.at)


LAYOUT = layout.Layout(
    name="addresses",
    title="取引先の宛先",
    right=Right.COUNTERPARTIES,
    columns=COLUMNS,
    label=lambda values: f"{values.get('firm_name', '')} {values.get('name', '')}".strip(),
    whole=Addresses,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=50,
)
