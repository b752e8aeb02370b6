"""Incremental updates written by hand: whatever the file looks like, only its end changes. 増分更新の試験"""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms as asn1
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import cms, der, errors, reports, validation

AT = pkis.SEALED


def written(pdf: pikepdf.Pdf, **saved: Any) -> bytes:
    output = io.BytesIO()
    pdf.save(output, **{"object_stream_mode": pikepdf.ObjectStreamMode.disable, **saved})
    return output.getvalue()


def with_compressed_cross_reference() -> bytes:
    with pikepdf.open(io.BytesIO(samples.contract())) as pdf:
        return written(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_indirect_annotations() -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        link = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[10, 10, 20, 20])
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([link]))
        return written(pdf)


def with_a_direct_form() -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[])
        return written(pdf)


def with_a_form_of_objects() -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        fields = pdf.make_indirect(pikepdf.Array([]))
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=fields))
        return written(pdf)


def with_a_deep_page_tree() -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        old = pdf.Root.Pages
        top = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=1, Kids=[old]))
        old.Parent = top
        pdf.Root.Pages = top
        return written(pdf)


def of_version(version: str) -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        return written(pdf, force_version=version)


def without_a_last_newline() -> bytes:
    return samples.plain().rstrip(b"\n")


def with_info_and_extensions() -> bytes:
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        pdf.docinfo["/Title"] = "契約書"
        pdf.Root.Extensions = pikepdf.Dictionary(
            ADBE=pikepdf.Dictionary(BaseVersion=pikepdf.Name("/1.7"), ExtensionLevel=3)
        )
        return written(pdf)


