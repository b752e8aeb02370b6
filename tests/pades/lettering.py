"""Fonts whose tables disagree, and pages set in them: what a forger would make. 字形の異なるフォント"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping, Sequence

import pikepdf
from fontTools import subset, ttLib
from fontTools.ttLib.tables import _c_m_a_p

from warifu.pades import glyphs

Table = tuple[int, int, Mapping[int, str]]


@functools.cache
def _latin() -> bytes:
    font = ttLib.TTFont(glyphs.FONTS / "NotoSansJP-Regular.ttf")
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=True)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=range(32, 123))
    cut.subset(font)
    output = io.BytesIO()
    font.save(output)
    return output.getvalue()


def letters() -> dict[int, str]:
    """Glyph names of the letters as they should be. 正しい対応"""
    return dict(ttLib.TTFont(io.BytesIO(_latin())).getBestCmap())


def exchanged() -> dict[int, str]:
    """1 is drawn as 7, and 3 as 8. 数字の入替え"""
    known = letters()
    return {**known, ord("1"): known[ord("7")], ord("3"): known[ord("8")]}


def blank() -> dict[int, str]:
    """Every letter is drawn as a space. 空白"""
    known = letters()
    return dict.fromkeys(known, known[32])


def font(tables: Sequence[Table]) -> bytes:
    """A TrueType font with these cmap tables: platform, encoding, map. フォント"""
    made = ttLib.TTFont(io.BytesIO(_latin()))
    made["cmap"].tables = []
    for platform, encoding, known in tables:
        table = _c_m_a_p.CmapSubtable.newSubtable(0 if platform == 1 else 4)
        table.platformID, table.platEncID, table.language = platform, encoding, 0
        shift = 0xF000 if (platform, encoding) == (3, 0) else 0
        table.cmap = {shift + code: name for code, name in known.items()}
        made["cmap"].tables.append(table)
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def page(
    program: bytes,
    text: str,
    *,
    flags: int = 4,
    encoding: pikepdf.Object | None = pikepdf.Name.WinAnsiEncoding,
    points: float = 10.5,
    grey: float = 0,
    size: tuple[float, float] = (595, 842),
) -> bytes:
    """One page with one line of text in this font. ページ"""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    name = pikepdf.Name("/ABCDEF+Letters")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=flags,
        FontBBox=[-200, -200, 1000, 1000],
        ItalicAngle=0,
        Ascent=905,
        Descent=-212,
        CapHeight=700,
        StemV=80,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )
    letter = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.TrueType,
        BaseFont=name,
        FirstChar=32,
        LastChar=122,
        Widths=[556] * 91,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    if encoding is not None:
        letter.Encoding = encoding
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(letter)))
    pdf.pages[0].Contents = pdf.make_stream(f"BT /F1 {points} Tf {grey} g 72 700 Td ({text}) Tj ET".encode())
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()
