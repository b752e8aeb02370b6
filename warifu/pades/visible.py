"""Visible seals: places kept before the first signature, each filled by its own party's consent. 可視署名

The empty signature fields stand in the file that approver and parties read. A consent then fills its own field and
changes nothing else (`reserved` judges that), which is the order that leaves every earlier signature whole. What is
drawn tells of an electronic consent in words; it does not imitate the print of an official seal (公印).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf

from . import drawings, errors, glyphs, places, statements

Place = places.Place
Sheet = places.Sheet

# Print and Locked: the field belongs to the document, nobody moves it.
_FLAGS = 132
_NOTE = "電子署名による合意の表示です。印章の印影ではありません。"
_REPLACED = "「〓」などの文字は、表示できない字形に代えたものです。正確な文字は署名の情報にあります。"


@dataclass(frozen=True)
class Appearance:
    """What a party's seal says, line by line, and whether its border is red. 署名の表示

    `fonts` are further font files for names that the built-in fonts do not have (文字情報基盤, say).
    """

    organisation: str
    person: str
    consented_at: str
    agreement: str
    nominal: str = ""
    red: bool = False
    fonts: tuple[Path, ...] = ()

    @classmethod
    def of(cls, party: statements.PartyStatement, *, red: bool = False, fonts: Sequence[Path] = ()) -> Appearance:
        """From what the signature itself says; the moment in Japan Standard Time. 合意表示からの作成"""
        acting = "合意した職員" if party.nominal else ""
        here = party.consented_at.astimezone(statements.JST)
        return cls(
            organisation=statements.line(party.organisation),
            person="　".join(part for part in (acting, statements.line(party.title), party.name) if part),
            nominal=statements.line(party.nominal),
            consented_at=f"合意日時　{here.year}年{here.month}月{here.day}日 {here:%H:%M:%S}（日本時間）",
            agreement=f"契約識別番号　{statements.line(party.agreement_id)[:8]}",
            red=red,
            fonts=tuple(fonts),
        )

    def drawn(self, *, width: float, height: float) -> drawings.Drawing:
        """The seal in a box of this size in points. 描画"""
        faces = glyphs.faces(self.fonts)
        lines = [glyphs.runs(line, faces) for line in self._lines() if line]
        replaced = any(run.substituted for line in lines for run in line)
        return drawings.typeset(
            kind="seal",
            lines=lines,
            notes=[_NOTE, _REPLACED] if replaced else [_NOTE],
            width=width,
            height=height,
            red=self.red,
            fonts=self.fonts,
        )

    def _lines(self) -> tuple[str, ...]:
        return (self.organisation, self.nominal, self.person, self.consented_at, self.agreement)


def sheets_of(source: bytes) -> list[places.Sheet]:
    """All pages with their sizes as shown. ページの一覧

    Raises what pikepdf raises for an odd file: call it in the box for files of strangers.
    """
    with pikepdf.open(io.BytesIO(source)) as pdf:
        return [_sheet(page) for page in pdf.pages]


def last_sheet_of(source: bytes) -> places.Sheet:
    """The last page with its size as shown; raises as `sheets_of` does. 最後のページ"""
    with pikepdf.open(io.BytesIO(source)) as pdf:
        return _sheet(pdf.pages[-1])


def reserve(source: bytes, wanted: Sequence[places.Place]) -> bytes:
    """Add an empty signature field with a light frame for each place, in one write. 署名欄の確保

    For a file that nobody signed yet: it is written anew, and the same input gives the same bytes.
    Raises `errors.PlaceUnusable` for a place that cannot be used, and for a file that carries signatures or fields.
    """
    with pikepdf.open(io.BytesIO(source)) as pdf:
        if "/AcroForm" in pdf.Root or "/Perms" in pdf.Root:
            raise errors.PlaceUnusable("the file has fields already")
        fault = places.fault_of(wanted, [_sheet(page) for page in pdf.pages])
        if fault is not None:
            raise errors.PlaceUnusable(fault.code, field=fault.field, message=fault.message, next_step=fault.next_step)
        fields = [_field(pdf, place) for place in wanted]
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array(fields)))
        output = io.BytesIO()
        pdf.save(
            output,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            fix_metadata_version=False,
            deterministic_id=True,
        )
        return output.getvalue()


def _sheet(page: pikepdf.Page) -> places.Sheet:
    media, crop = [_sorted([float(one) for one in box]) for box in (page.mediabox, page.cropbox)]
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    turn = int(page.rotation) % 360
    if turn % 90 or not (box[0] < box[2] and box[1] < box[3]):
        raise errors.PlaceUnusable("an odd page")
    return places.Sheet(box, turn, float(page.obj.get("/UserUnit", 1)))


def _sorted(box: Sequence[float]) -> tuple[float, float, float, float]:
    """Left, bottom, right, top, whichever corners were named (ISO 32000-2, 7.9.5)."""
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    return left, bottom, right, top


def _field(pdf: pikepdf.Pdf, place: places.Place) -> Any:
    page = pdf.pages[place.page - 1]
    sheet = _sheet(page)
    rectangle = sheet.rectangle(place)
    width, height = rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]
    if sheet.turn in (90, 270):
        width, height = height, width
    frame = drawings.typeset(
        kind="place",
        lines=[glyphs.runs(place.label, glyphs.faces())],
        notes=(),
        width=width,
        height=height,
        red=False,
    )
    form = frame.placed_in(pdf, box=(0, 0, width, height), matrix=_upright(sheet.turn, width, height))
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=place.field,
            TU=place.label,
            F=_FLAGS,
            Rect=pikepdf.Array([Decimal(f"{one:.3f}") for one in rectangle]),
            P=page.obj,
            AP=pikepdf.Dictionary(N=form),
        )
    )
    if "/Annots" not in page.obj:
        page.obj.Annots = pikepdf.Array()
    page.obj.Annots.append(field)
    return field


def _upright(turn: int, width: float, height: float) -> tuple[float, ...] | None:
    """The form's /Matrix on a turned page: what is drawn upright is shown upright."""
    return {
        0: None,
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }[turn]
