import stat
import threading
from pathlib import Path

import pytest

from warifu.vault import errors, rootkey


def test_the_key_is_made_once_and_only_the_service_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "root.key"
    key = rootkey.load_or_create(path)
    assert len(key) == 32
    assert rootkey.load_or_create(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["root.key"]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert rootkey.load_or_create(tmp_path / "a") != rootkey.load_or_create(tmp_path / "b")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    rootkey.load_or_create(path)
    path.chmod(mode)
    with pytest.raises(errors.RootKeyUnusable, match="0600"):
        rootkey.load_or_create(path)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused_and_not_replaced(tmp_path: Path, length: int) -> None:
    path = tmp_path / "root.key"
    path.touch(0o600)
    path.write_bytes(b"k" * length)
    with pytest.raises(errors.RootKeyUnusable):
        rootkey.load_or_create(path)
    assert path.read_bytes() == b"k" * length


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    for attempt in range(20):
        path = tmp_path / str(attempt)
        start = threading.Barrier(8)
        keys: list[bytes] = []

        def begin(path: Path = path, start: threading.Barrier = start, keys: list[bytes] = keys) -> None:
            start.wait()
            keys.append(rootkey.load_or_create(path))

        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(keys) == 8
        assert len(set(keys)) == 1
