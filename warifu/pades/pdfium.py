"""Pages as pictures and objects by PDFium, always in a forked process: a crash costs nobody else. PDFiumによる描画"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pypdfium2
import pypdfium2.raw

_INVISIBLE = (3, 7)  # ISO 32000-1, table 106: text that is recognised under a scan is drawn in no colour
_Box = tuple[float, float, float, float]


def draw(file: Path, *, first: int, last: int, size: tuple[int, int]) -> tuple[int, IO[bytes]]:
    """Process id and output of a child that draws pages `first` to `last`, counted from 1, with annotations. 描画

    The output is one PPM picture of this width and height in pixels per page. Only for a process without threads.
    """

    def work(target: IO[bytes]) -> None:
        document = pypdfium2.PdfDocument(file)
        form = _form(document)
        for number in range(first, min(last, len(document)) + 1):
            _draw_page(document[number - 1], form, size, target)

    return _fork(work)


def page_sizes(file: Path) -> list[tuple[float, float]]:
    """Width and height of every page in units of 1/72 inch; as many as can be read. ページの大きさ"""

    def work(target: IO[bytes]) -> None:
        document = pypdfium2.PdfDocument(file)
        for index in range(len(document)):
            target.write(b"%r %r\n" % document.get_page_size(index))

    child, answer = _fork(work)
    with answer:
        lines = answer.read().splitlines()
    os.waitpid(child, 0)
    return [(float(width), float(height)) for width, height in map(bytes.split, lines)]


def covered_text(file: Path, *, first: int, last: int) -> int | None:
    """The first page with text that a picture drawn later hides altogether; None when there is none. 隠れた文字

    Such text comes to light when the picture goes ("hide", one of the shadow attacks of Mainka et al., NDSS 2021).
    """

    def work(target: IO[bytes]) -> None:
        document = pypdfium2.PdfDocument(file)
        for number in range(first, min(last, len(document)) + 1):
            if _covers(document[number - 1]):
                target.write(b"%d" % number)
                return

    child, answer = _fork(work)
    with answer:
        number = answer.read(16)
    os.waitpid(child, 0)
    return int(number) if number else None


def _fork(work: Callable[[IO[bytes]], None]) -> tuple[int, IO[bytes]]:
    output, stream = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(output)
            with os.fdopen(stream, "wb") as target:
                work(target)
        finally:
            os._exit(0)  # whatever happened, nothing of the parent's is to run here
    os.close(stream)
    return child, os.fdopen(output, "rb")


def _form(document: Any) -> Any:
    """PDFium draws the fields of a form, visible seals among them, only for whoever asks for the form."""
    document.init_forms()
    if document.formenv is not None:
        pypdfium2.raw.FPDF_SetFormFieldHighlightAlpha(document.formenv, 0)
    return document.formenv


def _draw_page(page: Any, form: Any, size: tuple[int, int], target: IO[bytes]) -> None:
    raw, (width, height) = pypdfium2.raw, size
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRx, None, 0)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    if form is not None:
        raw.FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, flags)
    pixels = bytearray(ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), width * height * 4))
    raw.FPDFBitmap_Destroy(bitmap)
    page.close()
    del pixels[3::4]
    target.write(b"P6\n%d %d\n255\n" % size)
    target.write(pixels)


def _covers(page: Any) -> bool:
    """From the last object, which lies on top, to the first."""
    raw = pypdfium2.raw
    pictures: list[_Box] = []
    for index in range(raw.FPDFPage_CountObjects(page) - 1, -1, -1):
        found = raw.FPDFPage_GetObject(page, index)
        kind, box = raw.FPDFPageObj_GetType(found), _bounds(found)
        if box is None:
            continue
        if kind == raw.FPDF_PAGEOBJ_IMAGE and not raw.FPDFPageObj_HasTransparency(found):
            pictures.append(box)
        elif kind == raw.FPDF_PAGEOBJ_TEXT and _shows(found, box) and any(_within(box, one) for one in pictures):
            return True
    return False


def _shows(text: Any, box: _Box) -> bool:
    return box[2] > box[0] and pypdfium2.raw.FPDFTextObj_GetTextRenderMode(text) not in _INVISIBLE


def _bounds(found: Any) -> _Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pypdfium2.raw.FPDFPageObj_GetBounds(found, left, bottom, right, top):
        return None
    return left.value, bottom.value, right.value, top.value


def _within(box: _Box, other: _Box) -> bool:
    return other[0] <= box[0] and other[1] <= box[1] and other[2] >= box[2] and other[3] >= box[3]
