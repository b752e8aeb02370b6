"""What the second wall costs, and what a right that reaches some departments only costs, at 100,000 agreements.

    WARIFU_DATABASE_URL=postgresql://superuser… .venv/bin/python -m bench.walls [--agreements 100000]
        [--departments 5000] [--rounds 40]

The same pages of the desk are asked in turn with and without row-level security (the role of the pages gets BYPASSRLS
for one round and loses it for the next, so that both stand the same load), and by people whose role holds for the
whole body, for a department with all below it, and for one department. On SQLite there is no wall, and only the reach
is measured. The last line is for machines: ratios of medians over all pages.
"""

import argparse
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench import browser, planting, world

PAGES = {
    "list": "/",
    "list, a state": "/?state=sent",
    "list, page 40": "/?page=40",
    "records": "/records/",
    "records, words": "/records/?words=%E9%AB%98%E6%9D%BE%E3%81%AE%E6%B1%A0",
    "agreement": "",
    "counterparties": "/counterparties/?q=%E7%AC%AC12",
}
"""Addresses by what they are; the agreement's is known when it is made."""
HELD = {"body": "sato", "branch": "bench-branch", "department": "bench-department"}
Times = dict[tuple[str, str, bool], list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="cost of row-level security and of reach")
    parser.add_argument("--agreements", type=int, default=100_000)
    parser.add_argument("--departments", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    owner = os.environ.get("WARIFU_DATABASE_URL", "")
    with world.started() as running:
        world.point_django_at(running.data)
        from django.db import connection

        print("filling …", flush=True)
        numbers = planting.Numbers(options.departments, options.people, 10_000, options.agreements)
        planted = planting.plant(numbers)
        reached = hold_roles(planted)
        pages = PAGES | {"agreement": f"/agreements/{planting.whole('sent')}/"}
        engine = connection.vendor
        if engine == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        with wall_of(owner, engine) as wall:
            times = measure(running, pages, options.rounds, wall)
    tell(times, list(pages), reached, engine)
    figures = [f"{name}_to_body={ratio(times, name, 'body'):.2f}" for name in ("branch", "department")]
    if engine == "postgresql":
        figures.insert(0, f"wall_to_none={walled(times):.2f}")
    worst = max(times, key=lambda key: world.quantile(times[key], 0.95))
    print(
        f"figure engine={engine} agreements={options.agreements} departments={options.departments} "
        f"branch={reached['branch']} {' '.join(figures)} worst={worst[1].replace(' ', '_')}_as_{worst[0]} "
        f"worst_p95_ms={world.quantile(times[worst], 0.95):.1f}"
    )


def hold_roles(planted: planting.Planted) -> dict[str, int]:
    """Two more officers who can sign in; how many departments each of the three reaches."""
    from tests import city
    from warifu.access import models as access
    from warifu.directory import models as directory
    from warifu.directory import reach
    from warifu.japan import calendar

    sato = city.sato()
    password = access.Account.objects.get(staff=sato.staff).password
    # The first branch has been given most of the tree: the widest reach that is not the whole body.
    tops = [one for one in planted.departments if one.parent_id is None]
    directory.Department.objects.filter(pk__in=[one.pk for one in tops[1:-1]]).update(parent=tops[0])
    found = {"body": len(planted.departments)}
    for name, place in (("branch", tops[0]), ("department", planted.departments[-1])):
        member = directory.StaffMember.objects.create(
            municipality=place.municipality,
            department=place,
            name=f"計測 {name}",
            mail=f"{HELD[name]}@morioka.example.jp",
        )
        directory.Post.objects.create(staff=member, department=place)
        access.Account.objects.create(mail=member.mail, staff=member, password=password)
        access.RoleGrant.objects.create(staff=member, role="officer", department=place)
        found[name] = len(reach.below(place.pk, on=calendar.day_in_japan(datetime.now(UTC))))
    return found


def wall_of(owner: str, engine: str) -> AbstractContextManager[Callable[[bool], None] | None]:
    """What puts the wall up and takes it down for the role of the pages; None where there is no wall."""
    return _Wall(owner) if engine == "postgresql" else nullcontext(None)


class _Wall:
    """A connection of the superuser, who alone may say which role passes."""

    def __init__(self, owner: str) -> None:
        self.line = psycopg.connect(owner, autocommit=True)
        self.role = urlsplit(os.environ["WARIFU_DATABASE_URL"]).username or ""

    def __enter__(self) -> Callable[[bool], None]:
        return self.stands

    def __exit__(self, *_: Any) -> None:
        self.stands(True)
        self.line.close()

    def stands(self, up: bool) -> None:
        word = sql.SQL("NOBYPASSRLS" if up else "BYPASSRLS")
        self.line.execute(sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(self.role), word))


def measure(running: world.World, pages: dict[str, str], rounds: int, wall: Callable[[bool], None] | None) -> Times:
    """Times of every page as everybody, with the wall and without it, turn by turn."""
    times: Times = {}
    visitors = {name: browser.Browser(running.port) for name in HELD}
    for name, visitor in visitors.items():
        visitor.sign_in(f"{HELD[name]}@morioka.example.jp", running.password)
    for place in range(rounds + 1):
        for up in (True, False) if wall else (False,):
            if wall:
                wall(up)
            for who, visitor in visitors.items():
                for page, path in pages.items():
                    answer = visitor.look(path)
                    if place and answer.status == 200:
                        times.setdefault((who, page, up), []).append(answer.milliseconds)
    return times


def tell(times: Times, pages: list[str], reached: dict[str, int], engine: str) -> None:
    """A line for each page: the medians of who reaches what, and with the wall."""
    print(f"departments reached: {reached}")
    ups = (False, True) if engine == "postgresql" else (False,)
    head = "".join(f"{who + (' + wall' if up else ''):>19}" for who in HELD for up in ups)
    print(f"{'median / p95 ms':<18}{head}")
    for page in pages:
        cells = [times.get((who, page, up)) for who in HELD for up in ups]
        shown = [f"{world.quantile(one, 0.5):.1f} / {world.quantile(one, 0.95):.1f}" if one else "404" for one in cells]
        print(f"{page:<18}" + "".join(f"{one:>19}" for one in shown))


def _sum(times: Times, who: str, up: bool, pages: set[str]) -> float:
    return sum(
        world.quantile(values, 0.5)
        for (name, page, at), values in times.items()
        if (name, at) == (who, up) and page in pages
    )


def ratio(times: Times, who: str, other: str) -> float:
    """One person's pages to another's, with the wall where there is one."""
    up = any(at for _, _, at in times)
    both = {page for name, page, at in times if (name, at) == (who, up)}
    return _sum(times, who, up, both) / _sum(times, other, up, both)


def walled(times: Times) -> float:
    """Pages with the wall to the same pages without it, of all three together."""
    pages = {page for _, page, _ in times}
    return sum(_sum(times, who, True, pages) for who in HELD) / sum(_sum(times, who, False, pages) for who in HELD)


if __name__ == "__main__":
    main()
