"""Which object numbers some bytes refer to, found without trusting any structure. 参照の走査

A reference to an object that does not exist yet is null today and whatever somebody appends tomorrow. pyHanko's
difference analysis does not look for it, and does not follow every key; reading the plain bytes misses none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

# ISO 32000-2, 7.2.3 and 7.2.4: six white-space characters, and a comment counts as one.
SPACE = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*+[\r\n])"
_REFERENCE = re.compile(rb"(?:/(\w+)" + SPACE + rb"*+)?(?<!\d)(\d++)" + SPACE + rb"++\d++" + SPACE + rb"*+R")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class Mentions:
    """How often each number is referred to, in all and directly under one key. 参照数"""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._all: Counter[int] = Counter()
        self._under: Counter[tuple[str, int]] = Counter()
        for text in texts:
            for match in _REFERENCE.finditer(_ESCAPE.sub(_character, text)):
                number = int(match[2][-12:])
                self._all[number] += 1
                if match[1] is not None:
                    self._under["/" + match[1].decode("ascii"), number] += 1

    def __contains__(self, number: int) -> bool:
        return number in self._all

    def under(self, key: str, number: int) -> bool:
        """Whether some dictionary holds the object under this key. キーの有無"""
        return (key, number) in self._under

    def only_under(self, key: str, number: int) -> bool:
        """Whether the object is referred to under this key and nowhere else. キーの限定"""
        return self._under[key, number] == self._all[number]


def until(reader: PdfFileReader, source: bytes, *, revision: int, end: int) -> Mentions:
    """All that a revision and those before it refer to, in `source[:end]` and in their object streams. 参照の一覧"""
    texts = [source[:end]]
    untyped: Any = reader
    for earlier in range(revision + 1):
        for packed in untyped.xrefs.object_streams_used_in(earlier):
            texts.append(untyped.get_object(packed, revision=earlier).data)
    return Mentions(texts)


def _character(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])
