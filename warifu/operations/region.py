"""What the region may see of each body, and nothing below it 広域の集計.

A body's figures stand behind its wall. The job that counts it publishes, within the body's own scope, what the region
may know into tables that every body may read (`directory.walls.PUBLISHED`), so that no page ever has to look over a
wall. What could tell of a single contract is withheld before it is published: a value of fewer than `FEWEST` contracts,
and every amount of a year that is not over, because two looks at a growing sum give away what came between. A sum over
the region adds what was published and nothing else, so it cannot give away what was withheld.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum

from warifu.directory import models as directory
from warifu.directory.stages import Stage
from warifu.japan import calendar

from . import spells
from .statistics_models import PaperCount, PublishedMonth, PublishedYear, Spell, Step, Tally

FEWEST = 5
COUNTS = ("drafted", "sent", "concluded", "declined", "expired", "withdrawn")


@dataclass(frozen=True, slots=True)
class Standing:
    """One body, or the region, in one fiscal year; None is withheld or not told 団体の集計.

    `beside` counts concluded contracts of months whose paper contracts are told.
    """

    name: str
    counts: dict[str, int]
    paper: int | None
    beside: int
    median_hours: int | None = None
    most_hours: int | None = None
    amount: int | None = None
    stamp_tax: int | None = None

    @property
    def share(self) -> int | None:
        """Percent of contracts that were concluded electronically, cut off; None where paper is not told 電子化率."""
        total = self.beside + (self.paper or 0)
        return None if self.paper is None or not total else self.beside * 100 // total


@dataclass(frozen=True, slots=True)
class Region:
    """A fiscal year of all bodies: each, their sum, and the sum by month 広域の年度の集計."""

    bodies: tuple[Standing, ...]
    whole: Standing
    months: tuple[tuple[date, dict[str, int]], ...]


def publish(*, municipality: directory.Municipality, at: datetime) -> None:
    """Put what the region may know of this body in the place of what was published 公表."""
    if municipality.stage_of_day(calendar.day_in_japan(at)) is Stage.PREPARING:
        return
    months, years = _months(municipality), _years(municipality, today=calendar.day_in_japan(at))
    with transaction.atomic():
        for model in (PublishedMonth, PublishedYear):
            model._default_manager.filter(code=municipality.code).delete()
        PublishedMonth.objects.bulk_create(months)
        PublishedYear.objects.bulk_create(years)


def fiscal_years(*, today: date) -> range:
    """From the first year that anybody published to this one 公表した年度."""
    first = PublishedMonth.objects.order_by("month").values_list("month", flat=True).first()
    return range(calendar.fiscal_year_of(first or today), calendar.fiscal_year_of(today) + 1)


def of_year(fiscal_year: int) -> Region:
    """What was published of one fiscal year, in the order of 団体コード 広域の集計."""
    first, last = calendar.fiscal_year_span(fiscal_year)
    told = {row.code: row for row in PublishedYear.objects.filter(fiscal_year=fiscal_year)}
    rows: dict[str, list[PublishedMonth]] = defaultdict(list)
    by_month: dict[date, Counter[str]] = defaultdict(Counter)
    for row in PublishedMonth.objects.filter(month__range=(first, last)).order_by("code", "month"):
        rows[row.code].append(row)
        by_month[row.month].update(_counts(row))
    bodies = tuple(_standing(told.get(code), months) for code, months in rows.items())
    return Region(bodies, _whole(bodies), tuple(sorted((month, dict(sums)) for month, sums in by_month.items())))


def by_body_and_year() -> list[tuple[str, int, dict[str, int]]]:
    """Name, fiscal year and counts of every body; all that an operator sees 団体と年度ごとの件数."""
    found: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    names = {}
    for row in PublishedMonth.objects.order_by("code", "month"):
        names[row.code] = row.name
        found[row.code, calendar.fiscal_year_of(row.month)].update(_counts(row))
    return [(names[code], year, dict(sums)) for (code, year), sums in found.items()]


def _counts(row: PublishedMonth) -> dict[str, int]:
    return {name: int(getattr(row, name)) for name in COUNTS}


def _standing(told: PublishedYear | None, months: list[PublishedMonth]) -> Standing:
    counts: Counter[str] = Counter()
    for row in months:
        counts.update(_counts(row))
    papers = [row.paper for row in months if row.paper is not None]
    return Standing(
        name=months[-1].name,
        counts={name: counts[name] for name in COUNTS},
        paper=sum(papers) if papers else None,
        beside=sum(row.concluded for row in months if row.paper is not None),
        median_hours=told.median_hours if told else None,
        most_hours=told.most_hours if told else None,
        amount=told.amount if told else None,
        stamp_tax=told.stamp_tax if told else None,
    )


def _whole(bodies: Iterable[Standing]) -> Standing:
    found = list(bodies)
    papers = [one.paper for one in found if one.paper is not None]
    amounts = [one.amount for one in found if one.amount is not None]
    taxes = [one.stamp_tax for one in found if one.stamp_tax is not None]
    return Standing(
        name="合計",
        counts={name: sum(one.counts[name] for one in found) for name in COUNTS},
        paper=sum(papers) if papers else None,
        beside=sum(one.beside for one in found if one.paper is not None),
        amount=sum(amounts) if amounts else None,
        stamp_tax=sum(taxes) if taxes else None,
    )


def _months(municipality: directory.Municipality) -> list[PublishedMonth]:
    papers = dict(PaperCount.objects.filter(municipality=municipality).values_list("month").annotate(sum=Sum("number")))
    found: dict[date, Counter[str]] = {month: Counter() for month in papers}
    rows = Tally.objects.filter(municipality=municipality, department=None)
    for month, *sums in rows.values_list("month").annotate(*(Sum(name) for name in COUNTS)):
        found[month] = Counter(dict(zip(COUNTS, sums, strict=True)))
    return [
        PublishedMonth(
            code=municipality.code,
            name=municipality.name,
            month=month,
            paper=papers.get(month),
            **{name: sums[name] for name in COUNTS},
        )
        for month, sums in found.items()
    ]


def _years(municipality: directory.Municipality, *, today: date) -> list[PublishedYear]:
    months = (
        Tally.objects.filter(municipality=municipality, department=None)
        .values_list("month")
        .annotate(*(Sum(name) for name in ("amount", "priced", "stamp_tax", "stamped")))
    )
    money: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for month, *sums in months:
        year = money[calendar.fiscal_year_of(month)]
        for place, value in enumerate(sums):
            year[place] += value
    taken = _spells(municipality)
    return [
        PublishedYear(
            code=municipality.code,
            name=municipality.name,
            fiscal_year=year,
            **_withheld(money[year], over=calendar.fiscal_year_of(today) > year),
            **_spell_values(taken[year]),
        )
        for year in money
    ]


def _spells(municipality: directory.Municipality) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = defaultdict(Counter)
    rows = Spell.objects.filter(municipality=municipality, department=None, step=Step.CONCLUSION)
    for month, hours, number in rows.values_list("month", "hours").annotate(all=Sum(F("number"))):
        found[calendar.fiscal_year_of(month)][hours] += number
    return found


def _withheld(money: list[int], *, over: bool) -> dict[str, int | None]:
    """Amounts of a year that is over; each by the number of those contracts that bear one, none of fewer than five."""
    amount, priced, stamp_tax, stamped = money
    return {
        "amount": amount if over and priced >= FEWEST else None,
        # Without an amount each bears the same known tax: what is left of the sum would be the few others'.
        "stamp_tax": stamp_tax if over and min(priced, stamped) >= FEWEST else None,
    }


def _spell_values(taken: Counter[int]) -> dict[str, int | None]:
    if taken.total() < FEWEST:
        return {"median_hours": None, "most_hours": None}
    return {"median_hours": spells.quantile(taken, 50), "most_hours": spells.quantile(taken, 90)}
