"""The scan for references: nothing missed, nothing read twice. 参照の走査の試験"""

from __future__ import annotations

import io
import random
import re
from typing import Any

import pytest
from pyhanko.pdf_utils import generic

from warifu.pades import mentions, reading

# The same question as one expression; it is right, but a hostile file makes it read for hours.
PLAIN = re.compile(rb"(?<!\d)(\d++)" + mentions.SPACE + rb"++\d++" + mentions.SPACE + rb"*+R")
WORDS = [
    b"1",
    b"22",
    b"0",
    b" ",
    b"  ",
    b"\n",
    b"\r",
    b"\x00",
    b"%",
    b"% c\n",
    b"%1 0 R\n",
    b"R",
    b"/Parent",
    b"(",
    b"9",
]


def found(text: bytes) -> mentions.Mentions:
    made = mentions.Mentions()
    made.add(text)
    return made


def test_every_reference_of_random_texts_is_found() -> None:
    chance = random.Random(11)
    for _ in range(20_000):
        text = b"".join(chance.choices(WORDS, k=chance.randrange(3, 16)))
        scanned = found(text)
        missed = [match[1] for match in PLAIN.finditer(text) if int(match[1]) not in scanned]
        assert not missed, text


def test_a_reference_across_the_end_of_a_revision_is_found_with_the_later_one() -> None:
    text = b"<</A 5 0 R/B 90 0\n R>>"
    cut = text.index(b"\n")
    made = mentions.Mentions()
    made.add(text, end=cut)
    assert (5 in made, 90 in made) == (True, False)
    made.add(text, start=cut)
    assert 90 in made
    assert made.only_under("/A", 5)
    assert made.only_under("/B", 90)


@pytest.mark.parametrize(
    "text",
    [b"/Parent 6 0 R", b"/P#61rent 6 0 R", b"/Parent%c\n%d\r 6 % e\n0 R", b"/Parent" + b" " * 9000 + b"6 0 R"],
    ids=["plain", "escaped", "comments", "far"],
)
def test_a_parent_is_known_in_every_spelling(text: bytes) -> None:
    assert found(text).is_parent(6)
    assert not found(text.replace(b"6", b"7")).is_parent(6)


@pytest.mark.parametrize(
    "text",
    [
        b"1%" * 500_000,
        b"1%" * 300_000 + b"\n" + b"7" * 500_000,
        b"1 " + b" " * 1_000_000 + b"1",
        b"1" * 2_000_000,
        b"1%1%1%" * 50_000 + b"\n%" * 300_000,
        b"/Parent%" * 200_000 + b"\n" + b" " * 500_000 + b"1 0 R",
        (b"1%" * 5_000 + b"\n") * 50,
    ],
    ids=["comments", "comments and a number", "spaces", "digits", "comment lines", "parents", "lines"],
)
def test_texts_made_to_keep_a_scan_busy_do_not(text: bytes) -> None:
    """Each would take hours if bytes were read again from every starting point."""
    assert 90 not in found(text)


@pytest.mark.parametrize(
    "text",
    [b"<>", b"<4>", b"<41 4\n2\t>", b"<FEFF65E5>", b"<4%c\n1>", b"<" + b"0a" * 20_000 + b">", b"<zz>", b"<41", b"<"],
)
def test_hexadecimal_strings_are_read_as_before(text: bytes) -> None:
    def outcome(read: Any) -> object:
        stream = io.BytesIO(text + b" next")
        try:
            value = read(stream)
        except Exception as error:
            return type(error)
        return type(value), value, stream.tell()

    assert outcome(reading.hexadecimal) == outcome(reading._slow)
    assert generic.read_hex_string_from_stream is reading.hexadecimal
