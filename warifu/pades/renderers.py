"""Three programs that draw pages and share no code: PDFium, poppler, MuPDF. 描画プログラム

Each runs in a process of its own. poppler (GPL) and MuPDF (AGPL) are the distribution's programs, unmodified: why, and
what that means, is in docs/decisions/0018.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Size = tuple[int, int]
_TURN = re.compile(rb"^Page +(\d+) rot: +(\d+)$", re.MULTILINE)


class NotDrawn(Exception):
    """The program ended before it had drawn every page, or took too long. 描画不可"""


@dataclass(frozen=True)
class Task:
    """Which pages of a file, at which width and height in pixels as shown, and whether annotations are. 描画の対象

    `turned`: the file turns these pages by a quarter (/Rotate of 90 or 270), all of them or none.
    """

    file: Path
    first: int
    last: int
    annotations: bool
    size: Size
    turned: bool = False


@dataclass(frozen=True)
class Renderer:
    """A program that draws: `start` gives its process id and its output. 描画プログラム"""

    name: str
    program: str | None
    start: Callable[[Task], tuple[int, IO[bytes]]]

    @property
    def installed(self) -> bool:
        """Whether the machine has the program where the box looks for it. 導入の有無"""
        return self.program is None or shutil.which(self.program, path=os.defpath) is not None


def _pdfium(task: Task) -> tuple[int, IO[bytes]]:
    from . import pdfium  # a web process that asks what is installed need not load it

    return pdfium.draw(task.file, first=task.first, last=task.last, size=task.size)


def _poppler(task: Task) -> tuple[int, IO[bytes]]:
    # Of the three, only poppler draws a frame around links, which is no part of what the parties agree to.
    hidden = [] if task.annotations else ["-hide-annotations"]
    # pdftoppm takes both before it turns the page.
    width, height = reversed(task.size) if task.turned else task.size
    scale = ["-scale-to-x", str(width), "-scale-to-y", str(height)]
    pages = ["-f", str(task.first), "-l", str(task.last)]
    return _spawned(["pdftoppm", "-q", "-cropbox", *hidden, *scale, *pages, str(task.file)])


def _mupdf(task: Task) -> tuple[int, IO[bytes]]:
    scale = ["-w", str(task.size[0]), "-h", str(task.size[1]), "-f"]
    picture = ["-c", "rgb", "-F", "ppm", "-o", "-"]
    return _spawned(["mutool", "draw", "-q", *scale, *picture, str(task.file), f"{task.first}-{task.last}"])


def _spawned(command: list[str]) -> tuple[int, IO[bytes]]:
    output, stream = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, stream, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        child = os.posix_spawnp(command[0], command, {"PATH": os.defpath}, file_actions=actions)
    finally:
        os.close(stream)
    return child, os.fdopen(output, "rb")


PDFIUM = Renderer("pdfium", None, _pdfium)
POPPLER = Renderer("poppler", "pdftoppm", _poppler)
MUPDF = Renderer("mupdf", "mutool", _mupdf)
ALL = (PDFIUM, POPPLER, MUPDF)
NAMES = tuple(renderer.name for renderer in ALL)


def installed() -> tuple[str, ...]:
    """Names of the programs that this machine has. 導入済みの描画プログラム"""
    return tuple(renderer.name for renderer in ALL if renderer.installed)


def missing(names: Sequence[str]) -> tuple[str, ...]:
    """Those of `names` that this machine cannot run, unknown names included. 不足している描画プログラム"""
    return tuple(name for name in names if name not in installed())


def turned(file: Path, *, pages: int, seconds: float) -> frozenset[int]:
    """Numbers of the pages that the file turns by a quarter, as poppler sees it. 回転したページ"""
    with _ended(*_spawned(["pdfinfo", "-f", "1", "-l", str(pages), str(file)]), seconds=seconds) as answer:
        told = answer.read()
    return frozenset(int(page) for page, turn in _TURN.findall(told) if int(turn) % 180)


@contextlib.contextmanager
def drawing(renderer: Renderer, task: Task, *, seconds: float) -> Iterator[Iterator[bytes]]:
    """The pages of a task one after another, each as the RGB bytes of the task's size. 描画

    The iterator raises `NotDrawn` where a page is missing or the seconds are over. The program is gone when the block
    is left.
    """
    with _ended(*renderer.start(task), seconds=seconds) as stream:
        yield _pictures(stream, task.last - task.first + 1, task.size)


@contextlib.contextmanager
def _ended(child: int, stream: IO[bytes], *, seconds: float) -> Iterator[IO[bytes]]:
    """The output of a program that ends after these seconds, and is gone when the block is left."""
    alarm = threading.Timer(max(seconds, 0.0), _kill, (child,))
    alarm.start()
    try:
        yield stream
    finally:
        alarm.cancel()
        alarm.join()
        _kill(child)
        os.waitpid(child, 0)
        stream.close()


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def _pictures(stream: IO[bytes], count: int, size: Size) -> Iterator[bytes]:
    width, height = size
    for _ in range(count):
        kind, *told, depth = _header(stream)
        if kind != b"P6" or told != [b"%d" % width, b"%d" % height] or depth != b"255":
            raise NotDrawn("no picture")
        pixels = stream.read(width * height * 3)
        if len(pixels) != width * height * 3:
            raise NotDrawn("half a picture")
        yield pixels


def _header(stream: IO[bytes]) -> list[bytes]:
    """The four words before the pixels (netpbm, ppm(5)); a line that begins with # is a comment."""
    words: list[bytes] = []
    while len(words) < 4:
        line = stream.readline(80)
        if not line.endswith(b"\n"):
            raise NotDrawn("no picture")
        if not line.startswith(b"#"):
            words += line.split()
    return words[:4]
