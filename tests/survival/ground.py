"""What every world begins with, made once and then copied: tables, the cast, keys, a trial authority."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warifu.cli import trial

from . import databases

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ground:
    """A data directory and a database that no process uses."""

    data: Path
    database: str


@contextmanager
def laid(data: Path) -> Iterator[Ground]:
    """Lay it in a directory that does not exist yet; the database ends with the block."""
    data.mkdir(mode=0o700)
    database, drop = databases.new(data)
    try:
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
        yield Ground(data, database)
    finally:
        drop()
