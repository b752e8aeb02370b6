"""What every world begins with, made once and then copied: tables, the cast, keys, a trial authority."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warifu.cli import trial

from . import databases

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ground:
    """A data directory and a database that no process uses."""

    data: Path
    database: str


@contextmanager
def shared(folder: Path) -> Iterator[Ground]:
    """Laid by the first of the processes that share a folder, taken away by the last of them."""
    folder.mkdir(exist_ok=True)
    told = folder / "ground.json"
    with _alone(folder):
        if not told.exists():
            data = folder / "data"
            told.write_text(json.dumps({"data": str(data), "database": _lay(data), "users": 0}))
        here = _counted(told, 1)
    try:
        yield Ground(Path(here["data"]), here["database"])
    finally:
        with _alone(folder):
            if _counted(told, -1)["users"] == 0:
                databases.drop(here["database"])
                shutil.rmtree(here["data"])
                told.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _counted(told: Path, more: int) -> dict[str, Any]:
    here: dict[str, Any] = json.loads(told.read_text())
    here["users"] += more
    told.write_text(json.dumps(here))
    return here


def _lay(data: Path) -> str:
    """Lay it in a directory that does not exist yet; the address of its database."""
    data.mkdir(mode=0o700)
    database, drop = databases.new(data)
    try:
        _found(data, database)
    except BaseException:
        drop()
        shutil.rmtree(data)
        raise
    return database


def _found(data: Path, database: str) -> None:
    trial.create(data / "trial")
    surroundings = {
        **os.environ,
        "WARIFU_DATA": str(data),
        "WARIFU_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "warifu.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.survival.clerk"],
        cwd=ROOT,
        env=surroundings,
        input='{"do": "found"}\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
