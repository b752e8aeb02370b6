"""Files that show one thing here and another there are found; honest ones are left alone. 表示の照合の試験"""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from PIL import Image

from tests.pades import bombs, lettering, samples
from warifu.pades import boxed, comparison, findings, intake, likeness, renderers, resolution

pytestmark = pytest.mark.skipif(bool(renderers.missing(renderers.NAMES)), reason="poppler-utils or mupdf-tools absent")
CONTRACT = """
#set page(paper: "a4")
#set text(lang: "ja", size: 10.5pt)
= 業務委託契約書
盛岡市と岩手建設株式会社は、次のとおり契約を締結する。
委託料　金AMOUNT円（うち消費税及び地方消費税の額　金100,000円）
"""


def contract(amount: str) -> bytes:
    return bytes(typst.compile(CONTRACT.replace("AMOUNT", amount).encode(), format="pdf"))


def subject(file: Path, *, pages: int = 1, original: Path | None = None) -> comparison.Subject:
    return comparison.Subject(file, pages, original, damaged=False, annotations=False, unembedded=False)


def compare(subject: comparison.Subject, *, seconds: float) -> comparison.Comparison:
    return comparison.compare(subject, names=renderers.NAMES, seconds=seconds)


def stored(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def masked() -> bytes:
    """The second part of the page stands behind a filter that only some programs know how to ignore."""
    first = bombs.stream(b"0 0 1 rg 0 0 99 50 re f")
    second = bombs.stream(b"1 0 0 rg 0 0 99 99 re f", b"/Filter/NoSuchDecode")
    return bombs.one_page(b"/Contents[4 0 R 5 0 R]", first, second)


def test_an_honest_contract_looks_the_same_in_all_three(tmp_path: Path) -> None:
    pages = 2
    file = stored(tmp_path, "a.pdf", samples.contract())
    with pikepdf.open(file) as pdf:
        pages = len(pdf.pages)
    found = compare(subject(file, pages=pages, original=file), seconds=60)
    assert found == comparison.Comparison(pages, None, True)


def test_a_page_that_shows_different_things_is_named(tmp_path: Path) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf, pikepdf.open(io.BytesIO(masked())) as odd:
        pdf.pages.append(odd.pages[0])
        pdf.save(output)
    file = stored(tmp_path, "a.pdf", output.getvalue())
    assert compare(subject(file, pages=2), seconds=60).differs == 2
    found = intake.examine(file, tmp_path / "out.pdf")
    assert found.reason is not None
    assert found.reason.code == "pages_differ"
    assert found.reason.message.startswith("2ページ")
    assert not (tmp_path / "out.pdf").exists()


def test_a_rewrite_that_shows_another_amount_is_found(tmp_path: Path) -> None:
    original, rewritten = (
        stored(tmp_path, f"{amount}.pdf", contract(amount)) for amount in ("1,100,000", "11,100,000")
    )
    assert compare(subject(rewritten, original=rewritten), seconds=60).differs is None
    assert compare(subject(rewritten, original=original), seconds=60).differs == 1


@pytest.mark.parametrize("program", renderers.ALL, ids=lambda program: program.name)
def test_a_page_that_a_program_does_not_draw_differs(tmp_path: Path, program: renderers.Renderer) -> None:
    file = stored(tmp_path, "a.pdf", samples.plain())
    task = renderers.Task(file, 1, 2, annotations=False, size=(600, 800))
    with pytest.raises(renderers.NotDrawn), renderers.drawing(program, task, seconds=60) as pages:
        assert len(list(pages)) == 2
    assert compare(subject(file, pages=2), seconds=60).differs == 2


def test_a_long_document_is_compared_from_both_ends_and_then_by_lot_and_the_share_is_told(tmp_path: Path) -> None:
    a4 = [(868, 1228)] * 5000
    runs = comparison.runs(a4, random.Random(1))
    assert runs[0] == (1, 8)
    assert runs[1] == (4993, 5000)
    assert runs[2] != comparison.runs(a4, random.Random(2))[2]
    assert sorted(page for first, last in runs for page in range(first, last + 1)) == list(range(1, 5001))
    note = findings.note("compared_partly", pages=5000, compared=400, programs=3)
    assert "5000ページのうち400ページ" in note.message


def test_without_time_there_is_no_answer(tmp_path: Path) -> None:
    file = stored(tmp_path, "a.pdf", samples.contract())
    assert not compare(subject(file), seconds=0).enough
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(comparison_seconds=0))
    assert found.reason is not None
    assert found.reason.code == "comparison_unfinished"


