"""What a contract on paper would cost in stamps 印紙税額.

印紙税法 (昭和42年法律第23号) 別表第一 第1号・第2号・第7号; reductions of 租税特別措置法91条 for what is made from 1
April 2014 to 31 March 2027 (令和6年法律第8号による改正). A law that moves that end changes a line of `REDUCED`.

An electronic record is not "made" on paper, so nothing is due (印紙税法2条・3条、基本通達44条). Of a contract with a
municipality in two copies, only the one that the municipality keeps is taxed: it counts as made by the other side
(4条5項), while what the municipality itself makes is free (5条2号). So the saving is the contractor's, once for each.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOURCE = "印紙税法 別表第一、租税特別措置法第91条（国税庁タックスアンサー No.7108・No.7140）"
TAX_FREE_BELOW = 10_000
"""Of Nos. 1 and 2; 別表第一 第1号・第2号 非課税物件欄."""
Bracket = tuple[int | None, int]
"""Up to this amount (included; None: no end), so much tax; whole yen."""


class Paper(StrEnum):
    """What the contract would be as a taxed paper 課税文書の区分."""

    LAND = "land"
    FIRST = "first"
    CONSTRUCTION = "construction"
    WORK = "work"
    CONTINUING = "continuing"
    NONE = "none"


WORDS: dict[Paper, str] = {
    Paper.LAND: "第1号文書（不動産の譲渡：軽減措置あり）",
    Paper.FIRST: "第1号文書（土地の賃借権、運送など）",
    Paper.CONSTRUCTION: "第2号文書（建設工事の請負：軽減措置あり）",
    Paper.WORK: "第2号文書（建設工事以外の請負）",
    Paper.CONTINUING: "第7号文書（継続的取引の基本となる契約）",
    Paper.NONE: "課税されない、又は計算に含めない",
}


@dataclass(frozen=True, slots=True)
class Reduced:
    """A table that takes the place of the ordinary one from a day to a day, both included 軽減措置."""

    paper: Paper
    begins_on: date
    ends_on: date
    brackets: tuple[Bracket, ...]


_HIGH: tuple[Bracket, ...] = (
    (10_000_000, 10_000),
    (50_000_000, 20_000),
    (100_000_000, 60_000),
    (500_000_000, 100_000),
    (1_000_000_000, 200_000),
    (5_000_000_000, 400_000),
    (None, 600_000),
)
_HIGH_REDUCED: tuple[Bracket, ...] = (
    (5_000_000, 1_000),
    (10_000_000, 5_000),
    (50_000_000, 10_000),
    (100_000_000, 30_000),
    (500_000_000, 60_000),
    (1_000_000_000, 160_000),
    (5_000_000_000, 320_000),
    (None, 480_000),
)
_NO_1: tuple[Bracket, ...] = ((100_000, 200), (500_000, 400), (1_000_000, 1_000), (5_000_000, 2_000), *_HIGH)
_NO_2: tuple[Bracket, ...] = ((1_000_000, 200), (2_000_000, 400), (3_000_000, 1_000), (5_000_000, 2_000), *_HIGH)
_ORDINARY: dict[Paper, tuple[Bracket, ...]] = {
    Paper.LAND: _NO_1,
    Paper.FIRST: _NO_1,
    Paper.CONSTRUCTION: _NO_2,
    Paper.WORK: _NO_2,
}
_REDUCED_FROM, _REDUCED_TO = date(2014, 4, 1), date(2027, 3, 31)
REDUCED: tuple[Reduced, ...] = (
    Reduced(Paper.LAND, _REDUCED_FROM, _REDUCED_TO, ((100_000, 200), (500_000, 200), (1_000_000, 500), *_HIGH_REDUCED)),
    Reduced(Paper.CONSTRUCTION, _REDUCED_FROM, _REDUCED_TO, ((2_000_000, 200), (3_000_000, 500), *_HIGH_REDUCED)),
)
_NO_AMOUNT = 200
_CONTINUING = 4_000
_CONSUMPTION_TAX = ((date(2019, 10, 1), 10), (date(2014, 4, 1), 8))
"""Percent in force from a day (消費税法29条、地方税法72条の83)."""


def tax(paper: Paper, *, amount: int | None, on: date) -> int:
    """Yen of stamps that one paper contract of this day (in Japan) would bear 印紙税額.

    `amount` is what the paper states, without consumption tax that it states separately; None where it states none.
    Example: 工事 46,200,000円（税込） → 42,000,000円 → 10,000円 until 31 March 2027, 20,000円 after.
    """
    if paper is Paper.NONE:
        return 0
    if paper is Paper.CONTINUING:
        return _CONTINUING
    if amount is None:
        return _NO_AMOUNT
    if amount < TAX_FREE_BELOW:
        return 0
    brackets = next(
        (one.brackets for one in REDUCED if one.paper is paper and one.begins_on <= on <= one.ends_on), _ORDINARY[paper]
    )
    return next(yen for most, yen in brackets if most is None or amount <= most)


def without_consumption_tax(amount: int, *, on: date) -> int:
    """The stated amount where consumption tax is stated separately (平成元年3月10日付間消3-2通達) 税抜の記載金額.

    All of it at the ordinary rate of the day, fractions of a yen cut off; before 2014 nothing is taken off.
    """
    percent = next((rate for since, rate in _CONSUMPTION_TAX if since <= on), 0)
    return amount * 100 // (100 + percent)
