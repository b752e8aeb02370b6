"""Visible seals: what is drawn, where, and with which characters. 可視署名の試験"""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from tests import samples as contracts
from tests.pades import forging
from warifu.pades import errors, glyphs, intake, places, placing, statements, visible

PARTY = statements.PartyStatement(
    party_name="髙﨑 𠮷彦",
    organisation="株式会社葛\U000e0100西設備",
    title="代表取締役",
    mail="takasaki@example.jp",
    agreement_id="3f2a9c1e-5a1b-4c7d-9e00-000000000001",
    agreement_number="2026-0160",
    consented_at=datetime(2026, 4, 3, 15, 2, 3, tzinfo=UTC),
    document_digest="0" * 64,
    authenticated_by="試験",
)
# Debian's fonts-ipamj-mincho: variation sequences of 文字情報基盤, which the built-in fonts do not have.
IPAMJ = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
SCALE = 2.0
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def boxes(*corners: tuple[int, int, int]) -> list[places.Place]:
    return [
        places.Place(f"Consent{number}", f"署名欄　{number}", *corner) for number, corner in enumerate(corners, start=1)
    ]


def filled(data: bytes, party: statements.PartyStatement = PARTY, **look: object) -> bytes:
    appearance = replace(visible.Appearance.of(party), **look)  # type: ignore[arg-type]  # one field of two types
    return forging.sealer().consent_revision(data, field="Consent1", party=party, at=forging.AT, appearance=appearance)


