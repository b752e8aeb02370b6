"""Do pictures of a page show the same? 表示の一致

Two measures, because programs smooth edges, lines and pictures each in their own way. (1) The mean colour of each
block of 64 x 64 pixels: large differences. (2) Ink that one picture has and the other lacks even two pixels around it:
a character more or less. Ink is what stands out against its surroundings, be it grey on white or white on black.
Where the figures come from: docs/decisions/0018.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from . import hollow

Size = tuple[int, int]
Box = tuple[int, int, int, int]
_BLOCK = 64
_WINDOW = 16
_REACH = 2
_SURROUNDINGS = 8
# A page that is no whole number of pixels ends in a line of its own in each program.
_EDGE = 2
# Rows compared at a time; the margin is a window more, and what blur and reach look at beyond it.
_BAND = 1024
_BLIND = _SURROUNDINGS + _REACH
_MARGIN = _WINDOW + _BLIND
_FRAME = _BLIND + _EDGE + _REACH
_MOST_COLOUR = 130
# Ink counts from this difference to its surroundings (of 255); none is there below a twelfth of what the other has.
_DARK, _LIGHT = 20, 48
_FAINTER = 12
_ANY = [0] + [255] * 255
_MOST_DARK, _MOST_LIGHT = 20, 40
_MOST_UNEMBEDDED = 50


@dataclass(frozen=True)
class Picture:
    """What is kept of a page: mean colours of blocks, and brightness by pixel. 画像の要約"""

    size: Size
    colours: bytes
    grey: bytes


@dataclass(frozen=True)
class Distance:
    """How far pictures are apart: colour (of 255), dark and light ink (pixels of a window of 16 x 16). 相違の大きさ

    `boxes`: empty boxes for missing characters, which only some pictures have, were left out of the count.
    """

    colour: int
    dark: int
    light: int
    boxes: bool = False

    def negligible(self, *, unembedded: bool) -> bool:
        """Whether a reader sees the same; `unembedded`: letters come from the reader's machine. 一致"""
        dark, light = (_MOST_UNEMBEDDED, _MOST_UNEMBEDDED) if unembedded else (_MOST_DARK, _MOST_LIGHT)
        return self.colour <= _MOST_COLOUR and self.dark <= dark and self.light <= light


@dataclass(frozen=True)
class _Ink:
    """What stands out in a band of rows, and twelve times the strongest of it within reach of each pixel."""

    visible: Image.Image
    near: Image.Image


@dataclass(frozen=True)
class _Lacking:
    pixels: int
    boxes: bool


def picture(pixels: bytes, *, size: Size) -> Picture:
    """Sum up a page of RGB pixels, width and height given. 画像の要約"""
    page = Image.frombuffer("RGB", size, pixels, "raw", "RGB", 0, 1)
    return Picture(size=size, colours=page.reduce(_BLOCK).tobytes(), grey=page.convert("L").tobytes())


def distance(pictures: Sequence[Picture]) -> Distance:
    """The largest distance between any two pictures of one size. 比較"""
    kept = list(dict.fromkeys(pictures))
    if len(kept) < 2:
        return Distance(0, 0, 0)
    colour = max(
        abs(left - right)
        for one, other in itertools.combinations(kept, 2)
        for left, right in zip(one.colours, other.colours, strict=True)
    )
    every = [_ink_apart(bands, seen) for bands, seen in _bands(kept)]
    return Distance(
        colour,
        max(dark.pixels for dark, _ in every),
        max(light.pixels for _, light in every),
        any(dark.boxes for dark, _ in every),
    )


def _bands(pictures: Sequence[Picture]) -> Iterator[tuple[list[Image.Image], Box]]:
    """The same rows of each picture, and which part of them is far enough from any edge to be judged."""
    pages = [_framed(one) for one in pictures]
    width, height = pages[0].size
    for top in range(0, height, _BAND):
        first, last = max(0, top - _MARGIN), min(height, top + _BAND + _MARGIN)
        above, below = (_BLIND if first else _FRAME), (_BLIND if last < height else _FRAME)
        seen = (_FRAME, above, width - _FRAME, max(above, last - first - below))
        yield [page.crop((0, first, width, last)) for page in pages], seen


def _framed(one: Picture) -> Image.Image:
    """White around the page and over its very edge."""
    width, height = one.size
    page = Image.frombuffer("L", one.size, one.grey, "raw", "L", 0, 1)
    framed = Image.new("L", (width + 2 * _BLIND, height + 2 * _BLIND), 255)
    framed.paste(page.crop((_EDGE, _EDGE, width - _EDGE, height - _EDGE)), (_BLIND + _EDGE, _BLIND + _EDGE))
    return framed


def _ink_apart(bands: Sequence[Image.Image], seen: Box) -> tuple[_Lacking, _Lacking]:
    surroundings = [band.filter(ImageFilter.BoxBlur(_SURROUNDINGS)) for band in bands]
    dark = [_ink(ImageChops.subtract(around, band), _DARK) for band, around in zip(bands, surroundings, strict=True)]
    light = [_ink(ImageChops.subtract(band, around), _LIGHT) for band, around in zip(bands, surroundings, strict=True)]
    return _most_lacking(dark, seen), _most_lacking(light, seen)


def _ink(contrast: Image.Image, least: int) -> _Ink:
    visible = contrast.point([value if value > least else 0 for value in range(256)])
    return _Ink(visible, _spread(contrast).point([min(255, value * _FAINTER) for value in range(256)]))


def _most_lacking(inks: Sequence[_Ink], seen: Box) -> _Lacking:
    """Pixels in the fullest window where one has ink and another has none within reach."""
    most, boxes = 0, False
    for place, one in enumerate(inks):
        others = [other.near for index, other in enumerate(inks) if index != place]
        lacking = ImageChops.subtract(one.visible, functools.reduce(ImageChops.darker, others)).crop(seen)
        if lacking.getbbox() is None:
            continue
        lacking = lacking.point(_ANY)
        found = fullest(lacking)
        if found > _MOST_DARK:
            found, before = fullest(hollow.without_boxes(lacking, one.visible.crop(seen).point(_ANY))), found
            boxes = boxes or found < before
        most = max(most, found)
    return _Lacking(most, boxes)


def fullest(mask: Image.Image) -> int:
    """Most pixels in a window; windows overlap by half, so that a character on an edge counts whole. 最大の窓"""
    if mask.getbbox() is None:
        return 0
    steps = (0, _WINDOW // 2)
    most = max(max(_shifted(mask, -x, -y).reduce(_WINDOW).tobytes()) for x in steps for y in steps)
    return round(most * _WINDOW * _WINDOW / 255)


def _spread(ink: Image.Image) -> Image.Image:
    """Each dot becomes a square of five by five: sideways, then up and down."""
    for x, y in ((1, 0), (0, 1)) * _REACH:
        beside = ImageChops.lighter(_shifted(ink, x, y), _shifted(ink, -x, -y))
        ink = ImageChops.lighter(ink, beside)
    return ink


def _shifted(mask: Image.Image, x: int, y: int) -> Image.Image:
    """Moved right and down; what comes in from outside is empty."""
    return mask.crop((-x, -y, mask.width - x, mask.height - y))
