"""Where the columns of a chart stand; the drawing is `components/chart/columns.html` グラフ. Pure.

Units of the drawing are those of its viewBox, which is as wide as a phone, so that letters stay readable there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 200
_LEFT, _TOP, _BOTTOM = 44, 8, 172
_STEPS = (1, 2, 5)
_MOST_LINES = 5
_GAP = 0.25
"""Share of a group's place that stays free."""


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label, drawn in one pattern, and its name in the key 系列."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line across with the value it stands for 目盛線."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `pattern` counts the series from 0 棒."""

    x: float
    y: float
    width: float
    height: float
    pattern: int


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one label, which stands below them in the middle 項目."""

    label: str
    middle: float
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """All that the drawing needs; lines from the bottom up 棒グラフ."""

    title: str
    told: str
    key: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    bottom: int = _BOTTOM


def columns(*, title: str, told: str, labels: Sequence[str], series: Sequence[Series]) -> Columns:
    """Columns side by side for each label, the axis from zero; `told` says in words what one sees 棒グラフ."""
    most = max((value for one in series for value in one.values), default=0)
    step = _step(most)
    top = max(step, -(-most // step) * step)
    place = (WIDTH - _LEFT - 4) / max(1, len(labels))
    wide = place * (1 - _GAP) / max(1, len(series))

    def height(value: int) -> float:
        return round((_BOTTOM - _TOP) * value / top, 1)

    return Columns(
        title=title,
        told=told,
        key=tuple((number, one.name) for number, one in enumerate(series)),
        lines=tuple(Line(round(_BOTTOM - height(value), 1), f"{value:,}") for value in range(0, top + 1, step)),
        groups=tuple(
            Group(
                label,
                round(_LEFT + place * (at + 0.5), 1),
                tuple(
                    Column(
                        round(_LEFT + place * (at + _GAP / 2) + wide * number, 1),
                        round(_BOTTOM - height(one.values[at]), 1),
                        round(wide * 0.94, 1),
                        height(one.values[at]),
                        number,
                    )
                    for number, one in enumerate(series)
                ),
            )
            for at, label in enumerate(labels)
        ),
    )


def _step(most: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50 … with which few lines reach the highest value."""
    power = 1
    while True:
        for step in _STEPS:
            if -(-most // (step * power)) <= _MOST_LINES:
                return step * power
        power *= 10
