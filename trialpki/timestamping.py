"""Timestamp queries in, tokens or refusals out: RFC 3161, RFC 5816, RFC 5652 タイムスタンプの発行.

No network and no clock: the moment is handed in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from trialpki import authority, certificates, der, profiles

DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}

_SHA256 = der.sequence(der.object_identifier("2.16.840.1.101.3.4.2.1"))
_SHA384 = der.sequence(der.object_identifier("2.16.840.1.101.3.4.2.2"))
_SHA1 = der.sequence(der.object_identifier("1.3.14.3.2.26"))
_DIGESTS = {"sha256": _SHA256, "sha384": _SHA384, "sha1": _SHA1}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha1": hashes.SHA1(),  # noqa: S303 - for a fault
}
_SIGNATURES = {
    ("sha256", True): der.sequence(der.object_identifier("1.2.840.113549.1.1.11"), der.null()),
    ("sha256", False): der.sequence(der.object_identifier("1.2.840.10045.4.3.2")),
    ("sha384", False): der.sequence(der.object_identifier("1.2.840.10045.4.3.3")),
    ("sha1", True): der.sequence(der.object_identifier("1.2.840.113549.1.1.5"), der.null()),
    ("sha1", False): der.sequence(der.object_identifier("1.2.840.10045.4.1")),
}
_TST_INFO = der.object_identifier("1.2.840.113549.1.9.16.1.4")
_SIGNED_DATA = der.object_identifier("1.2.840.113549.1.7.2")


class Failure(IntEnum):
    """PKIFailureInfo bits, RFC 3161 clause 2.4.2 拒否理由."""

    BAD_ALGORITHM = 0
    BAD_REQUEST = 2
    BAD_DATA_FORMAT = 5
    TIME_NOT_AVAILABLE = 14
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    SYSTEM_FAILURE = 25


class Refused(Exception):
    """The query will not be stamped タイムスタンプの拒否."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


@dataclass(frozen=True)
class Query:
    """What a client asked for; `imprint` is the messageImprint in DER タイムスタンプ要求."""

    imprint: bytes
    nonce: int | None
    with_certificates: bool


@dataclass(frozen=True)
class Terms:
    """On which terms a token is issued: PKIStatus, policy, accuracy in seconds 発行の条件."""

    status: int = 0
    policy: str = profiles.TIMESTAMP_POLICY
    accuracy: int | None = 1


USUAL = Terms()


