"""Opens a file as strictly as a validation needs, and reads its signature containers at once. 文書の読取

pyHanko 0.38 reads hexadecimal strings digit by digit: 22 ms for one container of 14 KB, which is more than all
cryptography over it. Importing this module replaces its reader by one that accepts exactly the same strings; whatever
is not plain digits and white space is handed back to pyHanko's own.
"""

from __future__ import annotations

import io
import os
import re
from mmap import mmap
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

Bytes = bytes | mmap

_CHUNK = 1 << 14
_PLAIN = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*")
_SPACES = b"\x00\t\n\x0c\r "


def opened(source: Bytes) -> PdfFileReader:
    """A strict reader over bytes or a mapped file; raises what pyHanko raises. 読取器"""
    return PdfFileReader(io.BytesIO(source) if isinstance(source, bytes) else source, strict=True)


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
