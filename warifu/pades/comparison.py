"""Every reader sees the same: the pages of a file, drawn by independent programs and compared. 表示の照合

A file can show one thing in one program and another in the next. What differs among three is not for two parties to
agree to. The rewritten file is also held against the original, so that no rewrite changes what is shown.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import likeness, pdfium, renderers

# Pages drawn by one call of a program; starting one costs as much as a page.
_RUN = 8
# So many pages at least, or all of a shorter document; a file that takes longer than its time has no answer.
_ENOUGH = 50


@dataclass(frozen=True)
class Comparison:
    """How many pages were compared; the first page that differs, or that hides text under a picture. 照合結果

    `enough` is False when time ran out before a fair share of the pages was compared.
    """

    compared: int
    differs: int | None
    enough: bool
    covered: int | None = None


@dataclass(frozen=True)
class Subject:
    """The file to be agreed to, the one it was made from if it was rewritten, and how to look at them. 照合の対象

    `damaged`: the original was repaired, so all programs must agree on it too. `annotations`: show them (a file with
    others' seals cannot be flattened). `unembedded`: some letters come from the reader's machine.
    """

    file: Path
    pages: int
    original: Path | None
    damaged: bool
    annotations: bool
    unembedded: bool


def compare(
    subject: Subject, *, names: Sequence[str], seconds: float, order: random.Random | None = None
) -> Comparison:
    """Draw with the programs of these names and compare, until all pages are done or time is over. 表示の照合

    Long documents: the first and the last pages, then the others in an order that nobody can foresee (`order`), so
    that what is compared in time is a fair sample; the number is told.
    """
    programs = [renderer for renderer in renderers.ALL if renderer.name in names]
    deadline = time.monotonic() + seconds
    compared = 0
    for first, last in runs(subject.pages, order or random.SystemRandom()):
        count = last - first + 1
        odd = _odd_page(subject, programs, first, last, deadline)
        if odd is not None and time.monotonic() >= deadline:
            break
        if odd is not None:
            return Comparison(compared, odd, True)
        hidden = pdfium.covered_text(subject.file, first=first, last=last)
        if hidden is not None:
            return Comparison(compared, None, True, hidden)
        compared += count
    return Comparison(compared, None, compared >= min(subject.pages, _ENOUGH))


def runs(pages: int, order: random.Random) -> list[tuple[int, int]]:
    """First and last page of each run, in the order in which they are compared. 照合の順序"""
    every = [(first, min(first + _RUN - 1, pages)) for first in range(1, pages + 1, _RUN)]
    middle = every[1:-1]
    order.shuffle(middle)
    return [*every[:1], *every[1:][-1:], *middle]


def _odd_page(
    subject: Subject, programs: Sequence[renderers.Renderer], first: int, last: int, deadline: float
) -> int | None:
    """The first page of a run on which two pictures differ or which a program does not draw."""
    shown = [_drawn(program, subject.file, first, last, subject.annotations, deadline) for program in programs]
    rows = [list(pair) for pair in itertools.combinations(shown, 2)]
    if subject.original is not None:
        sources = programs if subject.damaged else programs[:1]
        before = [_drawn(program, subject.original, first, last, subject.annotations, deadline) for program in sources]
        rows += [list(pair) for pair in zip(before, shown, strict=False)]
        rows += [list(pair) for pair in itertools.combinations(before, 2)]
    rows = rows or [shown]
    for place in range(last - first + 1):
        if not all(_alike(row, place, subject.unembedded) for row in rows):
            return first + place
    return None


def _alike(row: Sequence[Sequence[likeness.Picture]], place: int, unembedded: bool) -> bool:
    if any(place >= len(pictures) for pictures in row):
        return False
    pictures = [one[place] for one in row]
    return all(likeness.distance(pictures[0], other).negligible(unembedded=unembedded) for other in pictures[1:])


def _drawn(
    program: renderers.Renderer, file: Path, first: int, last: int, annotations: bool, deadline: float
) -> list[likeness.Picture]:
    """The pictures that came; fewer than asked for when the program stopped."""
    task = renderers.Task(file, first, last, annotations)
    pictures = []
    try:
        with renderers.drawing(program, task, seconds=deadline - time.monotonic()) as pages:
            for pixels in pages:
                pictures.append(likeness.picture(pixels, side=renderers.SIDE))
    except renderers.NotDrawn:
        return pictures
    return pictures
