"""What a body's contracts came to, from the tables that the job fills, never from the agreements 利用統計."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet, Sum

from warifu.agreements.models import Kind
from warifu.directory import departments
from warifu.directory import models as directory
from warifu.japan import calendar

from . import counting, spells
from .branches import Branches, Node
from .statistics_models import PaperCount, Spell, Step, Tally, TallyState

COUNTS = ("drafted", "sent", "concluded", "declined", "expired", "withdrawn")
_SUMS = (*COUNTS, "amount", "stamp_tax", "stamped")
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a place and time 集計値.

    `paper` is None where nobody told how many were concluded on paper; `beside` counts the electronic ones of those
    months in which somebody did. `taken` is the distribution of hours from sending to conclusion.
    """

    drafted: int = 0
    sent: int = 0
    concluded: int = 0
    declined: int = 0
    expired: int = 0
    withdrawn: int = 0
    amount: int = 0
    stamp_tax: int = 0
    stamped: int = 0
    paper: int | None = None
    beside: int = 0
    taken: Counter[int] = field(default_factory=Counter)

    @property
    def share(self) -> int | None:
        """Percent of contracts that were concluded electronically, cut off; None where paper is not told 電子化率."""
        total = self.beside + (self.paper or 0)
        return None if self.paper is None or not total else self.beside * 100 // total

    @property
    def median(self) -> str:
        """How long half of them took at most 締結日数の中央値."""
        return spells.words(spells.quantile(self.taken, 50))

    @property
    def most(self) -> str:
        """How long nine of ten took at most 締結日数の90%値."""
        return spells.words(spells.quantile(self.taken, 90))

    @property
    def empty(self) -> bool:
        """Whether nothing happened and nothing was told 集計値の有無."""
        return self.paper is None and not any(getattr(self, name) for name in COUNTS)

    def plus(self, other: "Figures") -> "Figures":
        """Both together 加算."""
        papers = [one.paper for one in (self, other) if one.paper is not None]
        sums = {name: getattr(self, name) + getattr(other, name) for name in (*_SUMS, "beside")}
        return Figures(**sums, paper=sum(papers) if papers else None, taken=self.taken + other.taken)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a step took in a year, and of how many contracts 段階ごとの所要時間."""

    step: Step
    number: int
    median_hours: int | None
    median: str
    most: str


@dataclass(frozen=True, slots=True)
class Year:
    """One fiscal year of a body or of a department with all below it 年度の集計.

    `departments` are those directly below what was asked for, each with all below it; the department itself comes
    first, for what is its own.
    """

    total: Figures
    months: tuple[tuple[date, Figures], ...]
    kinds: tuple[tuple[str, Figures], ...]
    departments: tuple[tuple[Node, Figures], ...]
    waits: tuple[Wait, ...]


def counted_at(municipality: directory.Municipality) -> datetime | None:
    """When the figures were last brought up to date, or None 集計の日時."""
    row = TallyState.objects.filter(municipality=municipality).first()
    return row.counted_at if row else None


def fiscal_years(municipality: directory.Municipality, *, today: date) -> range:
    """From the first year with figures to this one 集計のある年度."""
    first = Tally.objects.filter(municipality=municipality, department=None).aggregate(at=Min("month"))["at"]
    return range(calendar.fiscal_year_of(first or today), calendar.fiscal_year_of(today) + 1)


def branches_of(municipality: directory.Municipality, *, today: date) -> Branches:
    """All departments of a body as they stand today 部署の枝."""
    columns = ("pk", "path", "name", "parent_id", "successor_id", "ends_on")
    rows = departments.departments_of(municipality).order_by("path", "pk").values_list(*columns)
    return Branches((Node(*row) for row in rows), on=today)


def years(municipality: directory.Municipality, *, kind: str = "", today: date) -> list[tuple[int, Figures]]:
    """The last ten fiscal years of the whole body, without how long it took 年度ごとの集計."""
    found: dict[int, Figures] = {year: Figures() for year in fiscal_years(municipality, today=today)[-MOST_YEARS:]}
    papers = {} if kind else _papers(municipality, Q())
    rows = _kind(Tally.objects.filter(municipality=municipality, department=None), kind)
    for month, figures in _by_month(rows, papers).items():
        year = calendar.fiscal_year_of(month)
        if year in found:
            found[year] = found[year].plus(figures)
    return list(found.items())


def of_year(
    municipality: directory.Municipality,
    fiscal_year: int,
    *,
    tree: Branches,
    department: int | None = None,
    kind: str = "",
) -> Year:
    """One fiscal year, narrowed to a department with all below it and to a kind of contract 年度の集計."""
    span = Q(month__range=calendar.fiscal_year_span(fiscal_year))
    place = Q(department=None) if department is None else Q(department__in=tree.within(department))
    tallies = Tally.objects.filter(span, municipality=municipality)
    papers = {} if kind else _papers(municipality, span if department is None else span & place)
    months = _by_month(_kind(tallies.filter(place), kind), papers)
    for month, taken in _taken_by_month(municipality, span & place, kind).items():
        months[month] = replace(months.get(month, Figures()), taken=taken)
    whole = tuple((month, months.get(month, Figures())) for month in counting.months_of_year(fiscal_year))
    total = Figures()
    for _, figures in whole:
        total = total.plus(figures)
    return Year(
        total=total,
        months=whole,
        kinds=_by_kind(_kind(tallies.filter(place), kind)),
        departments=_by_branch(municipality, span, kind, tree, department, frozenset(papers)),
        waits=_waits(municipality, span, kind) if department is None else (),
    )


def rows_of_year(municipality: directory.Municipality, fiscal_year: int) -> QuerySet[Tally]:
    """Every line by month, department and kind, for a sheet; not those of the whole body 集計の明細."""
    span = Q(month__range=calendar.fiscal_year_span(fiscal_year))
    found = Tally.objects.filter(span, municipality=municipality, department__isnull=False)
    return found.select_related("department").order_by("month", "department__path", "kind")


def papers_of_year(municipality: directory.Municipality, fiscal_year: int) -> QuerySet[PaperCount]:
    """What was told of paper contracts, by month and department, for a sheet 紙の契約の件数の明細."""
    span = Q(month__range=calendar.fiscal_year_span(fiscal_year))
    found = PaperCount.objects.filter(span, municipality=municipality)
    return found.select_related("department").order_by("month", "department__path")


def _kind(rows: QuerySet[Tally], kind: str) -> QuerySet[Tally]:
    return rows.filter(kind=kind) if kind else rows


def _papers(municipality: directory.Municipality, where: Q) -> dict[date, int]:
    rows = PaperCount.objects.filter(where, municipality=municipality)
    return dict(rows.values_list("month").annotate(sum=Sum("number")))


def _by_month(rows: QuerySet[Tally], papers: dict[date, int]) -> dict[date, Figures]:
    found = {month: Figures(paper=number) for month, number in papers.items()}
    for month, *sums in rows.values_list("month").annotate(*(Sum(name) for name in _SUMS)):
        told = papers.get(month)
        figures = Figures(**dict(zip(_SUMS, sums, strict=True)), paper=told)
        found[month] = figures if told is None else replace(figures, beside=figures.concluded)
    return found


def _by_kind(rows: QuerySet[Tally]) -> tuple[tuple[str, Figures], ...]:
    sums = rows.values_list("kind").annotate(*(Sum(name) for name in _SUMS))
    found = {kind: Figures(**dict(zip(_SUMS, values, strict=True))) for kind, *values in sums}
    labels = {**dict(Kind.choices), "": "未選択"}
    return tuple((label, found[kind]) for kind, label in labels.items() if kind in found)


def _taken_by_month(municipality: directory.Municipality, where: Q, kind: str) -> dict[date, Counter[int]]:
    found: dict[date, Counter[int]] = defaultdict(Counter)
    rows = Spell.objects.filter(where, municipality=municipality, step=Step.CONCLUSION)
    if kind:
        rows = rows.filter(kind=kind)
    for month, hours, number in rows.values_list("month", "hours").annotate(all=Sum("number")):
        found[month][hours] += number
    return found


def _by_branch(
    municipality: directory.Municipality,
    span: Q,
    kind: str,
    tree: Branches,
    department: int | None,
    told: Collection[date],
) -> tuple[tuple[Node, Figures], ...]:
    found: dict[int, Figures] = defaultdict(Figures)
    of_departments = span & Q(department__isnull=False)
    rows = _kind(Tally.objects.filter(of_departments, municipality=municipality), kind)
    beside = Sum("concluded", filter=Q(month__in=told), default=0)
    for pk, *sums in rows.values_list("department").annotate(*(Sum(name) for name in _SUMS), beside_paper=beside):
        branch = tree.branch(pk, below=department)
        if branch is not None:
            found[branch] = found[branch].plus(Figures(**dict(zip((*_SUMS, "beside"), sums, strict=True))))
    if not kind:
        papers = PaperCount.objects.filter(span, municipality=municipality)
        for pk, number in papers.values_list("department").annotate(sum=Sum("number")):
            branch = tree.branch(pk, below=department)
            if branch is not None:
                found[branch] = found[branch].plus(Figures(paper=number))
    taken: dict[int, Counter[int]] = defaultdict(Counter)
    times = Spell.objects.filter(of_departments, municipality=municipality, step=Step.CONCLUSION)
    times = times.filter(kind=kind) if kind else times
    for pk, hours, number in times.values_list("department", "hours").annotate(all=Sum("number")):
        branch = tree.branch(pk, below=department)
        if branch is not None:
            taken[branch][hours] += number
    return tuple(_named(tree, found, taken, first=department))


def _named(
    tree: Branches, found: dict[int, Figures], taken: dict[int, Counter[int]], *, first: int | None
) -> Iterable[tuple[Node, Figures]]:
    nodes = [node for pk in found if (node := tree.node(pk)) is not None]
    for node in sorted(nodes, key=lambda node: (node.id != first, node.path, node.id)):
        yield node, replace(found[node.id], taken=taken[node.id])


def _waits(municipality: directory.Municipality, span: Q, kind: str) -> tuple[Wait, ...]:
    by_step: dict[str, Counter[int]] = defaultdict(Counter)
    rows = Spell.objects.filter(span, municipality=municipality, department=None)
    rows = rows.filter(kind=kind) if kind else rows
    for step, hours, number in rows.values_list("step", "hours").annotate(all=Sum("number")):
        by_step[step][hours] += number
    return tuple(_wait(step, by_step[step]) for step in Step if by_step[step])


def _wait(step: Step, taken: Counter[int]) -> Wait:
    middle, most = spells.quantile(taken, 50), spells.quantile(taken, 90)
    return Wait(step, taken.total(), middle, spells.words(middle), spells.words(most))
