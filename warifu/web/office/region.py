"""広域の集計: what all bodies' contracts came to, body by body and in sum, and nothing below."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.integrations import writing
from warifu.integrations.reading import Encoding
from warifu.japan import calendar
from warifu.operations import region as queries
from warifu.operations import spells
from warifu.web import charts, clock, documents, staff_door

HEADER = (
    "年度",
    "団体",
    "起案",
    "送信",
    "締結完了",
    "却下",
    "期限切れ",
    "取下げ",
    "紙の契約の件数",
    "電子化率（%）",
    "締結日数（中央値）",
    "締結日数（90%）",
    "契約金額（税込）の合計",
    "印紙税の節減見込額（受注者）",
)
WITHHELD = "非公表"


@require_GET
@staff_door.page_with(Right.REGION)
def region(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """One fiscal year of all bodies 広域の集計."""
    today = calendar.day_in_japan(clock.now())
    years = queries.fiscal_years(today=today)
    year = year_of(request, years)
    found = queries.of_year(year)
    rows = [(one, spells.words(one.median_hours), spells.words(one.most_hours)) for one in found.bodies]
    context = {
        "year": year,
        "year_name": calendar.fiscal_year_name(year),
        "years": [(one, calendar.fiscal_year_name(one)) for one in reversed(years)],
        "over": year < calendar.fiscal_year_of(today),
        "rows": rows,
        "whole": found.whole,
        "months": [(f"{month.year}年{month.month}月", counts) for month, counts in found.months],
        "chart": by_month(found),
        "most": max((one.counts["concluded"] for one in found.bodies), default=0),
        "fewest": queries.FEWEST,
    }
    return render(request, "office/region.html", context)


@require_GET
@staff_door.page_with(Right.REGION)
def sheet(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The same as CSV (UTF-8 with a byte order mark) 広域の集計のCSV."""
    today = calendar.day_in_japan(clock.now())
    year = year_of(request, queries.fiscal_years(today=today))
    written = writing.write(HEADER, _lines(year), encoding=Encoding.UTF8)
    name = f"広域の集計_{calendar.fiscal_year_name(year)}.csv"
    return documents.as_file(written.content, name=name, media_type="text/csv")


def year_of(request: HttpRequest, years: range) -> int:
    """The fiscal year that the address asks for, or the newest 年度."""
    wanted = request.GET.get("year", "")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) == 4 and int(wanted) in years
    return int(wanted) if known else years[-1]


def by_month(found: queries.Region) -> charts.Columns:
    """Sent and concluded of all bodies by month 月別の棒グラフ."""
    months = found.months
    told = "、".join(
        f"{month.month}月は送信{counts['sent']:,}件・締結完了{counts['concluded']:,}件" for month, counts in months
    )
    return charts.columns(
        title="全団体の月別の送信と締結完了の件数",
        told=f"{told}。" if told else "件数はありません。",
        labels=[str(month.month) for month, _ in months],
        series=[
            charts.Series("送信", [counts["sent"] for _, counts in months]),
            charts.Series("締結完了", [counts["concluded"] for _, counts in months]),
        ],
    )


def _lines(year: int) -> Iterator[tuple[str, ...]]:
    found = queries.of_year(year)
    for one in found.bodies:
        times = (spells.words(one.median_hours), spells.words(one.most_hours))
        yield (calendar.fiscal_year_name(year), one.name, *_values(one), *times, *_money(one))
    if found.bodies:
        yield (calendar.fiscal_year_name(year), "合計", *_values(found.whole), "", "", *_money(found.whole))


def _values(one: queries.Standing) -> tuple[str, ...]:
    paper = "" if one.paper is None else str(one.paper)
    share = "" if one.share is None else str(one.share)
    return (*(str(one.counts[name]) for name in queries.COUNTS), paper, share)


def _money(one: queries.Standing) -> tuple[str, ...]:
    return tuple(WITHHELD if value is None else str(value) for value in (one.amount, one.stamp_tax))
