"""A plan is done, some people at a time, from 0:00 JST of its day 人事異動の実施.

(1) departments that ended the day before are taken over by their successors
(2) posts, roles and accounts, few people to a transaction, with the mark that they are done
(3) what leavers and movers cannot keep goes to those chosen, or proposed as the body is then
(4) the plan is done; what nobody could take over stands on its page
A worker that is killed leaves whole transactions behind; the next one goes on with the marks that are missing.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from warifu import leases
from warifu.access import actions as access_actions
from warifu.access import administrators, holders
from warifu.access import errors as access_errors
from warifu.access import letters as mails
from warifu.access.rights import Role
from warifu.agreements import actions as agreements
from warifu.agreements.post import Post
from warifu.audit.actor import Actor
from warifu.directory import actions as directory_actions
from warifu.directory import departments, people
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.notifications import addresses

from . import errors, models, outlook
from .actions import plans
from .models import Kind, Part, State
from .succession import Task

SHARE = timedelta(seconds=20)
"""So long one task may hold a worker; seals and mails come between."""
AT_ONCE = 25
"""People of one transaction: nobody else writes for so long on SQLite, nor to this ledger on any engine."""
TASKS_AT_ONCE, MARKED_AT_ONCE = 50, 200
"""Parts of agreements handed over, and people marked, in one transaction."""
BY = Actor.service("transfers")


@dataclass(frozen=True)
class Tools:
    """What doing a plan needs from outside 人事異動の道具."""

    clock: Callable[[], datetime]
    lease: timedelta
    post: Post
    letters: mails.Letters
    rest: timedelta = timedelta(milliseconds=30)
    """Between two transactions on SQLite, where whoever waits to write looks every 25 ms whether they may."""


class Outcome(StrEnum):
    """How one visit to a plan ended 実施の進み."""

    GOES_ON = "goes_on"
    DONE = "done"
    BUSY = "busy"


def advance(*, plan_id: UUID, tools: Tools, at: datetime, share: timedelta = SHARE) -> Outcome:
    """Do a plan for a while; safe to call at any time, by any number of workers 人事異動の実施.

    Nothing happens before 0:00 JST of its day, nor to a plan that nobody has confirmed.
    """
    lease = leases.Lease.take(models.Plan, plan_id, column="working_until", length=tools.lease, at=at)
    if lease is None:
        return Outcome.BUSY
    try:
        until = tools.clock() + share
        return _work(plan_id, lease, tools, until) if _begin(plan_id, lease, at) else Outcome.BUSY
    except leases.Lost:
        return Outcome.BUSY
    finally:
        lease.change(working_until=None)


def _begin(plan_id: UUID, lease: leases.Lease, at: datetime) -> bool:
    """One statement asks and decides: a plan that is cancelled or taken up again at this very moment stays so."""
    ours = models.Plan.objects.filter(pk=plan_id, working_until=lease.until)
    due = ours.filter(state__in=[State.CONFIRMED, State.APPLYING], effective_on__lte=calendar.day_in_japan(at))
    return bool(due.update(state=State.APPLYING))


def _work(plan_id: UUID, lease: leases.Lease, tools: Tools, until: datetime) -> Outcome:
    plan = models.Plan.objects.select_related("municipality", "confirmed_by").get(pk=plan_id)
    for ended in departments.to_take_over(today=plan.effective_on).filter(municipality=plan.municipality):
        directory_actions.take_over(department=ended, at=tools.clock())
    days = outlook.Outlook(plan, {}, departments.tree_of(plan.municipality))
    for turn in _turns(plan):
        waiting = plan.moves.filter(turn, moved=False).order_by("pk")
        while moves := list(
            waiting.select_related("staff__department").prefetch_related("posts__department")[:AT_ONCE]
        ):
            with transaction.atomic():
                lease.renew(at=tools.clock())
                _move(plan, moves, days, tools)
            _give_way(tools)
            if tools.clock() >= until:
                return Outcome.GOES_ON
    whole = outlook.of(plan)
    for portion in _portions(plan, whole):
        with transaction.atomic():
            lease.renew(at=tools.clock())
            _hand_over(whole, portion, tools)
        _give_way(tools)
        if tools.clock() >= until:
            return Outcome.GOES_ON
    with transaction.atomic():
        if lease.change(state=State.DONE, finished_at=tools.clock()):
            plan.moves.update(open=False)
            told = {"people": plan.moves.count(), "problems": plan.moves.exclude(problem="").count()}
            plans.note("finish", plan, by=BY, at=tools.clock(), facts=told)
    return Outcome.DONE


def _give_way(tools: Tools) -> None:
    if connection.vendor == "sqlite":
        time.sleep(tools.rest.total_seconds())


def _turns(plan: models.Plan) -> list[Q]:
    """New administrators go before those who give it up; from 0:00 on nobody works under the name of who leaves."""
    given = plan.moves.filter(moved=False, roles__isnull=False).values_list("pk", "roles")
    administrators = [pk for pk, roles in given if models.names_administrator(roles)]
    return [Q(pk__in=administrators), Q(kind=Kind.LEAVE), Q()]


def _move(plan: models.Plan, moves: Sequence[models.Move], whole: outlook.Outlook, tools: Tools) -> None:
    at = tools.clock()
    try:
        with transaction.atomic():
            _move_all(plan, moves, whole, tools, at)
    except (errors.Unfit, directory_errors.Refusal, access_errors.LastAdministrator, IntegrityError):
        # One that does not fit any more stops no other.
        for move in moves:
            if move.kind == Kind.JOIN:
                move.staff = None
            try:
                with transaction.atomic():
                    _move_all(plan, [move], whole, tools, at)
            except (errors.Unfit, directory_errors.Refusal) as refusal:
                models.Move.objects.filter(pk=move.pk).update(moved=True, handed=True, problem=refusal.message)
            except access_errors.LastAdministrator:
                problem = (
                    f"{move.name}さんは、ただ一人の全体管理者になっているため、発令しませんでした。"
                    "ほかの職員に全体管理者の役割を付与してから、あらためて発令してください。"
                )
                models.Move.objects.filter(pk=move.pk).update(moved=True, handed=True, problem=problem)
            except IntegrityError:
                problem = "ほかの登録と重複しています。職員の画面で番号とメールアドレスを確かめてください。"
                models.Move.objects.filter(pk=move.pk).update(moved=True, handed=True, problem=problem)


def _move_all(
    plan: models.Plan, moves: Sequence[models.Move], whole: outlook.Outlook, tools: Tools, at: datetime
) -> None:
    _remember(plan, moves)
    municipality, on = plan.municipality, plan.effective_on
    with administrators.one_stays(municipality, on=max(on, calendar.day_in_japan(at))):
        for move in moves:
            if move.kind == Kind.JOIN:
                _join(plan, move, whole, tools, at)
        postings = [_posting(move, whole) for move in moves if move.kind != Kind.JOIN]
        directory_actions.transfer(municipality=municipality, postings=postings, on=on, by=BY, at=at)
        access_actions.transfer(
            municipality=municipality,
            standings=[_standing(move, whole) for move in moves],
            on=on,
            granted_by=plan.confirmed_by,
            by=BY,
            at=at,
        )
    for move in moves:
        if move.kind in {Kind.MOVE, Kind.BACK}:
            _tell(plan, move, tools, at)
        if move.kind == Kind.JOIN:
            models.Move.objects.filter(pk=move.pk).update(staff=move.staff)
    models.Move.objects.bulk_update(moves, ["before"])
    these = models.Move.objects.filter(pk__in=[move.pk for move in moves])
    these.update(moved=True)
    these.exclude(kind__in=[Kind.MOVE, Kind.LEAVE]).update(handed=True)


def _remember(plan: models.Plan, moves: Sequence[models.Move]) -> None:
    staff = [move.staff for move in moves if move.staff is not None]
    held = people.posts_by_person(staff, on=plan.effective_on)
    roles = holders.roles_of([one.pk for one in staff], on=plan.effective_on)
    for move in moves:
        posts = held.get(move.staff.pk, []) if move.staff else []
        move.before = {
            "posts": [[post.department_id, post.title, post.is_main] for post in posts],
            "title": move.staff.title if move.staff else "",
            "department": move.staff.department.path if move.staff else "",
            "roles": [list(one) for one in roles.get(move.staff.pk, [])] if move.staff else [],
        }


def _join(plan: models.Plan, move: models.Move, whole: outlook.Outlook, tools: Tools, at: datetime) -> None:
    main, beside = _places(move, whole)
    entry = directory_actions.PersonEntry(move.name, move.mail, move.number)
    if main is None:
        raise errors.Unfit("発令先の部署が登録されていません。職員の画面で登録してください。", about="department")
    move.staff = directory_actions.add_person(
        municipality=plan.municipality,
        entry=entry,
        department=main.department,
        title=main.title,
        begins_on=plan.effective_on,
        by=BY,
        at=at,
    )
    for place in beside or ():
        directory_actions.begin_post(
            staff=move.staff,
            department=place.department,
            title=place.title,
            is_main=False,
            begins_on=plan.effective_on,
            by=BY,
            at=at,
        )
    access_actions.open_account(staff=move.staff, letters=tools.letters, by=BY, at=at)


def _posting(move: models.Move, whole: outlook.Outlook) -> directory_actions.Posting:
    main, beside = _places(move, whole)
    return directory_actions.Posting(_staff_of(move).pk, main, beside, back=move.kind == Kind.BACK)


def _places(
    move: models.Move, whole: outlook.Outlook
) -> tuple[directory_actions.Place | None, tuple[directory_actions.Place, ...] | None]:
    main, beside, taken = None, list[directory_actions.Place](), set[int]()
    for post in move.posts.all():
        there = whole.then(post.department_id)
        department = post.department
        if not whole.whole[there].holds(whole.day):
            raise errors.Unfit(
                f"発令先「{department.path}」は、発令日までに廃止されました。あらためて発令してください。",
                about="department",
            )
        if there != department.pk:
            # Planned elsewhere after this plan was made: the department goes on under another name.
            department = departments.department_of(whole.municipality, there) or department
        place = directory_actions.Place(department, post.title)
        if post.is_main:
            main = place
        elif department.pk not in taken:
            beside.append(place)
        # Two that were named may have become one since.
        taken.add(department.pk)
    return main, None if move.keeps_beside else tuple(beside)


def _standing(move: models.Move, whole: outlook.Outlook) -> access_actions.Standing:
    main, beside = _places(move, whole)
    then = {place for place, _, _ in move.before.get("posts", [])}
    after = {place.department.pk for place in [*([main] if main else []), *(beside or ())]}
    if beside is None:
        after |= {place for place, _, is_main in move.before.get("posts", []) if not is_main}
    roles = None
    if move.roles is not None:
        here = main.department.pk if main else None
        roles = tuple((Role(role), None if reach == "body" else here) for role, reach in move.roles)
    return access_actions.Standing(
        _staff_of(move).pk,
        move.name,
        roles,
        left=then - after,
        place=main.department if main else None,
        closes=move.kind == Kind.LEAVE,
        opens=move.kind == Kind.BACK,
    )


Portion = list[tuple[models.Move, list[Task]]]


def _portions(plan: models.Plan, whole: outlook.Outlook) -> Iterator[Portion]:
    """All that waits, in transactions of about as many agreements; a person's own are never parted."""
    tasks = defaultdict[UUID | None, list[Task]](list)
    for task in whole.tasks:
        tasks[task.owner].append(task)
    portion, size = Portion(), 0
    for move in list(plan.moves.filter(handed=False).order_by("pk")):
        own = tasks.get(move.staff_id, [])
        if portion and (size + len(own) > TASKS_AT_ONCE or len(portion) >= MARKED_AT_ONCE):
            yield portion
            portion, size = Portion(), 0
        portion.append((move, own))
        size += len(own)
    if portion:
        yield portion


