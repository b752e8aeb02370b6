"""Which object numbers some bytes refer to, found without trusting any structure. 参照の走査

A reference to an object that does not exist yet is null today and whatever somebody appends tomorrow. pyHanko's
difference analysis does not look for it, and does not follow every key; reading the plain bytes misses none.

The time is linear in the bytes, whatever they are: nothing here can be made to read the same bytes again from many
starting points, and a file is read once for all of its revisions (`Scan`).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from .reading import Bytes

# ISO 32000-2, 7.2.3 and 7.2.4: six white-space characters, and a comment counts as one.
SPACE = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*+[\r\n])"
_WHITE = rb"[\x00\t\n\x0c\r ]"
# One digit stands alone at the front, so that the search runs from digit to digit; the look behind it lets a number be
# tried from its first digit only.
_NUMBER = rb"[0-9](?<![0-9][0-9])[0-9]*+"
_REFERENCE = re.compile(_NUMBER + _WHITE + rb"++[0-9]++" + _WHITE + rb"*+R")
_BEFORE_COMMENT = re.compile(_NUMBER + rb"(?:" + _WHITE + rb"++[0-9]++)?+" + _WHITE + rb"*+%")
_DIGITS = re.compile(rb"[0-9]++")
_PARENT = re.compile(rb"/(?:P|#50)(?:a|#61)(?:r|#72)(?:e|#65)(?:n|#6[Ee])(?:t|#74)")
_KEY = re.compile(rb"/(\w+)" + _WHITE + rb"*+\Z")
_KEY_LENGTH = 40
_GAP = re.compile(_WHITE + rb"*+")
_LINE_END = re.compile(rb"[\r\n]")
_SEAM = 1 << 12


class Mentions:
    """How often each number is referred to, in all and directly under one key. 参照数"""

    def __init__(self) -> None:
        self._all: Counter[int] = Counter()
        self._under: Counter[tuple[bytes, int]] = Counter()
        self._parents: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return number in self._all

    def is_parent(self, number: int) -> bool:
        """Whether some dictionary holds the object as its /Parent, in whatever spelling. 親の有無"""
        return number in self._parents

    def only_under(self, key: str, number: int) -> bool:
        """Whether the object is plainly referred to under this key and certainly nowhere else. キーの限定"""
        return self._under[key[1:].encode(), number] == self._all[number]

    def copy(self) -> Mentions:
        """A snapshot that later additions leave alone. 複製"""
        made = Mentions()
        made._all, made._under, made._parents = self._all.copy(), self._under.copy(), set(self._parents)
        return made

    def add(self, text: Bytes, *, start: int = 0, end: int | None = None) -> None:
        """Count every reference that ends within `text[start:end]`. 追加"""
        stop = len(text) if end is None else end
        begin = max(0, start - _SEAM)
        for match in _REFERENCE.finditer(text, begin, stop):
            if match.end() > start:
                self._count(text, match.start(), match[0])
        gaps = _Gaps(text, stop)
        for match in _BEFORE_COMMENT.finditer(text, begin, stop):
            self._count_around(text, match, gaps, start)
        for match in _PARENT.finditer(text, begin, stop):
            digits, _ = gaps.number(gaps.end(match.end()))
            if digits:
                self._parents.add(_value(digits))

    def _count_around(self, text: Bytes, match: re.Match[bytes], gaps: _Gaps, start: int) -> None:
        """`1 %c\\n 0 R` and `1 0 %c\\n R`: a comment inside of a reference."""
        numbers = _DIGITS.findall(match[0])
        after = gaps.end(match.end() - 1)
        if len(numbers) == 2 and gaps.is_r(after) and after >= start:
            self._count(text, match.start(), numbers[0])
        digits, end = gaps.number(after)
        if digits and gaps.is_r(end) and end >= start:
            self._count(text, match.end() - 1, numbers[-1])

    def _count(self, text: Bytes, place: int, begins: bytes) -> None:
        digits = _DIGITS.match(begins)
        number = _value(digits[0]) if digits else 0
        self._all[number] += 1
        key = _KEY.search(text[max(0, place - _KEY_LENGTH) : place])
        if key is not None:
            self._under[key[1], number] += 1


class _Gaps:
    """Runs of white space and comments, and the number after them; each is looked at once."""

    def __init__(self, text: Bytes, stop: int) -> None:
        self._text = text
        self._stop = stop
        self._after_line: dict[int, int] = {}
        self._numbers: dict[int, tuple[bytes, int]] = {}
        self._line = (-1, -1)

    def is_r(self, place: int) -> bool:
        return place < self._stop and self._text[place : place + 1] == b"R"

    def number(self, place: int) -> tuple[bytes, int]:
        """The digits at a place ("" for none), and where the gap after them ends."""
        known = self._numbers.get(place)
        if known is None:
            found = _DIGITS.match(self._text, place, self._stop)
            known = (found[0][-12:], self.end(found.end())) if found else (b"", place)
            self._numbers[place] = known
        return known

    def end(self, place: int) -> int:
        passed = []
        while True:
            gap = _GAP.match(self._text, place, self._stop)
            place = gap.end() if gap else place
            if place >= self._stop or self._text[place : place + 1] != b"%":
                break
            line = self._line_end(place)
            place = self._after_line.get(line, -1)
            if place >= 0:
                break
            passed.append(line)
            place = line
        self._after_line.update(dict.fromkeys(passed, place))
        return place

    def _line_end(self, place: int) -> int:
        if not self._line[0] <= place < self._line[1]:
            found = _LINE_END.search(self._text, place, self._stop)
            self._line = (place, found.end() if found else self._stop)
        return self._line[1]


class Scan:
    """One file, read from front to back as its revisions are asked for. 走査の続き"""

    def __init__(self, reader: PdfFileReader, source: Bytes) -> None:
        self._reader: Any = reader
        self.source = source
        self._found = Mentions()
        self._end = 0
        self._packed: set[tuple[int, Any]] = set()
        self._kept: dict[tuple[int, int], Mentions] = {}

    def until(self, *, revision: int, end: int) -> Mentions:
        """All that a revision and those before it refer to, in `source[:end]` and in their object streams. 参照の一覧

        Asked in any order; from the front to the back is quickest.
        """
        known = self._kept.get((revision, end))
        if known is not None:
            return known
        if end < self._end:
            return Scan(self._reader, self.source).until(revision=revision, end=end)
        self._found.add(self.source, start=self._end, end=end)
        self._end = end
        for earlier in range(revision + 1):
            for packed in self._reader.xrefs.object_streams_used_in(earlier):
                if (earlier, packed) not in self._packed:
                    self._packed.add((earlier, packed))
                    self._found.add(self._reader.get_object(packed, revision=earlier).data)
        snapshot = self._found.copy()
        self._kept[revision, end] = snapshot
        return snapshot


def _value(digits: bytes) -> int:
    return int(digits[-12:])
