"""What a sealed file holds for a reader without network, found with a few lines of its own and none of the engine's.

"LTV enabled" in Acrobat means: every certificate but the roots has its revocation datum in the file, those of the
timestamp authority and of the responders too; and the file ends at its last timestamp.
"""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from asn1crypto import cms, crl, ocsp, x509

from tests.pades import pki as pkis
from tests.pades import samples
from tests.witnesses import embedded, specimens


@pytest.fixture(params=["consents", "single", "renewed"])
def sealed(pki: pkis.Pki, request: pytest.FixtureRequest) -> bytes:
    if request.param == "consents":
        return specimens.consented(pki, samples.contract(), 2)
    single = pki.sealer().single_seal(samples.contract(), field="Seal", party=None, at=pkis.SEALED)
    return single if request.param == "single" else pki.sealer().renewal_revision(single, at=pkis.SEALED)


def store(data: bytes, key: str) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [stream.read_bytes() for stream in pdf.Root.DSS.get(key, [])]


def relied_on(data: bytes) -> dict[bytes, x509.Certificate]:
    """All certificates of the signatures, of their timestamps, of the DSS and of the responders."""
    found = [x509.Certificate.load(der) for der in store(data, "/Certs")]
    for one in embedded.found_in(data):
        for der in [*one.tokens, one.content]:
            held = cms.ContentInfo.load(der)["content"]["certificates"]
            found += [choice.chosen for choice in held]
    for der in store(data, "/OCSPs"):
        found += list(ocsp.OCSPResponse.load(der).basic_ocsp_response["certs"])
    return {one.sha256: one for one in found}


def without_datum(data: bytes, responses: list[bytes]) -> list[str]:
    lists = {crl.CertificateList.load(der).issuer.dump() for der in store(data, "/CRLs")}
    answered = {
        single["cert_id"]["serial_number"].native
        for der in responses
        for single in ocsp.OCSPResponse.load(der).response_data["responses"]
    }
    missing = []
    for one in relied_on(data).values():
        root = one.issuer == one.subject
        excused = one.ocsp_no_check_value is not None  # RFC 6960, 4.2.2.2.1
        if not (root or excused or one.serial_number in answered or one.issuer.dump() in lists):
            missing.append(one.subject.human_friendly)
    return missing


def test_every_certificate_but_the_roots_has_its_revocation_datum_in_the_dss(sealed: bytes) -> None:
    assert len(relied_on(sealed)) >= 5
    assert without_datum(sealed, store(sealed, "/OCSPs")) == []


def test_a_missing_datum_would_be_seen(sealed: bytes) -> None:
    found = without_datum(sealed, [])
    assert any("試験用署名者" in name for name in found)
    assert any("試験用タイムスタンプ局" in name for name in found)


def test_the_certificates_of_every_signature_and_timestamp_lie_in_the_dss(sealed: bytes) -> None:
    held = {x509.Certificate.load(der).sha256 for der in store(sealed, "/Certs")}
    for one in embedded.found_in(sealed):
        for der in [*one.tokens, one.content]:
            signed = cms.ContentInfo.load(der)["content"]
            assert {choice.chosen.sha256 for choice in signed["certificates"]} <= held


def test_the_file_ends_at_its_last_timestamp(sealed: bytes) -> None:
    last = embedded.found_in(sealed)[-1]
    assert last.is_timestamp
    assert last.end == len(sealed)
    assert sealed.endswith((b"%%EOF", b"%%EOF\n"))
    assert sealed.count(b"%%EOF", last.byte_range[2]) == 1


def test_each_byte_range_leaves_out_its_own_contents_and_nothing_else(sealed: bytes) -> None:
    for one in embedded.found_in(sealed):
        start, length, second, _ = one.byte_range
        assert start == 0
        assert re.fullmatch(rb"<[0-9a-f]+>", sealed[length:second])
        assert sealed[: one.end].rstrip().endswith(b"%%EOF")


def test_the_signature_dictionaries_are_what_acrobat_knows(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        form = pdf.Root.AcroForm
        assert int(form.SigFlags) == 3
        kinds = [(str(field.V.Type), str(field.V.SubFilter)) for field in form.Fields]
        assert "/VRI" not in pdf.Root.DSS
        assert "/Perms" not in pdf.Root
        assert "/ESIC" in pdf.Root.Extensions
        assert {str(field.V.Filter) for field in form.Fields} == {"/Adobe.PPKLite"}
    assert b"/DocMDP" not in sealed
    assert kinds[-1] == ("/DocTimeStamp", "/ETSI.RFC3161")
    assert {("/Sig", "/ETSI.CAdES.detached"), ("/DocTimeStamp", "/ETSI.RFC3161")} == set(kinds)


def test_the_signed_attributes_are_those_of_pades(sealed: bytes) -> None:
    for one in embedded.found_in(sealed):
        signed = one.signed_data
        names = {attribute["type"].native for attribute in signed["signer_infos"][0]["signed_attrs"]}
        assert {"content_type", "message_digest"} <= names
        assert names & {"signing_certificate_v2", "1.2.840.113549.1.9.16.2.47"}
        if not one.is_timestamp:
            assert "signing_time" not in names  # EN 319 142-1, 6.3: the time is /M
            assert len({choice.chosen.sha256 for choice in signed["certificates"]}) == len(signed["certificates"])