def by_pdfium(data: bytes, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(data) as document:
        document.init_forms()
        picture: Image.Image = document[page - 1].render(scale=SCALE).to_pil()
        return picture.convert("L")


def by_poppler(data: bytes, page: int, folder: Path) -> Image.Image:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    source = folder / "seal.pdf"
    source.write_bytes(data)
    command = ["pdftoppm", "-r", str(72 * SCALE), "-f", str(page), "-l", str(page), "-cropbox", "-singlefile", "-png"]
    subprocess.run([*command, source, folder / "seal"], check=True, capture_output=True)
    with Image.open(folder / "seal.png") as image:
        return image.convert("L")


def pixels(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    scale = SCALE * 72 / 25.4
    return round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)


def changed_box(before: Image.Image, after: Image.Image) -> tuple[float, float, float, float]:
    """Where two pictures differ, in millimetres from the upper left corner."""
    strong = ImageChops.difference(before, after).point(lambda level: 255 if level > 12 else 0)
    found = strong.getbbox()
    assert found is not None
    left, top, right, bottom = (edge / SCALE / 72 * 25.4 for edge in found)
    return left, top, right, bottom


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_seal_stands_upright_where_it_was_put_in_both_renderers(turn: int, tmp_path: Path) -> None:
    page = forging.PAGE[:-2] + b"/CropBox[10 20 585 802]/Rotate %d>>" % turn
    bare = forging.document({**forging.CONTRACT, 3: page})
    place = boxes((1, 30, 50))[0]
    kept = visible.reserve(bare, [place])
    sealed = filled(kept)
    for draw in (by_pdfium, lambda data, number: by_poppler(data, number, tmp_path)):
        for later in (kept, sealed):
            left, top, right, bottom = changed_box(draw(bare, 1), draw(later, 1))
            assert (left, top) == pytest.approx((place.left, place.top), abs=1)
            assert (right, bottom) == pytest.approx((place.left + place.width, place.top + place.height), abs=1)
    picture = by_pdfium(sealed, 1)
    # The name is in the upper half of the box, small print in the lower: upside down it would be the other way round.
    ink = [
        sum(255 - level for level in picture.crop(pixels(*part)).tobytes())
        for part in ((32, 52, 92, 63), (32, 67, 92, 74))
    ]
    assert ink[0] > ink[1]


def test_the_seal_says_who_agreed_when_and_to_what(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "sealed.pdf").write_bytes(filled(visible.reserve(contracts.contract(), boxes((1, 100, 100)))))
    said = subprocess.run(["pdftotext", "-layout", tmp_path / "sealed.pdf", "-"], check=True, capture_output=True)
    text = said.stdout.decode()
    for words in ("設備", "代表取締役", "髙﨑 𠮷彦", "3f2a9c1e", "印章の印影ではありません"):
        assert words in text
    assert "2026年4月4日 00:02:03（日本時間）" in text.replace(" 年 ", "年").replace(" 月 ", "月").replace(" 日", "日")


def test_the_same_consent_gives_the_same_drawing() -> None:
    bodies = [
        visible.Appearance.of(PARTY, red=True).drawn(width=180, height=72).numbered(7, box=(0, 0, 180, 72))
        for _ in range(2)
    ]
    assert bodies[0] == bodies[1]
    assert visible.reserve(contracts.contract(), boxes((1, 9, 9))) == visible.reserve(
        contracts.contract(), boxes((1, 9, 9))
    )


def test_all_fonts_are_embedded_and_nothing_is_transparent_or_of_a_device(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(filled(visible.reserve(contracts.contract(), boxes((1, 9, 9)))))) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        form = field.AP.N
        assert set(form.keys()) <= {
            *("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Filter", "/Length")
        }
        assert set(form.Resources.keys()) <= {"/Font", "/ColorSpace"}
        for font in form.Resources.Font.values():
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert "/ToUnicode" in font
        assert all(str(space[0]) == "/ICCBased" for space in form.Resources.ColorSpace.values())
        assert int(field.F) & 4  # printed
        operators = {str(one.operator) for one in pikepdf.parse_content_stream(form)}
        assert not operators & {"gs", "Do", "BDC", "BMC", "sh", "rg", "RG", "g", "G", "k", "K"}


def test_a_variation_sequence_gets_its_own_glyph() -> None:
    """葛 with its first selector is the form of 葛西; without one it is the other form."""

    def drawn(name: str) -> dict[int, bytes]:
        party = replace(PARTY, organisation=name)
        return visible.Appearance.of(party).drawn(width=180, height=72).numbered(1, box=(0, 0, 180, 72))

    assert drawn("葛\U000e0100西建設") != drawn("葛西建設")
    runs = glyphs.runs("葛\U000e0100西𠮷髙﨑㋿", glyphs.faces())
    assert [run.substituted for run in runs] == [False]


def test_a_glyph_that_no_font_has_is_replaced_and_said() -> None:
    faces = glyphs.faces()
    assert [(run.text, run.substituted) for run in glyphs.runs("葛\U000e0110城\U0010fffdA", faces)] == [
        ("葛", True),
        ("城", False),
        (glyphs.GETA, True),
        ("A", False),
    ]


def test_further_fonts_draw_what_the_built_in_ones_do_not() -> None:
    if not IPAMJ.is_file():
        pytest.skip("IPAmj明朝 (fonts-ipamj-mincho) is not installed")
    runs = glyphs.runs("辻\U000e0102本", glyphs.faces([IPAMJ]))
    assert [(run.family, run.substituted) for run in runs] == [("IPAmjMincho", False), ("Noto Sans JP", False)]
    plain, special = (
        visible.Appearance.of(replace(PARTY, party_name=name), fonts=[IPAMJ]).drawn(width=180, height=72)
        for name in ("辻本", "辻\U000e0102本")
    )
    assert any(b"IPAmjMincho" in body for body in special.numbered(1, box=(0, 0, 1, 1)).values())
    assert not any(b"IPAmjMincho" in body for body in plain.numbered(1, box=(0, 0, 1, 1)).values())


@pytest.mark.parametrize("nominal", ["", "広域水道企業団企業長職務代理者副企業長　東山田 権左衛門之助" * 3])
def test_a_long_name_stays_inside_of_its_box_and_two_do(nominal: str) -> None:
    place = boxes((1, 30, 50))[0]
    bare = forging.document(forging.CONTRACT)
    party = replace(PARTY, organisation="特定建設工事共同企業体" * 14, title="代表者　" * 10)
    sealed = filled(visible.reserve(bare, [place]), party, nominal=nominal)
    left, top, right, bottom = changed_box(by_pdfium(bare, 1), by_pdfium(sealed, 1))
    assert (left, top) >= (place.left - 1, place.top - 1)
    assert (right, bottom) <= (place.left + place.width + 1, place.top + place.height + 1)


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        ([(3, 10, 10)], "no_page"),
        ([(0, 10, 10)], "no_page"),
        ([(1, 147, 10)], "outside"),
        ([(1, 10, 272)], "outside"),
        ([(1, -1, 10)], "outside"),
        ([(1, 10, 10), (1, 73, 35)], "overlap"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_a_sentence(corners: list[tuple[int, int, int]], code: str) -> None:
    fault = places.fault_of(boxes(*corners), visible.sheets_of(contracts.contract()))
    assert fault is not None
    assert (fault.code, fault.message[-1], fault.next_step[-1]) == (code, "。", "。")
    with pytest.raises(errors.PlaceUnusable, match=code):
        visible.reserve(contracts.contract(), boxes(*corners))


def test_a_small_page_takes_no_seal() -> None:
    card = forging.document({**forging.CONTRACT, 3: forging.PAGE.replace(b"595 842", b"258 156")})
    fault = places.fault_of(boxes((1, 0, 0)), visible.sheets_of(card))
    assert fault is not None
    assert fault.code == "too_large"


def test_no_place_is_kept_in_a_file_that_somebody_signed() -> None:
    with pytest.raises(errors.PlaceUnusable):
        visible.reserve(forging.consented(forging.document(forging.CONTRACT)), boxes((1, 10, 10)))


@pytest.mark.parametrize("size", [(595, 842), (842, 595), (420, 595), (1191, 842)])
def test_the_preset_fits_on_every_common_page(size: tuple[int, int]) -> None:
    sheets = [places.Sheet((0, 0, 595, 842)), places.Sheet((0, 0, *size))]
    corners = places.preset(2, sheets[-1])
    assert places.fault_of(boxes(*corners), sheets) is None
    assert {page for page, _, _ in corners} == {2}


def test_places_are_kept_and_tried_in_a_limited_process(tmp_path: Path) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "target.pdf"
    source.write_bytes(contracts.contract())
    wanted = boxes((1, 10, 10), (2, 10, 10))
    placing.reserve(source, target, wanted)
    assert target.read_bytes() == visible.reserve(contracts.contract(), wanted)


def test_a_file_that_takes_no_seals_is_found_before_anybody_approves(tmp_path: Path) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "target.pdf"
    for content in (b"", contracts.contract()[:4000], forging.consented(forging.document(forging.CONTRACT))):
        source.write_bytes(content)
        with pytest.raises(errors.PlaceUnusable):
            placing.reserve(source, target, boxes((1, 10, 10)))
        assert not target.exists()


def papers() -> list[Path]:
    return sorted((CORPORA / "japanese").glob("*.pdf"))


def passes(paper: Path, scratch: Path) -> bool:
    """Intake, places by the preset, and a rehearsal that fills them."""
    source, target = scratch / "normalised.pdf", scratch / "kept.pdf"
    found = intake.examine(paper, source)
    if found.last_sheet is None:
        return True
    corners = places.preset(found.pages, found.last_sheet)
    placing.reserve(source, target, boxes(*corners))
    return target.read_bytes() != source.read_bytes()


@pytest.mark.skipif(not papers(), reason="the corpus of Japanese documents is not beside the project")
def test_a_real_document_takes_visible_seals(tmp_path: Path) -> None:
    assert all(passes(paper, tmp_path) for paper in papers()[:1])


@pytest.mark.long
@pytest.mark.skipif(not papers(), reason="the corpus of Japanese documents is not beside the project")
def test_every_real_document_takes_visible_seals(tmp_path: Path) -> None:
    assert all(passes(paper, tmp_path) for paper in papers())
