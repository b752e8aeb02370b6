"""Which font draws a character, so that no name is drawn with another person's character. 字形の選択

A shaper that meets an ideographic variation sequence unknown to the font (UTS #37) silently draws the default glyph,
and one that meets an unknown character draws an empty box. Both are found here, before anything is drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools import ttLib

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
GETA = "〓"
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_BUILT_IN = (FONTS / "NotoSansJP-Regular.ttf",)


@dataclass(frozen=True)
class Run:
    """Characters that one font draws; `substituted` when they stand for others that no font here has. 連続する文字"""

    text: str
    family: str
    substituted: bool = False


@dataclass(frozen=True)
class Face:
    """What one font can draw: characters, and pairs of character and variation selector. 書体"""

    family: str
    characters: frozenset[int]
    pairs: frozenset[tuple[int, int]]

    def draws(self, cluster: str) -> bool:
        """Whether the font has a glyph for exactly this character or pair. 字形の有無"""
        if len(cluster) == 1:
            return ord(cluster) in self.characters
        return (ord(cluster[0]), ord(cluster[1])) in self.pairs


def runs(text: str, available: Sequence[Face]) -> tuple[Run, ...]:
    """Split a line into runs, each with the first font that draws all of it. 書体の割当て

    A pair that no font has is drawn with the default glyph of its character, a character that none has as 〓.
    """
    found: list[Run] = []
    for cluster in _clusters(text):
        run = _run(cluster, available)
        last = found[-1] if found else None
        if last is not None and (last.family, last.substituted) == (run.family, run.substituted):
            found[-1] = Run(last.text + run.text, run.family, run.substituted)
        else:
            found.append(run)
    return tuple(found)


def _run(cluster: str, available: Sequence[Face]) -> Run:
    for text, substituted in ((cluster, False), (cluster[0], True)):
        for face in available:
            if face.draws(text):
                return Run(text, face.family, substituted)
    return Run(GETA, available[0].family, substituted=True)


def _clusters(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        selects = any(ord(character) in selectors for selectors in _SELECTORS)
        if selects and found and len(found[-1]) == 1:
            found[-1] += character
        elif not selects:
            found.append(character)
    return found


def faces(further: Sequence[Path] = ()) -> tuple[Face, ...]:
    """The built-in fonts, then these files in their order; each is read once per process. 書体の一覧"""
    return tuple(read(path) for path in (*_BUILT_IN, *further))


@functools.cache
def read(path: Path) -> Face:
    """What a font file draws; of a collection, its first font. 書体の読込み"""
    with ttLib.TTFont(path, fontNumber=0, lazy=True) as font:
        table = font["cmap"]
        pairs = {
            (character, selector)
            for subtable in table.tables
            if subtable.format == 14
            for selector, listed in subtable.uvsDict.items()
            for character, _ in listed
        }
        family = str(font["name"].getBestFamilyName())
        return Face(family, frozenset(table.getBestCmap()), frozenset(pairs))
