"""Sealing keys, whatever holds them, and which of several signs at a moment. 署名鍵"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import certificates, errors

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
REFUSED_BEFORE_EXPIRY = timedelta(days=30)

_RSA_BITS = (3072, 4096)
# FIPS 186-5 with SP 800-57: the digest as strong as the curve. Largest DER of r and s: two integers with a sign octet.
_CURVES: dict[str, tuple[str, int]] = {"secp256r1": ("sha256", 72), "secp384r1": ("sha384", 104)}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SigningKey(Protocol):
    """A key that signs, with its certificate and the chain up to the root. 署名鍵

    `digest_algorithm` is "sha256", "sha384" or "sha512"; `signature_algorithm` asn1crypto's name ("sha256_rsa",
    "sha384_ecdsa"); `signature_size` the most octets that `sign` returns.
    """

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...

    @property
    def digest_algorithm(self) -> str: ...

    @property
    def signature_algorithm(self) -> str: ...

    @property
    def signature_size(self) -> int: ...

    def sign(self, data: bytes) -> bytes:
        """Hash and sign: PKCS #1 v1.5 for RSA, DER ECDSA-Sig-Value for EC. Raises `errors.KeyUnusable`. 署名"""


@dataclass(frozen=True)
class Scheme:
    """How a key of a certificate signs. 署名方式"""

    digest_algorithm: str
    signature_algorithm: str
    signature_size: int
    title: str


def scheme_of(certificate: x509.Certificate) -> Scheme:
    """The scheme for a certificate's public key. 署名方式の選択

    RSA of 3072 or 4096 bits, P-256 or P-384; anything else raises `errors.KeyUnusable`.
    """
    public = certificate.public_key
    if public.algorithm == "rsa" and public.bit_size in _RSA_BITS:
        return Scheme("sha256", "sha256_rsa", public.bit_size // 8, f"RSA {public.bit_size}")
    if public.algorithm == "ec" and public.curve[0] == "named" and public.curve[1] in _CURVES:
        digest, size = _CURVES[public.curve[1]]
        return Scheme(digest, f"{digest}_ecdsa", size, f"ECDSA P-{public.bit_size}")
    raise errors.KeyUnusable("the sealing key must be RSA-3072, RSA-4096, P-256 or P-384")


class Certified:
    """What every key tells from its certificate. 証明書付きの鍵

    Raises `errors.KeyUnusable` for a kind of key that `scheme_of` does not allow, `errors.CertificateUnusable` when the
    certificate is not for sealing (`certificates.require_sealing`).
    """

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate] = ()) -> None:
        self.scheme = scheme_of(certificate)
        certificates.require_sealing(certificate, chain)
        self.certificate = certificate
        self.chain = tuple(other for other in chain if other.sha256 != certificate.sha256)

    @property
    def digest_algorithm(self) -> str:
        """Name of the digest used with this key. ハッシュ関数"""
        return self.scheme.digest_algorithm

    @property
    def signature_algorithm(self) -> str:
        """asn1crypto's name of digest and key together. 署名アルゴリズム"""
        return self.scheme.signature_algorithm

    @property
    def signature_size(self) -> int:
        """The most octets of a signature. 署名の最大長"""
        return self.scheme.signature_size


class FileKey(Certified):
    """A private key in this process, parsed once. ファイルの署名鍵

    Raises `errors.KeyUnusable` when the key does not belong to the certificate, and what `Certified` raises.
    """

    def __init__(
        self, certificate: x509.Certificate, private_key: PrivateKey, chain: Sequence[x509.Certificate] = ()
    ) -> None:
        super().__init__(certificate, chain)
        public = private_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        if certificate.public_key.dump() != public:
            raise errors.KeyUnusable("the certificate belongs to another key")
        self._private = private_key
        self._hash = _DIGESTS[self.scheme.digest_algorithm]

    def sign(self, data: bytes) -> bytes:
        """Hash and sign. 署名"""
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), self._hash)
        return self._private.sign(data, ec.ECDSA(self._hash))


@dataclass(frozen=True)
class Term:
    """When a key may sign: from `signs_from` on, and not within a margin of `expires_at` (both aware). 鍵の使用期間"""

    signs_from: datetime
    expires_at: datetime

    def may_sign(self, at: datetime, margin: timedelta) -> bool:
        """Whether it may sign at a moment. 署名の可否"""
        return self.signs_from <= at < self.expires_at - margin


def term_of(certificate: x509.Certificate, takes_over_at: datetime | None) -> Term:
    """The configured moment counts, but no key signs before its certificate is valid. 使用期間の算出"""
    born: datetime = certificate.not_valid_before
    return Term(max(born, takes_over_at) if takes_over_at else born, certificate.not_valid_after)


