"""The tree of departments on any day, past, present or planned 組織図.

Pure. A department that changes its name or place goes on as another row, so a row's parent may have to be looked for
among the rows that it continues, or that continue it: the one that is valid on the day in question.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Row:
    """One department under one name; days are days in Japan, both included, None has no bound 部署の一行."""

    id: int
    name: str
    parent: int | None = None
    continues: int | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    successor: int | None = None
    code: str = ""

    def holds(self, on: date) -> bool:
        """Whether it exists on this day 存続."""
        return (self.begins_on is None or self.begins_on <= on) and (self.ends_on is None or on <= self.ends_on)


class Tree:
    """All departments of one body that ever were or are planned, in their order 組織図."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {row.id: row for row in rows}
        self._later = {row.continues: row.id for row in self._rows.values() if row.continues is not None}

    def __getitem__(self, number: int) -> Row:
        return self._rows[number]

    def first_of(self, number: int) -> int:
        """The earliest row of the same department: what stays the same through all its names 部署の同一性."""
        row = self._rows[number]
        while row.continues is not None:
            row = self._rows[row.continues]
        return row.id

    def on(self, number: int, day: date) -> Row | None:
        """The row of the same department that is valid on this day, or None その日の部署."""
        row = self._rows[number]
        while row.begins_on is not None and row.begins_on > day:
            if row.continues is None:
                return None
            row = self._rows[row.continues]
        while row.ends_on is not None and row.ends_on < day:
            later = self._later.get(row.id)
            if later is None:
                return None
            row = self._rows[later]
        return row if row.holds(day) else None

    def parent_on(self, number: int, day: date) -> int | None:
        """What it stands below on this day; None at the top, or where the one above is no more その日の上位の部署."""
        parent = self._rows[number].parent
        found = None if parent is None else self.on(parent, day)
        return found.id if found else None

    def children_on(self, day: date) -> dict[int | None, list[Row]]:
        """Departments of this day by what they stand below, None being the top その日の組織図."""
        below: dict[int | None, list[Row]] = defaultdict(list)
        for row in self._rows.values():
            if row.holds(day):
                below[self.parent_on(row.id, day)].append(row)
        return dict(below)

    def above(self, number: int, day: date) -> list[Row]:
        """Those it stands below on this day, the highest first 上位の部署."""
        found: list[Row] = []
        parent = self.parent_on(number, day)
        while parent is not None:
            found.append(self._rows[parent])
            parent = self.parent_on(parent, day)
        return found[::-1]

    def heir(self, number: int, day: date) -> int:
        """What the department is on this day: itself, the same under another name, or what succeeded it 後継."""
        row = self._rows[number]
        while row.ends_on is not None and row.ends_on < day and row.successor is not None:
            row = self._rows[row.successor]
        return row.id

    def covering(self, number: int, day: date) -> tuple[int, ...]:
        """What it is on this day and those above that, the nearest first: whose roles reach it 権限の及ぶ部署."""
        here = self.heir(number, day)
        return (here, *(row.id for row in reversed(self.above(here, day))))

    def path(self, number: int, day: date) -> str:
        """Its name with those above it on this day 上位からの名称."""
        return " ".join(row.name for row in [*self.above(number, day), self._rows[number]])

    def would_be_below_itself(self, number: int, parent: int, day: date) -> bool:
        """Whether `parent` is the department itself or stands below it on this day 循環."""
        itself = self.first_of(number)
        return itself in {self.first_of(parent), *(self.first_of(row.id) for row in self.above(parent, day))}

    def clash(self, name: str, *, parent: int | None, since: date, but: int | None = None) -> Row | None:
        """Who else bears this name below `parent` on this day or later 名称の重複."""
        for row, there in self._from(since):
            above = self.parent_on(row.id, there)
            same_place = (above is None) == (parent is None) and (
                above is None or parent is None or self.first_of(above) == self.first_of(parent)
            )
            if row.name == name and same_place and not self._is(row, but):
                return row
        return None

    def with_code(self, code: str, *, since: date, but: int | None = None) -> Row | None:
        """Who else bears this code on this day or later コードの重複."""
        return next((row for row, _ in self._from(since) if row.code == code and not self._is(row, but)), None)

    def history(self, number: int) -> list[Row]:
        """The same department under all its names, the earliest first 部署の沿革."""
        row: Row | None = self._rows[self.first_of(number)]
        found = []
        while row is not None:
            found.append(row)
            later = self._later.get(row.id)
            row = self._rows[later] if later is not None else None
        return found

    def _from(self, since: date) -> Iterator[tuple[Row, date]]:
        for row in self._rows.values():
            if row.ends_on is None or row.ends_on >= since:
                yield row, max(since, row.begins_on or since)

    def _is(self, row: Row, number: int | None) -> bool:
        return number is not None and self.first_of(row.id) == self.first_of(number)
