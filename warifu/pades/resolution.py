"""How many pixels a page is drawn with, so that small print stays legible on a large sheet. 解像度"""

from __future__ import annotations

Size = tuple[int, int]
_UNITS = 72  # to an inch, ISO 32000-2, 8.3.2.3
_LARGEST = 14_400  # units, ISO 32000-1, annex C
_USUAL, _LEAST = 105, 72  # dots per inch
# A4 has so many pixels at the usual resolution, and a smaller page is drawn larger.
USUAL_PIXELS = 1_066_000
# A1 at the usual resolution is less, A0 has 90 dpi; a page that would have less than the least is too large.
_MOST_PIXELS = 12_500_000


def pixels(width: float, height: float) -> Size | None:
    """Width and height in pixels for those in units of 1/72 inch; None for a page that is too large. 画素数"""
    width, height = max(width, 1.0), max(height, 1.0)
    if not max(width, height) <= _LARGEST:
        return None
    area = width * height / _UNITS**2
    if area * _LEAST**2 > _MOST_PIXELS:
        return None
    dots = min(max(_USUAL, (USUAL_PIXELS / area) ** 0.5), (_MOST_PIXELS / area) ** 0.5)
    return max(16, round(width / _UNITS * dots)), max(16, round(height / _UNITS * dots))
