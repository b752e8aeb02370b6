"""kill -9 at each point of a store: an object is kept whole, or rubbish is left that the scrub finds.

One process stores after another in the same vault; each finds what those before it left.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import killed

ROOT = Path(__file__).resolve().parents[2]
Ask = Callable[[str], str]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Says a word to `killed` and returns its answer; one object is stored already."""
    base = tmp_path_factory.mktemp("killed")
    surroundings = {
        **os.environ,
        "WARIFU_DATABASE_URL": f"sqlite:///{base / 'vault.sqlite3'}",
        "WARIFU_DATA": str(base),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.vault.killed", str(base / "objects")],
        cwd=ROOT,
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def say(word: str) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert say("none") == "0"
        yield say


@pytest.mark.parametrize("point", killed.POINTS)
def test_a_store_that_is_killed_is_whole_or_rubbish(ask: Ask, point: str) -> None:
    before = json.loads(ask("scrub"))
    assert int(ask(point)) == -signal.SIGKILL
    found = json.loads(ask("scrub"))
    kept, left = {"before_write": (0, 0), "after_commit": (1, 0)}.get(point, (0, 1))
    assert (found["checked"] - before["checked"], found["orphans"] - before["orphans"]) == (kept, left)
    assert found["clean"]
