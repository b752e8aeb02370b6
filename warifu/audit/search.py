"""Searching a ledger of millions of lines by any combination of conditions 監査証跡の検索.

The lines of one value of an indexed column (one person, one target, one kind of act) stand in the index in the order
of the page. So the most telling condition is taken apart into its values, each is read from its own place in the index,
and what they give is put together; the other conditions are only looked at on the way.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from . import models, performers

PAGE_SIZE = 50
COUNT_LIMIT = 1000
MOST_VALUES = 100
"""So many persons, posts or addresses one condition may mean; of more, the first in the order of their text."""
_CHUNK = 1000
_FEW = 5

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Conditions, all of which must hold; empty ones say nothing 検索条件.

    `since` and `before` are aware, the second not included. `person` and `post` are parts of a name and of department
    and title, as the lines have them. `ip` is an address, or its beginning when it ends with "." or ":". `actions` and
    `targets` are exact, any of them; an empty tuple of targets is met by nothing, None by everything.
    """

    since: datetime | None = None
    before: datetime | None = None
    person: str = ""
    post: str = ""
    ip: str = ""
    actions: tuple[str, ...] = ()
    targets: tuple[str, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether every line meets it 条件なし."""
        return self == Criteria()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page; the next page begins after it 続きの位置."""

    at: datetime
    sequence: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{self.sequence}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that `str()` wrote, or None for anything else 続きの位置の読取り."""
        moment, _, sequence = text.partition("-")
        if not (sequence.isascii() and sequence.isdecimal() and len(sequence) < 19):
            return None
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), int(sequence))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first, and how many there are in all; the count stops at 1,000 (`capped`) 検索結果."""

    entries: Sequence[models.Entry]
    next: Cursor | None
    count: int
    capped: bool

    @property
    def count_text(self) -> str:
        """`23件` or `1,000件以上` 件数の表記."""
        return f"{self.count:,}件{'以上' if self.capped else ''}"


def search(ledger: str, criteria: Criteria, *, after: Cursor | None = None) -> Page:
    """One page of a ledger 監査証跡の検索."""
    found = _Streams.of(ledger, criteria)
    if after is None and not found.everything and len(found.sets) <= _FEW:
        # What was looked at for the page need not be looked at again for the count.
        places = found.places(None, COUNT_LIMIT + 1)
        count = len(places)
    else:
        places, count = found.places(after, PAGE_SIZE + 1), found.count()
    entries = found.entries(places[:PAGE_SIZE])
    goes_on = len(places) > PAGE_SIZE
    last = Cursor(*places[PAGE_SIZE - 1]) if goes_on else None
    return Page(entries, last, min(count, COUNT_LIMIT) if not criteria.empty else count, _capped(criteria, count))


def walk(ledger: str, criteria: Criteria) -> Iterator[models.Entry]:
    """All lines that meet the conditions, newest first, read in chunks 監査証跡の通読."""
    found, after = _Streams.of(ledger, criteria), None
    while places := found.places(after, _CHUNK):
        yield from found.entries(places)
        after = Cursor(*places[-1])


def _capped(criteria: Criteria, count: int) -> bool:
    return not criteria.empty and count > COUNT_LIMIT


@dataclass(frozen=True)
class _Streams:
    """The sets of lines that together are the answer; no line is in two of them."""

    ledger: models.Ledger | None
    sets: Sequence[QuerySet[models.Entry]]
    everything: bool

    @classmethod
    def of(cls, ledger: str, criteria: Criteria) -> "_Streams":
        head = models.Ledger.objects.filter(name=ledger).first()
        if head is None:
            return cls(None, [], everything=False)
        lines = models.Entry.objects.filter(ledger=head)
        if criteria.since:
            lines = lines.filter(at__gte=criteria.since)
        if criteria.before:
            lines = lines.filter(at__lt=criteria.before)
        values = _values(ledger, criteria)
        if not values:
            return cls(head, [lines], everything=criteria.empty)
        (leading, chosen), *others = values
        for column, wanted in others:
            # As an expression it uses no index, so the leading column's is used on either engine.
            lines = lines.alias(**{f"_{column}": Coalesce(F(column), Value(""))}).filter(**{f"_{column}__in": wanted})
        return cls(head, [lines.filter(**{leading: value}) for value in chosen], everything=False)

    def places(self, after: Cursor | None, most: int) -> list[Place]:
        """The newest `most` after the cursor."""
        return list(heapq.nlargest(most, (place for lines in self.sets for place in _newest(lines, after, most))))

    def entries(self, places: Sequence[Place]) -> list[models.Entry]:
        numbers = [sequence for _, sequence in places]
        found = models.Entry.objects.filter(ledger=self.ledger, sequence__in=numbers).select_related("ledger")
        by_number = {entry.sequence: entry for entry in found}
        return [by_number[number] for number in numbers]

    def count(self) -> int:
        """Exact for a whole ledger; otherwise it stops just above the limit."""
        if self.everything and self.ledger:
            return self.ledger.head_sequence
        total = 0
        for lines in self.sets:
            total += lines.order_by("-at", "-sequence")[: COUNT_LIMIT + 1 - total].count()
            if total > COUNT_LIMIT:
                break
        return total


def _newest(lines: QuerySet[models.Entry], after: Cursor | None, most: int) -> Iterator[Place]:
    if after is not None:
        lines = lines.filter(at__lte=after.at).exclude(at=after.at, sequence__gte=after.sequence)
    yield from lines.order_by("-at", "-sequence").values_list("at", "sequence")[:most]


def _values(ledger: str, criteria: Criteria) -> list[tuple[str, Sequence[str]]]:
    """The conditions as columns and the values that they may have, the most telling first."""
    found: list[tuple[str, Sequence[str]]] = []
    if criteria.targets is not None:
        found.append(("target", criteria.targets))
    if criteria.person:
        found.append(("actor_id", performers.named(ledger, criteria.person, most=MOST_VALUES)))
    if criteria.ip:
        part = criteria.ip.endswith((".", ":"))
        addresses = performers.addresses(ledger, criteria.ip, most=MOST_VALUES) if part else [criteria.ip]
        found.append(("ip", addresses))
    if criteria.post:
        found.append(("actor_post", performers.posted(ledger, criteria.post, most=MOST_VALUES)))
    if criteria.actions:
        found.append(("action", criteria.actions))
    return found
