"""Which documents come in, and what the person who dropped one reads. 受付の試験"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import boxed, findings, intake, visible

Make = Callable[[pikepdf.Pdf], None]


def examined(tmp_path: Path, data: bytes, limits: intake.Limits | None = None) -> tuple[intake.Examination, Path]:
    source, normalised = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(data)
    return intake.examine(source, normalised, limits=limits), normalised


def made(change: Make) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        change(pdf)
        pdf.save(output)
    return output.getvalue()


def test_a_typeset_contract_is_accepted_and_rehearsed(tmp_path: Path) -> None:
    found, normalised = examined(tmp_path, samples.contract())
    assert (found.verdict, found.lane) == (intake.Verdict.ACCEPT, intake.Lane.NORMALISE)
    assert found.dry_run_sealed
    assert found.pages >= 1
    assert found.original_digest == hashlib.sha256(samples.contract()).hexdigest()
    assert found.normalised_digest == hashlib.sha256(normalised.read_bytes()).hexdigest()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_come_in_and_the_last_is_told_with_its_size_as_shown(tmp_path: Path, turn: int) -> None:
    # Lying drawings and what a scanner made are turned by the file, some pages of it or all.
    with pikepdf.open(io.BytesIO(samples.contract())) as pdf:
        pdf.pages.extend([pdf.pages[0]] * 3)
        upright = pdf.pages[0].mediabox
        for page in pdf.pages[1::2]:
            page.Rotate = turn
        output = io.BytesIO()
        pdf.save(output)
    found, normalised = examined(tmp_path, output.getvalue())
    assert found.reason is None
    assert found.last_sheet == visible.sheets_of(normalised.read_bytes())[-1]
    assert found.last_sheet is not None
    assert (found.last_sheet.width > found.last_sheet.height) == (turn != 180)
    assert upright[3] > upright[2]


def test_normalising_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, _ = examined(tmp_path, samples.contract())
    second, _ = examined(tmp_path, samples.contract())
    assert first.normalised_digest == second.normalised_digest


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"hello", "not_pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "not_pdf"),
        (b"junk\n%PDF-1.7\n%%EOF", "header_not_first"),
        (b"\n\njunk\n%PDF-1.7\n%%EOF", "header_not_first"),
        (b"%PDF-1.7\n", "damaged"),
        (b"%PDF-1.7\nstartxref\n0\n%%EOF\n", "damaged"),
    ],
)
def test_what_is_no_pdf_is_refused_with_a_sentence(tmp_path: Path, data: bytes, code: str) -> None:
    found, normalised = examined(tmp_path, data)
    assert found.verdict is intake.Verdict.REFUSE
    assert found.reason is not None
    assert found.reason.code == code
    assert found.reason.next_step.endswith("。")
    assert not normalised.exists()


def script_on_open(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")


def call_home_on_open(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://example.com/")


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"text"


def xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp/>"))


def stamp(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])


def hidden_layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="secret"))
    default = pikepdf.Dictionary(OFF=pikepdf.Array([group]))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=default)


def page_additional_action(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit]))
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=action)


def external_stream(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.F = pikepdf.String("http://example.com/x")
    pdf.pages[0].obj.Contents = stream


def bomb(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.write(zlib.compress(b" " * (80 << 20), 9), filter=pikepdf.Name.FlateDecode)
    pdf.pages[0].obj.Contents = stream


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (script_on_open, "script"),
        (launch, "action"),
        (call_home_on_open, "outside_link_on_open"),
        (attachment, "embedded_file"),
        (xfa, "xfa"),
        (stamp, "annotation"),
        (hidden_layer, "hidden_layer"),
        (page_additional_action, "action"),
        (external_stream, "external_content"),
        (bomb, "expands_too_much"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_nothing_that_acts_hides_or_calls_comes_in(tmp_path: Path, change: Make, code: str) -> None:
    found, _ = examined(tmp_path, made(change))
    assert found.reason is not None
    assert found.reason.code == code


def test_a_link_that_waits_for_a_click_comes_in_and_direct_annotations_are_tidied(tmp_path: Path) -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://www.city.morioka.iwate.jp/")
        annotation = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        pdf.pages[0].obj.Annots = pikepdf.Array([annotation])

    found, _ = examined(tmp_path, made(link))
    assert found.verdict is intake.Verdict.REPAIR
    assert "annotations_tidied" in [note.code for note in found.notes]


def test_a_filled_form_becomes_fixed_text(tmp_path: Path) -> None:
    def form(pdf: pikepdf.Pdf) -> None:
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="name",
            V="value",
            DA="/Helv 12 Tf 0 g",
            Rect=[10, 10, 200, 40],
        )
        indirect = pdf.make_indirect(field)
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([indirect]), DR=resources, DA="/Helv 12 Tf 0 g")
        pdf.pages[0].obj.Annots = pikepdf.Array([indirect])

    found, normalised = examined(tmp_path, made(form))
    assert found.verdict is intake.Verdict.REPAIR
    assert "form_flattened" in [note.code for note in found.notes]
    with pikepdf.open(normalised) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_an_author_and_an_earlier_revision_do_not_come_in(tmp_path: Path) -> None:
    def author(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = "内部 花子"
        pdf.docinfo["/Company"] = "c:\\secret\\path"

    _, normalised = examined(tmp_path, made(author))
    with pikepdf.open(normalised) as pdf:
        assert "/Info" not in pdf.trailer
    assert normalised.read_bytes().count(b"%%EOF") == 1


def test_a_password_and_limited_permissions_are_each_refused_by_name(tmp_path: Path) -> None:
    for user, code in (("", "permission_limited"), ("secret", "encrypted")):
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
            pdf.save(output, encryption=pikepdf.Encryption(user=user, owner="owner"))
        found, _ = examined(tmp_path, output.getvalue())
        assert found.reason is not None
        assert found.reason.code == code


def test_limits_of_size_and_pages_are_kept(tmp_path: Path) -> None:
    small = intake.Limits(size=1000)
    found, _ = examined(tmp_path, samples.plain(), small)
    assert found.reason is not None
    assert found.reason.code == "too_large"

    def one_more_page(pdf: pikepdf.Pdf) -> None:
        pdf.add_blank_page()

    found, _ = examined(tmp_path, made(one_more_page), intake.Limits(pages=1))
    assert found.reason is not None
    assert found.reason.code == "too_many_pages"


def test_a_child_that_runs_out_of_time_is_a_refusal_and_leaves_no_file(tmp_path: Path) -> None:
    hurried = intake.Limits(fence=boxed.Fence(wall_seconds=0.05))
    found, normalised = examined(tmp_path, samples.plain(), hurried)
    assert found.reason is not None
    assert found.reason.code == "check_stopped"
    assert not normalised.exists()


def test_a_signed_file_is_only_appended_to(pki: pkis.Pki, tmp_path: Path) -> None:
    signed = pki.sealer().single_seal(samples.plain(), field="Seal", party=None, at=pkis.SEALED)
    found, normalised = examined(tmp_path, signed)
    assert (found.verdict, found.lane) == (intake.Verdict.ACCEPT, intake.Lane.APPEND)
    assert [note.code for note in found.notes] == ["signed_before", "compared"]
    assert normalised.read_bytes() == signed


def test_a_signed_file_with_a_changed_byte_is_refused(pki: pkis.Pki, tmp_path: Path) -> None:
    signed = pki.sealer().single_seal(samples.plain(), field="Seal", party=None, at=pkis.SEALED)
    position = signed.index(b"/MediaBox") + 12
    found, _ = examined(tmp_path, signed[:position] + b"7" + signed[position + 1 :])
    assert found.reason is not None
    assert found.reason.code == "signature_broken"


def test_every_finding_speaks_calmly_and_ends_as_a_sentence() -> None:
    for message, next_step in (*findings.REFUSALS.values(), *findings.NOTES.values()):
        assert message.endswith("。")
        assert next_step.endswith("。")
        assert "！" not in message + next_step
