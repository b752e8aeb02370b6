"""From the ways of agreements to what is kept of a month 集計. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from warifu.agreements.lifecycle import State
from warifu.agreements.passages import Passage
from warifu.japan import calendar, stamp_tax
from warifu.japan.stamp_tax import Paper

from . import spells
from .statistics_models import Step

_ENDS = {State.DECLINED: "declined", State.EXPIRED: "expired", State.WITHDRAWN: "withdrawn"}


@dataclass(frozen=True, slots=True)
class Place:
    """A month, a department or (None) the whole body, and a kind of contract 集計の区分."""

    month: date
    department_id: int | None
    kind: str


@dataclass(slots=True)
class Sums:
    """What is added up for one place; the members are those of `Tally` 件数と金額."""

    drafted: int = 0
    sent: int = 0
    concluded: int = 0
    declined: int = 0
    expired: int = 0
    withdrawn: int = 0
    amount: int = 0
    priced: int = 0
    stamp_tax: int = 0
    stamped: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Sums by place, and how many took how long for each step 集計の結果."""

    sums: dict[Place, Sums] = field(default_factory=lambda: defaultdict(Sums))
    spells: Counter[tuple[Place, Step, int]] = field(default_factory=Counter)


def month_of(at: datetime) -> date:
    """The first day of the month in Japan that an aware moment lies in 月."""
    return calendar.day_in_japan(at).replace(day=1)


def months_of(passage: Passage) -> Iterator[date]:
    """Every month whose figures this agreement is part of 関係する月."""
    for at in (passage.drafted_at, passage.sent_at, passage.ended_at):
        if at is not None:
            yield month_of(at)


def months_of_year(fiscal_year: int) -> tuple[date, ...]:
    """April to March 年度の月."""
    return tuple(date(fiscal_year + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16))


def count(passages: Iterable[Passage], *, months: Collection[date], papers: Mapping[str, Paper]) -> Counted:
    """Add up what happened in these months; `papers` says as which taxed paper each kind counts 集計."""
    found = Counted()
    for passage in passages:
        _events(found, passage, months, papers)
    return found


def _events(found: Counted, passage: Passage, months: Collection[date], papers: Mapping[str, Paper]) -> None:
    drafted = month_of(passage.drafted_at)
    if drafted in months:
        for sums in _both(found, drafted, passage):
            sums.drafted += 1
    if passage.sent_at is not None and (sent := month_of(passage.sent_at)) in months:
        for sums in _both(found, sent, passage):
            sums.sent += 1
    if passage.ended_at is None or (ended := month_of(passage.ended_at)) not in months:
        return
    if passage.state is State.CONCLUDED:
        _conclusion(found, passage, ended, papers)
    else:
        name = _ENDS[passage.state]
        for sums in _both(found, ended, passage):
            setattr(sums, name, getattr(sums, name) + 1)


def _conclusion(found: Counted, passage: Passage, month: date, papers: Mapping[str, Paper]) -> None:
    on = calendar.day_in_japan(passage.concluded_at or passage.changed_at)
    stated = None if passage.amount is None else stamp_tax.without_consumption_tax(passage.amount, on=on)
    saved = stamp_tax.tax(papers.get(passage.kind, Paper.NONE), amount=stated, on=on)
    for sums in _both(found, month, passage):
        sums.concluded += 1
        sums.amount += passage.amount or 0
        sums.priced += passage.amount is not None
        sums.stamp_tax += saved
        sums.stamped += saved > 0
    body = Place(month, None, passage.kind)
    for step, begun, ended in _steps(passage):
        if begun is None or ended is None:
            continue
        hours = spells.grain(begun, ended)
        found.spells[body, step, hours] += 1
        if step is Step.CONCLUSION:
            found.spells[Place(month, passage.department_id, passage.kind), step, hours] += 1


def _both(found: Counted, month: date, passage: Passage) -> tuple[Sums, Sums]:
    return (
        found.sums[Place(month, None, passage.kind)],
        found.sums[Place(month, passage.department_id, passage.kind)],
    )


def _steps(passage: Passage) -> tuple[tuple[Step, datetime | None, datetime | None], ...]:
    return (
        (Step.DRAFTING, passage.drafted_at, passage.submitted_at),
        (Step.APPROVAL, passage.submitted_at, passage.approved_at),
        (Step.SENDING, passage.approved_at, passage.sent_at),
        (Step.CONSENT, passage.sent_at, passage.agreed_at),
        (Step.SEALING, passage.agreed_at, passage.concluded_at),
        (Step.CONCLUSION, passage.sent_at, passage.concluded_at),
    )
