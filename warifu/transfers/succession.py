"""Who could take over what: a pure decision 後任の提案.

In this order: who is the same in the same department; who else works there; who works in a department above it; who has
a role for it. Somebody from elsewhere is not proposed: a person has to choose them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from warifu.access.rights import RIGHTS, Right, Role
from warifu.agreements.handover import Matter

from .models import Part

RIGHT_FOR = {Part.OFFICER: Right.DRAFT, Part.APPROVER: Right.APPROVE}
Held = tuple[Role, int | None]


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody as they will be on the day: where, as what, with which roles 発令後の職員."""

    staff_id: UUID
    name: str
    title: str
    department: int
    """That of the main post."""
    departments: frozenset[int]
    held: tuple[Held, ...]
    words: str = ""
    """Department and title as people say them."""

    def may(self, right: Right, covering: Collection[int]) -> bool:
        """Whether a role gives this right for what belongs to any of `covering` 権限の有無."""
        return any(right in RIGHTS[role] and (place is None or place in covering) for role, place in self.held)


@dataclass(frozen=True, slots=True)
class Task:
    """One part in one agreement that cannot stay where it is 引継ぎの対象."""

    matter: Matter
    part: Part
    holder: UUID
    department: int
    """The agreement's own, as it is on the day."""
    covering: tuple[int, ...]
    """That and those above it, the nearest first."""
    title: str = ""
    """What the holder was until then."""
    back_to: UUID | None = None
    """Whose move it belongs to, where that is not the holder: they get it back."""

    @property
    def owner(self) -> UUID:
        """In whose move it is told 発令の本人."""
        return self.back_to or self.holder


def may_take(task: Task, worker: Worker, *, officer: UUID) -> bool:
    """Whether this person may do that part; `officer` is who will be in charge: nobody approves their own 適格."""
    if not worker.may(RIGHT_FOR[task.part], task.covering):
        return False
    if task.part is Part.APPROVER:
        return worker.staff_id not in {task.matter.drafted_by, task.matter.submitted_by, officer}
    return not (task.matter.undecided and task.matter.approver == worker.staff_id)


def propose(
    tasks: Sequence[Task], workers: Iterable[Worker], chosen: Mapping[tuple[UUID, Part], UUID]
) -> dict[tuple[UUID, Part], UUID | None]:
    """By agreement and part who takes over, or None where nobody near may; `chosen` goes before 後任の提案.

    The work is spread: of those equally near, whoever got least.
    """
    found: dict[tuple[UUID, Part], UUID | None] = dict(chosen)
    around = _around(workers)
    load = Counter(chosen.values())
    about: dict[tuple[Part, int], list[tuple[int, Worker]]] = {}
    for task in sorted(tasks, key=lambda one: one.part is Part.APPROVER):
        key = (task.matter.agreement_id, task.part)
        if key in found:
            continue
        officer = found.get((task.matter.agreement_id, Part.OFFICER)) or task.matter.in_charge
        if (task.part, task.department) not in about:
            near_by = {worker.staff_id: worker for place in task.covering for worker in around[place]}
            about[task.part, task.department] = [
                (nearness, worker)
                for worker in near_by.values()
                if (nearness := _nearness(task, worker)) is not None and worker.may(RIGHT_FOR[task.part], task.covering)
            ]
        near = [
            (nearness, worker.title != task.title, load[worker.staff_id], worker.name, str(worker.staff_id))
            for nearness, worker in about[task.part, task.department]
            if worker.staff_id != task.holder and may_take(task, worker, officer=officer)
        ]
        best = min(near, default=None)
        found[key] = UUID(best[-1]) if best else None
        if best:
            load[UUID(best[-1])] += 1
    return found


def _around(workers: Iterable[Worker]) -> defaultdict[int, list[Worker]]:
    """Who works in a department or has a role for it, by department."""
    found = defaultdict[int, list[Worker]](list)
    for worker in workers:
        for place in worker.departments | {place for _, place in worker.held if place is not None}:
            found[place].append(worker)
    return found


def by_right(workers: Iterable[Worker], keep: Callable[[Worker], bool]) -> list[Worker]:
    """Workers for whom this holds, by name 候補者."""
    return sorted(filter(keep, workers), key=lambda one: (one.name, str(one.staff_id)))


def _nearness(task: Task, worker: Worker) -> int | None:
    if task.department in worker.departments:
        return 1
    for height, place in enumerate(task.covering[1:], start=2):
        if place in worker.departments:
            return height
    limited = any(place in task.covering for role, place in worker.held if RIGHT_FOR[task.part] in RIGHTS[role])
    return 100 if limited else None
