"""One code, one glyph: a font inside a file that maps a code two ways shows two texts in two programs. 字形の対応

A TrueType font may carry several tables from codes to glyphs (cmap), and the standard leaves it to each program which
one it asks (ISO 32000-2, 9.6.5.4). Every way from a code that is shown must therefore end at the same glyph.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pikepdf
from fontTools import agl, ttLib
from fontTools.encodings import MacRoman

from . import hazards, shown_codes

log = logging.getLogger(__name__)
_SIMPLE = ("/TrueType", "/Type1", "/MMType1")
_CID = ("/CIDFontType0", "/CIDFontType2")
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_SFNT = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_SYMBOLIC = 4
# Where fonts of symbols keep their codes (OpenType, cmap: platform 3, encoding 0).
_SYMBOL_AREAS = (0x0000, 0xF000, 0xF100, 0xF200)
_UNICODE = ((3, 1), (3, 10))
_MAC_CODES = {name: code for code, name in enumerate(MacRoman.MacRoman) if 32 <= code < 256}


def ambiguous(pdf: pikepdf.Pdf) -> bool:
    """Whether a code that is shown leads to different glyphs, depending on the program. 字形の曖昧さ

    A font that cannot be read to the end counts as ambiguous: another program may read on.
    """
    doubtful: dict[tuple[int, int], frozenset[int]] = {}
    for font in fonts(pdf):
        codes = _doubtful(font)
        if codes is None:
            return True
        if codes:
            doubtful[font.objgen] = doubtful.get(font.objgen, frozenset()) | codes
    return bool(doubtful) and shown_codes.any_shown(pdf, doubtful)


def fonts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every font dictionary in use but Type 3, simple fonts and CID fonts, each once. フォント辞書"""
    seen = set()
    for edge in hazards.edges(pdf):
        value: Any = edge.value
        if isinstance(value, pikepdf.Dictionary) and str(value.get("/Subtype")) in (*_SIMPLE, *_CID):
            # A direct font has no number; the same one twice costs time only.
            if value.is_indirect and value.objgen in seen:
                continue
            seen.add(value.objgen)
            yield value


def _doubtful(font: Any) -> frozenset[int] | None:
    """Codes that lead to more than one glyph; None when the font as a whole is not of one meaning."""
    descriptor = font.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary):
        return frozenset()
    programs = [key for key in _PROGRAMS if key in descriptor]
    if len(programs) > 1:
        return None
    if not programs:
        return frozenset()
    if str(font.get("/Subtype")) in _CID:
        return frozenset() if _plain_cid(font, programs[0]) else None
    content = descriptor[programs[0]].read_bytes()
    if content[:4] not in _SFNT:
        return frozenset()
    try:
        tables = Tables.read(content)
        names = encoded_names(font)
        symbolic = bool(int(descriptor.get("/Flags", 0)) & _SYMBOLIC)
        ways = {code: _glyphs(tables, code, names.get(code), symbolic=symbolic) for code in range(256)}
        return frozenset(code for code, glyphs in ways.items() if tables.differ(glyphs))
    except MemoryError:
        raise
    except Exception as error:  # what a parser raises over an odd font has no common name
        log.info("font not read: %s", type(error).__name__)
        return None


def _plain_cid(font: Any, program: str) -> bool:
    """A map that one kind of font must not have, or an OpenType font that is asked by code in one program only."""
    mapped = isinstance(font.get("/CIDToGIDMap"), pikepdf.Stream)
    if str(font.get("/Subtype")) == "/CIDFontType0":
        return not mapped
    return program == "/FontFile2" or str(font.FontDescriptor[program].get("/Subtype")) == "/OpenType"


