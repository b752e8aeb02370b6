"""What a page waits for its line in the ledger: none, in the spool, or at the head of the chain.

    WARIFU_DATABASE_URL=… .venv/bin/python -m bench.footprints [--readers 8] [--each 200]

Eight readers at once, and beside them a verb that holds the head of the same ledger for 30 ms, ten times a second (as a
consent or a seal does). Times are those of the line alone; a new database, SQLite or PostgreSQL, is made for it.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import world

HELD_SECONDS, PAUSE_SECONDS = 0.03, 0.07


def main() -> None:
    parser = argparse.ArgumentParser(description="cost of a line per page")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--each", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warifu-bench-") as folder:
        os.environ.setdefault("WARIFU_DATABASE_URL", f"sqlite:///{folder}/lines.sqlite3")
        world.point_django_at(Path(folder))
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", "audit", verbosity=0)
        measured = {name: measure(one, options.readers, options.each) for name, one in ways().items()}
        print(f"\n{connection.vendor:<12}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}{'lines/s':>10}")
        for name, (times, seconds) in measured.items():
            middle, high = world.quantile(times, 0.5), world.quantile(times, 0.95)
            print(f"{name:<12}{middle:>12.2f}{high:>10.2f}{max(times):>10.2f}{len(times) / seconds:>10.0f}")
        print(f"{'folding':<12}{fold():>42.0f}")
        figures = " ".join(f"{name}_p95_ms={world.quantile(times, 0.95):.1f}" for name, (times, _) in measured.items())
        print(f"figure engine={connection.vendor} readers={options.readers} {figures}")


def ways() -> dict[str, Callable[[], object]]:
    """The three ways, as a page would call them."""
    from django.db import transaction

    from warifu.audit import actions, models, spool
    from warifu.audit.actor import Actor

    reader = Actor.service("reader")

    def line() -> dict[str, object]:
        return {
            "ledger": "032018",
            "action": "web.view",
            "target": "agreement:1",
            "by": reader,
            "at": datetime.now(UTC),
            "facts": {"page": "desk:agreement", "status": 200},
        }

    def at_head() -> None:
        with transaction.atomic():
            actions.append(**line())  # type: ignore[arg-type]  # the same words for both

    return {
        "none": lambda: models.Ledger.objects.filter(name="032018").first(),
        "spool": lambda: spool.put(**line()),  # type: ignore[arg-type]  # the same words for both
        "at head": at_head,
    }


def measure(act: Callable[[], object], readers: int, each: int) -> tuple[list[float], float]:
    """Milliseconds of every call of all readers, and the seconds it took in all."""
    from django.db import connection

    times: list[float] = []
    start, done = threading.Barrier(readers + 1), threading.Event()

    def read() -> None:
        start.wait()
        for _ in range(each):
            began = time.perf_counter()
            act()
            times.append((time.perf_counter() - began) * 1000)
        connection.close()

    verb = threading.Thread(target=hold_the_head, args=(done,))
    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in [verb, *threads]:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    done.set()
    verb.join()
    return times, seconds


def hold_the_head(done: threading.Event) -> None:
    """A verb of the same municipality: its line first, then the rest of its transaction."""
    from django.db import connection, transaction

    from warifu.audit import actions
    from warifu.audit.actor import Actor

    while not done.is_set():
        with transaction.atomic():
            by = Actor.service("verb")
            actions.append(ledger="032018", action="agreements.send", target="agreement:2", by=by, at=datetime.now(UTC))
            time.sleep(HELD_SECONDS)
        done.wait(PAUSE_SECONDS)
    connection.close()


def fold() -> float:
    """Lines per second that a worker folds."""
    from warifu.audit import spool

    began = time.perf_counter()
    return spool.fold() / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
