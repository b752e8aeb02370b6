"""What a signature rests on, told certificate by certificate. 署名の根拠

This module describes; what counts is decided by the validation. An issuer is named and a revocation datum is described
only when the signatures verify, so that nobody can have something said by putting it into a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms, x509
from cryptography import exceptions
from cryptography import x509 as pyca
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from . import certificates, constraints, evidence, reports, statuses
from . import trust as anchors

_LONGEST_CHAIN = 10


@dataclass
class Describer:
    """Describes the signatures of one file; each certificate is looked at once. 説明

    `stored` came with the file; `statuses` also holds what was fetched now.
    """

    trust: anchors.TrustAnchors
    stored: evidence.Evidence
    statuses: statuses.Statuses
    _known: dict[bytes, reports.CertificateReport] = field(default_factory=dict)
    _links: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)

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
            found = list(reversed(list(path.iter_certs(include_root=True))))
            # A path that was tried and refused is told, too, and may be joined by names alone.
            if all(self._issued(child, issuer) for child, issuer in pairwise(found)):
                return found
        pool = [*others, *self.stored.certificates, *self.trust.intermediates, *self.trust.roots]
        found = [end]
        while len(found) < _LONGEST_CHAIN and found[-1].self_issued is False:
            issuer = next((one for one in pool if one not in found and self._issued(found[-1], one)), None)
            if issuer is None:
                break
            found.append(issuer)
        return found

    def _issued(self, child: x509.Certificate, issuer: x509.Certificate) -> bool:
        """By its signature: anybody may give a certificate the name of a trusted authority."""
        if child.issuer != issuer.subject:
            return False
        link = child.sha256, issuer.sha256
        if link not in self._links:
            self._links[link] = _verifies(child, issuer)
        return self._links[link]

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
        found = self.statuses.of(certificate, issuer)
        # One that says revoked counts before any that does not; else the newest one.
        ranked = sorted(found, key=lambda one: (one.status == "revoked", one.this_update or _LONG_AGO))
        return ranked[-1] if ranked else reports.RevocationReport("unknown")


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _verifies(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    above = pyca.load_der_x509_certificate(issuer.dump())
    try:
        pyca.load_der_x509_certificate(child.dump()).verify_directly_issued_by(above)
    except (ValueError, TypeError, exceptions.InvalidSignature, exceptions.UnsupportedAlgorithm):
        return False
    return True


def _algorithm(signer: cms.SignerInfo, certificate: x509.Certificate) -> tuple[str, str]:
    digest = signer["digest_algorithm"]["algorithm"].native
    return constraints.words(constraints.key_of(certificate.public_key)), constraints.words(str(digest))


def _accuracy(accuracy: Any) -> float | None:
    if not accuracy or accuracy.native is None:
        return None
    parts = accuracy.native
    return (parts["seconds"] or 0) + (parts["millis"] or 0) / 1e3 + (parts["micros"] or 0) / 1e6