@dataclass(frozen=True)
class Tables:
    """The ways of a TrueType or OpenType font from a code or a name to a glyph. 文字対応表"""

    maps: tuple[tuple[tuple[int, int], Mapping[int, int]], ...]
    names: Mapping[str, int]
    outlines: Mapping[int, bytes]

    @classmethod
    def read(cls, content: bytes) -> Tables:
        """From the bytes of a font program; raises whatever its parser raises. 読取り"""
        count = int.from_bytes(content[4:6], "big")
        tags = [content[12 + 16 * index : 16 + 16 * index] for index in range(count)]
        if len(set(tags)) != len(tags):
            raise ttLib.TTLibError("a table twice")
        font = ttLib.TTFont(io.BytesIO(content), lazy=True, recalcBBoxes=False)
        maps: list[tuple[tuple[int, int], Mapping[int, int]]] = []
        for table in font["cmap"].tables if "cmap" in font else ():
            if table.format == 14:
                continue  # variation sequences: no code of a simple font is one
            numbers = {code: font.getGlyphID(name) for code, name in table.cmap.items()}
            maps.append(((table.platformID, table.platEncID), numbers))
        named = "CFF " in font or ("post" in font and font["post"].formatType in (1.0, 2.0))
        names = {name: font.getGlyphID(name) for name in font.getGlyphOrder()} if named else {}
        return cls(tuple(maps), names, _outlines(font))

    def differ(self, glyphs: set[int]) -> bool:
        """Whether these glyphs draw different outlines. 相違"""
        return len({self.outlines.get(glyph, b"%d" % glyph) for glyph in glyphs}) > 1


def _outlines(font: Any) -> Mapping[int, bytes]:
    """The instructions of each glyph; without a table of them, a glyph is told by its number."""
    if "glyf" not in font or "loca" not in font:
        return {}
    offsets, content = font["loca"], font.reader["glyf"]
    return {glyph: content[offsets[glyph] : offsets[glyph + 1]] for glyph in range(len(offsets) - 1)}


def _glyphs(tables: Tables, code: int, name: str | None, *, symbolic: bool) -> set[int]:
    """Each glyph that some program draws for a code of a simple font; none where no way leads to one."""
    plain = code < 128 and name == agl.UV2AGL.get(code)
    by_code = symbolic or name is None or plain
    found: set[int] = set()
    for kind, numbers in tables.maps:
        asked: list[int] = []
        if kind == (1, 0):
            asked = [code] if by_code else []
            asked += [_MAC_CODES[name]] if name in _MAC_CODES else []
        elif kind == (3, 0):
            asked = [area + code for area in _SYMBOL_AREAS]
        elif kind in _UNICODE or kind[0] == 0:
            asked = [ord(one) for one in agl.toUnicode(name)] if name is not None else []
            asked = asked if len(asked) == 1 else []
            asked += [code] if by_code else []
        # A program that looks no further than the table that comes first draws what stands for a missing character.
        found |= {numbers[one] for one in asked if numbers.get(one)} or ({0} if asked and kind != (1, 0) else set())
    if name is not None and name in tables.names:
        found.add(tables.names[name])
    return found if found - {0} else set()


def encoded_names(font: Any) -> dict[int, str]:
    """The glyph names that /Encoding gives to codes (ISO 32000-2, 9.6.5); codes without one are absent. 字形名"""
    encoding = font.get("/Encoding")
    if not isinstance(encoding, pikepdf.Dictionary):
        return _base_names(encoding)
    names, code = _base_names(encoding.get("/BaseEncoding")), 0
    listed = encoding.get("/Differences")
    for item in list(listed) if isinstance(listed, pikepdf.Array) else []:
        if isinstance(item, pikepdf.Name):
            names[code] = str(item)[1:]
            code += 1
        else:
            code = int(item)
    return names


def _base_names(base: Any) -> dict[int, str]:
    if base == pikepdf.Name.WinAnsiEncoding:
        known = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(32, 256)}
        return {code: agl.UV2AGL[ord(one)] for code, one in known.items() if one and ord(one) in agl.UV2AGL}
    if base == pikepdf.Name.MacRomanEncoding:
        return {code: str(MacRoman.MacRoman[code]) for code in range(32, 256)}
    return {}
