"""Updates of the form and of the signatures in it. 署名欄の改ざん"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.pades import forging
from tests.pades.updates import writing
from tests.pades.updates.writing import change, update


@change
def form_value_set(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    field = chance.choice(writing.fields(pdf))
    field["/V" if field.get("/FT") == "/Tx" else "/TU"] = String("1")
    return [field]


@change
def text_field_added(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    held, written = writing.form(pdf)
    one, look = writing.page(pdf, chance), writing.drawing(pdf, chance)
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=chance.choice([Name.Tx, Name.Btn, Name.Ch, Name.Sig]),
            T=String("x"),
            V=String("999"),
            Rect=Array([0, 0, 595, 842]),
            F=4,
            AP=Dictionary(N=look),
        )
    )
    held.Fields = Array([*held.Fields, field])
    one.Annots = Array([*one.get("/Annots", []), field])
    return [written, one, field, look]


@change
def form_look_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    """Where all fields are signatures only /XFA can draw anything. 様式の外観"""
    held, written = writing.form(pdf)
    looks: list[tuple[str, Any]] = [("/XFA", String("<xdp/>"))]
    if any(one.get("/FT") != "/Sig" for one in writing.fields(pdf)):
        looks += [("/DA", String("/Helv 90 Tf 1 g")), ("/Q", 2), ("/DR", Dictionary())]
    key, value = chance.choice(looks)
    held[key] = value
    return [written]


@change
def form_removed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    if chance.random() < 0.5:
        del pdf.Root.AcroForm
        return [pdf.Root]
    held, written = writing.form(pdf)
    held.Fields = Array([])
    return [written]


@change
def field_shown(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    field, look = writing.signature(pdf, chance), writing.drawing(pdf, chance)
    field.Rect, field.AP, field.F = Array([0, 0, 595, 842]), Dictionary(N=look), 4
    return [field, look]


@change
def field_renamed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    field = writing.signature(pdf, chance)
    field.T = String(chance.choice(["Another", "", "Consent9"]))
    return [field]


@change
def somebody_else_signed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    held = writing.signature(pdf, chance).V
    key, value = chance.choice(
        [
            ("/Name", String("盛岡 花子")),
            ("/Reason", String("金額 999 円")),
            ("/M", String("D:20200101000000Z")),
            ("/Contents", String("")),
            ("/ByteRange", Array([0, 10, 20, 30])),
            ("/ByteRange", Array([0, -1, 0, 10])),
            ("/SubFilter", Name("/adbe.pkcs7.sha1")),
            ("/Type", Name.Catalog),
        ]
    )
    held[key] = value
    return [held]


@change
def signature_exchanged(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    found = writing.signatures(pdf)
    one = chance.choice(found)
    others = [other.V for other in found if other.objgen != one.objgen]
    one.V = chance.choice(others) if others else pdf.make_indirect(Dictionary(dict(one.V.items())))
    one.V.Name = String("盛岡 花子")
    return [one, one.V]


@change
def signature_removed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    field = writing.signature(pdf, chance)
    del field.V
    return [field]


@update
def wrapped_signature(data: bytes, chance: random.Random) -> bytes:
    """A copy of a signature dictionary that points at the bytes that were signed, under another name. SWA"""

    def made(pdf: pikepdf.Pdf) -> Iterable[Any]:
        field = writing.signature(pdf, chance)
        ranged = [int(part) for part in field.V.ByteRange]
        copy = pdf.make_indirect(Dictionary(dict(field.V.items())))
        copy.Name = String("盛岡 花子")
        copy.ByteRange = Array(chance.choice([ranged, [*ranged[:3], len(data) - ranged[2]], [0, ranged[1], 0, 0]]))
        field.V = copy
        drawn = pdf.pages[0].obj.Contents
        return [field, copy, writing.first(drawn, pdf.make_stream(forging.OTHER_TEXT))]

    return writing.rewritten(data, made)