SHAPES = {
    "compressed cross-reference": with_compressed_cross_reference,
    "indirect annotations": with_indirect_annotations,
    "direct form": with_a_direct_form,
    "form of objects": with_a_form_of_objects,
    "deep page tree": with_a_deep_page_tree,
    "PDF 1.3": lambda: of_version("1.3"),
    "PDF 2.0": lambda: of_version("2.0"),
    "no last newline": without_a_last_newline,
    "info and extensions": with_info_and_extensions,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_file_takes_consents_and_the_archive_timestamp(pki: pkis.Pki, shape: str) -> None:
    source = SHAPES[shape]()
    sealer = pki.sealer()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    first = sealer.consent_revision(source, field="Consent1", party=party, at=AT)
    second = sealer.consent_revision(first, field="Consent2", party=party, at=AT)
    final = sealer.archive_revision(second, at=AT)
    names = ["Consent1", "Consent2"]
    validation.check_revision(source, first, expected_fields=names[:1], trust=pki.trust, at=AT, final=False)
    validation.check_revision(first, second, expected_fields=names, trust=pki.trust, at=AT, final=False)
    report = validation.check_revision(second, final, expected_fields=names, trust=pki.trust, at=AT, final=True)
    assert report.level is reports.Level.B_LTA
    with pikepdf.open(io.BytesIO(final)) as pdf:
        assert not pdf.check_pdf_syntax()
        assert len(pdf.pages) == len(pikepdf.open(io.BytesIO(source)).pages)


def test_a_cross_reference_stays_of_its_kind(pki: pkis.Pki) -> None:
    for source in (samples.plain(), with_compressed_cross_reference()):
        sealed = pki.sealer().single_seal(source, field="Seal", party=None, at=AT)
        before, after = (PdfFileReader(io.BytesIO(data)) for data in (source, sealed))
        assert after.has_xref_stream == before.has_xref_stream
        assert after.xrefs.total_revisions == before.xrefs.total_revisions + 2


def test_the_file_ends_at_its_last_timestamp(pki: pkis.Pki) -> None:
    sealed = pki.sealer().single_seal(samples.plain(), field="Seal", party=None, at=AT)
    (*_, last) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    start, length, after, rest = (int(number) for number in last.byte_range)
    assert (start, after + rest) == (0, len(sealed))
    assert last.sig_object_type == "/DocTimeStamp"
    assert sealed[length : length + 1] == b"<"


def test_a_file_is_sealed_in_place_with_the_same_result_as_in_memory(pki: pkis.Pki, tmp_path: Path) -> None:
    source = samples.plain()
    path = tmp_path / "契約書.pdf"
    path.write_bytes(source)
    sealer = pki.sealer()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    sealer.consent_in_file(path, field="Consent1", party=party, at=AT)
    sealer.archive_file(path, at=AT)
    report = validation.check_revision(
        source, path.read_bytes(), expected_fields=["Consent1"], trust=pki.trust, at=AT, final=True
    )
    assert report.level is reports.Level.B_LTA


def test_when_the_authority_fails_the_file_is_as_it_was(pki: pkis.Pki, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(samples.plain())
    sealer = pki.sealer()
    party = samples.statement("岩手 太郎", source=samples.plain(), at=AT)
    pki.tsa.mode = "wrong_imprint"
    with pytest.raises(errors.TimestampRejected):
        sealer.consent_in_file(path, field="Consent1", party=party, at=AT)
    assert path.read_bytes() == samples.plain()
    pki.tsa.mode = "ok"
    sealer.consent_in_file(path, field="Consent1", party=party, at=AT)
    signed = path.read_bytes()
    pki.tsa.mode = "down"
    with pytest.raises(errors.TimestampUnavailable):
        sealer.archive_file(path, at=AT)
    assert path.read_bytes() == signed


@pytest.mark.parametrize("level", list(reports.Level))
def test_each_baseline_level_holds_what_it_names_and_no_more(pki: pkis.Pki, level: reports.Level) -> None:
    sealed = pki.sealer().single_seal(samples.plain(), field="Seal", party=None, at=AT, level=level)
    reader = PdfFileReader(io.BytesIO(sealed))
    signatures = list(reader.embedded_signatures)
    (signature, *stamps) = signatures
    unsigned = {attribute["type"].native for attribute in signature.signer_info["unsigned_attrs"]}
    has = {
        reports.Level.B_T: "signature_time_stamp_token" in unsigned,
        reports.Level.B_LT: "/DSS" in reader.root,
        reports.Level.B_LTA: bool(stamps),
    }
    levels = list(reports.Level)
    assert has == {one: levels.index(one) <= levels.index(level) for one in has}
    report = validation.validate(sealed, trust=pki.trust, at=AT, revocation=pki.revocation)
    assert report.level is level
    assert (report.result is reports.Result.PASSED) is (level is not reports.Level.B_B)


def test_the_container_is_canonical_and_says_what_was_signed(pki: pkis.Pki) -> None:
    assembly = cms.Assembly(pki.key)
    digest = random.Random(1).randbytes(32)
    whole = assembly.signed(digest).container(None)
    parsed = asn1.ContentInfo.load(whole, strict=True)
    assert parsed.copy().dump(force=True) == whole
    (signer,) = parsed["content"]["signer_infos"]
    said = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    assert said["message_digest"][0].native == digest
    assert set(said) == {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
    identified = said["signing_certificate_v2"][0]["certs"][0]
    assert identified["issuer_serial"]["serial_number"].native == pki.key.certificate.serial_number
    assert len(parsed["content"]["certificates"]) == len({one.dump() for one in parsed["content"]["certificates"]})
    held = cms.carried(whole + bytes(20))
    assert held.signer.sha256 == pki.key.certificate.sha256
    assert not held.is_timestamp
    assert not held.timestamps


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x05\x02\x01\x01", b"\x04\x02ab", bytes(40)]
)
def test_rubbish_in_a_container_is_named_and_never_read_over_its_end(rubbish: bytes) -> None:
    with pytest.raises(errors.SealingFailed):
        cms.carried(rubbish)


def test_an_element_that_ends_after_its_parent_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cut off|after its parent"):
        list(der.element(b"\x30\x03\x02\x09\x01" + bytes(20)).children())


def test_a_scan_whose_bytes_seem_to_mention_new_objects_is_still_proven(pki: pkis.Pki) -> None:
    with pikepdf.open(io.BytesIO(samples.plain(200))) as pdf:
        mentions = b" ".join(b"%d 0 R" % number for number in range(4, 40))
        pdf.Root.Scan = pikepdf.Stream(pdf, mentions + random.Random(3).randbytes(100_000))
        source = written(pdf)
    sealer = pki.sealer()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    first = sealer.consent_revision(source, field="Consent1", party=party, at=AT)
    final = sealer.archive_revision(first, at=AT)
    validation.check_revision(source, first, expected_fields=["Consent1"], trust=pki.trust, at=AT, final=False)
    validation.check_revision(first, final, expected_fields=["Consent1"], trust=pki.trust, at=AT, final=True)
    assert validation.validate(final, trust=pki.trust, at=AT).result is reports.Result.PASSED
    with pikepdf.open(io.BytesIO(final)) as pdf:
        assert not pdf.check_pdf_syntax()
