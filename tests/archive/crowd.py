"""Run as a process of its own: eight workers file one contract at the same moment, and one counts afterwards.

`python -m tests.archive.crowd`; settings and database come from the environment. Prints one line of JSON.
"""

import json
import threading

import django
from django.core.management import call_command

WORKERS = 8


def main() -> None:
    django.setup()
    for room in ("directory", "vault", "audit", "archive"):
        call_command("migrate", room, verbosity=0)
    from django.db import connection, transaction

    from tests.archive import people
    from warifu.archive import actions, models, queries
    from warifu.audit import queries as audit

    section = people.town("032018", "盛岡市", "morioka", "契約検査課")
    body, given, paper = section.municipality, people.facts(section), people.paper(section.municipality)
    start = threading.Barrier(WORKERS)
    filed: list[str] = []
    faults: list[str] = []

    def work() -> None:
        start.wait()
        try:
            with transaction.atomic():
                record = actions.accession(
                    municipality=body, facts=given, files=[paper], by=people.SEALING, at=people.END_OF_YEAR
                )
            filed.append(str(record.pk))
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    answer = {
        "faults": faults,
        "answers": len(filed),
        "records": len(set(filed)),
        "rows": queries.records_of(body).count(),
        "files": models.RecordFile.objects.count(),
        "entries": sum(1 for _ in audit.entries_of(body.code)),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
