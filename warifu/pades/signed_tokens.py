"""A timestamp token taken apart and its signature checked (RFC 3161, 2.4.2; RFC 5652, 5; RFC 5816). 署名済トークン

Cut by hand and verified with `cryptography`: building asn1crypto's objects for each token costs several times more
than the signature check itself. A certificate is parsed once, since authorities use one for years.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import core, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import certificates, der, errors

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_DIGESTS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}
_RSA, _RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
_RSA_WITH = {"1.2.840.113549.1.1.11": "sha256", "1.2.840.113549.1.1.12": "sha384", "1.2.840.113549.1.1.13": "sha512"}
_ECDSA_WITH = {"1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
_BOOLEAN, _GENERALIZED_TIME = 0x01, 0x18
_FIRST, _SECOND = 0xA0, 0xA1
_FIRST_PRIMITIVE, _SECOND_PRIMITIVE = 0x80, 0x81
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True)
class Info:
    """A TSTInfo: what was stamped, when, and under which policy and serial number. タイムスタンプ情報

    `algorithm` is the dotted identifier when it is none of ours; `generated_at` aware UTC; `accuracy` None if unstated.
    """

    policy: str
    algorithm: str
    digest: bytes
    serial_number: int
    generated_at: datetime
    accuracy: timedelta | None
    nonce: int | None


@dataclass(frozen=True)
class SignedToken:
    """A token whose signature is that of `certificate`; nothing is said about whom that belongs to. 署名済トークン"""

    der: bytes
    info: Info
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class _Signer:
    """A SignerInfo, cut into its parts."""

    identifier: der.Element
    digest: str
    attributes: der.Element
    algorithm: str
    signature: bytes


def read(token: bytes) -> SignedToken:
    """Take a token apart and check its one signature. トークンの読取と署名検証

    Raises `errors.TimestampRejected` for anything that is no token, carries SHA-1, or does not verify.
    """
    try:
        return _read(token)
    except errors.PadesError:
        raise
    except Exception as error:  # a hostile certificate makes parsers raise nearly anything
        raise errors.TimestampRejected(f"token unreadable: {type(error).__name__}: {error}") from error


def _read(token: bytes) -> SignedToken:
    kind, wrapped = _whole(token).children()
    if _dotted(kind) != _SIGNED_DATA:
        raise ValueError("no SignedData")
    version, digests, capsule, *rest = der.element(wrapped.contents).children()
    content_type, held = capsule.children()
    if _dotted(content_type) != _TST_INFO:
        raise errors.TimestampRejected("the answer holds no TSTInfo")
    octets = der.element(held.contents)
    if octets.tag != der.OCTETS or rest[-1].tag != der.SET:
        raise ValueError("no content, or no signer")
    carried = [one.whole for part in rest[:-1] if part.tag == _FIRST for one in part.children()]
    found = [certificates.of_der(each) for each in carried if each[0] == der.SEQUENCE]
    (signer_info,) = rest[-1].children()
    signer = _signer(signer_info)
    if _integer(version) != 3 or signer.digest not in [_dotted(next(one.children())) for one in digests.children()]:
        raise ValueError("another version, or a digest that is not announced")
    meant = [each for each in found if _is_meant(signer.identifier, each)]
    if not meant:
        raise errors.TimestampRejected("the token does not carry its authority's certificate")
    certificate = meant[0]
    _check_attributes(signer, octets.contents, certificate)
    _check_signature(signer, _public_key(certificate.dump()))
    others = tuple(each for each in found if each is not certificate)
    return SignedToken(der=token, info=_info(octets.contents), certificate=certificate, others=others)


def _whole(data: bytes) -> der.Element:
    whole = der.element(data)
    if whole.tag != der.SEQUENCE or whole.end != len(data):
        raise ValueError("not one SEQUENCE")
    return whole


@functools.lru_cache(maxsize=64)
def _public_key(certificate: bytes) -> object:
    return pyca.load_der_x509_certificate(certificate).public_key()


@functools.lru_cache(maxsize=256)
def _dotted_of(contents: bytes) -> str:
    return str(core.ObjectIdentifier.load(der.emit(der.OID, contents)).dotted)


def _dotted(identifier: der.Element) -> str:
    if identifier.tag != der.OID or len(identifier.contents) > 64:
        raise ValueError("no object identifier")
    return _dotted_of(identifier.contents)


def _integer(element: der.Element) -> int:
    if element.tag != der.INTEGER or not element.contents:
        raise ValueError("no integer")
    return int.from_bytes(element.contents, "big", signed=True)


def _signer(info: der.Element) -> _Signer:
    version, identifier, digest, attributes, algorithm, signature, *_ = info.children()
    if _integer(version) != (3 if identifier.tag == _FIRST_PRIMITIVE else 1):
        raise ValueError("another version of SignerInfo")
    if attributes.tag != _FIRST or signature.tag != der.OCTETS:
        raise ValueError("no signed attributes, or no signature")
    identified = next(algorithm.children())
    oid = _dotted(next(digest.children()))
    if oid not in _DIGESTS:
        raise errors.TimestampRejected(f"digest {oid} is not accepted")
    return _Signer(identifier, oid, attributes, _dotted(identified), signature.contents)


def _is_meant(identifier: der.Element, certificate: x509.Certificate) -> bool:
    if identifier.tag == _FIRST_PRIMITIVE:
        return bool(certificate.key_identifier == identifier.contents)
    issuer, serial = identifier.children()
    return bool(certificate.serial_number == _integer(serial) and certificate.issuer.dump() == issuer.whole)


def _check_attributes(signer: _Signer, content: bytes, certificate: x509.Certificate) -> None:
    """RFC 5652, 5.4 and 11; RFC 5816: the certificate must be named inside what is signed, by more than SHA-1."""
    found: dict[str, der.Element] = {}
    for attribute in signer.attributes.children():
        kind, values = attribute.children()
        (value,) = values.children()
        if found.setdefault(_dotted(kind), value) is not value:
            raise ValueError("an attribute comes twice")
    if _CONTENT_TYPE not in found or _dotted(found[_CONTENT_TYPE]) != _TST_INFO:
        raise errors.TimestampRejected("the signed attributes name another content")
    digest = hashlib.new(_DIGESTS[signer.digest][0], content).digest()
    if _MESSAGE_DIGEST not in found or not hmac.compare_digest(found[_MESSAGE_DIGEST].contents, digest):
        raise errors.TimestampRejected("the token's content is not what was signed")
    if _SIGNING_CERTIFICATE_V2 not in found:
        raise errors.TimestampRejected("signingCertificateV2 is missing: SHA-1 does not identify a certificate")
    named, *_ = next(found[_SIGNING_CERTIFICATE_V2].children()).children()
    parts = list(named.children())
    oid = _dotted(next(parts[0].children())) if parts[0].tag == der.SEQUENCE else _SHA256
    expected = parts[1] if parts[0].tag == der.SEQUENCE else parts[0]
    if oid not in _DIGESTS or hashlib.new(_DIGESTS[oid][0], certificate.dump()).digest() != expected.contents:
        raise errors.TimestampRejected("signingCertificateV2 names another certificate")


def _check_signature(signer: _Signer, public: object) -> None:
    # RFC 5652, 5.4: what is signed carries the tag of a SET, what is sent the implicit [0].
    signed = b"\x31" + signer.attributes.whole[1:]
    name, digest = _DIGESTS[signer.digest]
    try:
        if isinstance(public, rsa.RSAPublicKey) and public.key_size >= certificates.LEAST_RSA_BITS:
            if signer.algorithm == _RSA_PSS:
                # RFC 4056, 3: the parameters are the digest, MGF1 with the same, and a salt of the digest's size.
                pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
                return public.verify(signer.signature, signed, pss, digest)
            if signer.algorithm == _RSA or _RSA_WITH.get(signer.algorithm) == name:
                return public.verify(signer.signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(public, ec.EllipticCurvePublicKey) and signer.algorithm in _ECDSA_WITH:
            chosen = next(held for known, held in _DIGESTS.values() if known == _ECDSA_WITH[signer.algorithm])
            return public.verify(signer.signature, signed, ec.ECDSA(chosen))
    except InvalidSignature as error:
        raise errors.TimestampRejected("the token's signature does not verify") from error
    raise errors.TimestampRejected(f"signature algorithm {signer.algorithm} is not accepted with this key")


def _info(content: bytes) -> Info:
    version, policy, imprint, serial, generated, *rest = _whole(content).children()
    algorithm, digest = imprint.children()
    if _integer(version) != 1 or digest.tag != der.OCTETS:
        raise ValueError("another version, or no imprint")
    oid = _dotted(next(algorithm.children()))
    accuracy = nonce = None
    for one in rest:
        if one.tag == der.SEQUENCE:
            accuracy = _accuracy(one)
        elif one.tag == der.INTEGER:
            nonce = _integer(one)
        elif one.tag == _SECOND:
            _refuse_critical(one)
    return Info(
        policy=_dotted(policy),
        algorithm=_DIGESTS[oid][0] if oid in _DIGESTS else oid,
        digest=digest.contents,
        serial_number=_integer(serial),
        generated_at=_moment(generated),
        accuracy=accuracy,
        nonce=nonce,
    )


def _accuracy(element: der.Element) -> timedelta:
    parts = {part.tag: int.from_bytes(part.contents, "big", signed=True) for part in element.children()}
    return timedelta(
        seconds=parts.get(der.INTEGER, 0),
        milliseconds=parts.get(_FIRST_PRIMITIVE, 0),
        microseconds=parts.get(_SECOND_PRIMITIVE, 0),
    )


def _refuse_critical(extensions: der.Element) -> None:
    for extension in extensions.children():
        if any(part.tag == _BOOLEAN and part.contents != b"\0" for part in extension.children()):
            raise errors.TimestampRejected("the token has a critical extension that is not known here")


def _moment(element: der.Element) -> datetime:
    """GeneralizedTime with seconds, optional fraction, always Z (RFC 3161, 2.4.2)."""
    text = element.contents.decode("ascii")
    if element.tag != _GENERALIZED_TIME or not text.endswith("Z") or not text[:14].isdigit():
        raise ValueError("no GeneralizedTime")
    fraction = text[14:-1]
    if fraction and not (fraction[0] == "." and fraction[1:].isdigit()):
        raise ValueError("no GeneralizedTime")
    year, rest = int(text[:4]), [int(text[place : place + 2]) for place in range(4, 14, 2)]
    month, day, hour, minute, second = rest
    micro = int(fraction[1:7].ljust(6, "0")) if fraction else 0
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
