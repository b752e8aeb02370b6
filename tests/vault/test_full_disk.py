"""Storage that is full or failing: everything is kept, or nothing."""

import errno
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from uuid import UUID

import pytest

from warifu.vault import errors, shelf

OBJECT = UUID("00000000-0000-4000-8000-000000000001")


def failing(number: int) -> Callable[..., NoReturn]:
    def fail(*_: object) -> NoReturn:
        raise OSError(number, "as arranged")

    return fail


def left_over(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("call", ["os.fsync", "warifu.vault.shelf._write_through"])
@pytest.mark.parametrize(
    ("number", "refusal"),
    [(errno.ENOSPC, errors.NoSpace), (errno.EDQUOT, errors.NoSpace), (errno.EIO, errors.NotWritten)],
)
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, refusal: type[errors.Refused]
) -> None:
    monkeypatch.setattr(call, failing(number))
    with pytest.raises(refusal) as refused:
        shelf.Shelf(tmp_path).put(OBJECT, b"x" * 1000)
    assert refused.value.retry
    assert left_over(tmp_path) == []


def test_a_directory_that_cannot_be_synced_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "00").mkdir()
    monkeypatch.setattr(shelf, "_sync_directory", failing(errno.EIO))
    with pytest.raises(errors.NotWritten):
        shelf.Shelf(tmp_path).put(OBJECT, b"x")
    assert left_over(tmp_path) == []


def test_a_file_too_large_for_the_storage_leaves_nothing(tmp_path: Path) -> None:
    """The kernel itself cuts the write short: EFBIG by RLIMIT_FSIZE, in a process of its own."""
    program = f"""
import resource, signal
from pathlib import Path
from uuid import UUID
from warifu.vault import errors, shelf
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
kept = shelf.Shelf(Path({str(tmp_path)!r}))
kept.put(UUID({str(OBJECT)!r}), b"small")
try:
    kept.put(UUID(int=2), b"x" * 1_000_000)
except errors.NoSpace:
    print("refused")
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 65536
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("refused", 0), done.stderr
    assert [path.name for path in left_over(tmp_path)] == [str(OBJECT)]


def test_a_storage_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    kept = shelf.Shelf(tmp_path)
    kept.path_of(OBJECT).mkdir(parents=True)
    with pytest.raises(errors.NotReadable) as refused:
        kept.get(OBJECT)
    assert refused.value.retry
