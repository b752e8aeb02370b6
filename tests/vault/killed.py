"""Run as a process of its own: stores one object and is killed on the way, or scrubs what an earlier one left.

`python -m tests.vault.killed DIRECTORY POINT`; settings and database come from the environment. POINT `none` completes,
`scrub` prints one line of JSON.
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
from django.db import transaction

ROOT_KEY = bytes(range(32))
AT = datetime(2026, 4, 1, tzinfo=UTC)
POINTS = ("before_write", "before_rename", "before_directory_sync", "before_row", "before_commit", "after_commit")


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def main(directory: Path, point: str) -> None:
    django.setup()
    call_command("migrate", "vault", verbosity=0)
    from warifu.vault import models, scrub, shelf
    from warifu.vault.custody import Custody

    custody = Custody(root_key=ROOT_KEY, objects=directory)
    if point == "scrub":
        files = [changed_at for _, changed_at in custody.shelf.files()]
        report = scrub.scrub(custody, at=max(files, default=AT) + timedelta(hours=2))
        print(json.dumps({"checked": report.checked, "clean": report.clean, "orphans": len(report.orphans)}))
        return
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


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