@dataclass(frozen=True)
class TimestampUnit:
    """Certificate, key (loaded once), chain and digest ("sha256", "sha384") of the one who stamps 時刻配信用の鍵."""

    certificate: x509.Certificate
    key: certificates.PrivateKey
    chain: tuple[x509.Certificate, ...]
    digest: str = "sha256"

    @property
    def digest_algorithm(self) -> bytes:
        """Return the AlgorithmIdentifier of the digest ハッシュ関数."""
        return _DIGESTS[self.digest]

    @property
    def signature_algorithm(self) -> bytes:
        """Return the AlgorithmIdentifier of `sign` 署名アルゴリズム."""
        return _SIGNATURES[self.digest, isinstance(self.key, rsa.RSAPrivateKey)]

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data` 署名."""
        algorithm = _HASHES[self.digest]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), algorithm)
        return self.key.sign(data, ec.ECDSA(algorithm))

    @cached_property
    def certificate_set(self) -> bytes:
        """Return the [0] IMPLICIT CertificateSet of a token 証明書の集合."""
        encoded = (_der(each) for each in (self.certificate, *self.chain))
        return der.set_of(*encoded, tag=0xA0)

    @cached_property
    def signer_identifier(self) -> bytes:
        """Return the IssuerAndSerialNumber 署名者の識別子."""
        return der.sequence(self.certificate.issuer.public_bytes(), der.integer(self.certificate.serial_number))

    @cached_property
    def fixed_attributes(self) -> tuple[bytes, bytes]:
        """Return the signed attributes that never change: contentType and signingCertificateV2 (RFC 5816) 署名属性."""
        issuer_serial = der.sequence(
            der.sequence(der.explicit(4, self.certificate.issuer.public_bytes())),
            der.integer(self.certificate.serial_number),
        )
        own = der.sequence(der.octets(hashlib.sha256(_der(self.certificate)).digest()), issuer_serial)
        return (
            _attribute("1.2.840.113549.1.9.3", _TST_INFO),
            _attribute("1.2.840.113549.1.9.16.2.47", der.sequence(der.sequence(own))),
        )


def unit_of(trial: authority.Authority) -> TimestampUnit:
    """Return the timestamp unit of the trial authority 試験用タイムスタンプ局."""
    issued = trial.issued("tsa")
    return TimestampUnit(issued.certificate, issued.key, (trial.by_name["tsa-ca"],))


def answer(request: bytes, *, unit: TimestampUnit, at: datetime) -> bytes:
    """Return the TimeStampResp (DER) to a TimeStampReq (DER) at `at` (aware UTC), which may be a refusal 応答."""
    try:
        query = read(request)
        if not unit.certificate.not_valid_before_utc <= at <= unit.certificate.not_valid_after_utc:
            raise Refused(Failure.TIME_NOT_AVAILABLE)
    except Refused as refused:
        return rejection(refused.failure)
    return grant(query, unit=unit, at=at)


def read(request: bytes) -> Query:
    """Read a TimeStampReq (DER); raises Refused with the failure that RFC 3161 clause 2.4.2 names 要求の読取り."""
    try:
        parsed = tsp.TimeStampReq.load(request, strict=True)
        version = parsed["version"].native
        imprint = parsed["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        digest = imprint["hashed_message"].native
        policy = parsed["req_policy"].native
        nonce = parsed["nonce"].native
        with_certificates = bool(parsed["cert_req"].native)
        has_extensions = len(parsed["extensions"]) > 0
    except (ValueError, TypeError, KeyError) as error:
        raise Refused(Failure.BAD_DATA_FORMAT) from error
    if version != "v1":
        raise Refused(Failure.BAD_REQUEST)
    if algorithm not in DIGEST_SIZES:
        raise Refused(Failure.BAD_ALGORITHM)
    if len(digest) != DIGEST_SIZES[algorithm]:
        raise Refused(Failure.BAD_DATA_FORMAT)
    if policy is not None and policy != profiles.TIMESTAMP_POLICY:
        raise Refused(Failure.UNACCEPTED_POLICY)
    if has_extensions:
        raise Refused(Failure.UNACCEPTED_EXTENSION)
    return Query(imprint.dump(), nonce, with_certificates)


def grant(query: Query, *, unit: TimestampUnit, at: datetime, terms: Terms = USUAL) -> bytes:
    """Return a granted TimeStampResp (DER) for `query` at `at` (aware UTC) タイムスタンプの付与."""
    info = _token_info(query, at, terms)
    content_digest = hashlib.new(unit.digest, info).digest()
    attributes = (*unit.fixed_attributes, _attribute("1.2.840.113549.1.9.4", der.octets(content_digest)))
    # RFC 5652 clause 5.4: what is signed carries the SET OF tag, what is sent the implicit [0].
    signature = unit.sign(der.set_of(*attributes))
    signer_info = der.sequence(
        der.integer(1),
        unit.signer_identifier,
        unit.digest_algorithm,
        der.set_of(*attributes, tag=0xA0),
        unit.signature_algorithm,
        der.octets(signature),
    )
    signed_data = der.sequence(
        der.integer(3),
        der.set_of(unit.digest_algorithm),
        der.sequence(_TST_INFO, der.explicit(0, der.octets(info))),
        unit.certificate_set if query.with_certificates else b"",
        der.set_of(signer_info),
    )
    token = der.sequence(_SIGNED_DATA, der.explicit(0, signed_data))
    return der.sequence(der.sequence(der.integer(terms.status)), token)


def rejection(failure: Failure) -> bytes:
    """Return a rejecting TimeStampResp (DER) 拒否応答."""
    return der.sequence(der.sequence(der.integer(2), der.named_bit(failure)))


def status_only(status: int) -> bytes:
    """Return a TimeStampResp (DER) with a PKIStatus and nothing else 状態だけの応答."""
    return der.sequence(der.sequence(der.integer(status)))


def sha1_imprint() -> bytes:
    """Return the messageImprint (DER) of nothing, by SHA-1 SHA-1のメッセージインプリント."""
    return der.sequence(_SHA1, der.octets(hashlib.sha1(b"", usedforsecurity=False).digest()))


def _token_info(query: Query, at: datetime, terms: Terms) -> bytes:
    return der.sequence(
        der.integer(1),
        der.object_identifier(terms.policy),
        query.imprint,
        der.integer(secrets.randbits(127) + 1),
        der.generalized_time(at),
        b"" if terms.accuracy is None else der.sequence(der.integer(terms.accuracy)),
        b"" if query.nonce is None else der.integer(query.nonce),
    )


def _attribute(identifier: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(identifier), der.set_of(value))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
