"""What authorities answer about one certificate: asked, held, and asked again in time. 失効情報"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp as pyca_ocsp

from . import errors

LONGEST_FOR_SIGNER = timedelta(minutes=15)
LONGEST_FOR_TIMESTAMPS = timedelta(hours=1)
LONGEST_FOR_AUTHORITY = timedelta(days=1)
REST_AFTER_FAULT = timedelta(minutes=1)
_LIFE_WITHOUT_NEXT_UPDATE = timedelta(hours=1)
_SOON = timedelta(minutes=10)
_MOST, _MOST_OCTETS = 256, 32 * 1024 * 1024

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class RevocationSource(Protocol):
    """Where revocation data comes from; `transports.revocation` is the one with a wire. 失効情報の入手元"""

    def ocsp(self, url: str, request: bytes) -> bytes:
        """DER request in, DER response out; raises `errors.RevocationUnavailable`. OCSP"""

    def crl(self, url: str) -> bytes:
        """DER list; raises `errors.RevocationUnavailable`. CRL"""


class Kept(Generic[K, V]):
    """What was used last, bounded in number and in octets: strangers' files must not fill the memory. 有界の控え

    The last one is kept however large it is.
    """

    def __init__(self, size: Callable[[V], int], *, most: int = _MOST, octets: int = _MOST_OCTETS) -> None:
        self._size, self._most, self._octets = size, most, octets
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, which counts as used now. 参照"""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value; the longest unused go. 登録"""
        self._held[key] = value
        self._held.move_to_end(key)
        while len(self._held) > 1 and (len(self._held) > self._most or self._total() > self._octets):
            self._held.popitem(last=False)

    def drop(self, gone: Callable[[K, V], bool]) -> None:
        """Forget all that the function names. 破棄"""
        for key in [key for key, value in self._held.items() if gone(key, value)]:
            del self._held[key]

    def __len__(self) -> int:
        return len(self._held)

    def _total(self) -> int:
        return sum(map(self._size, self._held.values()))


@dataclass(frozen=True)
class Proof:
    """One answer about one certificate, or a list about many. 失効情報

    `this_update` and `ends_at` as the authority states them, `asked_at` when we got it (all aware); `url` where a list
    came from; nobody is asked again before `rests_until`.
    """

    ocsp: ocsp.OCSPResponse | None
    crl: crl.CertificateList | None
    this_update: datetime
    ends_at: datetime
    asked_at: datetime
    octets: int
    url: str = ""
    rests_until: datetime | None = None

    def ask_again_at(self, longest: timedelta) -> datetime:
        """At half of its life, but not later than `longest` after it came. 再問合せの時刻"""
        half = self.this_update + (self.ends_at - self.this_update) / 2
        # A responder may hand out an answer that is already past its half; do not ask at every seal.
        due = min(max(half, min(self.ends_at, self.asked_at + _SOON)), self.asked_at + longest)
        return max(due, self.rests_until) if self.rests_until else due

    def reaches(self, not_before: datetime | None) -> bool:
        """Whether it was made, or at least asked for, since a moment; any will do for None. 時点の条件"""
        return not_before is None or self.this_update >= not_before or self.asked_at >= not_before

    def rested(self, at: datetime) -> Proof:
        """The same, while who should answer does not. 据置き"""
        return replace(self, rests_until=at + REST_AFTER_FAULT)


@dataclass(frozen=True)
class Need:
    """How recent an answer must be: `Proof.ask_again_at`, `Proof.reaches`. 鮮度の条件"""

    longest: timedelta
    not_before: datetime | None = None


def _octets(proof: Proof) -> int:
    return proof.octets


@dataclass
class Answers:
    """What was answered and stood the path check: responses by certificate, lists by address. 失効情報の控え"""

    source: RevocationSource
    _responses: Kept[bytes, Proof] = field(default_factory=lambda: Kept(_octets))
    _lists: Kept[str, Proof] = field(default_factory=lambda: Kept(_octets))

    def held(self, certificate: x509.Certificate) -> Proof | None:
        """What is held about a certificate, however old. 控え"""
        response = self._responses.get(certificate.sha256)
        return response or next((held for url in _crl_urls(certificate) if (held := self._lists.get(url))), None)

    def keep(self, certificate: x509.Certificate, proof: Proof) -> None:
        """Keep what proved a certificate. 登録"""
        if proof.ocsp is not None:
            self._responses.put(certificate.sha256, proof)
            return
        self._responses.drop(lambda key, _: key == certificate.sha256)
        self._lists.put(proof.url, proof)

    def forget(self, certificate: x509.Certificate) -> None:
        """The next one asks afresh. 破棄"""
        urls = _crl_urls(certificate)
        self._responses.drop(lambda key, _: key == certificate.sha256)
        self._lists.drop(lambda key, _: key in urls)

    def proof(
        self, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime, need: Need
    ) -> Proof | None:
        """What is held while it is recent enough, else what is answered now, else what is held. 失効情報

        None for a certificate that names neither responder nor list. Raises `errors.RevocationUnavailable`.
        """
        known = self.held(certificate)
        if known is not None:
            rests = known.rests_until is not None and at < known.rests_until
            if rests or (at < known.ask_again_at(need.longest) and known.reaches(need.not_before)):
                return known
        fault: errors.RevocationUnavailable | None = None
        # A list for an authority's certificate, a response for an end certificate: lists of authorities are short, and
        # pyHanko takes the response about a sibling authority for a broken one once it is some days old.
        asks = [self._ask_responder, self._ask_list]
        for ask in reversed(asks) if certificate.ca else asks:
            try:
                proof = ask(certificate, issuer, at)
            except errors.RevocationUnavailable as error:
                fault = error
                continue
            if proof is not None:
                return proof
        if known is not None:
            return known.rested(at)  # past its half, but perhaps not past its end: the path check decides
        if fault is not None:
            raise fault
        return None

    def list_instead(self, certificate: x509.Certificate, response: Proof, *, at: datetime) -> Proof:
        """The certificate's list, or the response itself where there is none to be had. CRLへの切替え"""
        try:
            return self._ask_list(certificate, certificate, at) or response
        except errors.RevocationUnavailable:
            return response

    def _ask_responder(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Proof | None:
        urls: list[str] = certificate.ocsp_urls
        return _first(lambda url: _read_ocsp(self.source.ocsp(url, _ocsp_request(certificate, issuer)), at), urls)

    def _ask_list(self, certificate: x509.Certificate, _issuer: x509.Certificate, at: datetime) -> Proof | None:
        return _first(lambda url: _read_crl(self.source.crl(url), url, at), _crl_urls(certificate))


def _first(ask: Callable[[str], Proof], urls: Sequence[str]) -> Proof | None:
    fault: errors.RevocationUnavailable | None = None
    for url in urls:
        try:
            return ask(url)
        except errors.RevocationUnavailable as error:
            fault = error
    if fault is not None:
        raise fault
    return None


def _crl_urls(certificate: x509.Certificate) -> list[str]:
    return [url for point in certificate.crl_distribution_points if (url := point.url)]


def _ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    # RFC 5019, 2.1.1: responders must know SHA-1 identifiers; it names a certificate here and protects nothing.
    builder = pyca_ocsp.OCSPRequestBuilder().add_certificate(
        pyca.load_der_x509_certificate(certificate.dump()),
        pyca.load_der_x509_certificate(issuer.dump()),
        hashes.SHA1(),  # noqa: S303 - see above
    )
    return builder.build().public_bytes(serialization.Encoding.DER)


def _read_ocsp(der: bytes, at: datetime) -> Proof:
    try:
        response = ocsp.OCSPResponse.load(der, strict=True)
        status = response["response_status"].native
        if status != "successful":
            raise errors.RevocationUnavailable(f"ocsp status {status}")
        single = response.response_data["responses"][0]
        since, until = single["this_update"].native, single["next_update"].native
        return Proof(response, None, since.astimezone(UTC), _end(since, until), at, len(der))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise errors.RevocationUnavailable(f"ocsp answer unreadable: {type(error).__name__}") from error


def _read_crl(der: bytes, url: str, at: datetime) -> Proof:
    try:
        listed = crl.CertificateList.load(der, strict=True)
        body = listed["tbs_cert_list"]
        since, until = body["this_update"].native, body["next_update"].native
        return Proof(None, listed, since.astimezone(UTC), _end(since, until), at, len(der), url)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise errors.RevocationUnavailable(f"crl unreadable: {type(error).__name__}") from error


def _end(this_update: datetime, next_update: datetime | None) -> datetime:
    return (next_update or this_update + _LIFE_WITHOUT_NEXT_UPDATE).astimezone(UTC)
