"""A font that maps a code two ways shows two amounts in two programs: refused without any picture. 字形の対応"""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from tests.pades import lettering
from warifu.pades import charmaps, intake

AMOUNT = "Amount: JPY 1,300,000"
PAIRS = [((1, 0), (3, 1)), ((1, 0), (3, 0)), ((3, 0), (3, 1)), ((0, 3), (3, 1))]


def ambiguous(content: bytes) -> bool:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return charmaps.ambiguous(pdf)


@pytest.mark.parametrize("encoding", [None, pikepdf.Name.WinAnsiEncoding, pikepdf.Name.MacRomanEncoding])
@pytest.mark.parametrize("flags", [4, 32, 36])
@pytest.mark.parametrize("kinds", PAIRS, ids=str)
def test_two_tables_that_exchange_digits_are_found_and_two_that_agree_are_not(
    kinds: tuple[tuple[int, int], tuple[int, int]], flags: int, encoding: pikepdf.Object | None
) -> None:
    one, other = kinds
    honest = lettering.font([(*one, lettering.letters()), (*other, lettering.letters())])
    if (0, 3) not in kinds or encoding is not None:
        assert not ambiguous(lettering.page(honest, AMOUNT, flags=flags, encoding=encoding))
    for known in ((lettering.letters(), lettering.exchanged()), (lettering.exchanged(), lettering.letters())):
        forged = lettering.font([(*one, known[0]), (*other, known[1])])
        assert ambiguous(lettering.page(forged, AMOUNT, flags=flags, encoding=encoding))


def test_what_a_font_maps_two_ways_but_no_page_shows_is_nobodys_concern() -> None:
    forged = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.exchanged())])
    assert not ambiguous(lettering.page(forged, "Amount: JPY 2,000,000"))
    assert ambiguous(lettering.page(forged, "Amount: JPY 3,000,000"))


def test_codes_shown_by_a_form_that_takes_its_font_from_the_page_count_too() -> None:
    forged = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.exchanged())])
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(lettering.page(forged, "Amount"))) as pdf:
        form = pdf.make_stream(b"BT 72 600 Td (3) Tj ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.BBox = pikepdf.Array([0, 0, 595, 842])
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(X=form)
        pdf.pages[0].contents_add(b"/F1 12 Tf /X Do")
        pdf.save(output)
    assert ambiguous(output.getvalue())


@pytest.mark.parametrize("change", ["two programs", "a table twice", "half a font", "a map beside a CFF font"])
def test_a_font_of_no_one_meaning_is_ambiguous_whatever_it_shows(change: str) -> None:
    program = lettering.font([(3, 1, lettering.letters())])
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(lettering.page(program, AMOUNT))) as pdf:
        font = pdf.pages[0].Resources.Font.F1
        descriptor = font.FontDescriptor
        if change == "two programs":
            descriptor.FontFile3 = pdf.make_stream(b"CFF", Subtype=pikepdf.Name.Type1C)
        elif change == "a table twice":
            descriptor.FontFile2.write(program[:28] + program[12:16] + program[32:])
        elif change == "half a font":
            descriptor.FontFile2.write(program[: len(program) // 3])
        else:
            font.Subtype = pikepdf.Name.CIDFontType0
            font.CIDToGIDMap = pdf.make_stream(bytes(512))
        pdf.save(output)
    assert not ambiguous(lettering.page(program, AMOUNT))
    assert ambiguous(output.getvalue())


def test_intake_refuses_an_amount_that_programs_read_differently_and_says_why(tmp_path: Path) -> None:
    forged = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.exchanged())])
    codes = []
    for program in (forged, lettering.font([(3, 1, lettering.letters())])):
        (tmp_path / "in.pdf").write_bytes(lettering.page(program, AMOUNT))
        found = intake.examine(tmp_path / "in.pdf", tmp_path / "out.pdf")
        codes.append(found.reason.code if found.reason else None)
    assert codes == ["font_ambiguous", None]
