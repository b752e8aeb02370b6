"""Certificate revocation lists, RFC 5280 clause 5 失効リスト."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from trialpki import certificates, revocations

LIFETIME = timedelta(days=30)


def build(
    issuer: certificates.Issued,
    *,
    revoked: Iterable[revocations.Revocation],
    at: datetime,
    lifetime: timedelta = LIFETIME,
) -> bytes:
    """Return the revocation list of `issuer` in DER, issued at `at` (aware UTC) for `lifetime` 失効リスト."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at.replace(microsecond=0))
        .next_update((at + lifetime).replace(microsecond=0))
        # The number must grow with each list and no state is kept between two: the second of issue does both.
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(_entry(entry))
    return builder.sign(issuer.key, certificates.digest_for(issuer.key)).public_bytes(serialization.Encoding.DER)


def _entry(revocation: revocations.Revocation) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(revocation.serial)
        .revocation_date(revocation.revoked_at.replace(microsecond=0))
    )
    # RFC 5280 clause 5.3.1: "unspecified" is said by leaving the reason out.
    if revocation.reason is not x509.ReasonFlags.unspecified:
        builder = builder.add_extension(x509.CRLReason(revocation.reason), critical=False)
    return builder.build()
