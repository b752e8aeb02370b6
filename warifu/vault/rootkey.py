"""The root key of the embedded default: 32 bytes in a file that only the service may read ルート鍵."""

import os
import secrets
import stat
from pathlib import Path

from . import errors

LENGTH = 32


def load_or_create(path: Path) -> bytes:
    """The root key in `path`, made there (mode 0600, fsynced) when absent; 32 bytes ルート鍵の読込み.

    Two processes that start together get the same key. Raises errors.RootKeyUnusable when the file has another length
    or is open to group or others: a key that others could read is not silently used.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise errors.RootKeyUnusable("権限は 0600 でなければなりません")
    key = path.read_bytes()
    if len(key) != LENGTH:
        raise errors.RootKeyUnusable(f"{LENGTH} バイトではありません")
    return key


def _make(path: Path) -> None:
    """Complete under another name first, then linked: nobody reads half a key, and the first of two makers wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
