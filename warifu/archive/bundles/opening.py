"""Opening a ZIP that anybody may have made 証拠一式の読取り.

Refused before a byte is unpacked: names that lead elsewhere, two members of one name or at one place, links,
encryption, bombs, anything before the first member or behind the directory.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from . import layout

MOST_MEMBERS = 5000
MOST_BYTES = 8 << 30
SMALL = 64 << 20
_CHUNK = 1 << 20
_RATIO = 100
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCAL_HEADER = 30


class Unreadable(Exception):
    """The file is no bundle that can be opened safely; `sentence` says why and what to do next 読めない証拠一式."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class BrokenMember(Exception):
    """One member's bytes are not those that the ZIP itself lists 壊れたファイル."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_AGAIN = "お手元のZIPファイルを、受け取ったときのまま指定してください。"
_TRUNCATED = Unreadable(
    "truncated", f"ZIPファイルとして読めません。途中で切れているか、別の種類のファイルです。{_AGAIN}"
)
_UNSAFE = "安全に開けないため、検証を中止しました。作成元から受け取り直してください。"


class Opened:
    """A bundle's members by name, each readable as often as needed 開いた証拠一式."""

    def __init__(self, path: Path) -> None:
        """Raises `Unreadable`."""
        if not path.is_file():
            raise Unreadable("absent", f"{path} を読めません。ファイルの場所と名前を確かめてください。")
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as wrong:
            raise _TRUNCATED from wrong
        try:
            self._members = _examined(self._zip, path.stat().st_size)
        except Unreadable:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> set[str]:
        """All members 名前の一覧."""
        return set(self._members)

    def size(self, name: str) -> int:
        """Bytes of a member as listed 大きさ."""
        return self._members[name].file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes. Raises `BrokenMember` 読出し."""
        try:
            with self._zip.open(self._members[name]) as source:
                while chunk := source.read(_CHUNK):
                    yield chunk
        except Exception as wrong:  # zipfile and zlib let nearly anything out of a damaged member
            raise BrokenMember(name) from wrong

    def read(self, name: str) -> bytes:
        """A small member as a whole. Raises `BrokenMember`, also for one that is not small 読出し."""
        if self.size(name) > SMALL:
            raise BrokenMember(name)
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[str]:
        """A member's lines with their line feeds (UTF-8). Raises `BrokenMember`, UnicodeDecodeError 行の読出し."""
        try:
            with self._zip.open(self._members[name]) as source:
                while line := source.readline(_CHUNK):
                    yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise
        except Exception as wrong:  # as in `chunks`
            raise BrokenMember(name) from wrong

    def copy(self, name: str, target: BinaryIO) -> None:
        """A member's bytes into an open file. Raises `BrokenMember` 写し."""
        for chunk in self.chunks(name):
            target.write(chunk)


def _examined(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_MEMBERS or sum(one.file_size for one in entries) > MOST_BYTES:
        raise Unreadable("too_large", f"中のファイルが多すぎるか大きすぎます。{_UNSAFE}")
    found: dict[str, zipfile.ZipInfo] = {}
    for one in entries:
        # The name as it stands in the file: zipfile cuts at U+0000 and turns backslashes on some systems.
        if not layout.is_safe(one.orig_filename) or one.orig_filename != one.filename:
            raise Unreadable("unsafe_name", f"ZIPの外を指すおそれのあるファイル名が含まれています。{_UNSAFE}")
        if one.filename in found:
            raise Unreadable("twice", f"同じ名前のファイルが二つ含まれています。{_UNSAFE}")
        if one.flag_bits & 0x1:
            raise Unreadable("encrypted", f"ZIPにパスワードが設定されています。{_AGAIN}")
        if one.compress_type not in _METHODS or stat.S_ISLNK(one.external_attr >> 16):
            raise Unreadable("unsafe_member", f"通常のファイルではないものが含まれています。{_UNSAFE}")
        if one.file_size > 1 << 20 and one.file_size > _RATIO * max(1, one.compress_size):
            raise Unreadable("bomb", f"開くと極端に大きくなるファイルが含まれています。{_UNSAFE}")
        found[one.filename] = one
    _require_side_by_side(archive, entries, size)
    return found


def _require_side_by_side(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], size: int) -> None:
    """One byte belongs to one member: programs that read a ZIP in other orders must find the same."""
    odd = Unreadable("overlap", f"ZIPの構造に、重なりや余分なデータがあります。{_UNSAFE}")
    end = 0
    for one in sorted(entries, key=lambda entry: entry.header_offset):
        start = one.header_offset
        if start < end or (end == 0 and start != 0):
            raise odd
        end = start + _LOCAL_HEADER + len(one.orig_filename.encode()) + one.compress_size
    directory = archive.start_dir
    if end > directory or directory > size or archive.comment or not _ends_at(archive, size):
        raise odd


def _ends_at(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether the end record is the file's last bytes (APPNOTE 4.3.16: 22 bytes without a comment)."""
    file = cast(BinaryIO, archive.fp)
    file.seek(size - 22)
    return bool(re.match(rb"PK\x05\x06", file.read(4)))
