"""A drawing for an annotation, as objects that fit into any file. 外観の描画

typst sets the text: it shapes variation sequences rightly and embeds the part of the fonts that is used. Its page
becomes one form XObject (ISO 32000-2, 8.10) with everything that it needs and no link to anything else.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import typst

from . import glyphs

_TEMPLATE = Path(__file__).with_name("seal.typ")


@dataclass(frozen=True)
class Drawing:
    """A form XObject and what it refers to; the same input gives the same bytes. 外観

    `content` is deflated. `parts` are pikepdf objects of a document of their own; the first is the form's /Resources.
    """

    content: bytes
    parts: tuple[Any, ...]
    _owner: pikepdf.Pdf

    @property
    def count(self) -> int:
        """How many indirect objects it takes. 間接オブジェクトの数"""
        return 1 + len(self.parts)

    def numbered(self, first: int, *, box: Sequence[float], matrix: Sequence[float] | None = None) -> dict[int, bytes]:
        """Bodies of `count` indirect objects, numbered from `first`, which is the form itself. オブジェクトの本体

        `box` is its /BBox, `matrix` its /Matrix when the page is turned.
        """
        numbers = {part.objgen: first + index for index, part in enumerate(self.parts, start=1)}
        placed = b"/Matrix %s" % _numbers(matrix) if matrix is not None else b""
        entries = b"/Type/XObject/Subtype/Form/FormType 1/BBox %s%s/Resources %s/Filter/FlateDecode/Length %d" % (
            _numbers(box),
            placed,
            _encoded(self.parts[0], numbers),
            len(self.content),
        )
        bodies = {first: b"<<%s>>\nstream\n%s\nendstream" % (entries, self.content)}
        for part in self.parts:
            bodies[numbers[part.objgen]] = _encoded(part, numbers, top=True)
        return bodies

    def placed_in(self, pdf: pikepdf.Pdf, *, box: Sequence[float], matrix: Sequence[float] | None = None) -> Any:
        """The form as a new object of a document that is being written. 文書への追加"""
        form = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, FormType=1)
        form.write(self.content, filter=pikepdf.Name.FlateDecode)
        form.BBox = _exact(box)
        if matrix is not None:
            form.Matrix = _exact(matrix)
        form.Resources = pdf.copy_foreign(self.parts[0])
        return form


def typeset(
    *,
    kind: str,
    lines: Sequence[Sequence[glyphs.Run]],
    notes: Sequence[str],
    width: float,
    height: float,
    red: bool,
    fonts: Sequence[Path] = (),
) -> Drawing:
    """Draw lines of text into a box of this size in points, as large as fits. 文字の組版

    `kind` is "seal" or "place" (a dashed frame that keeps the place of a seal); `notes` stand below in small type.
    """
    facts = {
        "kind": kind,
        "lines": [[{"text": run.text, "family": run.family} for run in line] for line in lines],
        "notes": list(notes),
        "width": width,
        "height": height,
        "red": red,
    }
    page = typst.compile(
        _TEMPLATE,
        font_paths=[glyphs.FONTS, *dict.fromkeys(font.parent for font in fonts)],
        ignore_system_fonts=True,
        format="pdf",
        # ISO 19005-2 level B: fonts embedded, colours defined, nothing transparent; so the host file may stay PDF/A.
        pdf_standards=["a-2b"],
        pdf_tags=False,
        timestamp=0,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    return _of_page(page)


def _of_page(content: bytes) -> Drawing:
    pdf = pikepdf.open(io.BytesIO(content))
    page = pdf.pages[0].obj
    resources = page.Resources
    for key in [str(key) for key in resources if str(key) not in ("/Font", "/ColorSpace")]:
        del resources[key]
    if not resources.is_indirect:
        resources = pdf.make_indirect(resources)
    stream = page.Contents
    if str(stream.get("/Filter")) != "/FlateDecode":
        raise ValueError("typst wrote the page in another way")
    return Drawing(stream.read_raw_bytes(), tuple(_parts(resources)), pdf)


def _parts(root: Any) -> list[Any]:
    """This object and every indirect object below it, in the order in which a reader meets them."""
    found: dict[tuple[int, int], Any] = {}
    waiting = [root]
    while waiting:
        value = waiting.pop(0)
        if value.is_indirect:
            if value.objgen in found:
                continue
            found[value.objgen] = value
        waiting += _children(value)
    return list(found.values())


def _children(value: Any) -> list[Any]:
    if isinstance(value, pikepdf.Array):
        items = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        items = [value[key] for key in sorted(value.keys())]
    else:
        return []
    return [item for item in items if isinstance(item, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)]


def _encoded(value: Any, numbers: Mapping[tuple[int, int], int], *, top: bool = False) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, int | float | Decimal):
        return _numbers([value])[1:-1]
    if value.is_indirect and not top:
        return b"%d 0 R" % numbers[value.objgen]
    if isinstance(value, pikepdf.Array):
        return b"[%s]" % b" ".join(_encoded(item, numbers) for item in list(value))
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        stream = isinstance(value, pikepdf.Stream)
        content = value.read_raw_bytes() if stream else b""
        entries = b"".join(
            b"%s %s" % (pikepdf.Name(key).unparse(), _encoded(value[key], numbers))
            for key in sorted(value.keys())
            if not (stream and key == "/Length")
        )
        if not stream:
            return b"<<%s>>" % entries
        return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)
    written: bytes = value.unparse()
    return written


def _exact(values: Sequence[float]) -> pikepdf.Array:
    return pikepdf.Array([Decimal(text.decode()) for text in _numbers(values)[1:-1].split()])


def _numbers(values: Sequence[float | Decimal]) -> bytes:
    return b"[%s]" % b" ".join(f"{float(value):.6f}".rstrip("0").rstrip(".").encode() for value in values)