def test_the_comparison_ends_by_its_own_time_before_it_is_killed_for_its_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fences: dict[str, tuple[float, int]] = {}
    run = boxed.run

    def watched(verb: str, request: dict[str, Any], *, fence: boxed.Fence) -> Any:
        fences[verb] = (request.get("seconds", 0.0), fence.cpu_seconds)
        return run(verb, request, fence=fence)

    monkeypatch.setattr(boxed, "run", watched)
    limits = intake.Limits(fence=boxed.Fence(wall_seconds=240), comparison_seconds=200)
    found = intake.examine(stored(tmp_path, "a.pdf", contract("1,100,000")), tmp_path / "b.pdf", limits=limits)
    assert found.verdict == "accept"
    seconds, cpu = fences["compare"]
    assert seconds > 100
    assert cpu > seconds
    assert fences["examine"][1] == limits.fence.cpu_seconds, "what reads strangers' files stays short"


def test_a_missing_program_is_told_and_never_skipped_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(tmp_path, "a.pdf", samples.contract())
    assert renderers.missing(("pdfium", "ghost")) == ("ghost",)
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(renderers=("pdfium", "ghost")))
    assert found.reason is not None
    assert found.reason.code == "comparison_unavailable"
    monkeypatch.setattr("os.defpath", str(tmp_path))
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(renderers=("pdfium",)))
    assert "compared_alone" in [note.code for note in found.notes]


def marked(*boxes: tuple[int, int, int, int], ink: int = 0, paper: int = 255) -> likeness.Picture:
    """A small page with filled rectangles: left, top, right, bottom."""
    page = Image.new("RGB", (400, 300), (paper,) * 3)
    for left, top, right, bottom in boxes:
        page.paste((ink,) * 3, (left, top, right, bottom))
    return likeness.picture(page.tobytes(), size=page.size)


def alike(*pictures: likeness.Picture, unembedded: bool = False) -> bool:
    return likeness.distance(pictures).negligible(unembedded=unembedded)


def test_edges_and_hairlines_are_no_difference_but_a_character_is() -> None:
    blank, line, faint = marked(), marked((0, 150, 400, 151)), marked((0, 152, 400, 153), ink=200)
    character = marked((100, 100, 102, 112))
    assert alike(line, faint)
    assert not alike(blank, marked((0, 150, 400, 152)))
    assert likeness.distance([blank, character]) == likeness.Distance(colour=1, dark=24, light=0)
    assert not alike(character, blank)
    assert not alike(blank, blank, character)


@pytest.mark.parametrize(("ink", "paper"), [(130, 255), (215, 255), (255, 0), (255, 130), (30, 90), (0, 60)])
def test_ink_counts_by_its_contrast_whatever_the_paper(ink: int, paper: int) -> None:
    strokes = [(100, 100, 103, 115), (106, 100, 109, 115), (112, 100, 115, 115)]
    assert not alike(marked(paper=paper), marked(*strokes, ink=ink, paper=paper))


def test_faint_dots_all_over_a_page_hide_no_character() -> None:
    dots = [(x, y, x + 1, y + 1) for x in range(0, 400, 4) for y in range(0, 300, 4)]
    page = Image.new("RGB", (400, 300), "white")
    for box in dots:
        page.paste((240, 240, 240), box)
    written = page.copy()
    written.paste((0, 0, 0), (100, 100, 103, 115))
    pictures = [likeness.picture(one.tobytes(), size=one.size) for one in (page, written)]
    assert not alike(*pictures)


def test_an_empty_box_is_a_missing_character_and_is_told_but_no_other_shape_is() -> None:
    frame = [(100, 100, 112, 101), (100, 111, 112, 112), (100, 100, 101, 112), (111, 100, 112, 112)]
    with_box = likeness.distance([marked(), marked(*frame)])
    assert with_box == likeness.Distance(colour=3, dark=0, light=0, boxes=True)
    assert with_box.negligible(unembedded=False)
    assert not alike(marked(), marked(*frame, (105, 104, 107, 108)))
    assert not alike(marked(), marked(*frame[:3]))
    assert not likeness.distance([marked(), marked(*frame[:3])]).boxes
    note = findings.note("boxes_differ", page=8)
    assert note.message.startswith("8ページ")
    assert note.asks


