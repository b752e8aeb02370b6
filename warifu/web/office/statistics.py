"""利用統計: what a body's contracts came to in a fiscal year, as figures, charts and tables."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements.models import Kind
from warifu.japan import calendar, stamp_tax
from warifu.operations import savings
from warifu.operations import statistics as queries
from warifu.operations.branches import Branches, Node
from warifu.web import charts, clock, staff_door

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what is not there falls back to the whole 絞り込み."""

    year: int
    kind: str
    department: Node | None


@require_GET
@staff_door.page_with(Right.STATISTICS)
def statistics(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """One fiscal year, of the whole body or of a department with all below it 利用統計."""
    body, today = person.municipality, calendar.day_in_japan(clock.now())
    tree = queries.branches_of(body, today=today)
    years = queries.fiscal_years(body, today=today)
    asked = asked_of(request, tree, years)
    found = queries.of_year(
        body, asked.year, tree=tree, department=asked.department.id if asked.department else None, kind=asked.kind
    )
    rule = savings.rule_of(body)
    over_years = queries.years(body, kind=asked.kind, today=today) if asked.department is None else []
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "asked": asked,
        "above": tree.above(asked.department.id) if asked.department else [],
        "years": [(year, calendar.fiscal_year_name(year)) for year in reversed(years)],
        "year_name": calendar.fiscal_year_name(asked.year),
        "kinds": Kind.choices,
        "kind_name": dict(Kind.choices).get(asked.kind, ""),
        "found": found,
        "counted_at": queries.counted_at(body),
        "months": [(f"{month:%Y}年{month.month}月", figures) for month, figures in found.months],
        "chart": by_month(found.months),
        "over_years": [(calendar.fiscal_year_name(year), figures) for year, figures in over_years],
        "year_chart": by_year(over_years) if len(over_years) > 1 else None,
        "page": Paginator(found.departments, PAGE_SIZE).get_page(request.GET.get("page")),
        "most_kind": max((figures.concluded for _, figures in found.kinds), default=0),
        "most_department": max((figures.concluded for _, figures in found.departments), default=0),
        "most_wait": max((wait.median_hours or 0 for wait in found.waits), default=0),
        "postage": rule.postage,
        "postage_saved": None if rule.postage is None else rule.postage * found.total.concluded,
        "source": stamp_tax.SOURCE,
        "papers": [(Kind(kind).label, stamp_tax.WORDS[paper]) for kind, paper in rule.papers.items()],
        "query": kept.urlencode(),
        "may_set": person.may(Right.SETTINGS),
    }
    return render(request, "office/statistics.html", context)


def asked_of(request: HttpRequest, tree: Branches, years: range) -> Asked:
    """What the address asks for; Http404 for a department that this body does not have 絞り込み."""
    year, number = request.GET.get("year", ""), request.GET.get("department", "")
    department = tree.node(int(number)) if number.isascii() and number.isdigit() and len(number) < 12 else None
    if number and department is None:
        raise Http404
    kind = request.GET.get("kind", "")
    return Asked(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) in years else years[-1],
        kind=kind if kind in Kind.values else "",
        department=department,
    )


def by_month(months: tuple[tuple[date, queries.Figures], ...]) -> charts.Columns:
    """Sent and concluded by month 月別の棒グラフ."""
    sent, concluded = [figures.sent for _, figures in months], [figures.concluded for _, figures in months]
    told = "、".join(
        f"{month.month}月は送信{figures.sent:,}件・締結完了{figures.concluded:,}件"
        for month, figures in months
        if figures.sent or figures.concluded
    )
    return charts.columns(
        title="月別の送信と締結完了の件数",
        told=f"{told}。" if told else "件数はありません。",
        labels=[f"{month.month}" for month, _ in months],
        series=[charts.Series("送信", sent), charts.Series("締結完了", concluded)],
    )


def by_year(years: list[tuple[int, queries.Figures]]) -> charts.Columns:
    """Concluded electronically and on paper by fiscal year 年度別の棒グラフ."""
    told = "、".join(
        f"{calendar.fiscal_year_name(year)}は電子{figures.concluded:,}件・紙{figures.paper or 0:,}件"
        for year, figures in years
    )
    return charts.columns(
        title="年度別の電子契約と紙の契約の件数",
        told=f"{told}。",
        labels=[short_year(year) for year, _ in years],
        series=[
            charts.Series("電子契約（締結完了）", [figures.concluded for _, figures in years]),
            charts.Series("紙の契約（入力した件数）", [figures.paper or 0 for _, figures in years]),
        ],
    )


def short_year(year: int) -> str:
    """`R8` for the fiscal year that begins in this western year; its era is that of May 年度の略記."""
    return calendar.wareki_short(date(year, 5, 1)).partition(".")[0]
