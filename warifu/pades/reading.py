"""Opens a file as strictly as a validation needs, and reads its signature containers at once. 文書の読取

pyHanko 0.38 reads hexadecimal strings digit by digit: 22 ms for one container of 14 KB, which is more than all
cryptography over it. Importing this module replaces its reader by one that accepts exactly the same strings; whatever
is not plain digits and white space is handed back to pyHanko's own.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

Bytes = bytes | mmap

_CHUNK = 1 << 14
_PLAIN = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*")
_SPACES = b"\x00\t\n\x0c\r "


@dataclass(frozen=True)
class Content:
    """One file's bytes to look through, and a stream over the same for its reader. 文書の内容"""

    data: Bytes
    stream: BinaryIO

    def reader(self) -> PdfFileReader:
        """A strict reader; raises what pyHanko raises. 読取器"""
        return PdfFileReader(self.stream, strict=True)

    def digest(self) -> str:
        """SHA-256 of the whole, in hexadecimal. ハッシュ値"""
        return hashlib.sha256(self.data).hexdigest()

    def mentions(self, word: bytes) -> bool:
        """Whether the word stands anywhere in the bytes. 語の有無"""
        return self.data.find(word) >= 0


@contextmanager
def content_of(source: bytes | Path) -> Iterator[Content]:
    """Bytes as they are; a file mapped, so that its size does not matter. Raises OSError. 内容"""
    if isinstance(source, bytes):
        yield Content(source, io.BytesIO(source))
        return
    with source.open("rb") as stream:
        if source.stat().st_size == 0:
            yield Content(b"", stream)
            return
        with mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
            yield Content(data, stream)


def opened(source: bytes) -> PdfFileReader:
    """A strict reader over bytes; raises what pyHanko raises. 読取器"""
    return PdfFileReader(io.BytesIO(source), strict=True)


def hash_at_once(signatures: Sequence[Any], data: Bytes) -> None:
    """Give each signature the digest over its byte range; what several cover is read once. ハッシュ値の一括計算

    Only for ranges of the usual form, [0 length start length]; for any other pyHanko hashes by itself.
    """
    usual = [one for one in signatures if _usual(one, len(data))]
    with memoryview(data) as view:
        for name in {str(one.external_md_algorithm) for one in usual}:
            try:
                running = hashlib.new(name)
            except ValueError:
                continue
            if running.digest_size == 0:
                continue  # SHAKE has no length of its own
            place = 0
            for one in sorted(usual, key=lambda signature: int(signature.byte_range[1])):
                if one.external_md_algorithm == name:
                    _, length, start, rest = (int(part) for part in one.byte_range)
                    running.update(view[place:length])
                    place = length
                    ended = running.copy()
                    ended.update(view[start : start + rest])
                    one.external_digests[name] = ended.digest()


def _usual(signature: Any, size: int) -> bool:
    parts = [int(part) for part in signature.byte_range]
    return len(parts) == 4 and parts[0] == 0 and 0 <= parts[1] <= parts[2] and parts[3] >= 0 and sum(parts[2:]) <= size


def hexadecimal(stream: Any) -> Any:
    """The string that begins at "<" in a seekable stream, which is left behind ">". 十六進文字列"""
    start = stream.tell()
    found: list[bytes] = []
    stream.seek(1, os.SEEK_CUR)
    while True:
        part = stream.read(_CHUNK)
        end = part.find(b">")
        digits = part if end < 0 else part[:end]
        if not part or not _PLAIN.fullmatch(digits):
            stream.seek(start)
            return _slow(stream)
        found.append(digits)
        if end >= 0:
            stream.seek(end + 1 - len(part), os.SEEK_CUR)
            break
    joined = b"".join(found).translate(None, _SPACES)
    text = joined.decode("ascii")
    return generic.pdf_string(bytes.fromhex(text if len(text) % 2 == 0 else text + "0"))


_slow: Any = getattr(generic, "read_hex_string_from_stream", None)
if _slow is None:
    raise ImportError("pyhanko.pdf_utils.generic reads hexadecimal strings elsewhere: this release needs another hook")
setattr(generic, "read_hex_string_from_stream", hexadecimal)  # noqa: B010 - mypy does not let a module be changed otherwise
