"""Searching a ledger of a million lines, and walking it for a sheet.

    WARIFU_DATABASE_URL=… .venv/bin/python -m bench.ledger [--lines 1000000] [--rounds 20]

Fills a new database, SQLite or PostgreSQL, with the lines of ten years of one municipality (2,000 people in 100
departments, 150,000 contracts, every twentieth line from a firm), without their digests, and measures each kind of
question that the page of the ledger asks: the first page with its count.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import world

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
YEARS = timedelta(days=3652)
PEOPLE, DEPARTMENTS, CONTRACTS = 2000, 100, 150_000
FAMILIES = "佐藤 佐々木 高橋 千葉 伊藤 菊池 及川 阿部 小野寺 鈴木 工藤 吉田 斎藤 藤原 熊谷 村上 田村 三浦 小原 照井"
ACTS = ["web.view"] * 70 + ["web.download"] * 12 + ["agreements.describe"] * 6 + ["agreements.send"] * 3
ACTS += ["access.sign_in"] * 6 + ["web.refuse"] * 2 + ["web.export"]


def main() -> None:
    parser = argparse.ArgumentParser(description="search of the ledger")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warifu-bench-") as folder:
        os.environ.setdefault("WARIFU_DATABASE_URL", f"sqlite:///{folder}/ledger.sqlite3")
        world.point_django_at(Path(folder))
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", "audit", verbosity=0)
        print(f"filling with {options.lines} lines …", flush=True)
        fill(options.lines)
        times = measure(options.rounds)
        print(f"\n{connection.vendor:<28}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}")
        for name, values in times.items():
            middle, high = world.quantile(values, 0.5), world.quantile(values, 0.95)
            print(f"{name:<28}{middle:>12.1f}{high:>10.1f}{max(values):>10.1f}")
        rate = walked()
        worst = max(times, key=lambda name: world.quantile(times[name], 0.95))
        print(f"walking for a sheet: {rate:,.0f} lines/s")
        print(
            f"figure engine={connection.vendor} lines={options.lines} worst={worst} "
            f"worst_p95_ms={world.quantile(times[worst], 0.95):.0f} walked_per_s={rate:.0f}"
        )


def fill(number: int) -> None:
    """Lines in the order of their time; the guard is down, because digests are not what is measured."""
    from django.db import connection, transaction

    from tests.audit import emptying
    from warifu.audit import actions, models, performers, record
    from warifu.audit.actor import Actor, ActorKind

    emptying.run("default", emptying.removal(connection.vendor))
    ledger = actions.locked("032018") if connection.vendor == "sqlite" else models.Ledger.objects.create(name="032018")
    chance, families = random.Random(1), FAMILIES.split()
    people = [
        Actor(
            ActorKind.STAFF,
            f"staff-{place}",
            f"{families[place % 20]} {place:04d}子",
            f"第{place % DEPARTMENTS}課 {'主事' if place % 3 else '主任'}",
            f"192.0.{place % 250}.{place % 7}",
        )
        for place in range(PEOPLE)
    ]
    firms = [
        Actor(
            ActorKind.COUNTERPARTY, f"party-{place}", f"事業者{place}", "", f"198.51.{place % 250}.{place // 250 % 250}"
        )
        for place in range(min(number // 20, CONTRACTS // 10))
    ]

    def lines() -> Iterator[models.Entry]:
        for place in range(1, number + 1):
            by = chance.choice(firms if place % 20 == 0 else people)
            yield models.Entry(
                ledger=ledger,
                sequence=place,
                at=BEGIN + YEARS * (place / number),
                actor_kind=by.kind.value,
                actor_id=by.id,
                actor_name=by.name,
                actor_post=by.post,
                ip=by.ip,
                action=chance.choice(ACTS),
                target=f"agreement:{chance.randrange(CONTRACTS)}",
                facts={"page": "desk:agreement", "status": 200},
                salt="0" * 32,
                previous_digest=record.GENESIS,
                digest=record.GENESIS,
            )

    made = lines()
    for _ in range(0, number, 20_000):
        with transaction.atomic():
            models.Entry.objects.bulk_create([line for line, _ in zip(made, range(20_000), strict=False)])
    with transaction.atomic():
        for by in [*people, *firms]:
            performers.remember(ledger, by)
    models.Ledger.objects.filter(pk=ledger.pk).update(head_sequence=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each kind of question; the values asked for change from round to round."""
    from warifu.audit import search

    last, families = BEGIN + YEARS, FAMILIES.split()
    questions: dict[str, Callable[[int], search.Criteria]] = {
        "everything": lambda n: search.Criteria(),
        "one_month": lambda n: search.Criteria(
            since=last - timedelta(days=31 * (n + 1)), before=last - timedelta(days=31 * n)
        ),
        "person": lambda n: search.Criteria(person=f"{n:04d}子"),
        "family_name": lambda n: search.Criteria(person=families[n % 20]),
        "department": lambda n: search.Criteria(post=f"第{n}課"),
        "rare_act": lambda n: search.Criteria(actions=("web.export",)),
        "common_act": lambda n: search.Criteria(actions=("web.view",)),
        "address": lambda n: search.Criteria(ip=f"192.0.{n}.{n % 7}"),
        "addresses": lambda n: search.Criteria(ip=f"192.0.{n}."),
        "target": lambda n: search.Criteria(targets=(f"agreement:{n}", f"record:{n}")),
        "person_act_year": lambda n: search.Criteria(
            person=f"{n:04d}子", actions=("web.download", "web.export"), since=last - timedelta(days=365)
        ),
        "department_refused": lambda n: search.Criteria(post=f"第{n}課", actions=("web.refuse",)),
        "common_act_rare_address": lambda n: search.Criteria(actions=("web.view",), ip=f"192.0.{n}.{n % 7}"),
        "family_nobody_target": lambda n: search.Criteria(person=families[n % 20], targets=(f"agreement:{n}",)),
    }
    times: dict[str, list[float]] = {}
    for name, question in questions.items():
        search.search("032018", question(1))
        for place in range(rounds):
            began = time.perf_counter()
            search.search("032018", question(place))
            times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        page = search.search("032018", question(1))
        print(f"{name}: {page.count_text}", flush=True)
    return times


def walked() -> float:
    """Lines per second for a sheet of 50,000."""
    from itertools import islice

    from warifu.audit import search

    began = time.perf_counter()
    lines = sum(1 for _ in islice(search.walk("032018", search.Criteria()), 50_000))
    return lines / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
