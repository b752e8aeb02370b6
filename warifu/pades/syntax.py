"""PDF objects in their own octets, read and changed without being written anew (ISO 32000-2, 7.2 and 7.3). PDF構文

A parser that writes what it read writes something else: a name that is no UTF-8, a real that ends with ".0". Then a
font is not found any more, and no comparison of parsed objects sees it. Here a dictionary keeps each octet it had.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic

Reference = tuple[int, int]

_BLANK = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+")
_WHITE_OCTETS = b"\x00\t\n\x0c\r "
_WHITE, _END = rb"[\x00\t\n\x0c\r ]", rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
_REFERENCE = re.compile(rb"(\d{1,10})" + _WHITE + rb"++(\d{1,10})" + _WHITE + rb"++R" + _END)
_REGULAR = re.compile(rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]++")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+")
_HEX = re.compile(rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>")
_LITERAL = re.compile(rb"[^()\\]++|\\.", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEEPEST = 200


def end_of(data: bytes, start: int, depth: int = 0) -> int:
    """Where the object that begins at `start` ends; raises `ValueError` when it does not. 終端"""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if data.startswith(b"<<", start):
        return _end_of_items(data, start + 2, b">>", depth)
    if data.startswith(b"[", start):
        return _end_of_items(data, start + 1, b"]", depth)
    if data.startswith(b"(", start):
        return _end_of_literal(data, start)
    for kind in (_HEX, _NAME, _REFERENCE, _REGULAR):
        found = kind.match(data, start)
        if found is not None:
            return found.end()
    raise ValueError(f"no object at {start}")


def _end_of_items(data: bytes, place: int, closing: bytes, depth: int) -> int:
    place = _skipped(data, place)
    while not data.startswith(closing, place):
        place = _skipped(data, end_of(data, place, depth + 1))
    return place + len(closing)


def _end_of_literal(data: bytes, start: int) -> int:
    place, depth = start + 1, 1
    while depth:
        step = _LITERAL.match(data, place)
        if step is not None:
            place = step.end()
            continue
        if place >= len(data):
            raise ValueError("the string does not end")
        depth += 1 if data[place : place + 1] == b"(" else -1
        place += 1
    return place


def _skipped(data: bytes, place: int) -> int:
    found = _BLANK.match(data, place)
    return found.end() if found is not None else place


@dataclass(frozen=True)
class Dictionary:
    """A dictionary and where the value of each key stands in it. 辞書"""

    text: bytes
    places: dict[str, tuple[int, int]]

    @classmethod
    def read(cls, data: bytes, start: int = 0) -> Dictionary:
        """The dictionary that begins at `start`; raises `ValueError` when there is none or a key stands twice. 読取"""
        if not data.startswith(b"<<", start):
            raise ValueError("no dictionary")
        places: dict[str, tuple[int, int]] = {}
        place = _skipped(data, start + 2)
        while not data.startswith(b">>", place):
            name = _NAME.match(data, place)
            if name is None:
                raise ValueError("a key is no name")
            begin = _skipped(data, name.end())
            place = end_of(data, begin, 1)
            key = spelled(name[0])
            if key in places:
                raise ValueError("a key stands twice")
            places[key] = (begin - start, place - start)
            place = _skipped(data, place)
        return cls(data[start : place + 2], places)

    def get(self, key: str) -> bytes | None:
        """The octets of a value; None when it is missing, or null, which is the same (7.3.7). 値"""
        if key not in self.places:
            return None
        begin, end = self.places[key]
        value = self.text[begin:end]
        return None if value == b"null" else value

    def put(self, key: str, value: bytes) -> Dictionary:
        """With another value under a key; everything else keeps its octets. 置換え"""
        if key in self.places:
            begin, end = self.places[key]
            before, after = self.text[:begin], self.text[end:]
            left = b"" if before[-1:] in _WHITE_OCTETS else b" "
            right = b"" if after[:1] in _WHITE_OCTETS + b"/>" else b" "
            return Dictionary.read(before + left + value + right + after)
        # A line of its own: the last value may be a name, or a comment may stand before the end.
        return Dictionary.read(self.text[:-2] + b"\n" + key.encode("ascii") + b" " + value + b"\n>>")


def spelled(name: bytes) -> str:
    """A name with its escapes resolved, octets as Latin-1, for comparison with names of ASCII. 名前"""
    return _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name).decode("latin-1")


def items(array: bytes) -> list[bytes]:
    """The octets of each item of an array; raises `ValueError` when it is none. 配列の要素"""
    if not array.startswith(b"["):
        raise ValueError("no array")
    found, place = [], _skipped(array, 1)
    while not array.startswith(b"]", place):
        end = end_of(array, place, 1)
        found.append(array[place:end])
        place = _skipped(array, end)
    return found


def array_of(values: Iterable[bytes]) -> bytes:
    """An array of encoded items. 配列"""
    return b"[ " + b" ".join(values) + b" ]"


def reference(value: bytes | None) -> Reference | None:
    """Object and generation number when a value is a reference. 参照"""
    found = _REFERENCE.fullmatch(value) if value is not None else None
    return (int(found[1]), int(found[2])) if found is not None else None


def referring(target: Reference) -> bytes:
    """A reference, encoded. 参照の符号化"""
    return b"%d %d R" % target


def numbers(value: bytes) -> list[float]:
    """An array of numbers. 数の配列"""
    return [float(item) for item in items(value)]


def string_of(value: bytes) -> str:
    """The text of a string (7.9.2.2) in any of its forms; raises `ValueError` for what is none. 文字列の読取"""
    if value[:1] not in (b"(", b"<") or value.startswith(b"<<"):
        raise ValueError("no string")
    untyped: Any = generic
    read = untyped.read_object(io.BytesIO(value), untyped.Reference(0, 0, None))
    return str(read) if isinstance(read, str) else bytes(read).decode("latin-1")


def text(value: str) -> bytes:
    """A text string, encoded. 文字列"""
    return _encoded(generic.pdf_string(value))


def date(at: datetime) -> bytes:
    """A date (7.9.4), encoded. 日付"""
    return _encoded(generic.pdf_date(at))


def stream(content: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    """A stream (7.3.8), deflated unless told otherwise, encoded; `entries` are those besides /Length. ストリーム"""
    if packed:
        content, entries = zlib.compress(content), entries + b"/Filter /FlateDecode "
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _encoded(value: Any) -> bytes:
    body = io.BytesIO()
    value.write_to_stream(body, None, None)
    return body.getvalue()
