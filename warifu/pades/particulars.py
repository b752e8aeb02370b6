"""What a signature rests on, told certificate by certificate. 署名の根拠

This module describes; what counts is decided by the validation. A revocation datum is described only when its own
signature verifies, so that nobody can have something said by putting it into a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from cryptography import exceptions
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp as pyca_ocsp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import certificates, constraints, evidence, reports
from . import trust as anchors

_LONGEST_CHAIN = 10
_NO_CHECK = "ocsp_no_check"


@dataclass
class Describer:
    """Describes the signatures of one file; each certificate is looked at once. 説明

    `stored` came with the file, `asked` was fetched now.
    """

    trust: anchors.TrustAnchors
    stored: evidence.Evidence
    asked: evidence.Evidence
    _known: dict[bytes, reports.CertificateReport] = field(default_factory=dict)
    _lists: dict[bytes, pyca.CertificateRevocationList] = field(default_factory=dict)

    def algorithm(self, signature: EmbeddedPdfSignature) -> tuple[str, str]:
        """Key and digest of a signature, such as RSA-3072 and SHA-256. 署名方式"""
        return _algorithm(signature.signer_info, signature.signer_cert)

    def chain(self, signature: EmbeddedPdfSignature, path: Any) -> tuple[reports.CertificateReport, ...]:
        """The proven path, or as much of one as the certificates at hand give. 証明書チェーン"""
        others = list(signature.other_embedded_certs)
        return self._described(self._ordered(signature.signer_cert, others, path))

    def token(self, signed: cms.SignedData, path: Any) -> reports.TimestampReport | None:
        """One RFC 3161 token; None when it cannot be read. タイムスタンプ"""
        try:
            info = signed["encap_content_info"]["content"].parsed
            held = certificates.held_in(signed)
            chain = self._described(self._ordered(held[0], held[1:], path))
            return reports.TimestampReport(
                time=info["gen_time"].native.astimezone(UTC),
                authority=certificates.common_name(held[0]),
                serial=f"{info['serial_number'].native:x}",
                policy=str(info["policy"].dotted),
                accuracy_seconds=_accuracy(info["accuracy"]),
                digest_algorithm=constraints.words(info["message_imprint"]["hash_algorithm"]["algorithm"].native),
                chain=chain,
            )
        except Exception:  # a stranger's token makes the parsers raise nearly anything
            return None

    def _ordered(self, end: x509.Certificate, others: Sequence[x509.Certificate], path: Any) -> list[x509.Certificate]:
        if path is not None:
            return list(reversed(list(path.iter_certs(include_root=True))))
        pool = [*others, *self.stored.certificates, *self.trust.intermediates, *self.trust.roots]
        found = [end]
        while len(found) < _LONGEST_CHAIN and found[-1].self_issued is False:
            issuer = next((one for one in pool if one.subject == found[-1].issuer and one not in found), None)
            if issuer is None:
                break
            found.append(issuer)
        return found

    def _described(self, chain: Sequence[x509.Certificate]) -> tuple[reports.CertificateReport, ...]:
        issuers: list[x509.Certificate | None] = [*chain[1:], None]
        return tuple(self._certificate(one, issuer) for one, issuer in zip(chain, issuers, strict=True))

    def _certificate(self, certificate: x509.Certificate, issuer: x509.Certificate | None) -> reports.CertificateReport:
        known = self._known.get(certificate.sha256)
        if known is None:
            key, digest = constraints.described(certificate)
            read = pyca.load_der_x509_certificate(certificate.dump())
            known = reports.CertificateReport(
                subject=read.subject.rfc4514_string(),
                issuer=read.issuer.rfc4514_string(),
                serial=f"{certificate.serial_number:x}",
                not_before=certificate.not_valid_before.astimezone(UTC),
                not_after=certificate.not_valid_after.astimezone(UTC),
                key=key,
                signed_with=digest,
                sha256=certificate.sha256.hex(),
                revocation=self._revocation(certificate, issuer),
                trust_list=self.trust.list_of(certificate),
            )
            self._known[certificate.sha256] = known
        return known

    def _revocation(self, certificate: x509.Certificate, issuer: x509.Certificate | None) -> reports.RevocationReport:
        if issuer is None or self.trust.list_of(certificate) is not None:
            exempt = self.trust.list_of(certificate) is not None
            return reports.RevocationReport("exempt" if exempt else "unknown")
        if certificate.ocsp_no_check_value is not None:
            return reports.RevocationReport("exempt")
        authority = pyca.load_der_x509_certificate(issuer.dump())
        found: list[reports.RevocationReport] = []
        for origin, held in (("file", self.stored), ("asked", self.asked)):
            for response in held.ocsps:
                found.extend(_answer(response, certificate, authority, origin))
            for listed in held.crls:
                found.extend(self._listing(listed, certificate, issuer, authority, origin))
        # One that says revoked counts before any that does not; else the newest one.
        ranked = sorted(found, key=lambda one: (one.status == "revoked", one.this_update or _LONG_AGO))
        return ranked[-1] if ranked else reports.RevocationReport("unknown")

    def _listing(
        self,
        listed: crl.CertificateList,
        certificate: x509.Certificate,
        issuer: x509.Certificate,
        authority: Any,
        origin: str,
    ) -> Iterable[reports.RevocationReport]:
        if listed.issuer != issuer.subject:
            return
        data = listed.dump()
        read = self._lists.get(data)
        if read is None:
            read = self._lists[data] = pyca.load_der_x509_crl(data)
        if not read.is_signature_valid(authority.public_key()):
            return
        entry = read.get_revoked_certificate_by_serial_number(certificate.serial_number)
        yield reports.RevocationReport(
            "good" if entry is None else "revoked",
            "crl",
            origin,
            read.last_update_utc,
            read.next_update_utc,
            entry.revocation_date_utc if entry is not None else None,
        )


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_STATES: Mapping[Any, str] = {
    pyca_ocsp.OCSPCertStatus.GOOD: "good",
    pyca_ocsp.OCSPCertStatus.REVOKED: "revoked",
    pyca_ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}


def _answer(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, authority: pyca.Certificate, origin: str
) -> Iterable[reports.RevocationReport]:
    try:
        read = pyca_ocsp.load_der_ocsp_response(response.dump())
        if read.response_status is not pyca_ocsp.OCSPResponseStatus.SUCCESSFUL:
            return
        for single in read.responses:
            if single.serial_number == certificate.serial_number and _vouched(read, authority):
                yield reports.RevocationReport(
                    _STATES[single.certificate_status],
                    "ocsp",
                    origin,
                    single.this_update_utc,
                    single.next_update_utc,
                    single.revocation_time_utc,
                )
    except (ValueError, TypeError, exceptions.UnsupportedAlgorithm):
        return


def _vouched(response: pyca_ocsp.OCSPResponse, authority: pyca.Certificate) -> bool:
    """By the authority itself, or by a responder that it named (RFC 6960, 4.2.2.2)."""
    for signer in (*response.certificates, authority):
        try:
            if signer != authority:
                signer.verify_directly_issued_by(authority)
            _verify(signer.public_key(), response)
        except (ValueError, TypeError, exceptions.InvalidSignature):
            continue
        return True
    return False


def _verify(key: Any, response: pyca_ocsp.OCSPResponse) -> None:
    digest, content = response.signature_hash_algorithm, response.tbs_response_bytes
    if isinstance(key, rsa.RSAPublicKey) and digest is not None:
        key.verify(response.signature, content, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
        key.verify(response.signature, content, ec.ECDSA(digest))
    else:
        raise TypeError("another kind of key")


def _algorithm(signer: cms.SignerInfo, certificate: x509.Certificate) -> tuple[str, str]:
    digest = signer["digest_algorithm"]["algorithm"].native
    return constraints.words(constraints.key_of(certificate.public_key)), constraints.words(str(digest))


def _accuracy(accuracy: Any) -> float | None:
    if not accuracy or accuracy.native is None:
        return None
    parts = accuracy.native
    return (parts["seconds"] or 0) + (parts["millis"] or 0) / 1e3 + (parts["micros"] or 0) / 1e6
