"""The regions of a sealed file, and single changed bytes in them. 領域ごとのバイト変更"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.witnesses import embedded

_OBJECT = re.compile(rb"(?<!\d)\d+ 0 obj\b.*?endobj", re.DOTALL)
Region = tuple[str, int, int]


def found_in(data: bytes) -> list[Region]:
    """Name, start and end of every region; they overlap, and together they hold every byte. 領域"""
    regions = [("header", 0, 16), ("first revision", 0, data.index(b"%%EOF") + 5), ("whole file", 0, len(data))]
    for index, one in enumerate(embedded.found_in(data)):
        start, end = one.byte_range[1], one.byte_range[2]
        dictionary = data.rindex(b" 0 obj", 0, start)
        filled = start + 1 + 2 * len(one.content)
        regions += [
            (f"dictionary {index}", dictionary, start),
            (f"rest of dictionary {index}", end, data.index(b"endobj", end)),
            (f"container {index}", start, filled),
            (f"start of container {index}", start, start + 60),
            (f"padding {index}", filled, end),
            (f"end of revision {index}", one.end - 40, one.end),
        ]
    for name, pattern in (("table", rb"xref\s.*?trailer"), ("trailer", rb"trailer\s.*?%%EOF")):
        regions += [(name, found.start(), found.end()) for found in re.finditer(pattern, data, re.DOTALL)]
    for word in (b"/DSS", b"/AcroForm", b"/Certs", b"/FT /Sig", b"/Annots"):
        kind = word.decode("ascii")
        regions += [(kind, found.start(), found.end()) for found in _OBJECT.finditer(data) if word in found[0]]
    for number in re.findall(rb"(\d+) 0 R", data[data.rindex(b"/Certs") : data.rindex(b"/Certs") + 200]):
        held = list(re.finditer(rb"(?<!\d)%s 0 obj\b.*?endobj" % number, data, re.DOTALL))[-1]
        regions.append(("validation data", held.start(), held.end()))
    return [region for region in regions if region[1] < region[2]]


def changed(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """One byte changed, removed or added somewhere, each kind of region as often as another. 一バイトの変更"""
    regions = found_in(data)
    kinds = sorted({re.sub(r" \d+$", "", name) for name, _, _ in regions})
    kind = chance.choice(kinds)
    _, start, end = chance.choice([one for one in regions if re.sub(r" \d+$", "", one[0]) == kind])
    place = chance.randrange(start, end)
    options = [option for option in _options(data, place, chance) if option != data]
    return f"{kind} at {place}", chance.choice(options)


def _options(data: bytes, place: int, chance: random.Random) -> Iterator[bytes]:
    before, byte, after = data[:place], data[place], data[place + 1 :]
    yield before + bytes([byte ^ 1 << chance.randrange(8)]) + after
    yield before + bytes([chance.randrange(256)]) + after
    yield before + data[place : place + 1].swapcase() + after
    yield before + b"\x00" + after
    yield before + b" " + after
    yield before + after
    yield before + bytes([chance.randrange(256)]) + data[place:]
    yield before + data[place : place + 2][::-1] + data[place + 2 :]
