"""The empty box for a character that a font lacks: some programs draw it, some draw nothing. 欠字の枠

It stands for no character; documents of cities have it where a line break lost its way, even behind a number. Who
uploads such a document is told (`findings`, boxes_differ), since a forger could draw his zeros as boxes.
"""

from __future__ import annotations

from PIL import Image, ImageDraw

# In pixels at the resolution of renderers.Scale: a character of 5 to 30 pt.
_SMALLEST, _LARGEST = 6, 44
_LINE = 3
_BESIDE = 4
# Of four sides.
_LACKING = 2.5
_MOST = 200
Box = tuple[int, int, int, int]


def without_boxes(mask: Image.Image, ink: Image.Image) -> Image.Image:
    """The mask without hollow upright rectangles of a character's size. 枠の除去

    Both pictures hold 0 or 255: what other programs lack, and all ink of this one, of the same size.
    """
    left = mask.copy()
    kept = mask.copy()
    for _ in range(_MOST):
        box = _first(left)
        if box is None:
            return kept
        if _hollow(left, ink, box):
            ImageDraw.Draw(kept).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=0)
        ImageDraw.Draw(left).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=0)
    return kept


def _first(mask: Image.Image) -> Box | None:
    """Where the topmost spot lies, with all that lies within a character's reach of it."""
    whole = mask.getbbox()
    if whole is None:
        return None
    top = whole[1]
    row = mask.crop((0, top, mask.width, top + 1)).getbbox() or whole
    near = (max(0, row[0] - _LARGEST // 2), top, min(mask.width, row[0] + _LARGEST), min(mask.height, top + _LARGEST))
    found = mask.crop(near).getbbox() or whole
    return near[0] + found[0], near[1] + found[1], near[0] + found[2], near[1] + found[3]


def _hollow(mask: Image.Image, ink: Image.Image, box: Box) -> bool:
    """Ink along all four sides, most of it lacking elsewhere, and none inside.

    A line beside it, which every program draws, hides that a side is lacking.
    """
    left, top, right, bottom = box
    if not (_SMALLEST <= right - left <= _LARGEST and _SMALLEST <= bottom - top <= _LARGEST):
        return False
    if ink.crop((left + _LINE, top + _LINE, right - _LINE, bottom - _LINE)).getbbox() is not None:
        return False
    drawn = [_along(ink, side) for side in _sides(box, outwards=_BESIDE)]
    lacking = [_along(mask, side) for side in _sides(box, outwards=0)]
    return min(drawn) == 1.0 and sum(lacking) >= _LACKING


def _sides(box: Box, *, outwards: int) -> tuple[Box, ...]:
    left, top, right, bottom = box
    return (
        (left, top - outwards, right, top + _LINE),
        (left, bottom - _LINE, right, bottom + outwards),
        (left - outwards, top, left + _LINE, bottom),
        (right - _LINE, top, right + outwards, bottom),
    )


def _along(picture: Image.Image, side: Box) -> float:
    """The share of a strip's length that has ink somewhere across."""
    strip = picture.crop(side)
    flat = (strip.width, 1) if strip.width > strip.height else (1, strip.height)
    found = strip.resize(flat, Image.Resampling.BOX).tobytes()
    return sum(value > 0 for value in found) / len(found)
