"""What the clerk does and finds about personnel transfers; each plan is of a body of its own.

甲課 hands over to who stays there: four officers and an approver go to 乙課, two people leave, one comes.
"""

import threading
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

Answer = dict[str, Any]
MOVERS, LEAVERS, APPROVALS = 4, 2, 2
DEPARTMENTS = ("甲課", "乙課")


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    from warifu.japan import calendar

    return calendar.day_in_japan(_now())


def lay_plan() -> Answer:
    """A confirmed plan for today in Japan, at which somebody else is at work for an hour."""
    from warifu.access import models as access
    from warifu.access import queries
    from warifu.agreements import lifecycle
    from warifu.agreements import models as agreements
    from warifu.directory import actions as directory_actions
    from warifu.directory import models as directory
    from warifu.transfers import actions, models

    mark = uuid.uuid4().hex[:8]
    body = directory.Municipality.objects.create(code=mark[:6], name=f"試験市{mark}", slug=f"t{mark}")
    here, there = (directory.Department.objects.create(municipality=body, name=name, path=name) for name in DEPARTMENTS)

    def person(login: str, role: str, department: directory.Department | None = here) -> directory.StaffMember:
        made = directory.StaffMember.objects.create(
            municipality=body, department=here, name=f"職員 {login}", title="主事", mail=f"{login}.{mark}@t.example.jp"
        )
        directory.Post.objects.create(staff=made, department=here, title="主事")
        access.Account.objects.create(mail=made.mail, staff=made, password="!")
        access.RoleGrant.objects.create(staff=made, role=role, department=department)
        return made

    def agreement(drafter: directory.StaffMember, state: str, approver: directory.StaffMember | None) -> None:
        agreements.Agreement.objects.create(
            municipality=body,
            department=here,
            drafted_by=drafter,
            drafted_at=_now(),
            changed_at=_now(),
            title="業務委託",
            state=state,
            approver=approver,
        )

    chief = person("chief", "administrator", None)
    stays, approver = person("stays", "officer"), person("approver", "approver")
    person("also-approves", "approver")
    movers = [person(f"mover{n}", "officer") for n in range(MOVERS)]
    leavers = [person(f"leaver{n}", "officer") for n in range(LEAVERS)]
    for mover in movers:
        agreement(mover, lifecycle.State.SENT, None)
    for leaver in leavers:
        agreement(leaver, lifecycle.State.DRAFT, None)
    for _ in range(APPROVALS):
        agreement(stays, lifecycle.State.IN_APPROVAL, approver)

    by = queries.person_of(chief.account, ip=None, at=_now())
    assert by is not None
    plan = actions.plan(municipality=body, effective_on=_today(), made_by=chief, by=by.actor, at=_now())

    def enter(entry: actions.Entry) -> None:
        actions.enter(plan_id=plan.pk, municipality=body, entry=entry, by=by.actor, at=_now())

    for mover in [*movers, approver]:
        enter(actions.Entry(models.Kind.MOVE, staff=mover, main=directory_actions.Place(there, "主任")))
    for leaver in leavers:
        enter(actions.Entry(models.Kind.LEAVE, staff=leaver))
    newcomer = actions.Newcomer("職員 newcomer", f"newcomer.{mark}@t.example.jp", "")
    enter(actions.Entry(models.Kind.JOIN, newcomer=newcomer, main=directory_actions.Place(here, "主事")))
    models.Plan.objects.filter(pk=plan.pk).update(working_until=_now() + timedelta(hours=1))
    actions.confirm(plan_id=plan.pk, despite_warnings=True, by=by, at=_now())
    return {"plan": str(plan.pk)}


def queue_plan(plan: str) -> Answer:
    """Nobody is at work on this plan, and a task stands for it, as after the sweep."""
    from warifu.jobs import tasks
    from warifu.transfers import models

    models.Plan.objects.filter(pk=plan).update(working_until=None)
    tasks.transfer.enqueue(plan)
    return {}


def applied(plan: str) -> Answer:
    """What became of a plan: how often each thing was done that is done once."""
    from warifu.access import models as access
    from warifu.agreements import models as agreements
    from warifu.audit import queries as audit
    from warifu.audit import verification
    from warifu.directory import models as directory
    from warifu.notifications import models as mails
    from warifu.transfers import models

    kept = models.Plan.objects.select_related("municipality").get(pk=plan)
    body, moves = kept.municipality, kept.moves.all()
    people = directory.StaffMember.objects.filter(municipality=body)
    posts = directory.Post.objects.filter(staff__municipality=body)
    # What the plan itself went through, and which mails left when, is told elsewhere.
    every = [(entry.action, entry.target) for entry in audit.entries_of(body.code)]
    lines = [one for one in every if not one[0].startswith(("transfers.", "notifications."))]
    letters = mails.Message.objects.filter(to_mail__in=people.values("mail"))
    hands = agreements.Agreement.objects.filter(municipality=body)
    return {
        "state": kept.state,
        "at_work": kept.working_until is not None and kept.working_until > _now(),
        "undone": moves.filter(moved=False).count() + moves.filter(handed=False).count(),
        "problems": list(moves.exclude(problem="").values_list("problem", flat=True)),
        "people": people.count(),
        "places": Counter(posts.filter(ends_on=None).values_list("department__name", flat=True)),
        "posts": posts.count(),
        "open_accounts": access.Account.objects.filter(staff__in=people, is_active=True).count(),
        "hands": Counter(
            f"{(one.officer or one.drafted_by).name} / {one.approver.name if one.approver else ''}" for one in hands
        ),
        "lines": Counter(action for action, _ in lines),
        "finished": sum(action == "transfers.finish" for action, _ in every),
        "twice": [key for key, times in Counter(lines).items() if times > 1],
        "mails": Counter(letters.values_list("kind", flat=True)),
        "intact": verification.verify_ledger(body.code).intact,
    }


def midnight(rounds: int) -> Answer:
    """Somebody cancels while two workers begin: how often each way to end was met, and what it left."""
    from django.db import connection

    from tests import city
    from warifu.directory import models as directory
    from warifu.transfers import actions, applying, errors, models

    met = Counter[str]()
    for _ in range(rounds):
        plan = models.Plan.objects.select_related("municipality").get(pk=lay_plan()["plan"])
        models.Plan.objects.filter(pk=plan.pk).update(working_until=None)
        start, ended = threading.Barrier(3), list[str]()

        def cancel(plan: models.Plan = plan, start: threading.Barrier = start, ended: list[str] = ended) -> None:
            start.wait()
            try:
                actions.cancel(plan_id=plan.pk, municipality=plan.municipality, by=city.chida().actor, at=_now())
                ended.append("cancelled")
            except errors.NotNow:
                ended.append("too late")
            finally:
                connection.close()

        def begin(plan: models.Plan = plan, start: threading.Barrier = start) -> None:
            tools = applying.Tools(
                clock=_now, lease=timedelta(seconds=30), post=city.POST, letters=city.LETTERS, rest=timedelta(0)
            )
            start.wait()
            applying.advance(plan_id=plan.pk, tools=tools, at=_now())
            connection.close()

        threads = [threading.Thread(target=run) for run in (cancel, begin, begin)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        plan.refresh_from_db()
        moved = directory.Post.objects.filter(staff__municipality=plan.municipality, begins_on=plan.effective_on)
        met[f"{ended[0]}, {plan.state}, {moved.count()} posts begun"] += 1
    return dict(met)
