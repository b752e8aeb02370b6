"""Files that show one thing here and another there are found; honest ones are left alone. 表示の照合の試験"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
import pytest
import typst

from tests.pades import bombs, samples
from warifu.pades import comparison, findings, intake, likeness, renderers

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
    task = renderers.Task(file, 1, 2, annotations=False)
    with pytest.raises(renderers.NotDrawn), renderers.drawing(program, task, seconds=60) as pages:
        assert len(list(pages)) == 2
    assert compare(subject(file, pages=2), seconds=60).differs == 2


def test_a_long_document_is_compared_from_both_ends_and_then_by_lot_and_the_share_is_told(tmp_path: Path) -> None:
    runs = comparison.runs(5000, random.Random(1))
    assert runs[0] == (1, 8)
    assert runs[1] == (4993, 5000)
    assert runs[2] != comparison.runs(5000, random.Random(2))[2]
    assert sorted(page for first, last in runs for page in range(first, last + 1)) == list(range(1, 5001))
    note = findings.note("compared_partly", pages=5000, compared=400, programs=3)
    assert "5000ページのうち400ページ" in note.message


def test_without_time_there_is_no_answer(tmp_path: Path) -> None:
    file = stored(tmp_path, "a.pdf", samples.contract())
    assert not compare(subject(file), seconds=0).enough
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(comparison_seconds=0))
    assert found.reason is not None
    assert found.reason.code == "comparison_unfinished"


def test_a_missing_program_is_told_and_never_skipped_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored(tmp_path, "a.pdf", samples.contract())
    assert renderers.missing(("pdfium", "ghost")) == ("ghost",)
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(renderers=("pdfium", "ghost")))
    assert found.reason is not None
    assert found.reason.code == "comparison_unavailable"
    monkeypatch.setattr("os.defpath", str(tmp_path))
    found = intake.examine(file, tmp_path / "out.pdf", limits=intake.Limits(renderers=("pdfium",)))
    assert "compared_alone" in [note.code for note in found.notes]


def test_edges_and_hairlines_are_no_difference_but_a_character_is() -> None:
    side = renderers.SIDE
    white = b"\xff" * (side * side * 3)
    line = bytearray(white)
    line[500 * side * 3 : 501 * side * 3] = b"\x00" * (side * 3)
    faint = bytearray(white)
    faint[502 * side * 3 : 503 * side * 3] = b"\xf0" * (side * 3)
    spot = bytearray(white)
    for row in range(300, 312):
        spot[(row * side + 300) * 3 : (row * side + 302) * 3] = b"\x00" * 6
    pictures = [likeness.picture(bytes(one), side=side) for one in (white, line, faint, spot)]
    blank, strong_line, faint_line, character = pictures
    assert likeness.distance(strong_line, faint_line).negligible(unembedded=False)
    assert not likeness.distance(blank, strong_line).negligible(unembedded=False)
    assert likeness.distance(blank, character).ink == 24
    assert not likeness.distance(character, blank).negligible(unembedded=False)


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
