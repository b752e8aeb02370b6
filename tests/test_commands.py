"""`bin/run` and `bin/setup` on a machine as it may really be: somewhere else, and interrupted last time."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing to install."""
    made = tmp_path / "checkout"
    (made / "requirements").mkdir(parents=True)
    (made / "requirements" / "base.txt").touch()
    shutil.copytree(ROOT / "bin", made / "bin")
    return made


def test_a_relative_directory_is_the_users_own(checkout: Path, tmp_path: Path) -> None:
    (checkout / "warifu").mkdir()
    # A package, not a namespace: else the one under test, which bin/test puts on the path, would come first.
    (checkout / "warifu" / "__init__.py").touch()
    (checkout / "warifu" / "__main__.py").write_text(
        "import json, os, pathlib, sys\nprint(json.dumps([sys.argv[1:], str(pathlib.Path('here').resolve())]))\n"
    )
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "warifu").mkdir(parents=True)
    (elsewhere / "warifu" / "__main__.py").write_text("raise SystemExit('a stranger')\n")
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (checkout / ".venv" / ".installed-base").touch()
    done = subprocess.run(
        [checkout / "bin" / "run", "--data", "here"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [["up", "--data", "here"], str(elsewhere / "here")]


def test_a_set_up_that_was_interrupted_repairs_itself(checkout: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], timeout=60, check=True)
    python = checkout / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0
    subprocess.run(
        ["bash", "-c", ". bin/setup base"], cwd=checkout, capture_output=True, text=True, timeout=120, check=True
    )
    assert subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    assert (checkout / ".venv" / ".installed-base").exists()
