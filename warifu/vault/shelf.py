"""Files by identifier on a local file system; knows nothing of keys 保管棚."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from . import errors

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DRAFT = ".part"


@dataclass(frozen=True, slots=True)
class Shelf:
    """`<root>/<first two digits of the identifier>/<identifier>`, directories 0700, files 0600 保管棚."""

    root: Path

    def path_of(self, object_id: UUID) -> Path:
        """Where an object's file lies or would lie ファイルの場所."""
        name = str(object_id)
        return self.root / name[:2] / name

    def put(self, object_id: UUID, message: bytes) -> None:
        """Keep a whole file, on disk when this returns (file and directories fsynced) ファイルの保管.

        Raises errors.NoSpace or errors.NotWritten; then nothing remains.
        """
        path = self.path_of(object_id)
        draft = path.with_name(f".{path.name}{_DRAFT}")
        try:
            self._make_directory(path.parent)
            _write_through(draft, message)
            draft.replace(path)
            _sync_directory(path.parent)
        except OSError as fault:
            for left in (draft, path):
                with suppress(OSError):
                    left.unlink()
            if fault.errno in _FULL:
                raise errors.NoSpace from fault
            raise errors.NotWritten from fault

    def get(self, object_id: UUID) -> bytes:
        """The file's bytes as they are ファイルの読出し.

        Raises errors.Damaged (`missing`) when there is no file, errors.NotReadable when the file system fails.
        """
        try:
            return self.path_of(object_id).read_bytes()
        except FileNotFoundError as absent:
            raise errors.Damaged(object_id, "missing") from absent
        except OSError as fault:
            raise errors.NotReadable from fault

    def open(self, object_id: UUID) -> BinaryIO:
        """The file, open for reading; refusals as in `get` ファイルを開く."""
        try:
            return self.path_of(object_id).open("rb")
        except FileNotFoundError as absent:
            raise errors.Damaged(object_id, "missing") from absent
        except OSError as fault:
            raise errors.NotReadable from fault

    def discard(self, object_id: UUID) -> None:
        """Remove a file if it is there ファイルの除去."""
        with suppress(OSError):
            self.path_of(object_id).unlink()

    def files(self) -> Iterator[tuple[str, datetime]]:
        """Every file, half-written ones too, as (path below the root, UTC time of its last change) ファイルの一覧."""
        for directory in sorted(self.root.iterdir()) if self.root.is_dir() else []:
            if not directory.is_dir():
                yield directory.name, _changed_at(directory.stat())
                continue
            for entry in os.scandir(directory):
                with suppress(FileNotFoundError):
                    yield f"{directory.name}/{entry.name}", _changed_at(entry.stat(follow_symlinks=False))

    def _make_directory(self, directory: Path) -> None:
        if directory.is_dir():
            return
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        _sync_directory(self.root)


def _write_through(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _changed_at(status: os.stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime, tz=UTC)
