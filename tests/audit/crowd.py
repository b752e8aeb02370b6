"""Run as a process of its own: eight threads write to one ledger of an empty database, and one counts afterwards.

`python -m tests.audit.crowd`; settings and database come from the environment. Prints one line of JSON.
"""

import json
import threading
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.db import connection, transaction

THREADS = 8
EACH = 40


def main() -> None:
    django.setup()
    call_command("migrate", "audit", verbosity=0)
    from warifu.audit import actions, queries, verification
    from warifu.audit.actor import Actor

    start = threading.Barrier(THREADS)
    faults: list[str] = []

    def write(writer: int) -> None:
        start.wait()
        try:
            for number in range(EACH):
                with transaction.atomic():
                    actions.append(
                        ledger="032018",
                        action="agreements.consent",
                        target=f"agreement:{writer}",
                        by=Actor.service(f"writer {writer}"),
                        at=datetime(2026, 4, 1, tzinfo=UTC),
                        facts={"number": number},
                    )
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verification.verify_ledger("032018")
    in_order = all(
        [entry.facts["number"] for entry in queries.entries_about("032018", f"agreement:{writer}")] == list(range(EACH))
        for writer in range(THREADS)
    )
    print(json.dumps({"faults": faults, "entries": report.entries, "intact": report.intact, "in_order": in_order}))


if __name__ == "__main__":
    main()