def test_ink_at_the_edge_of_a_page_or_where_bands_meet_is_no_difference() -> None:
    page = Image.new("RGB", (300, 2100), "white")
    moved = page.copy()
    for y in (0, 1020, 1046, 2040, 2096):
        page.paste((0, 0, 0), (0, y, 300, y + 2))
        moved.paste((0, 0, 0), (0, y + 1, 300, y + 3))
    for picture in (page, moved):
        picture.paste((0, 0, 0), (297, 0, 300, 2100))
    assert alike(*(likeness.picture(one.tobytes(), size=one.size) for one in (page, moved)))


@pytest.mark.parametrize(("grey", "size"), [(0.51, 12.0), (0.85, 12.0), (0.0, 6.0)])
def test_a_sentence_that_one_program_shows_in_grey_is_found(tmp_path: Path, grey: float, size: float) -> None:
    program = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.blank())])
    text = "The contractor waives all claims and pays JPY 50,000,000."
    file = stored(tmp_path, "a.pdf", lettering.page(program, text, encoding=None, points=size, grey=grey))
    assert compare(subject(file), seconds=60).differs == 1


@pytest.mark.parametrize("sheet", [(1684, 2384), (2384, 3370)], ids=["A1", "A0"])
def test_a_line_that_one_program_shows_on_a_large_sheet_is_found(tmp_path: Path, sheet: tuple[float, float]) -> None:
    honest = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.letters())])
    forged = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.blank())])
    found = []
    for program in (honest, forged):
        text = "Penalty: JPY 50,000,000"
        file = stored(tmp_path, "a.pdf", lettering.page(program, text, encoding=None, points=9, size=sheet))
        found.append(compare(subject(file), seconds=60).differs)
    assert found == [None, 1]


def test_digits_exchanged_in_large_print_are_found_by_their_pictures_too(tmp_path: Path) -> None:
    program = lettering.font([(1, 0, lettering.letters()), (3, 1, lettering.exchanged())])
    file = stored(tmp_path, "a.pdf", lettering.page(program, "Amount: JPY 1,300,000", encoding=None, points=28))
    assert compare(subject(file), seconds=60).differs == 1


def test_a_page_is_drawn_with_pixels_by_its_size_and_one_that_would_be_illegible_is_refused(tmp_path: Path) -> None:
    assert resolution.pixels(595.28, 841.89) == (868, 1228)
    assert resolution.pixels(1683.78, 2383.94) == (2456, 3477)
    width, height = resolution.pixels(2383.94, 3370.39) or (0, 0)
    assert 12_400_000 < width * height < 12_600_000
    card = resolution.pixels(85, 54) or (0, 0)
    assert card[0] * card[1] > 1_000_000
    assert resolution.pixels(14_401, 100) is None
    assert resolution.pixels(4000, 4000) is None
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 200_000, 200_000])
        pdf.save(tmp_path / "large.pdf")
    found = intake.examine(tmp_path / "large.pdf", tmp_path / "out.pdf")
    assert found.reason is not None
    assert found.reason.code == "page_too_large"
    assert found.reason.message.startswith("1ページ")


def test_a_run_holds_pages_of_one_size_and_few_large_ones() -> None:
    a4, a1 = (868, 1228), (2455, 3477)
    runs = comparison.runs([a4] * 3 + [a1] * 3 + [a4] * 9, random.Random(1))
    assert sorted(runs) == [(1, 3), (4, 4), (5, 5), (6, 6), (7, 14), (15, 15)]


def test_the_note_says_no_more_than_what_was_compared(tmp_path: Path) -> None:
    file = stored(tmp_path, "a.pdf", samples.plain())
    found = intake.examine(file, tmp_path / "out.pdf")
    note = next(note for note in found.notes if note.code == "compared")
    assert "比べた範囲で、違いは見つかりませんでした" in note.message
    assert "一致" not in note.message


def test_text_that_lies_hidden_under_a_picture_is_refused_but_a_searchable_scan_is_not(tmp_path: Path) -> None:
    keys = b"/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"
    image = bombs.stream(b"\xff" * 64, keys)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>/Font<</F 6 0 R>>>>"
    codes = []
    for mode in (0, 3):
        content = b"BT /F 9 Tf %d Tr 20 20 Td (hidden) Tj ET q 99 0 0 99 0 0 cm /I Do Q" % mode
        file = stored(tmp_path, f"{mode}.pdf", bombs.one_page(page, bombs.stream(content), image, font))
        found = intake.examine(file, tmp_path / "out.pdf")
        codes.append(found.reason.code if found.reason else None)
    assert codes == ["text_covered", None]
