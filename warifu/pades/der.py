"""Writing and cutting DER without building objects (X.690). DER

Assembling one signature from asn1crypto's objects costs more than signing it: 54 % of a seal. Here lie the few elements
that a signature needs; everything that is only looked at once is left to asn1crypto.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asn1crypto import parser

INTEGER, OCTETS, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31


@dataclass(frozen=True)
class Element:
    """One element inside a buffer: its tag octet, where it begins, where its contents begin, where it ends. 要素"""

    data: bytes
    tag: int
    start: int
    inner: int
    end: int

    @property
    def whole(self) -> bytes:
        """Tag, length and contents. 全体"""
        return self.data[self.start : self.end]

    @property
    def contents(self) -> bytes:
        """Contents alone. 内容"""
        return self.data[self.inner : self.end]

    def children(self) -> Iterator[Element]:
        """The elements inside a constructed one. 子要素"""
        place = self.inner
        while place < self.end:
            child = element(self.data, place)
            if child.end > self.end:
                raise ValueError("an element ends after its parent")
            yield child
            place = child.end


def element(data: bytes, start: int = 0) -> Element:
    """The element that begins at `start`; raises `ValueError` unless it is definite and whole. 要素の読取"""
    header = data[start : start + 2]
    if len(header) < 2 or header[0] & 0x1F == 0x1F:
        raise ValueError("no element, or a tag of several octets")
    inner, size = start + 2, header[1]
    if size & 0x80:
        octets = size & 0x7F
        if not 1 <= octets <= 4 or len(data) < inner + octets:
            raise ValueError("the length is not definite")
        size = int.from_bytes(data[inner : inner + octets], "big")
        inner += octets
    if inner + size > len(data):
        raise ValueError("the element is cut off")
    return Element(data, header[0], start, inner, inner + size)


def emit(tag: int, *contents: bytes) -> bytes:
    """One element with the joined contents. 要素の作成"""
    whole: bytes = parser.emit(tag >> 6, tag >> 5 & 1, tag & 0x1F, b"".join(contents))
    return whole


def sequence(*contents: bytes) -> bytes:
    """SEQUENCE of encoded elements. 順序列"""
    return emit(SEQUENCE, *contents)


def set_of(*contents: bytes, tag: int = SET) -> bytes:
    """SET OF in canonical order (X.690, 11.6). 集合"""
    return emit(tag, *sorted(contents))


def explicit(number: int, *contents: bytes) -> bytes:
    """Context-specific constructed element. 文脈タグ"""
    return emit(0xA0 | number, *contents)


def octets(value: bytes) -> bytes:
    """OCTET STRING. オクテット列"""
    return emit(OCTETS, value)


def integer(value: int) -> bytes:
    """A non-negative INTEGER. 整数"""
    return emit(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
