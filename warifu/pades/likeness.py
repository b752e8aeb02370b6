"""Do two pictures of a page show the same? 表示の一致

Two measures, because programs smooth edges, lines and pictures each in their own way. (1) The mean colour of each
block of 64 x 64 pixels: large differences. (2) Ink that one picture has and the other lacks even two pixels around it:
a character more or less. Where the figures come from: docs/decisions/0018.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PIL import Image, ImageChops

_BLOCK = 64
_WINDOW = 16
_REACH = 2
# Of 255, per colour. Real Japanese documents stay below 30, inks for print (CMYK), which each program mixes in its own
# way, below 65; the mildest masked page lies above 180.
_MOST_COLOUR = 100
# Pixels in a window of 16 x 16. Real documents have up to 8 (a glyph that its font lacks); an added digit of 8 pt has
# 18, one of 10.5 pt 36. Where a font comes from the reader's machine: 23 at 9 to 24 pt on A4.
_MOST_INK = 15
_MOST_INK_UNEMBEDDED = 40
_FAINT = [255 if value < 245 else 0 for value in range(256)]
_STRONG = [255 if value < 128 else 0 for value in range(256)]


@dataclass(frozen=True)
class Picture:
    """What is kept of a page: mean colours, strong ink, the neighbourhood of any ink (one bit per pixel). 画像の要約"""

    side: int
    colours: bytes
    strong: bytes
    near: bytes


@dataclass(frozen=True)
class Distance:
    """How far two pictures are apart, by the two measures. 相違の大きさ"""

    colour: int
    ink: int

    def negligible(self, *, unembedded: bool) -> bool:
        """Whether a reader sees the same; `unembedded`: letters come from the reader's machine. 一致"""
        return self.colour <= _MOST_COLOUR and self.ink <= (_MOST_INK_UNEMBEDDED if unembedded else _MOST_INK)


def picture(pixels: bytes, *, side: int) -> Picture:
    """Sum up a page of side x side RGB pixels. 画像の要約"""
    page = Image.frombytes("RGB", (side, side), pixels)
    grey = page.convert("L")
    return Picture(
        side=side,
        colours=page.reduce(_BLOCK).tobytes(),
        strong=_packed(grey.point(_STRONG)),
        near=_packed(_spread(grey.point(_FAINT))),
    )


def distance(one: Picture, other: Picture) -> Distance:
    """Compare two pictures of the same side. 比較"""
    colour = max(abs(left - right) for left, right in zip(one.colours, other.colours, strict=True))
    return Distance(colour, max(_lacking(one, other), _lacking(other, one)))


def _lacking(one: Picture, other: Picture) -> int:
    lacking = ImageChops.subtract(_unpacked(one.strong, one.side), _unpacked(other.near, other.side))
    if lacking.getbbox() is None:
        return 0
    # Windows overlap by half, so that a character on an edge counts whole.
    steps = (0, _WINDOW // 2)
    fullest = max(max(ImageChops.offset(lacking, x, y).reduce(_WINDOW).tobytes()) for x in steps for y in steps)
    return round(fullest * _WINDOW * _WINDOW / 255)


def _spread(ink: Image.Image) -> Image.Image:
    """Each dot becomes a square: sideways, then up and down."""
    steps = [step for step in range(-_REACH, _REACH + 1) if step]
    wide = functools.reduce(ImageChops.lighter, (ImageChops.offset(ink, step, 0) for step in steps), ink)
    return functools.reduce(ImageChops.lighter, (ImageChops.offset(wide, 0, step) for step in steps), wide)


def _packed(mask: Image.Image) -> bytes:
    return mask.convert("1", dither=Image.Dither.NONE).tobytes()


def _unpacked(mask: bytes, side: int) -> Image.Image:
    return Image.frombytes("1", (side, side), mask).convert("L")
