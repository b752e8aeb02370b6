"""How a body will be on the day of a plan: who works where, in which roles, what they cannot keep 発令後の見通し."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from warifu.access import holders
from warifu.access.rights import Right, Role, roles_with
from warifu.agreements import handover
from warifu.directory import departments, people, tree
from warifu.directory import models as directory

from . import models
from .models import Kind, Part
from .succession import RIGHT_FOR, Held, Task, Worker, propose

WORKING = roles_with(Right.DRAFT) | roles_with(Right.APPROVE)


@dataclass(frozen=True)
class Registers:
    """What a body's registers say of the day of a plan, were there no plan 発令前の登録."""

    names: Mapping[UUID, str]
    places: Mapping[UUID, list[tuple[int, str, bool]]]
    held: Mapping[UUID, list[Held]]


@dataclass
class Outlook:
    """A plan laid over the registers; it reads once and decides without asking again 発令後の見通し."""

    plan: models.Plan
    moves: Mapping[UUID, models.Move]
    """By person; who is still to come has none."""
    whole: tree.Tree
    entered: Sequence[models.Move] = ()
    """Every move of the plan, those of who is still to come included."""
    _covering: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _heirs: dict[int, int] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day it is about 発令日."""
        return self.plan.effective_on

    @property
    def municipality(self) -> directory.Municipality:
        """Whose plan it is 団体."""
        return self.plan.municipality

    def then(self, department_id: int) -> int:
        """The department as it is on the day: under its new name, or what succeeds it その日の部署."""
        if department_id not in self._heirs:
            self._heirs[department_id] = self.whole.heir(department_id, self.day)
        return self._heirs[department_id]

    def covering(self, department_id: int) -> tuple[int, ...]:
        """The department and those above it on the day, the nearest first 上位の部署."""
        if department_id not in self._covering:
            self._covering[department_id] = self.whole.covering(department_id, self.day)
        return self._covering[department_id]

    @cached_property
    def registers(self) -> Registers:
        """What is registered for the day apart from the plan 発令前の登録."""
        held = defaultdict[UUID, list[Held]](list)
        for staff, role, place in holders.holders(self.municipality, roles=WORKING, on=self.day):
            held[staff].append((role, place))
        names = people.names_of(self.municipality, on=self.day)
        return Registers(names, people.places_by_person(self.municipality, on=self.day), dict(held))

    @cached_property
    def workers(self) -> dict[UUID, Worker]:
        """Everybody who may draft or approve on the day 発令後に契約を扱う職員."""
        concerned = dict.fromkeys(self.registers.held)
        concerned |= {staff: None for staff, move in self.moves.items() if move.roles}
        # Who has left and comes back by the plan is no worker yet: nothing can be handed to them before the day.
        found = (self._worker(staff) for staff in concerned if staff in self.registers.names)
        return {worker.staff_id: worker for worker in found if worker is not None and worker.held}

    @cached_property
    def without(self) -> "Outlook":
        """The same body as if there were no plan 発令しないときの見通し."""
        bare = replace(self, moves={}, entered=())
        bare.__dict__["registers"] = self.registers
        return bare

    @cached_property
    def tasks(self) -> list[Task]:
        """What those who move or leave cannot keep: not theirs any more by place or by role 引継ぎの対象."""
        moving = {staff for staff, move in self.moves.items() if move.kind in {Kind.MOVE, Kind.LEAVE}}
        found = handover.matters_of(self.municipality, people=moving)
        kept = [task for matter in found for task in self._tasks_of(matter, moving)]
        asked = {(task.matter.agreement_id, task.part) for task in kept}
        return kept + [task for task in self._given_back() if (task.matter.agreement_id, task.part) not in asked]

    @cached_property
    def chosen(self) -> dict[tuple[UUID, Part], UUID]:
        """What somebody has chosen, by agreement and part 選んだ後任."""
        rows = models.HandOver.objects.filter(move__plan=self.plan, successor__isnull=False, done=False)
        found = rows.values_list("agreement", "part", "successor")
        return {(agreement, Part(part)): successor for agreement, part, successor in found if successor}

    @cached_property
    def successors(self) -> dict[tuple[UUID, Part], UUID | None]:
        """Who takes over each task, chosen or proposed 後任."""
        asked = {(task.matter.agreement_id, task.part) for task in self.tasks}
        chosen = {key: staff for key, staff in self.chosen.items() if key in asked}
        return propose(self.tasks, self.workers.values(), chosen)

    def _tasks_of(self, matter: handover.Matter, moving: set[UUID]) -> Iterable[Task]:
        parts = [(Part.OFFICER, matter.in_charge)]
        if matter.undecided and matter.approver is not None:
            parts.append((Part.APPROVER, matter.approver))
        for part, holder in parts:
            if holder in moving and not self._keeps(holder, part, matter):
                here = self.then(matter.department_id)
                yield Task(matter, part, holder, here, self.covering(here), self._title_before(holder))

    def _given_back(self) -> Iterable[Task]:
        rows = models.HandOver.objects.filter(move__plan=self.plan, successor__isnull=False, done=False)
        asked = {(row.agreement_id, Part(row.part)): row.move for row in rows.select_related("move")}
        for matter in handover.matters_of(self.municipality, agreements={agreement for agreement, _ in asked}):
            for part, holder in ((Part.OFFICER, matter.in_charge), (Part.APPROVER, matter.approver)):
                move = asked.get((matter.agreement_id, part))
                late = part is Part.APPROVER and not matter.undecided
                if move is not None and move.staff_id and holder and holder != move.staff_id and not late:
                    covering = self.covering(matter.department_id)
                    yield Task(matter, part, holder, covering[0], covering, back_to=move.staff_id)

    def _title_before(self, holder: UUID) -> str:
        move = self.moves[holder]
        if move.moved:
            return str(move.before.get("title") or "")
        return move.staff.title if move.staff else ""

    def _keeps(self, holder: UUID, part: Part, matter: handover.Matter) -> bool:
        worker = self.workers.get(holder)
        covering = self.covering(matter.department_id)
        if worker is None or not worker.may(RIGHT_FOR[part], covering):
            return False
        return not worker.departments.isdisjoint(covering)

    def _worker(self, staff: UUID) -> Worker | None:
        move = self.moves.get(staff)
        held = self.registers.held.get(staff, [])
        now = [(self.then(place), title, is_main) for place, title, is_main in self.registers.places.get(staff, [])]
        if move is None or move.moved:
            return self._worker_of(staff, now, [(role, place and self.then(place)) for role, place in held])
        if move.kind == Kind.LEAVE:
            return None
        after = [(self.then(post.department_id), post.title, post.is_main) for post in move.posts.all()]
        if move.keeps_beside:
            after += [post for post in now if not post[2] and post[0] not in {place for place, _, _ in after}]
        left = {place for place, _, _ in now} - {place for place, _, _ in after}
        then = [(role, place and self.then(place)) for role, place in held]
        if move.roles is not None:
            main = next((place for place, _, is_main in after if is_main), None)
            then = [(Role(role), None if reach == "body" else main) for role, reach in move.roles]
        else:
            then = [(role, place) for role, place in then if place not in left]
        return self._worker_of(staff, after, then)

    def _worker_of(self, staff: UUID, posts: list[tuple[int, str, bool]], held: list[Held]) -> Worker | None:
        main = next((post for post in posts if post[2]), None) or next(iter(posts), None)
        if main is None:
            return None
        return Worker(
            staff_id=staff,
            name=self.registers.names[staff],
            title=main[1],
            department=main[0],
            departments=frozenset(place for place, _, _ in posts),
            held=tuple(held),
            words=f"{self.whole[main[0]].name} {main[1]}".strip(),
        )


def of(plan: models.Plan) -> Outlook:
    """The body as it will be by this plan 発令後の見通し."""
    moves = list(plan.moves.select_related("staff").prefetch_related("posts"))
    by_person = {move.staff_id: move for move in moves if move.staff_id is not None}
    return Outlook(plan, by_person, departments.tree_of(plan.municipality), moves)
