"""The signature container, written and cut by hand (RFC 5652, RFC 5035, EN 319 122-1). 署名データ"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import algos, x509
from asn1crypto import cms as asn1

from . import certificates, der, errors
from . import keys as signing_keys


def _oid(name: str) -> bytes:
    dotted: bytes = asn1.CMSAttributeType(name).dump()
    return dotted


_CONTENT_TYPE, _MESSAGE_DIGEST = _oid("content_type"), _oid("message_digest")
_SIGNING_CERTIFICATE, _PROTECTION = _oid("signing_certificate_v2"), _oid("cms_algorithm_protection")
_SIGNATURE_TIMESTAMP = _oid("signature_time_stamp_token")
_DATA: bytes = asn1.ContentType("data").dump()
_TST_INFO: bytes = asn1.ContentType("tst_info").dump()
_SIGNED_DATA: bytes = asn1.ContentType("signed_data").dump()
_CERTIFICATES, _UNSIGNED, _KEY_IDENTIFIER = 0xA0, 0xA1, 0x80


class Assembly:
    """What stays the same in every signature of one key; makes detached CAdES signatures. 署名の組立て

    `roots` in the key's chain are embedded too: pyHanko cannot tie a list of the root to its issuer without it.
    """

    def __init__(self, key: signing_keys.SigningKey) -> None:
        self.key = key
        certificate = key.certificate
        own: bytes = certificate.dump()
        others = {one.sha256: bytes(one.dump()) for one in key.chain if one.sha256 != certificate.sha256}
        self._certificates = der.set_of(own, *others.values(), tag=_CERTIFICATES)
        issuer: bytes = certificate.issuer.dump()
        serial = _serial(own).whole
        self._sid = der.sequence(issuer, serial)
        self._digest: bytes = algos.DigestAlgorithm({"algorithm": key.digest_algorithm}).dump()
        self._algorithm: bytes = algos.SignedDigestAlgorithm({"algorithm": key.signature_algorithm}).dump()
        reference = der.sequence(
            b"" if key.digest_algorithm == "sha256" else self._digest,
            der.octets(hashlib.new(key.digest_algorithm, own).digest()),
            der.sequence(der.sequence(der.explicit(4, issuer)), serial),
        )
        # SEQUENCE of DigestAlgorithm and [1] SignatureAlgorithm, RFC 6211, 2
        protection = der.sequence(self._digest, der.emit(0xA1, der.element(self._algorithm).contents))
        self._fixed = (
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(_SIGNING_CERTIFICATE, der.sequence(der.sequence(reference))),
            _attribute(_PROTECTION, protection),
        )

    @property
    def size_without_token(self) -> int:
        """Most bytes a signature of this key needs, its timestamp not counted. 署名の最大長"""
        return len(self._certificates) + len(self._sid) + sum(map(len, self._fixed)) + self.key.signature_size + 400

    def signed(self, digest: bytes) -> Unstamped:
        """Sign the digest of the covered bytes; this is the only place where a private key is used. 署名"""
        attributes = (*self._fixed, _attribute(_MESSAGE_DIGEST, der.octets(digest)))
        # RFC 5652, 5.4: what is signed carries the tag of a SET, what is sent the implicit [0]
        return Unstamped(self, der.set_of(*attributes, tag=0xA0), self.key.sign(der.set_of(*attributes)))

    def _container(self, attributes: bytes, signature: bytes, token: bytes | None) -> bytes:
        stamp = b"" if token is None else der.emit(_UNSIGNED, _attribute(_SIGNATURE_TIMESTAMP, token))
        signer = der.sequence(
            der.integer(1), self._sid, self._digest, attributes, self._algorithm, der.octets(signature), stamp
        )
        signed = der.sequence(
            der.integer(1),
            der.set_of(self._digest),
            der.sequence(_DATA),
            self._certificates,
            der.set_of(signer),
        )
        return der.sequence(_SIGNED_DATA, der.explicit(0, signed))


@dataclass(frozen=True)
class Unstamped:
    """A signature value that waits for its timestamp. 時刻印前の署名"""

    assembly: Assembly
    attributes: bytes
    value: bytes

    def container(self, token: bytes | None) -> bytes:
        """The ContentInfo in DER, with a signature timestamp (EN 319 122-1, 5.3) when a token is given. 署名容器"""
        return self.assembly._container(self.attributes, self.value, token)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of(value))


def _serial(certificate: bytes) -> der.Element:
    fields = list(next(der.element(certificate).children()).children())
    return fields[1] if fields[0].tag == 0xA0 else fields[0]


@dataclass(frozen=True)
class Carried:
    """Who signed a container, which certificates came along, and the tokens it holds. 容器の中身

    `der` is the ContentInfo without what fills the room after it.
    """

    der: bytes
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    timestamps: tuple[Carried, ...]
    is_timestamp: bool


def carried(container: bytes) -> Carried:
    """Cut a ContentInfo (zero padding after it is allowed). Says nothing about validity. 容器の読取

    Raises `errors.SealingFailed` when it is not one signer's SignedData with its certificate.
    """
    try:
        return _carried(container)
    except (ValueError, StopIteration, IndexError) as error:
        raise errors.SealingFailed(f"signature container unreadable: {error}") from error


def _carried(container: bytes) -> Carried:
    whole = der.element(container)
    kind, wrapped = whole.children()
    if kind.whole != _SIGNED_DATA:
        raise ValueError("no SignedData")
    parts = list(next(wrapped.children()).children())
    held = [one.whole for part in parts if part.tag == _CERTIFICATES for one in part.children() if one.tag == 0x30]
    (signer,) = parts[-1].children()
    fields = list(signer.children())
    sid = fields[1].contents
    by_key = fields[1].tag == _KEY_IDENTIFIER
    mine = next((one for one in held if (_key_identifier(one) if by_key else _issuer_and_serial(one)) == sid), None)
    if mine is None:
        raise ValueError("the signer's certificate is missing")
    tokens = tuple(
        _carried(token.whole)
        for part in fields
        if part.tag == _UNSIGNED
        for attribute in part.children()
        for token in _values(attribute, _SIGNATURE_TIMESTAMP)
    )
    others = tuple(certificates.of_der(one) for one in held if one != mine)
    return Carried(
        der=whole.whole,
        signer=certificates.of_der(mine),
        others=others,
        timestamps=tokens,
        is_timestamp=next(parts[2].children()).whole == _TST_INFO,
    )


def _values(attribute: der.Element, kind: bytes) -> list[der.Element]:
    name, values = attribute.children()
    return list(values.children()) if name.whole == kind else []


def _issuer_and_serial(encoded: bytes) -> bytes:
    fields = list(next(der.element(encoded).children()).children())
    at = 1 if fields[0].tag == 0xA0 else 0
    return fields[at + 2].whole + fields[at].whole


def _key_identifier(encoded: bytes) -> bytes | None:
    identifier: bytes | None = certificates.of_der(encoded).key_identifier
    return identifier
