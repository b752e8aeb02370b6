"""Every reader sees the same: the pages of a file, drawn by independent programs and compared. 表示の照合

A file can show one thing in one program and another in the next. What differs among three is not for two parties to
agree to. The rewritten file is also held against the original, so that no rewrite changes what is shown.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import likeness, pdfium, renderers, resolution

# Pages drawn by one call of a program; starting one costs as much as a page.
_RUN = 8
_RUN_PIXELS = 16 * resolution.USUAL_PIXELS
# So many pages at least, or all of a shorter document, or large sheets that have as many pixels; a file that takes
# longer than its time has no answer.
_ENOUGH = 50
_ENOUGH_PIXELS = _ENOUGH * resolution.USUAL_PIXELS
Size = resolution.Size


@dataclass(frozen=True)
class Comparison:
    """How many pages were compared; the first page that differs, or that hides text under a picture. 照合結果

    `enough` is False when time ran out before a fair share of the pages was compared. `oversized`: a page that is
    larger than we can draw legibly. `boxes`: a page with empty boxes that not every program draws.
    """

    compared: int
    differs: int | None
    enough: bool
    covered: int | None = None
    oversized: int | None = None
    boxes: int | None = None


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
    sizes = _sizes(subject)
    if None in sizes:
        return Comparison(0, None, True, oversized=sizes.index(None) + 1)
    known = [size for size in sizes if size is not None]
    turned = frozenset[int]()
    if renderers.POPPLER in programs:
        turned = renderers.turned(subject.file, pages=len(known), seconds=seconds)
    compared = area = 0
    boxes: int | None = None
    for first, last in runs(known, order or random.SystemRandom(), turned=turned):
        size = known[first - 1]
        task = renderers.Task(subject.file, first, last, subject.annotations, size, first in turned)
        odd, boxed = _odd_page(subject, programs, task, deadline)
        if odd is not None and time.monotonic() >= deadline:
            break
        boxes = boxes or boxed
        if odd is not None:
            return Comparison(compared, odd, True)
        hidden = pdfium.covered_text(subject.file, first=first, last=last)
        if hidden is not None:
            return Comparison(compared, None, True, hidden)
        compared += last - first + 1
        area += size[0] * size[1] * (last - first + 1)
    enough = compared >= min(subject.pages, _ENOUGH) or area >= _ENOUGH_PIXELS
    return Comparison(compared, None, enough, boxes=boxes)


def runs(
    sizes: Sequence[Size], order: random.Random, *, turned: Collection[int] = frozenset()
) -> list[tuple[int, int]]:
    """First and last page of each run, in the order in which they are compared; sizes in pixels. 照合の順序

    The pages of a run have one size, and are all among those `turned` by a quarter, or none is.
    """
    every: list[tuple[int, int]] = []
    for page, size in enumerate(sizes, start=1):
        first = every[-1][0] if every else page
        most = min(_RUN, max(1, _RUN_PIXELS // (size[0] * size[1])))
        alike = sizes[first - 1] == size and (first in turned) == (page in turned)
        if every and alike and page - first < most:
            every[-1] = (first, page)
        else:
            every.append((page, page))
    middle = every[1:-1]
    order.shuffle(middle)
    return [*every[:1], *every[1:][-1:], *middle]


def _sizes(subject: Subject) -> list[Size | None]:
    """By what PDFium says; a page without a size is one that it does not draw either."""
    told = pdfium.page_sizes(subject.file)[: subject.pages]
    return [resolution.pixels(*size) for size in told] + [resolution.pixels(1, 1)] * (subject.pages - len(told))


def _odd_page(
    subject: Subject, programs: Sequence[renderers.Renderer], task: renderers.Task, deadline: float
) -> tuple[int | None, int | None]:
    """The first page of a run on which pictures differ or which a program does not draw; the first with boxes."""
    first, last = task.first, task.last
    every = [_drawn(program, task, deadline) for program in programs]
    if subject.original is not None:
        task = replace(task, file=subject.original)
        every += [_drawn(program, task, deadline) for program in (programs if subject.damaged else programs[:1])]
    boxes: int | None = None
    for place in range(last - first + 1):
        if any(place >= len(pictures) for pictures in every):
            return first + place, None
        found = likeness.distance([pictures[place] for pictures in every])
        if not found.negligible(unembedded=subject.unembedded):
            return first + place, None
        if found.boxes and boxes is None:
            boxes = first + place
    return None, boxes


def _drawn(program: renderers.Renderer, task: renderers.Task, deadline: float) -> list[likeness.Picture]:
    """The pictures that came; fewer than asked for when the program stopped."""
    pictures = []
    try:
        with renderers.drawing(program, task, seconds=deadline - time.monotonic()) as pages:
            for pixels in pages:
                pictures.append(likeness.picture(pixels, size=task.size))
    except renderers.NotDrawn:
        return pictures
    return pictures
