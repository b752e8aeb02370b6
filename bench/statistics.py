"""Server time of the statistics, and what it costs to count them, at many agreements.

    WARIFU_DATABASE_URL=… .venv/bin/python -m bench.statistics [--agreements 100000] [--departments 500] [--rounds 40]

Starts a Warifu of its own, fills 盛岡市, counts everything anew, then what one more day brings, and opens each page of
the statistics as an administrator and the region's as its coordinator. The last line is for machines.
"""

import argparse
import time
from datetime import UTC, datetime
from urllib.parse import quote

from bench import browser, planting, world

GOAL = 150
"""Milliseconds of p95."""


def main() -> None:
    parser = argparse.ArgumentParser(description="statistics at scale")
    parser.add_argument("--agreements", type=int, default=100_000)
    parser.add_argument("--departments", type=int, default=500)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        from django.db import connection

        print("filling …", flush=True)
        planted = planting.plant(planting.Numbers(options.departments, options.people, 500, options.agreements))
        anew, daily = count()
        below = planted.departments[0].pk
        pages = {
            "chida": {
                "the whole body": "/office/statistics/",
                "a department": f"/office/statistics/?department={below}",
                "a kind": f"/office/statistics/?kind={quote('construction')}",
                "second page": "/office/statistics/?page=2",
                "paper": "/office/statistics/papers/",
                "savings": "/office/statistics/savings/",
            },
            "konno": {"the region": "/office/region/"},
        }
        visitor, times = browser.Browser(running.port), dict[str, list[float]]()
        for login, of in pages.items():
            visitor.sign_in(f"{login}@morioka.example.jp", running.password)
            for name, path in of.items():
                first = visitor.look(path)
                if first.status != 200:
                    raise SystemExit(f"{name}: {first.status}")
                times[name] = [visitor.look(path).milliseconds for _ in range(options.rounds)]
        engine = connection.vendor
    for name, taken in times.items():
        print(f"{name:16} p50 {world.quantile(taken, 0.5):7.1f} ms  p95 {world.quantile(taken, 0.95):7.1f} ms")
    worst = max(times, key=lambda name: world.quantile(times[name], 0.95))
    high = world.quantile(times[worst], 0.95)
    over = sum(world.quantile(taken, 0.95) > GOAL for taken in times.values())
    print(
        f"figure engine={engine} agreements={options.agreements} rebuild_s={anew:.1f} daily_s={daily:.1f} "
        f"over_{GOAL}_ms={over} worst={worst.replace(' ', '_')} worst_p95_ms={high:.1f}"
    )


def count() -> tuple[float, float]:
    """Seconds to count everything anew, and to bring it up to date afterwards."""
    from tests import city
    from warifu.operations import recounting

    began = time.perf_counter()
    recounting.rebuild(municipality=city.morioka(), at=datetime.now(UTC))
    counted = time.perf_counter()
    recounting.bring_up_to_date(municipality=city.morioka(), at=datetime.now(UTC))
    return counted - began, time.perf_counter() - counted


if __name__ == "__main__":
    main()
