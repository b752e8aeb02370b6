"""Run as a process of its own: stores objects in children that are killed on the way, and scrubs what they left.

`python -m tests.vault.killed DIRECTORY` reads one word a line; settings and database come from the environment. To a
point it answers with the exit status of the child that was killed there (`none`: completes, 0), to `scrub` with one
line of JSON.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import django
from django.core.management import call_command
from django.db import connections, transaction

ROOT_KEY = bytes(range(32))
AT = datetime(2026, 4, 1, tzinfo=UTC)
POINTS = ("before_write", "before_rename", "before_directory_sync", "before_row", "before_commit", "after_commit")


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def store(directory: Path, point: str) -> None:
    from warifu.vault import models, shelf
    from warifu.vault.custody import Custody

    custody = Custody(root_key=ROOT_KEY, objects=directory)
    if point == "before_write":
        shelf._write_through = die
    elif point == "before_rename":
        Path.replace = die  # type: ignore[method-assign]  # the place to be killed at
    elif point == "before_directory_sync":
        shelf._sync_directory = lambda directory: None if directory == custody.shelf.root else die()
    elif point == "before_row":
        models.StoredObject.save = die  # type: ignore[method-assign]  # the place to be killed at
    with transaction.atomic():
        custody.store(owner="032018", content=b"%PDF-" * 1000, media_type="application/pdf", at=AT)
        if point == "before_commit":
            die()
    if point == "after_commit":
        die()


def child(directory: Path, point: str) -> int:
    """The exit status of a process that stores one object; Django is loaded already, no connection is open."""
    process = os.fork()
    if process == 0:
        try:
            store(directory, point)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def scrubbed(directory: Path) -> str:
    from warifu.vault import scrub
    from warifu.vault.custody import Custody

    custody = Custody(root_key=ROOT_KEY, objects=directory)
    files = [changed_at for _, changed_at in custody.shelf.files()]
    report = scrub.scrub(custody, at=max(files, default=AT) + timedelta(hours=2))
    return json.dumps({"checked": report.checked, "clean": report.clean, "orphans": len(report.orphans)})


def main(directory: Path) -> None:
    django.setup()
    call_command("migrate", "vault", verbosity=0)
    for line in sys.stdin:
        connections.close_all()
        word = line.strip()
        print(scrubbed(directory) if word == "scrub" else child(directory, word), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
