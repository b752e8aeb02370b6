"""How long a personnel transfer of many people takes, and what a page waits meanwhile.

    .venv/bin/python -m bench.transfer [--people 3000] [--agreements 2000] [--pages 0.5]

A fresh `warifu up` on SQLite, or on the PostgreSQL that WARIFU_DATABASE_URL names: pages, worker, trial authority.
Everybody goes to another department with new roles, one in ten leaves; agreements under way are handed over. The plan
is confirmed for today, so that the worker begins at once. The last line is for machines.
"""

import argparse
import threading
import time
from datetime import UTC, date, datetime, timedelta

from bench import imports, world

HEIRS = 3
"""Officers of each department who stay, so that there is somebody to hand over to."""
DEPARTMENTS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description="personnel transfer")
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--agreements", type=int, default=2_000)
    parser.add_argument("--pages", type=float, default=0.5, help="seconds between two pages")
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        measure(running, options.people, options.agreements, options.pages)


def measure(running: world.World, people: int, agreements: int, pause: float) -> None:
    """Plan, confirm, wait; print seconds of each part and percentiles of the page."""
    from warifu.access import models as access_models
    from warifu.access import queries as access
    from warifu.japan import calendar
    from warifu.transfers import actions, models

    at = datetime.now(UTC)
    account = access_models.Account.objects.get(mail="chida@morioka.example.jp")
    person = access.person_of(account, ip=None, at=at)
    if person is None:
        raise SystemExit("the cast is not there")
    today = calendar.day_in_japan(at)
    plan = actions.plan(
        municipality=person.municipality, effective_on=today, made_by=person.staff, by=person.actor, at=at
    )
    fill(plan, people, agreements, today)
    stop, waits = threading.Event(), list[float]()
    reader = threading.Thread(target=imports.look, args=(running, stop, waits, pause))
    reader.start()
    try:
        began = time.perf_counter()
        actions.confirm(plan_id=plan.pk, despite_warnings=True, by=person, at=datetime.now(UTC))
        confirmed = time.perf_counter()
        while plan.state != models.State.DONE:
            time.sleep(0.5)
            plan.refresh_from_db()
        done = time.perf_counter()
    finally:
        stop.set()
        reader.join()
    problems = plan.moves.exclude(problem="").count()
    taken = models.HandOver.objects.filter(move__plan=plan, done=True).count()
    if problems or taken < agreements:
        raise SystemExit(f"{problems} problems, {taken} of {agreements} handed over")
    middle, high = world.quantile(waits, 0.5), world.quantile(waits, 0.95)
    print(
        f"{people} people, {agreements} agreements: looked over in {confirmed - began:.1f} s,"
        f" done in {done - confirmed:.1f} s"
    )
    print(f"page meanwhile: {len(waits)} looks, median {middle:.0f} ms, p95 {high:.0f} ms, max {max(waits):.0f} ms")
    print(
        f"figure people={people} agreements={agreements} checked={confirmed - began:.1f} seconds={done - confirmed:.1f}"
        f" page_p95_ms={high:.0f}"
    )


def fill(plan: object, people: int, agreements: int, today: date) -> None:
    """Departments, people with accounts and roles, open agreements, and what becomes of everybody."""
    from django.db import transaction

    from warifu.access import models as access
    from warifu.agreements import models as agreement_models
    from warifu.directory import models as directory
    from warifu.transfers import models

    assert isinstance(plan, models.Plan)
    body, long_ago, at = plan.municipality, today - timedelta(days=400), datetime.now(UTC)
    with transaction.atomic():
        places = directory.Department.objects.bulk_create(
            directory.Department(municipality=body, name=f"第{n}課", path=f"第{n}課", begins_on=long_ago)
            for n in range(DEPARTMENTS)
        )
        everybody = directory.StaffMember.objects.bulk_create(
            directory.StaffMember(
                municipality=body,
                department=places[n % DEPARTMENTS],
                name=f"職員 {n}",
                title="主事",
                mail=f"s{n}@bench.example.jp",
                number=f"B{n}",
            )
            for n in range(people + HEIRS * DEPARTMENTS)
        )
        directory.Post.objects.bulk_create(
            directory.Post(staff=one, department=one.department, title="主事", begins_on=long_ago) for one in everybody
        )
        access.Account.objects.bulk_create(access.Account(mail=one.mail, staff=one) for one in everybody)
        access.RoleGrant.objects.bulk_create(
            access.RoleGrant(staff=one, role="officer", department=one.department) for one in everybody
        )
        movers = everybody[:people]
        agreement_models.Agreement.objects.bulk_create(
            agreement_models.Agreement(
                municipality=body,
                department=movers[n % people].department,
                drafted_by=movers[n % people],
                drafted_at=at,
                changed_at=at,
                title=f"業務委託 {n}",
                number=f"B-{n}",
            )
            for n in range(agreements)
        )
        moves = models.Move.objects.bulk_create(
            models.Move(
                plan=plan,
                kind="leave" if n % 10 == 9 else "move",
                staff=one,
                name=one.name,
                mail=one.mail,
                number=one.number,
                roles=None if n % 10 == 9 else [["officer", "department"]],
            )
            for n, one in enumerate(movers)
        )
        models.MovePost.objects.bulk_create(
            models.MovePost(move=move, department=places[(n + 1) % DEPARTMENTS], title="主任")
            for n, move in enumerate(moves)
            if move.kind == "move"
        )


if __name__ == "__main__":
    main()
