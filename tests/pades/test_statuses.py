"""Who may say "not revoked", and about which certificate (RFC 6960, 4.2.2.2; RFC 5280, 5.2.5). 失効情報の出所の試験"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from tests.pades import outsiders, samples, smithy
from tests.pades import pki as pkis
from trialpki import certificates
from warifu.pades import evidence, statuses, trust, validation

AT = pkis.SEALED
DAY = timedelta(days=1)
DER = serialization.Encoding.DER
ANSWERS = "1.3.6.1.5.5.7.3.9"


def parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(DER))


def said(pki: pkis.Pki, about: certificates.Issued, **held: Any) -> list[str]:
    found = statuses.Statuses([("file", evidence.Evidence(**held))])
    issuer = parsed(pki.authority.issued("issuing").certificate)
    return [one.status for one in found.of(parsed(about.certificate), issuer)]


def response(pki: pkis.Pki, about: certificates.Issued, by: certificates.Issued) -> asn1_ocsp.OCSPResponse:
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about.certificate,
            issuer=pki.authority.issued("issuing").certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=AT,
            next_update=AT + DAY,
            revocation_time=None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        .certificates([by.certificate])
    )
    return asn1_ocsp.OCSPResponse.load(builder.sign(by.key, hashes.SHA256()).public_bytes(DER))


def test_an_answer_counts_from_the_authority_and_from_a_living_responder_that_it_named(pki: pkis.Pki) -> None:
    one, named = outsiders.issue(pki), outsiders.issue(pki, purposes=[ANSWERS])
    ended = outsiders.issue(pki, purposes=[ANSWERS], born=AT - 800 * DAY, days=700)
    colleague, authority = outsiders.issue(pki), pki.authority.issued("issuing")
    for by, expected in (
        (authority, ["good"]),
        (named, ["good"]),
        (ended, []),
        (one, []),
        (colleague, []),
        (pki.authority.issued("tsa-ca"), []),
    ):
        assert said(pki, one, ocsps=(response(pki, one, by),)) == expected


POINT: dict[str, Any] = {
    "full_name": None,
    "relative_name": None,
    "only_contains_user_certs": False,
    "only_contains_ca_certs": False,
    "only_some_reasons": None,
    "indirect_crl": False,
    "only_contains_attribute_certs": False,
}
OTHERS: dict[str, x509.ExtensionType] = {
    "authorities": x509.IssuingDistributionPoint(**{**POINT, "only_contains_ca_certs": True}),
    "elsewhere": x509.IssuingDistributionPoint(
        **{**POINT, "full_name": [x509.UniformResourceIdentifier("http://other.test/list")]}
    ),
    "some reasons": x509.IssuingDistributionPoint(
        **{**POINT, "only_some_reasons": frozenset([x509.ReasonFlags.superseded])}
    ),
    "unknown": x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00"),
    "changes": x509.DeltaCRLIndicator(1),
}


def listed(pki: pkis.Pki, extension: x509.ExtensionType | None) -> asn1_crl.CertificateList:
    by = pki.authority.issued("issuing")
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(AT).next_update(AT + DAY)
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    return asn1_crl.CertificateList.load(builder.sign(by.key, hashes.SHA256()).public_bytes(DER))


@pytest.mark.parametrize("scope", OTHERS)
def test_a_list_of_another_scope_says_nothing(pki: pkis.Pki, scope: str) -> None:
    one = outsiders.issue(pki)
    assert said(pki, one, crls=(listed(pki, OTHERS[scope]),)) == []
    users = x509.IssuingDistributionPoint(**{**POINT, "only_contains_user_certs": True})
    assert said(pki, one, crls=(listed(pki, users),)) == ["good"]
    assert said(pki, one, crls=(listed(pki, None),)) == ["good"]


def test_a_root_of_the_same_name_is_not_told_as_the_ground_of_trust(pki: pkis.Pki) -> None:
    issued = outsiders.issue(pki)
    one = outsiders.signed(pki, samples.plain(), issued, token=outsiders.stamped_at(pki, AT))
    root, key = pki.authority.issued("root"), smithy.fresh("rsa-3072")
    twin = (
        x509.CertificateBuilder()
        .subject_name(root.certificate.subject)
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(pkis.FOUNDED)
        .not_valid_after(AT + 9000 * DAY)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    for anchor, expected in ((twin, []), (root.certificate, [trust.CONFIGURED])):
        report = validation.validate(one, trust=trust.TrustAnchors(roots=(parsed(anchor),)), at=AT)
        chain = report.signatures[0].chain
        assert [entry.trust_list for entry in chain if entry.trust_list] == expected
