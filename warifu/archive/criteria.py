"""What somebody looks for, and where a page of answers ends 検索条件."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from . import models

PAGE_SIZE = 50
COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Any combination of conditions, all of which must hold 検索条件（電子帳簿保存法施行規則2条6項5号）.

    Ranges include both ends and may be open; days are days in Japan, amounts whole yen. A record without an amount is
    outside every amount range. `counterparty` is part of a name, or a whole 法人番号; `words` are separated by spaces
    and each must be part of the title or number; both ignore width, case, kana and variant characters. `fiscal_year`
    is the western year in which it begins. `sealed_by` finds what ceases to be verifiable on that day or before.
    `folders` are those in which it may lie, None for any place; `unfiled` finds what lies in none.
    """

    date_from: date | None = None
    date_to: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    counterparty: str = ""
    words: str = ""
    kind: str = ""
    fiscal_year: int | None = None
    sealed_by: date | None = None
    folders: frozenset[int] | None = None
    unfiled: bool = False

    def problems(self) -> tuple[str, ...]:
        """Sentences about conditions that nothing can meet; empty when there is none 条件の誤り."""
        found = []
        if self.date_from and self.date_to and self.date_from > self.date_to:
            found.append("取引年月日の始まりが終わりより後になっています。日付を入れ替えてください。")
        if self.amount_from is not None and self.amount_to is not None and self.amount_from > self.amount_to:
            found.append("金額の下限が上限より大きくなっています。金額を入れ替えてください。")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last record of a page; the next page begins after it 続きの位置."""

    transaction_on: date
    record_id: UUID

    def __str__(self) -> str:
        return f"{self.transaction_on:%Y%m%d}-{self.record_id.hex}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that `str()` wrote, or None for anything else 続きの位置の読取り."""
        day, _, record_id = text.partition("-")
        try:
            return cls(date.fromisoformat(day), UUID(record_id))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records, newest first, and how many there are in all 検索結果.

    `count` stops at 1,000; then `capped` is true and there are at least that many.
    """

    records: Sequence[models.Record]
    next: Cursor | None
    count: int
    capped: bool

    @property
    def count_text(self) -> str:
        """`23件` or `1,000件以上` 件数の表記."""
        return f"{self.count:,}件{'以上' if self.capped else ''}"
