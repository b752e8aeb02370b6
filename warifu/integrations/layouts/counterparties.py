"""取引先: the register of firms 取引先の様式."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.directory import recipient_rules, recipients
from warifu.directory.actions.counterparties import FORMER
from warifu.integrations import columns, errors, layout, models
from warifu.integrations.columns import Column
from warifu.japan import bodies, calendar


def read_number(text: str) -> str:
    """The number by which the system knows a firm 管理番号の列."""
    try:
        return str(UUID(text))
    except ValueError as wrong:
        raise errors.CellWrong(
            "管理番号の形ではありません。書き出したCSVの値のままにするか、新しい取引先なら空欄にしてください。"
        ) from wrong


def _corporate_number(text: str) -> str:
    number = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
    if not bodies.is_corporate_number(number):
        raise errors.CellWrong(
            "法人番号ではありません（13桁で、検査数字が合う番号）。国税庁の法人番号公表サイトで確かめるか、"
            "空欄にしてください。"
        )
    return number


COLUMNS = (
    Column("id", "管理番号", "システムの番号です。新しい取引先は空欄にします。", "", longest=36, read=read_number),
    Column(
        "corporate_number",
        "法人番号",
        "13桁。個人事業主は空欄にします。",
        "2000012010019",
        longest=20,
        read=_corporate_number,
    ),
    Column(
        "name",
        "商号又は名称",
        "正式な名称です。",
        "見本建設株式会社",
        needed=True,
        longest=120,
        aliases=("商号", "名称", "事業者名", "取引先名"),
    ),
    Column(
        "kana",
        "フリガナ",
        "検索に使います。",
        "ミホンケンセツ",
        longest=160,
        aliases=("カナ", "ふりがな", "商号カナ", "商号フリガナ"),
    ),
    Column("address", "所在地", "契約書に表示します。", "岩手県盛岡市内丸1番1号", longest=200, aliases=("住所",)),
    Column(
        "signatory_title",
        "契約締結権限者の役職",
        "契約を締結する権限のある方の役職です。",
        "代表取締役",
        longest=60,
        aliases=("役職", "代表者役職"),
    ),
    Column(
        "signatory_name",
        "契約締結権限者の氏名",
        "契約を締結する権限のある方の氏名です。",
        "工藤 正一",
        needed=True,
        longest=80,
        aliases=("代表者", "代表者名", "代表者氏名"),
    ),
    Column(
        "mail",
        "メールアドレス",
        "契約の案内を送るアドレスです。",
        "kudo@example.jp",
        needed=True,
        longest=254,
        read=columns.mail,
        aliases=("メール", "E-mail", "Eメール", "mail"),
    ),
    Column(
        "changed_on",
        "変更日",
        "商号、所在地、契約締結権限者が変わった日です。前の内容を履歴に残します。空欄は、登録の訂正とします。",
        "2026/04/01",
        read=columns.day,
    ),
)
_ENTERED = ("name", "corporate_number", "address", "signatory_title", "signatory_name", "mail", "kana")


class Firms:
    """All firms of one body, found by 管理番号, or by 法人番号, name and address of mail together 取引先の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._firms: dict[str, tuple[str, ...]] = {}
        self._alike: dict[tuple[str, str, str], str] = {}
        self._judge, self._on = recipients.Judge(recipient_rules.policy_of(municipality)), on
        for number, *rest in _firms(municipality).values_list("pk", *_ENTERED).iterator():
            self._firms[str(number)] = tuple(rest)
            self._alike.setdefault((rest[1], rest[0], rest[5].lower()), str(number))

    def key(self, values: layout.Values) -> str:
        known = self.find(values)
        return known.target if known else "|".join((values.get("corporate_number", ""), *_name_and_mail(values)))

    def find(self, values: layout.Values) -> layout.Registered | None:
        number = values.get("id") or self._alike.get((values.get("corporate_number", ""), *_name_and_mail(values)), "")
        if number not in self._firms:
            return None
        stands = {"id": number, **dict(zip(_ENTERED, self._firms[number], strict=True)), "changed_on": ""}
        if not any(field in values and values[field] != stands[field] for field in FORMER):
            # A day of a change that was taken over before is no change by itself.
            stands["changed_on"] = values.get("changed_on", "")
        return layout.Registered(number, stands)

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        if known is None and values.get("id"):
            return [("管理番号", "この番号の取引先は登録されていません。新しい取引先なら空欄にしてください。")]
        told: list[layout.Problem] = []
        if values.get("changed_on") and known is None:
            told.append(("変更日", "新しい取引先の変更日は、空欄にしてください。"))
        elif values.get("changed_on") and calendar.read_day(values["changed_on"]) > self._on:
            told.append(("変更日", "変更日が先の日付です。変更のあった日以後に取り込んでください。"))
        return [*told, *recipients_told(values, known, self._judge)]

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return False


def recipients_told(
    values: layout.Values, known: layout.Registered | None, judge: recipients.Judge
) -> Iterator[layout.Problem]:
    """A new address to which the municipality lets nothing go, before anything is written 送信先の規則の検査."""
    mail = values.get("mail", "")
    if not mail or (known is not None and mail == known.values.get("mail")):
        return
    found = judge.judgement_of(mail)
    if found.verdict is recipients.Verdict.DENY:
        yield "メールアドレス", found.sentence


def _firms(municipality: directory.Municipality) -> QuerySet[directory.Counterparty]:
    return directory_queries.counterparties_of(municipality).filter(merged_into__isnull=True)


def _name_and_mail(values: layout.Values) -> tuple[str, str]:
    return values.get("name", ""), values.get("mail", "").lower()


def exported(municipality: directory.Municipality, on: date) -> Iterator[layout.Values]:
    """Every firm of a body in the order of names 取引先の書出し."""
    firms = _firms(municipality).order_by("name", "pk").values_list("pk", *_ENTERED)
    for number, *rest in firms.iterator():
        yield {"id": str(number), **dict(zip(_ENTERED, rest, strict=True)), "changed_on": ""}


def apply(municipality: directory.Municipality, rows: Sequence[models.ImportRow], tools: layout.Tools) -> None:
    """Enter or mend these firms; columns that were not in the file stay as they are 取引先の取込み."""
    wanted = [row.target for row in rows if row.target]
    kept = {
        str(number): dict(zip(_ENTERED, rest, strict=True))
        for number, *rest in _firms(municipality).filter(pk__in=wanted).values_list("pk", *_ENTERED)
    }
    made = directory_actions.register_counterparties(
        municipality=municipality,
        rows=[
            directory_actions.CounterpartyRow(
                UUID(row.target) if row.target else None,
                directory_actions.CounterpartyEntry(
                    **{field: row.values.get(field, kept.get(row.target, {}).get(field, "")) for field in _ENTERED}
                ),
                calendar.read_day(row.values["changed_on"]) if row.values.get("changed_on") else None,
            )
            for row in rows
        ],
        by=tools.by,
        at=tools.at,
    )
    for row, firm in zip(rows, made, strict=True):
        if isinstance(firm, str):
            row.refusal = firm
        else:
            row.target = str(firm.pk)


LAYOUT = layout.Layout(
    name="counterparties",
    title="取引先",
    right=Right.COUNTERPARTIES,
    columns=COLUMNS,
    label=lambda values: values.get("name", ""),
    whole=Firms,
    exported=exported,
    apply=apply,
)
