"""What revocation data say about a certificate, where they may speak about it. 失効情報の内容

Nobody can have something said by putting it into a file: a response counts only from the authority itself or from a
responder that it named (RFC 6960, 4.2.2.2), a list only with a signature of the authority and within its scope (RFC
5280, 5.2.5 and 6.3.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from asn1crypto import x509
from cryptography import exceptions
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from . import evidence, reports

_STATES = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}
_UNDERSTOOD = frozenset({pyca.IssuingDistributionPoint.oid, pyca.AuthorityKeyIdentifier.oid, pyca.CRLNumber.oid})
_Told = tuple[str, ocsp.OCSPResponse, ocsp.OCSPSingleResponse]


class Statuses:
    """Reads the data of one file once. 失効情報の索引

    `sources` names where each came from: "file" or "asked".
    """

    def __init__(self, sources: Sequence[tuple[str, evidence.Evidence]]) -> None:
        self._told: dict[int, list[_Told]] = {}
        self._lists: list[tuple[str, x509.Name, pyca.CertificateRevocationList]] = []
        for origin, held in sources:
            for response in held.ocsps:
                for single, read in _singles(response.dump()):
                    self._told.setdefault(single.serial_number, []).append((origin, read, single))
            for listed in held.crls:
                try:
                    self._lists.append((origin, listed.issuer, pyca.load_der_x509_crl(listed.dump())))
                except (ValueError, TypeError):
                    continue

    def of(self, certificate: x509.Certificate, issuer: x509.Certificate) -> list[reports.RevocationReport]:
        """All that is said about a certificate. 失効状態"""
        return list(self._about(certificate, issuer, harmful=False))

    def revoked_at(self, certificate: x509.Certificate, issuer: x509.Certificate) -> datetime | None:
        """The earliest moment (aware UTC) of its revocation that anybody tells; None when nobody does. 失効日時"""
        found = [one.revoked_at for one in self._about(certificate, issuer, harmful=True) if one.revoked_at]
        return min(found, default=None)

    def told_at(self, certificate: x509.Certificate) -> list[datetime]:
        """When data was made that may be about a certificate (aware UTC); whether it may is not looked at. 発行日時"""
        made = [single.this_update_utc for _, _, single in self._told.get(certificate.serial_number, ())]
        return [*made, *(read.last_update_utc for _, issuer, read in self._lists if issuer == certificate.issuer)]

    def _about(
        self, certificate: x509.Certificate, issuer: x509.Certificate, *, harmful: bool
    ) -> Iterator[reports.RevocationReport]:
        authority = pyca.load_der_x509_certificate(issuer.dump())
        for origin, response, single in self._told.get(certificate.serial_number, ()):
            status = _STATES[single.certificate_status]
            if harmful and status != "revoked":
                continue
            if _names(single, issuer) and _vouched(response, single, authority):
                yield reports.RevocationReport(
                    status,
                    "ocsp",
                    origin,
                    single.this_update_utc,
                    single.next_update_utc,
                    single.revocation_time_utc,
                )
        for origin, name, listed in self._lists:
            entry = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if name != issuer.subject or (harmful and entry is None):
                continue
            if _in_scope(listed, certificate) and _signed_by(listed, authority):
                yield reports.RevocationReport(
                    "good" if entry is None else "revoked",
                    "crl",
                    origin,
                    listed.last_update_utc,
                    listed.next_update_utc,
                    entry.revocation_date_utc if entry is not None else None,
                )


def _singles(encoded: bytes) -> Iterable[tuple[ocsp.OCSPSingleResponse, ocsp.OCSPResponse]]:
    try:
        read = ocsp.load_der_ocsp_response(encoded)
        if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return []
        return [(single, read) for single in read.responses]
    except (ValueError, TypeError, exceptions.UnsupportedAlgorithm):
        return []


def _names(single: ocsp.OCSPSingleResponse, issuer: x509.Certificate) -> bool:
    """A serial number alone may be another authority's."""
    try:
        key = bytes(issuer.public_key["public_key"])
        return hashlib.new(single.hash_algorithm.name, key, usedforsecurity=False).digest() == single.issuer_key_hash
    except (ValueError, exceptions.UnsupportedAlgorithm):
        return False


def _vouched(response: ocsp.OCSPResponse, single: ocsp.OCSPSingleResponse, authority: pyca.Certificate) -> bool:
    for signer in (authority, *response.certificates):
        try:
            if signer != authority:
                signer.verify_directly_issued_by(authority)
                if not _responds(signer, single.this_update_utc):
                    continue
            _verify(signer.public_key(), response)
        except (ValueError, TypeError, exceptions.InvalidSignature):
            continue
        return True
    return False


def _responds(certificate: pyca.Certificate, at: datetime) -> bool:
    """Any key under an authority could answer for any other without this extension (RFC 6960, 4.2.2.2)."""
    try:
        usages = certificate.extensions.get_extension_for_class(pyca.ExtendedKeyUsage).value
    except (pyca.ExtensionNotFound, ValueError):
        return False
    lives = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    return lives and ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _verify(key: Any, response: ocsp.OCSPResponse) -> None:
    digest, content = response.signature_hash_algorithm, response.tbs_response_bytes
    if isinstance(key, rsa.RSAPublicKey) and digest is not None:
        key.verify(response.signature, content, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
        key.verify(response.signature, content, ec.ECDSA(digest))
    else:
        raise TypeError("another kind of key")


def _signed_by(listed: pyca.CertificateRevocationList, authority: pyca.Certificate) -> bool:
    key: Any = authority.public_key()
    try:
        return bool(listed.is_signature_valid(key))
    except (TypeError, ValueError, exceptions.UnsupportedAlgorithm):
        return False


def _in_scope(listed: pyca.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """A list about others, for some reasons only, or of changes only, says nothing about this certificate alone."""
    try:
        extensions = list(listed.extensions)
    except ValueError:
        return False
    if any(one.critical and one.oid not in _UNDERSTOOD for one in extensions):
        return False
    point = next((one.value for one in extensions if isinstance(one.value, pyca.IssuingDistributionPoint)), None)
    if point is None:
        return True
    if point.only_some_reasons or point.indirect_crl or point.only_contains_attribute_certs:
        return False
    if point.only_contains_ca_certs if not certificate.ca else point.only_contains_user_certs:
        return False
    if point.relative_name is not None:
        return False
    urls = {name.value for name in point.full_name or () if isinstance(name, pyca.UniformResourceIdentifier)}
    return point.full_name is None or not urls.isdisjoint(one.url for one in certificate.crl_distribution_points)
