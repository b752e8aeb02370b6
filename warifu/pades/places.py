"""Where on a page a visible seal may stand. 署名欄の場所

Places are millimetres from the upper left corner of the page as a reader sees it, turned pages included; a PDF counts
in points from the lower left corner of the page as it was before turning (ISO 32000-2, 8.3.2.3 and 7.7.3.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 64, 26
"""Of every seal, in millimetres."""
LARGEST_SHARE = 6
"""A seal covers at most one part in six of its page; who reads the rest has read the contract."""
_MARGIN, _FOOT, _GAP = 12, 22, 4
_POINTS = 72 / 25.4


@dataclass(frozen=True)
class Place:
    """A field and its box: page from 1, left upper corner in millimetres; `label` is what stands in it. 署名欄"""

    field: str
    label: str
    page: int
    left: float
    top: float
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class Sheet:
    """One page as it is shown: its size, and how to get back to the PDF's own coordinates. ページ

    `box` is the visible part in default user space; `turn` is clockwise, 0, 90, 180 or 270; `unit` is /UserUnit.
    """

    box: tuple[float, float, float, float]
    turn: int = 0
    unit: float = 1.0

    @property
    def width(self) -> float:
        """Millimetres from left to right, as shown. 幅"""
        return self._across(turned=self.turn in (90, 270))

    @property
    def height(self) -> float:
        """Millimetres from top to bottom, as shown. 高さ"""
        return self._across(turned=self.turn not in (90, 270))

    def _across(self, *, turned: bool) -> float:
        left, bottom, right, top = self.box
        return ((top - bottom) if turned else (right - left)) * self.unit / _POINTS

    def rectangle(self, place: Place) -> tuple[float, float, float, float]:
        """The place as /Rect: left, bottom, right, top in default user space. 座標の変換"""
        scale = _POINTS / self.unit
        near, far = place.left * scale, (place.left + place.width) * scale
        high, low = place.top * scale, (place.top + place.height) * scale
        left, bottom, right, top = self.box
        found = {
            0: (left + near, top - low, left + far, top - high),
            90: (left + high, bottom + near, left + low, bottom + far),
            180: (right - far, bottom + high, right - near, bottom + low),
            270: (right - low, top - far, right - high, top - near),
        }[self.turn]
        return (round(found[0], 3), round(found[1], 3), round(found[2], 3), round(found[3], 3))


A4 = Sheet((0.0, 0.0, 595.276, 841.89))


@dataclass(frozen=True)
class Fault:
    """Why a place cannot be used, and of which field; a sentence and the next step, in Japanese. 使えない理由"""

    field: str
    code: str
    message: str
    next_step: str


def preset(page: int, sheet: Sheet, count: int = 2) -> list[tuple[int, int, int]]:
    """Page, left and top for so many seals on this page: lower right, side by side or in a column. 初期の場所"""
    width, height = int(sheet.width), int(sheet.height)
    beside = width >= count * WIDTH + (count - 1) * _GAP + 2 * _MARGIN
    found = []
    for back in reversed(range(count)):
        left = width - _MARGIN - WIDTH - (back * (WIDTH + _GAP) if beside else 0)
        top = height - _FOOT - HEIGHT - (0 if beside else back * (HEIGHT + _GAP))
        found.append((page, max(0, left), max(0, top)))
    return found


def fault_of(places: Sequence[Place], sheets: Sequence[Sheet]) -> Fault | None:
    """The first place that cannot be used: no such page, outside of it, too much of it, over another seal. 確認"""
    for index, place in enumerate(places):
        fault = _alone(place, sheets)
        if fault is not None:
            return fault
        here = [other for other in places[:index] if other.page == place.page]
        sheet, covered = sheets[place.page - 1], sum(one.width * one.height for one in (place, *here))
        if covered * LARGEST_SHARE > sheet.width * sheet.height:
            step = "どちらかを別のページに置くか、紙面に表示しない署名にしてください。"
            return _fault(place, "too_large", "同じページの署名欄と合わせて、紙面の6分の1を超えます", step)
        if any(_overlap(place, other) for other in here):
            return _fault(place, "overlap", "ほかの署名欄と重なっています", "どちらかの位置をずらしてください。")
    return None


def _alone(place: Place, sheets: Sequence[Sheet]) -> Fault | None:
    if not 1 <= place.page <= len(sheets):
        step = f"1から{len(sheets)}までのページを入力してください。"
        return _fault(place, "no_page", f"{place.page}ページ目は、この契約書にありません", step)
    sheet = sheets[place.page - 1]
    if place.width * place.height * LARGEST_SHARE > sheet.width * sheet.height:
        step = "このページには署名欄を置けません。別のページを選ぶか、紙面に表示しない署名にしてください。"
        return _fault(place, "too_large", "ページが小さく、署名欄が紙面の6分の1を超えます", step)
    widest, lowest = sheet.width - place.width, sheet.height - place.height
    if place.left < 0 or place.top < 0 or place.left > widest or place.top > lowest:
        step = f"左から{int(widest)}mm以内、上から{int(lowest)}mm以内の位置を入力してください。"
        return _fault(place, "outside", "紙面の外にはみ出します", step)
    return None


def _overlap(one: Place, other: Place) -> bool:
    beside = one.left + one.width <= other.left or other.left + other.width <= one.left
    above = one.top + one.height <= other.top or other.top + other.height <= one.top
    return not beside and not above


def _fault(place: Place, code: str, what: str, next_step: str) -> Fault:
    return Fault(place.field, code, f"「{place.label}」は、{what}。", next_step)
