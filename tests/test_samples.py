"""Our own samples are what their names say; otherwise tests that lean on them would prove nothing."""

import io

import pikepdf
import pytest

from tests import samples


def opened(content: bytes, password: str = "") -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content), password=password)


def test_the_contract_has_two_pages_and_carries_its_fonts() -> None:
    with opened(samples.contract()) as pdf:
        assert len(pdf.pages) == 2
        fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontDescriptor" in thing]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()) for font in fonts)
        assert pdf.check_pdf_syntax() == []


def test_the_large_contract_is_about_one_megabyte_and_the_same_each_time() -> None:
    content = samples.large_contract()
    assert 900_000 < len(content) < 1_200_000
    samples.large_contract.cache_clear()
    assert samples.large_contract() == content
    with opened(content) as pdf:
        assert len(pdf.pages) == 8


def test_the_encrypted_contract_opens_with_its_password_only() -> None:
    with pytest.raises(pikepdf.PasswordError):
        opened(samples.encrypted())
    with opened(samples.encrypted(), samples.OPENING_PASSWORD) as pdf:
        assert len(pdf.pages) == 2


def test_the_restricted_contract_opens_without_a_password_and_forbids_changes() -> None:
    with opened(samples.restricted()) as pdf:
        assert pdf.is_encrypted
        assert not pdf.allow.modify_other


def test_the_script_runs_on_opening() -> None:
    with opened(samples.with_javascript()) as pdf:
        assert pdf.Root.OpenAction.S == "/JavaScript"


def test_the_form_has_a_filled_field_and_a_ticked_box_with_appearances() -> None:
    with opened(samples.with_form()) as pdf:
        number, agreed = pdf.Root.AcroForm.Fields
        assert str(number.V) == "2026-0117"
        assert b"2026-0117" in number.AP.N.read_bytes()
        assert agreed.AS == "/On"
        assert {"/On", "/Off"} == set(agreed.AP.N.keys())


def test_the_hybrid_file_needs_its_stream() -> None:
    content = samples.hybrid_xref()
    assert b"/XRefStm" in content
    assert b"\nxref\n" in content
    with opened(content) as pdf:
        assert pdf.pages[0].Resources.Font.F1.BaseFont == "/Helvetica"
        assert str(pdf.docinfo["/Producer"]) == "An office program"
        assert pdf.get_warnings() == []
    without = content.replace(b"/XRefStm", b"/Unknown")
    with opened(without) as pdf:
        assert pdf.pages[0].Resources.Font.get("/F1") is None


@pytest.mark.parametrize("content", [samples.empty(), samples.not_a_pdf()], ids=["0 bytes", "text"])
def test_what_is_no_pdf_does_not_open(content: bytes) -> None:
    with pytest.raises(pikepdf.PdfError):
        opened(content)


def test_the_truncated_contract_has_lost_its_end() -> None:
    assert samples.contract().startswith(samples.truncated())
    assert b"%%EOF" not in samples.truncated()
