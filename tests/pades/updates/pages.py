"""Updates of what pages show: content, tree, annotations, fonts. 頁の改ざん"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.pades import forging
from tests.pades.updates import writing
from tests.pades.updates.writing import change


@change
def content_replaced(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one = writing.page(pdf, chance)
    return [writing.first(one.Contents, pdf.make_stream(forging.OTHER_TEXT))]


@change
def content_painted_over(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one = writing.page(pdf, chance)
    added = pdf.make_stream(b"Q Q Q 1 g 0 0 600 850 re f")
    one.Contents = Array([one.Contents, added])
    return [one, added]


@change
def content_emptied(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one = writing.page(pdf, chance)
    del one.Contents
    return [one]


@change
def resources_exchanged(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one = writing.page(pdf, chance)
    one.Resources = Dictionary(Font=Dictionary())
    return [one]


@change
def page_added(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    drawn = pdf.make_stream(forging.OTHER_TEXT)
    tree = pdf.Root.Pages
    added = pdf.make_indirect(
        Dictionary(Type=Name.Page, Parent=tree, MediaBox=Array([0, 0, 595, 842]), Contents=drawn, Resources={})
    )
    kids = list(tree.Kids)
    kids.insert(chance.randrange(len(kids) + 1), added)
    tree.Kids, tree.Count = Array(kids), int(tree.Count) + 1
    return [tree, added, drawn]


@change
def page_tree_exchanged(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    drawn = pdf.make_stream(forging.OTHER_TEXT)
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1))
    added = pdf.make_indirect(
        Dictionary(Type=Name.Page, Parent=tree, MediaBox=Array([0, 0, 595, 842]), Contents=drawn, Resources={})
    )
    tree.Kids = Array([added])
    pdf.Root.Pages = tree
    return [pdf.Root, tree, added, drawn]


@change
def page_turned_or_cut(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one = writing.page(pdf, chance)
    key, value = chance.choice(
        [
            ("/Rotate", 180),
            ("/MediaBox", Array([0, 0, 100, 100])),
            ("/CropBox", Array([0, 400, 595, 842])),
            ("/UserUnit", 4),
            ("/TrimBox", Array([0, 0, 9, 9])),
            ("/Group", Dictionary(S=Name.Transparency, I=True)),
        ]
    )
    one[key] = value
    return [one]


@change
def page_tree_turned(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    pdf.Root.Pages["/Rotate"] = chance.choice([90, 180, 270])
    return [pdf.Root.Pages]


KINDS = ("FreeText", "Stamp", "Square", "Text", "Link", "Widget", "Highlight", "Redact", "Watermark", "Ink", "Popup")


@change
def annotation_added(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    one, look = writing.page(pdf, chance), writing.drawing(pdf, chance)
    note = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name("/" + chance.choice(KINDS)),
            Rect=Array([0, 0, 595, 842]),
            Contents=String("金額 999 円"),
            F=chance.choice([0, 4, 132]),
            AP=Dictionary(N=look),
        )
    )
    one.Annots = Array([*one.get("/Annots", []), note])
    return [one, note, look]


@change
def annotation_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    holders = [one.obj for one in pdf.pages if "/Annots" in one.obj]
    note = chance.choice(list(chance.choice(holders).Annots))
    look = writing.drawing(pdf, chance)
    note.Rect, note.AP, note.F = Array([0, 0, 595, 842]), Dictionary(N=look), 4
    return [note, look]


@change
def annotations_removed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    holder = next(one.obj for one in pdf.pages if "/Annots" in one.obj)
    del holder.Annots
    return [holder]


@change
def font_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    found = [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == "/Font"]
    font = chance.choice(found)
    what = chance.randrange(4)
    if what == 0:
        font.BaseFont = Name.Symbol
    elif what == 1:
        font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([49, Name.nine]))
    elif what == 2:
        unicode = pdf.make_stream(b"1 beginbfchar <31> <0039> endbfchar")
        font.ToUnicode = unicode
        return [font, unicode]
    else:
        font.Widths, font.FirstChar, font.LastChar = Array([9] * 256), 0, 255
    return [font]


@change
def shadow_uncovered(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    """Content that lay under an overlay, or in objects nobody used, comes to light (shadow attacks). 影の露出"""
    one = pdf.pages[0].obj
    planted = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and "/Planted" in each]
    if planted:
        one.Contents = planted[0]
        return [one]
    objects = one.Resources.get("/XObject", Dictionary())
    if "/Cover" in objects:
        objects.Cover.write(b"")
        return [objects.Cover]
    one.Contents = pdf.make_stream(forging.OTHER_TEXT)
    return [one, one.Contents]
