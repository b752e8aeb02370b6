"""A form becomes fixed text: what was filled in stays as it is shown, nothing can be filled in any more. 様式の固定"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_TEXT = (pikepdf.Name.Tx, pikepdf.Name.Ch)


class NotDrawn(Exception):
    """A field has a value and no picture of it, and its letters are none that we can draw. 入力内容の非表示"""


def widgets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The places of a form on the pages. 入力欄"""
    for page in pdf.pages:
        listed = page.obj.get("/Annots")
        for annotation in list(listed) if isinstance(listed, pikepdf.Array) else []:
            if isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == pikepdf.Name.Widget:
                yield annotation


def flatten(pdf: pikepdf.Pdf) -> bool:
    """Draw the fields onto their pages and take the form out; whether there was one. 様式の固定

    Raises `NotDrawn`: some viewers would draw the value in letters of their own, others would show nothing.
    """
    form: Any = pdf.Root.get("/AcroForm")
    places = list(widgets(pdf))
    if places:
        if form is not None and _draw_missing(form, places):
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
        _remove_widgets(pdf)
    had_fields = form is not None and len(form.get("/Fields", ())) > 0
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]
    return had_fields or bool(places)


def _draw_missing(form: Any, places: list[Any]) -> bool:
    """Whether appearances must be made; qpdf can make them of Latin letters only."""
    texts = [(place, _value(place)) for place in places if _inherited(place, "/FT") in _TEXT]
    asked = bool(form.get("/NeedAppearances", False))
    missing = [text for place, text in texts if text and (asked or "/AP" not in place)]
    if not all(text.isascii() for text in missing):
        raise NotDrawn
    if missing:
        form.NeedAppearances = True
    return bool(missing)


def _value(place: Any) -> str:
    value = _inherited(place, "/V")
    return str(value) if isinstance(value, pikepdf.String) else ""


def _inherited(place: Any, key: str) -> Any:
    for _ in range(64):
        if key in place:
            return place.get(key)
        place = place.get("/Parent")
        if not isinstance(place, pikepdf.Dictionary):
            break
    return None


def _remove_widgets(pdf: pikepdf.Pdf) -> None:
    """An empty field has nothing to draw and stays behind; without its form it is of no use."""
    for page in pdf.pages:
        listed = page.obj.get("/Annots")
        if not isinstance(listed, pikepdf.Array):
            continue
        kept = [
            one
            for one in list(listed)
            if not (isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == pikepdf.Name.Widget)
        ]
        if kept:
            page.obj["/Annots"] = pikepdf.Array(kept)
        else:
            del page.obj["/Annots"]
