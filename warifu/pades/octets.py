"""Objects as they stand in a file, in their own octets. オブジェクトの原文"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic

from . import reading, syntax

_WINDOW, _LARGEST = 1 << 14, 1 << 26
_HEADER = re.compile(rb"[\x00\t\n\x0c\r ]*+\d++[\x00\t\n\x0c\r ]++\d++[\x00\t\n\x0c\r ]++obj[\x00\t\n\x0c\r ]*+")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]++")


def at(place: Any, *, read: Callable[[int, int], bytes], parsed: Callable[[tuple[int, int]], Any]) -> bytes:
    """The object at an offset or in an object stream (pyHanko's form of a place); null when it is nowhere. 原文

    `read` gives some bytes of the file, `parsed` a stream. Of a stream, the octets of its dictionary. Raises what
    parsers raise when there is no object.
    """
    if place is None:
        return b"null"
    return _plain(place, read) if isinstance(place, int) else _packed(place, parsed)


def names_kept(reader: Any, source: reading.Bytes, *, revision: int) -> bool:
    """Whether objects that were replaced after `revision` still spell their names alike. 名前の不変

    pyHanko reads a name that is no UTF-8 as Latin-1. Two names of different octets are one to it then, and a font or a
    picture that a page draws by one of them is not found under the other.
    """

    def text(reference: Any, as_of: int) -> bytes:
        def parsed(target: tuple[int, int]) -> Any:
            return reader.get_object(generic.Reference(*target, reader), revision=as_of)

        place = reader.xrefs.get_historical_ref(reference, as_of)
        return at(place, read=lambda start, size: bytes(source[start : start + size]), parsed=parsed)

    for later in range(revision + 1, reader.xrefs.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(later):
            before, after = _names(text(reference, revision)), _names(text(reference, later))
            if not (_foreign(before) <= after and (before == set() or _foreign(after) <= before)):
                return False
    return True


def _names(text: bytes) -> set[str]:
    return {syntax.spelled(name) for name in _NAME.findall(text)}


def _foreign(names: set[str]) -> set[str]:
    return {name for name in names if not name.isascii()}


def _plain(place: int, read: Callable[[int, int], bytes]) -> bytes:
    size = _WINDOW
    while True:
        window = read(place, size)
        header = _HEADER.match(window)
        if header is None:
            raise ValueError("no object where the cross-reference says")
        try:
            end = syntax.end_of(window, header.end())
            if end < len(window) or len(window) < size:
                return window[header.end() : end]
        except ValueError:
            if len(window) < size or size >= _LARGEST:
                raise
        size *= 8


def _packed(place: Any, parsed: Callable[[tuple[int, int]], Any]) -> bytes:
    stream = parsed((place.obj_stream_id, 0))
    data = bytes(stream.data)
    first = int(stream["/First"])
    pairs = [int(number) for number in data[:first].split()[: 2 * int(stream["/N"])]]
    start = first + pairs[2 * place.ix_in_stream + 1]
    start += len(data[start:]) - len(data[start:].lstrip(b"\x00\t\n\x0c\r "))
    return data[start : syntax.end_of(data, start)]
