"""What is repaired, what is refused instead, and what a form and a PDF/A claim become. 修復の試験"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import findings, intake

Make = Callable[[pikepdf.Pdf], None]


def examined(tmp_path: Path, data: bytes) -> tuple[intake.Examination, Path]:
    source, normalised = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(data)
    return intake.examine(source, normalised), normalised


def codes(found: intake.Examination) -> list[str]:
    return [found.reason.code] if found.reason else [note.code for note in found.notes]


def sentences(found: intake.Examination) -> str:
    return "".join(note.message for note in found.notes)


def made(change: Make, **options: object) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        change(pdf)
        pdf.save(output, static_id=True, **options)  # type: ignore[arg-type]  # names and values are pikepdf's
    return output.getvalue()


def without_index(data: bytes) -> bytes:
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", data)


LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda data: b"\r\n \n" + data, "leading_removed", id="blanks"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, "leading_removed", id="byte order mark", marks=LONG),
        pytest.param(lambda data: data + b"\r\nwords after the end\r\n", "trailing_removed", id="words", marks=LONG),
        pytest.param(lambda data: data.replace(b"%%EOF\n", b""), "tail_completed", id="no end", marks=LONG),
        pytest.param(lambda data: data[: data.rindex(b"trailer")], "damaged", id="no trailer"),
        pytest.param(without_index, "xref_rebuilt", id="no index"),
        pytest.param(lambda data: re.sub(rb"/Size \d+", b"", data), "xref_rebuilt", id="no size", marks=LONG),
        pytest.param(lambda data: data[: data.rindex(b"startxref")], "tail_completed", id="no pointer"),
        pytest.param(
            lambda data: data.replace(b"0000000015 00000 n", b"0000000016 00000 n"),
            "xref_rebuilt",
            id="shift",
            marks=LONG,
        ),
    ],
)
def test_a_damaged_index_is_repaired_and_said_so(tmp_path: Path, damage: Callable[[bytes], bytes], code: str) -> None:
    whole = samples.plain()
    assert damage(whole) != whole
    found, normalised = examined(tmp_path, damage(whole))
    assert code in codes(found)
    if code == "damaged":
        return
    assert found.verdict is intake.Verdict.REPAIR
    assert found.dry_run_sealed
    assert findings.NOTES[code][0] in sentences(found)
    with pikepdf.open(normalised) as pdf:
        assert len(pdf.pages) == 1
        assert not pdf.get_warnings()


def test_an_index_that_could_be_rebuilt_in_two_ways_is_refused(tmp_path: Path) -> None:
    whole = samples.plain()
    page = re.search(rb"(\d+) 0 obj\s*<<[^<>]*(?:<<\s*>>)?[^<>]*/Type /Page\b.*?endobj", whole, re.DOTALL)
    assert page is not None
    other = page[0].replace(b"612", b"306")
    twice = whole[: whole.rindex(b"xref\n0")] + other + b"\n" + whole[whole.rindex(b"xref\n0") :]
    assert codes(examined(tmp_path, without_index(twice))[0]) == ["damaged"]


def test_a_file_that_lost_objects_is_refused(tmp_path: Path) -> None:
    whole = samples.plain()
    assert codes(examined(tmp_path, whole[: whole.rindex(b"5 0 obj")] + b"\n%%EOF\n")[0]) == ["damaged"]
    assert codes(examined(tmp_path, whole[: len(whole) // 2])[0]) == ["damaged"]


def test_nothing_is_repaired_after_the_first_signature(pki: pkis.Pki, tmp_path: Path) -> None:
    signed = pki.sealer().single_seal(samples.plain(), field="Seal", party=None, at=pkis.SEALED)
    for damaged in (without_index(signed), b"\n" + signed, signed + b"some words"):
        found, normalised = examined(tmp_path, damaged)
        assert codes(found) == ["cannot_append"]
        assert not normalised.exists()


def text_field(pdf: pikepdf.Pdf, value: str) -> None:
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="name",
            V=pikepdf.String(value),
            DA="/Helv 12 Tf 0 g",
            Rect=[10, 10, 200, 40],
        )
    )
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), DR=resources, DA="/Helv 12 Tf 0 g")
    pdf.pages[0].obj.Annots = pikepdf.Array([field])


def test_a_value_that_has_no_picture_yet_is_drawn_or_refused_but_never_lost(tmp_path: Path) -> None:
    found, normalised = examined(tmp_path, made(lambda pdf: text_field(pdf, "1,234,567")))
    assert "form_flattened" in codes(found)
    with pikepdf.open(normalised) as pdf:
        assert "/Annots" not in pdf.pages[0].obj
        drawn = b"".join(one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
    assert b"1,234,567" in drawn
    found, _ = examined(tmp_path, made(lambda pdf: text_field(pdf, "百二十三万円")))
    assert codes(found) == ["form_not_drawn"]


def claim(part: str, conformance: str) -> Make:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["pdfaid:part"] = part
            metadata["pdfaid:conformance"] = conformance

    return change


@pytest.mark.parametrize(
    ("part", "conformance", "code"),
    [
        ("2", "B", "pdfa_kept"),
        pytest.param("3", "B", "pdfa_kept", marks=LONG),
        ("1", "B", "pdfa_1_dropped"),
    ],
)
def test_a_pdfa_claim_stays_where_a_seal_leaves_it_true(tmp_path: Path, part: str, conformance: str, code: str) -> None:
    found, normalised = examined(tmp_path, made(claim(part, conformance)))
    assert code in codes(found)
    assert f"PDF/A-{part}b" in sentences(found)
    assert (b"pdfaid:part" in normalised.read_bytes()) is (code == "pdfa_kept")


def test_text_that_we_drew_for_a_form_ends_a_pdfa_claim(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        claim("2", "B")(pdf)
        text_field(pdf, "abc")

    found, normalised = examined(tmp_path, made(change))
    assert "pdfa_dropped" in codes(found)
    assert b"pdfaid" not in normalised.read_bytes()


def test_pdf_2_0_stays_pdf_2_0(tmp_path: Path) -> None:
    found, normalised = examined(tmp_path, made(lambda pdf: None, min_version="2.0"))
    assert found.verdict is intake.Verdict.ACCEPT
    assert normalised.read_bytes().startswith(b"%PDF-2.0")
