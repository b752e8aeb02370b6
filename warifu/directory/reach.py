"""How far a right goes: the whole body, or some departments with all that belongs to them 権限の及ぶ範囲.

A department has what is in it, in those below it, and in those that went before either: what was concluded in a
department that is no more belongs, today, to the department that succeeded it, else to the one above it. So each row
leads on to exactly one other (`ended ? successor : parent`), and a department reaches every row that leads to it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from . import among, models


@dataclass(frozen=True, slots=True)
class Reach:
    """Departments by their keys; None is the whole body, and none at all is nowhere 範囲."""

    departments: frozenset[int] | None

    @property
    def everywhere(self) -> bool:
        """Whether nothing of the body lies outside 団体全体."""
        return self.departments is None

    def covers(self, department_id: int) -> bool:
        """Whether what belongs to this department lies within 範囲の内外."""
        return self.departments is None or department_id in self.departments

    def condition(self, column: str = "department") -> Q:
        """The same for rows of a table whose `column` names their department 範囲の条件."""
        return Q() if self.departments is None else among.one_of(column, self.departments)


EVERYWHERE, NOWHERE = Reach(None), Reach(frozenset())


def below(department_id: int, *, on: date) -> frozenset[int]:
    """Every department that this one reaches on this day in Japan, itself included 下位と前身の部署.

    One question for each level of the tree, answered from the indexes of `parent` and `successor`.
    """
    found: set[int] = set()
    level = {_today(department_id, on), department_id}
    while level:
        found |= level
        leading = models.Department.objects.filter(
            among.one_of("successor", level) & Q(ends_on__lt=on) | among.one_of("parent", level) & ~_led_on(on)
        )
        level = set(leading.values_list("pk", flat=True)) - found
    return frozenset(found)


def above(department_id: int, *, on: date) -> frozenset[int]:
    """Every department that reaches this one on this day in Japan: the other side of `below` 上位の部署."""
    found: set[int] = set()
    level: int | None = department_id
    while level is not None and level not in found:
        found.add(level)
        level = _next(level, on)
    # A grant may still name a department that is no more and leads to one of these.
    heirs: Collection[int] = found
    while heirs:
        ended = models.Department.objects.filter(successor__in=heirs, ends_on__lt=on)
        heirs = set(ended.values_list("pk", flat=True)) - found
        found |= set(heirs)
    return frozenset(found)


def _led_on(on: date) -> Q:
    return Q(ends_on__isnull=False, ends_on__lt=on, successor__isnull=False)


def _next(department_id: int, on: date) -> int | None:
    row = models.Department.objects.values_list("ends_on", "successor", "parent").get(pk=department_id)
    ends_on, successor, parent = row
    return successor if ends_on is not None and ends_on < on and successor is not None else parent


def _today(department_id: int, on: date) -> int:
    """What a department that is no more has become."""
    seen = department_id
    while models.Department.objects.filter(_led_on(on), pk=seen).exists():
        seen = _next(seen, on) or seen
    return seen
