"""Bytes that belong to no object and to no table, after a signature. 余剰バイト

A reader that rebuilds a broken table takes whatever looks like a trailer or an object. After the first signature
nothing stands in a file but objects, tables and white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import mentions, reading

_WHITE = rb"[\x00\t\n\x0c\r ]"
_VOID = re.compile(_WHITE + rb"*+")
# Some writers name themselves in a comment before the word.
_END = mentions.SPACE + rb"*+startxref" + _WHITE + rb"++\d{1,12}" + _WHITE + rb"++%%EOF"
_AFTER_OBJECT = re.compile(rb"endobj(?:" + _END + rb")?+")
_TABLE = re.compile(
    rb"xref" + _WHITE + rb"++[0-9nf\r\n ]*+trailer" + rb"(?:(?!trailer|startxref|endobj).)*+" + _END,
    re.DOTALL,
)


def none_between(source: reading.Bytes, places: Iterable[int], *, start: int) -> bool:
    """Whether every byte from `start` on belongs to what begins at `places`, objects and tables alike. 余剰の有無"""
    ordered = sorted(set(places))
    if not ordered or not _void(source, start, ordered[0]):
        return False
    ends = [*ordered[1:], len(source)]
    return all(_complete(source, place, end) for place, end in zip(ordered, ends, strict=True))


def _complete(source: reading.Bytes, place: int, end: int) -> bool:
    if source[place : place + 4] == b"xref":
        table = _TABLE.match(source, place, end)
        return table is not None and _void(source, table.end(), end)
    found = source.rfind(b"endobj", place, end)
    last = _AFTER_OBJECT.match(source, found, end) if found >= 0 else None
    return last is not None and _void(source, last.end(), end)


def _void(source: reading.Bytes, start: int, end: int) -> bool:
    found = _VOID.match(source, start, end)
    return found is not None and found.end() == end
