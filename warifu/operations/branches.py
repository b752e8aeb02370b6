"""To which part of today's tree each department counts, past ones included 部署の集約. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Node:
    """A department with where it leads: below `parent`, or after `ends_on` to its `successor` 部署."""

    id: int
    path: str
    name: str
    parent: int | None
    successor: int | None
    ends_on: date | None


class Branches:
    """The tree of one day, in which what ended leads on to what succeeded it, else to the one above 部署の枝."""

    def __init__(self, nodes: Iterable[Node], *, on: date) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._on = on

    def node(self, department_id: int) -> Node | None:
        """One department, or None 部署."""
        return self._nodes.get(department_id)

    def above(self, department_id: int) -> list[Node]:
        """Those that it stands below, the highest first 上位の部署."""
        found: list[Node] = []
        here = self._leads_to(department_id)
        while here is not None and len(found) < len(self._nodes):
            found.append(self._nodes[here])
            here = self._leads_to(here)
        return found[::-1]

    def branch(self, department_id: int, *, below: int | None) -> int | None:
        """The child of `below` (None: the top) that it counts to; `below` itself for its own, None outside 枝."""
        here: int | None = department_id
        for _ in self._nodes:
            if here is None or here == below:
                return here
            above = self._leads_to(here)
            if above == below:
                return here
            here = above
        return None

    def within(self, department_id: int) -> list[int]:
        """It and all that count to it 下位と前身の部署."""
        return [one for one in self._nodes if self.branch(one, below=department_id) is not None]

    def _leads_to(self, department_id: int) -> int | None:
        node = self._nodes[department_id]
        ended = node.ends_on is not None and node.ends_on < self._on
        return node.successor if ended and node.successor is not None else node.parent
