"""The statistics of a body are brought up to date, or made anew; both come to the same 集計の更新.

What has ended never changes, so a month is settled once nothing in it is under way. The daily count looks at those that
are not settled, and at those that something has happened in since; `rebuild` looks at all.
"""

import dataclasses
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from warifu.agreements import passages
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.japan import calendar

from . import counting, region, savings
from .statistics_models import Spell, Tally, TallyState

LOOK_BACK = timedelta(days=1)
"""A deed may be committed some time after the moment that it bears."""
_BATCH = 2_000


def due(*, at: datetime) -> list[directory.Municipality]:
    """Bodies that were not counted today (in Japan), or ask for it; for the sweep 集計の残り."""
    midnight = calendar.midnight_before(calendar.day_in_japan(at))
    done = TallyState.objects.filter(counted_at__gte=midnight, stale=False).values("municipality")
    return list(directory_queries.municipalities().exclude(pk__in=done))


def bring_up_to_date(*, municipality: directory.Municipality, at: datetime) -> int:
    """Count the months that may have changed; returns how many 集計."""
    state = _state(municipality)
    if state.counted_at is None or state.stale:
        return rebuild(municipality=municipality, at=at)
    with transaction.atomic():
        state = _locked(municipality)
        found = list(passages.unsettled(municipality, since=(state.counted_at or at) - LOOK_BACK))
        touched = {month for passage in found for month in counting.months_of(passage)}
        touched |= {date.fromisoformat(month) for month in state.open_months}
        for year in sorted({calendar.fiscal_year_of(month) for month in touched}):
            _write(municipality, year, [month for month in counting.months_of_year(year) if month in touched])
        _note(state, found, at=at)
    region.publish(municipality=municipality, at=at)
    return len(touched)


def rebuild(*, municipality: directory.Municipality, at: datetime) -> int:
    """Count every month anew, a fiscal year at a time; returns how many 集計のやり直し."""
    _state(municipality)
    today = calendar.day_in_japan(at)
    first = passages.first_drafted_at(municipality)
    begun = calendar.fiscal_year_of(calendar.day_in_japan(first) if first else today)
    years = range(begun, calendar.fiscal_year_of(today) + 1)
    with transaction.atomic():
        # Whoever asks for a count while this one is at work gets another; whoever kills it, too.
        state = _locked(municipality)
        state.counted_at, state.stale = None, False
        state.save(update_fields=["counted_at", "stale"])
        for model in (Tally, Spell):
            kept = model._default_manager.filter(municipality=municipality)
            kept.exclude(month__gte=date(begun, 4, 1), month__lt=date(years.stop, 4, 1)).delete()
    for year in years:
        with transaction.atomic():
            _locked(municipality)
            _write(municipality, year, counting.months_of_year(year))
    with transaction.atomic():
        _note(_locked(municipality), passages.unsettled(municipality, since=at), at=at)
    region.publish(municipality=municipality, at=at)
    return len(years) * 12


def _write(municipality: directory.Municipality, year: int, months: Collection[date]) -> None:
    """Put the figures of these months of one fiscal year in the place of the earlier ones."""
    first, last = calendar.fiscal_year_span(year)
    found = passages.between(municipality, first=calendar.midnight_before(first), after=calendar.midnight_after(last))
    counted = counting.count(found, months=frozenset(months), papers=savings.rule_of(municipality).papers)
    for model in (Tally, Spell):
        model._default_manager.filter(municipality=municipality, month__in=months).delete()
    Tally.objects.bulk_create(
        (
            Tally(municipality=municipality, **dataclasses.asdict(place), **dataclasses.asdict(sums))
            for place, sums in counted.sums.items()
        ),
        batch_size=_BATCH,
    )
    Spell.objects.bulk_create(
        (
            Spell(municipality=municipality, **dataclasses.asdict(place), step=step, hours=hours, number=number)
            for (place, step, hours), number in counted.spells.items()
        ),
        batch_size=_BATCH,
    )


def _state(municipality: directory.Municipality) -> TallyState:
    return TallyState.objects.get_or_create(municipality=municipality)[0]


def _locked(municipality: directory.Municipality) -> TallyState:
    """The state, held until the transaction ends: two workers never write the same months at once."""
    return TallyState.objects.select_for_update().get(municipality=municipality)


def _note(state: TallyState, found: Iterable[passages.Passage], *, at: datetime) -> None:
    under_way = {month for one in found if one.ended_at is None for month in counting.months_of(one)}
    state.counted_at, state.open_months = at, sorted(month.isoformat() for month in under_way)
    state.save(update_fields=["counted_at", "open_months"])
