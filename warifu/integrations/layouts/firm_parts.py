"""Rows that hang on a firm of the register: to which firm one belongs, and where its mails may go 取引先に付く行."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory import recipient_rules, recipients, register
from warifu.integrations import layout
from warifu.integrations.columns import Column

from . import counterparties

NO_FIRM = "この管理番号の取引先は登録されていません。取引先のCSVを書き出して、管理番号を確かめてください。"
FIRM = Column(
    "firm",
    "取引先の管理番号",
    "取引先のCSVの「管理番号」です。",
    "",
    needed=True,
    longest=36,
    read=counterparties.read_number,
)
FIRM_NAME = Column("firm_name", "商号又は名称", "書出しのときの参考です。取込みでは使いません。", "", longest=120)


class Parts:
    """Rows of one kind that hang on firms of a body, found by what makes each one of its firm 付随する登録簿."""

    def __init__(
        self, municipality: directory.Municipality, same: Sequence[str], rows: Iterator[layout.Values]
    ) -> None:
        firms = register.firms_of(municipality, standing=None).filter(merged_into__isnull=True)
        self._firms = {str(key): name for key, name in firms.values_list("pk", "name")}
        self._judge = recipients.Judge(recipient_rules.policy_of(municipality))
        self._same = same
        self._known = {self.key(one): layout.Registered(one["id"], one) for one in rows}

    def key(self, values: layout.Values) -> str:
        parts = [values.get(name, "").lower() for name in ("firm", *self._same)]
        return "|".join(parts) if all(parts) else ""

    def find(self, values: layout.Values) -> layout.Registered | None:
        known = self._known.get(self.key(values))
        if known is None or "firm_name" not in values:
            return known
        # The name stands there for people to read; another one is no change.
        return layout.Registered(known.target, {**known.values, "firm_name": values["firm_name"]})

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        told = [] if values.get("firm", "") in self._firms else [(FIRM.name, NO_FIRM)]
        return [*told, *counterparties.recipients_told(values, known, self._judge)]


def firm_of(municipality: directory.Municipality, values: layout.Values) -> directory.Counterparty:
    """The firm of a row, as it is when the row is applied; raises the directory's NotThen 行の取引先."""
    found = register.firm_of(municipality, UUID(values["firm"]))
    if found is None:
        raise directory_errors.NotThen("確認の後に、この取引先が登録から無くなりました。")
    return found


def day(value: date | None) -> str:
    """A day as these sheets write it 日付."""
    return f"{value:%Y/%m/%d}" if value else ""
