"""Writing a ZIP whose bytes follow from its content alone, in constant memory 証拠一式の書出し.

Members are stored, not compressed: PDFs gain nothing, the bytes do not depend on a library's version, and nobody has to
inflate what a stranger made.
"""

import hashlib
import io
import zipfile
from types import TracebackType
from typing import BinaryIO, Self

from . import layout

# The earliest that the format knows: a moment of making would change the bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


class Packer:
    """Adds members one after the other and remembers their digests 書出し係."""

    def __init__(self, target: BinaryIO) -> None:
        """`target` is open for writing and can seek."""
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.members: list[layout.Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, name: str, content: bytes, *, title: str) -> None:
        """A small member 小さなファイルの追加."""
        self.add_stream(name, io.BytesIO(content), size=len(content), title=title)

    def add_stream(self, name: str, source: BinaryIO, *, size: int, title: str) -> None:
        """A member of any size, read once; `size` in bytes ファイルの追加."""
        hashed, written = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system, entry.external_attr, entry.file_size = 3, 0o100644 << 16, size
        with self._zip.open(entry, "w") as member:
            while chunk := source.read(_CHUNK):
                hashed.update(chunk)
                written += len(chunk)
                member.write(chunk)
        if written != size:
            raise ValueError(f"{name} has {written} bytes, expected {size}")
        self.members.append(layout.Member(name, hashed.hexdigest(), size, title))

    def close_with(self, manifest: layout.Manifest) -> None:
        """The two lists at the end 目録の追加."""
        told = manifest.as_json()
        sums = manifest.sums(manifest_digest=hashlib.sha256(told).hexdigest())
        self.add(layout.MANIFEST, told, title="目録")
        self.add(layout.SUMS, sums, title="ハッシュ値の一覧")