def youngest_first(terms: Sequence[Term], *, margin: timedelta, at: datetime) -> list[int]:
    """All that may sign at a moment, in the order in which they are taken. 署名する鍵の順序"""
    usable = [number for number, term in enumerate(terms) if term.may_sign(at, margin)]
    return sorted(usable, key=lambda number: terms[number].signs_from, reverse=True)


def sealing_ends_at(terms: Sequence[Term], *, margin: timedelta, at: datetime) -> datetime | None:
    """Until when there is always a key that may sign, from `at` on; None when there is none now. 署名できる期限"""
    end = None
    moment = at
    while True:
        ends = [term.expires_at - margin for term in terms if term.may_sign(moment, margin)]
        if not ends:
            return end
        end = moment = max(ends)


class Worry(StrEnum):
    """How soon the service will have no key that may sign. 署名鍵の警告"""

    NONE = "none"
    SOON = "soon"
    ENDED = "ended"


@dataclass(frozen=True)
class Outlook:
    """Until when (aware) there is always a key that may sign; `problem` when the keys cannot be read. 署名鍵の見通し"""

    worry: Worry
    ends_at: datetime | None
    problem: errors.PadesError | None = None


def outlook(terms: Sequence[Term], *, margin: timedelta, notice: timedelta, at: datetime) -> Outlook:
    """Warn from `notice` before the moment when no key may sign any more. 署名鍵の見通し"""
    ends_at = sealing_ends_at(terms, margin=margin, at=at)
    if ends_at is None:
        return Outlook(Worry.ENDED, None)
    return Outlook(Worry.SOON if ends_at - notice <= at else Worry.NONE, ends_at)


@dataclass(frozen=True)
class Held:
    """A key of the ring: what the operator calls it, where it lies, from when it signs. 保有する署名鍵"""

    key: SigningKey
    name: str = ""
    place: str = ""
    takes_over_at: datetime | None = None

    @property
    def term(self) -> Term:
        """When it may sign. 使用期間"""
        return term_of(self.key.certificate, self.takes_over_at)


class Keyring:
    """The keys of the service, old and new: the youngest that may sign does. 署名鍵束

    No key signs within `margin` of its certificate's end: what it signs must still be archived while its authority
    answers for it. `exchange` puts other keys in place while seals go on; a seal that has begun keeps its own.
    """

    def __init__(self, held: Sequence[Held], *, margin: timedelta = REFUSED_BEFORE_EXPIRY) -> None:
        if not held:
            raise errors.KeyUnusable("no sealing key is configured")
        self._held = tuple(held)
        self.margin = margin

    @classmethod
    def of(cls, *keys: SigningKey, margin: timedelta = REFUSED_BEFORE_EXPIRY) -> Keyring:
        """A ring of keys that sign from their notBefore on. 署名鍵束の作成"""
        return cls([Held(key) for key in keys], margin=margin)

    @property
    def held(self) -> tuple[Held, ...]:
        """All keys. 保有する署名鍵"""
        return self._held

    def exchange(self, held: Sequence[Held]) -> None:
        """Put other keys in place of the present ones. Raises `errors.KeyUnusable` when there is none. 入替え"""
        if not held:
            raise errors.KeyUnusable("no sealing key is configured")
        self._held = tuple(held)

    def at(self, moment: datetime) -> SigningKey:
        """The key to sign with at a moment (aware). 署名に使う鍵

        Raises `errors.CertificateUnusable` when none has begun, or each is within `margin` of its end.
        """
        return self.candidates(moment)[0]

    def candidates(self, moment: datetime) -> list[SigningKey]:
        """The key to sign with at a moment (aware), and those to take when its certificate is revoked. 署名鍵の候補

        Raises what `at` raises; never empty.
        """
        held = self._held
        chosen = youngest_first([one.term for one in held], margin=self.margin, at=moment)
        if not chosen:
            begun = [one for one in held if one.term.signs_from <= moment]
            ends = ", ".join(f"{one.name or 'key'} ends {one.term.expires_at:%Y-%m-%d}" for one in begun)
            raise errors.CertificateUnusable(
                f"no key may sign: {ends or 'none has begun'}; none signs within {self.margin.days} days of its end"
            )
        return [held[number].key for number in chosen]

    def holds(self, certificate: x509.Certificate) -> bool:
        """Whether a certificate is of one of our keys, retired or not. 自己の証明書"""
        return any(one.key.certificate.sha256 == certificate.sha256 for one in self._held)
