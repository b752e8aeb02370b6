"""A tree of departments as a page shows it 組織図の表示."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from warifu.directory import tree

MOST = 300
"""Departments on one page; where there are more, the lower levels stand on the pages of those above them."""
OPEN = 30
"""A tree of so many departments stands unfolded."""


@dataclass
class Branch:
    """A department with what is below it; `people` are its own, `all_people` those below it too 組織図の枝."""

    row: tree.Row
    people: int
    all_people: int = 0
    below: int = 0
    children: list["Branch"] = field(default_factory=list)
    cut: bool = False


@dataclass(frozen=True)
class Shown:
    """What stands below a department, or at the top, on one day 組織図."""

    branches: list[Branch]
    departments: int
    people: int
    unfolded: bool
    left_out: int = 0


def below(whole: tree.Tree, number: int | None, *, on: date, people: Mapping[int, int]) -> Shown:
    """The tree below a department (None: of the body) on this day; concurrent posts count once each 組織図."""
    children = whole.children_on(on)
    branches = [_branch(row, children, people) for row in children.get(number, [])]
    departments = sum(1 + branch.below for branch in branches)
    people_below = sum(branch.all_people for branch in branches)
    left_out = max(0, len(branches) - MOST)
    branches = branches[:MOST]
    _cut(branches)
    return Shown(branches, departments, people_below, departments <= OPEN, left_out)


def _branch(row: tree.Row, children: Mapping[int | None, list[tree.Row]], people: Mapping[int, int]) -> Branch:
    branch = Branch(row, people.get(row.id, 0))
    branch.children = [_branch(child, children, people) for child in children.get(row.id, [])]
    branch.all_people = branch.people + sum(child.all_people for child in branch.children)
    branch.below = sum(1 + child.below for child in branch.children)
    return branch


def _cut(branches: list[Branch]) -> None:
    """Level by level, as long as the page has room."""
    level, shown = branches, len(branches)
    while level:
        lower = [child for branch in level for child in branch.children]
        shown += len(lower)
        if shown > MOST:
            for branch in level:
                branch.cut, branch.children = bool(branch.children), []
            return
        level = lower
