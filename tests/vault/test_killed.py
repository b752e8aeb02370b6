"""kill -9 at each point of a store: an object is kept whole, or rubbish is left that the scrub finds."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from . import killed

ROOT = Path(__file__).resolve().parents[2]


def run(base: Path, point: str) -> subprocess.CompletedProcess[str]:
    surroundings = {
        **os.environ,
        "WARIFU_DATABASE_URL": f"sqlite:///{base / 'vault.sqlite3'}",
        "WARIFU_DATA": str(base),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.vault.killed", str(base / "objects"), point],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("point", killed.POINTS)
def test_a_store_that_is_killed_is_whole_or_rubbish(tmp_path: Path, point: str) -> None:
    before = run(tmp_path, "none")
    assert before.returncode == 0, before.stderr
    died = run(tmp_path, point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    found = run(tmp_path, "scrub")
    assert found.returncode == 0, found.stderr
    kept, left = {"before_write": (1, 0), "after_commit": (2, 0)}.get(point, (1, 1))
    assert json.loads(found.stdout.splitlines()[-1]) == {"checked": kept, "clean": True, "orphans": left}