def _hand_over(whole: outlook.Outlook, portion: Portion, tools: Tools) -> None:
    _take_over(whole, [(move, task) for move, tasks in portion for task in tasks], tools)
    models.Move.objects.filter(pk__in=[move.pk for move, _ in portion]).update(handed=True)


def _take_over(whole: outlook.Outlook, tasks: Sequence[tuple[models.Move, Task]], tools: Tools) -> None:
    named = [whole.successors[task.matter.agreement_id, task.part] for _, task in tasks]
    people_ = people.people_by_key(whole.municipality, [one for one in named if one is not None])
    told = list[models.HandOver]()
    # First who is in charge, then who approves: nobody approves what they have just been given.
    for part in (Part.OFFICER, Part.APPROVER):
        heirs = [
            (move, task, people_.get(successor) if successor else None)
            for (move, task), successor in zip(tasks, named, strict=True)
            if task.part is part
        ]
        assignments = [
            agreements.Assignment(task.matter.agreement_id, **{part.value: heir})
            for _, task, heir in heirs
            if heir is not None and heir.pk != task.holder
        ]
        refused = agreements.hand_over_all(
            municipality=whole.municipality, assignments=assignments, post=tools.post, by=BY, at=tools.clock()
        )
        told += [_told(move, task, heir, refused.get(task.matter.agreement_id, "")) for move, task, heir in heirs]
    models.HandOver.objects.filter(move__in={move.pk for move, _ in tasks}).delete()
    models.HandOver.objects.bulk_create(told, batch_size=200)


def _told(move: models.Move, task: Task, heir: directory.StaffMember | None, refusal: str) -> models.HandOver:
    problem = refusal if heir else "引き継げる職員が見つかりません。引き継ぐ職員を選んでください。"
    return models.HandOver(
        move=move,
        agreement_id=task.matter.agreement_id,
        part=task.part,
        successor=heir,
        done=not problem,
        problem=problem,
    )


def _staff_of(move: models.Move) -> directory.StaffMember:
    if move.staff is None:
        raise errors.Unfit("職員が登録されていません。職員の画面で登録してください。", about="staff")
    return move.staff


def _tell(plan: models.Plan, move: models.Move, tools: Tools, at: datetime) -> None:
    if not addresses.is_deliverable(move.mail):
        return
    place = "、".join(
        f"{post.department.path} {post.title}".strip() + ("" if post.is_main else "（兼務）")
        for post in move.posts.all()
    )
    tools.letters.moved(
        municipality=plan.municipality,
        account=f"transfer:{plan.pk}",
        name=move.name,
        mail=move.mail,
        day=plan.effective_on,
        place=place,
        at=at,
    )
