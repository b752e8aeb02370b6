"""Certificate chains and the revocation data that proves them, kept until half of their life. 証明書チェーン"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp as pyca_ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as path_errors
from pyhanko_certvalidator.path import ValidationPath

from . import certificates, errors
from . import trust as anchors

CLOCK_TOLERANCE = timedelta(minutes=5)
_LIFE_WITHOUT_NEXT_UPDATE = timedelta(hours=1)


class RevocationSource(Protocol):
    """Where revocation data comes from; `transports.revocation` is the one with a wire. 失効情報の入手元"""

    def ocsp(self, url: str, request: bytes) -> bytes:
        """DER request in, DER response out; raises `errors.RevocationUnavailable`. OCSP"""

    def crl(self, url: str) -> bytes:
        """DER list; raises `errors.RevocationUnavailable`. CRL"""


@dataclass(frozen=True)
class Proof:
    """One answer about one certificate. 失効情報"""

    ocsp: ocsp.OCSPResponse | None
    crl: crl.CertificateList | None
    refresh_at: datetime


@dataclass(frozen=True)
class Chain:
    """A validated path, and the revocation data it was validated with. 検証済チェーン"""

    path: ValidationPath
    proofs: tuple[Proof, ...]

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Root first. 証明書"""
        return tuple(self.path.iter_certs(include_root=True))

    @property
    def ocsps(self) -> list[ocsp.OCSPResponse]:
        """OCSP responses. OCSP"""
        return [proof.ocsp for proof in self.proofs if proof.ocsp is not None]

    @property
    def crls(self) -> list[crl.CertificateList]:
        """Revocation lists. CRL"""
        return [proof.crl for proof in self.proofs if proof.crl is not None]


def context(
    trust: anchors.TrustAnchors,
    *,
    at: datetime,
    others: Iterable[x509.Certificate] = (),
    ocsps: Sequence[ocsp.OCSPResponse] = (),
    crls: Sequence[crl.CertificateList] = (),
    revocation_mode: str = "hard-fail",
) -> ValidationContext:
    """A fresh context for one check: pyHanko pins the moment when it is built. 検証条件"""
    return ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=[*trust.intermediates, *others],
        moment=at,
        allow_fetching=False,
        ocsps=list(ocsps),
        crls=list(crls),
        revocation_mode=revocation_mode,
        time_tolerance=CLOCK_TOLERANCE,
    )


async def path_to_root(
    certificate: x509.Certificate,
    *,
    within: ValidationContext,
    others: Iterable[x509.Certificate] = (),
    timestamping: bool,
) -> ValidationPath:
    """Validate a certificate for its use (RFC 5280, 6.1); raises what pyHanko raises. チェーン検証"""
    validator: Any = CertificateValidator(certificate, intermediate_certs=list(others), validation_context=within)
    usage = (set(), {"time_stamping"}) if timestamping else ({"non_repudiation"},)
    path: ValidationPath = await validator.async_validate_usage(*usage)
    return path


@dataclass
class RevocationLedger:
    """Fetched revocation data by certificate, asked again at half of its life: a seal rarely waits. 失効情報の控え"""

    trust: anchors.TrustAnchors
    source: RevocationSource
    _proofs: dict[bytes, Proof] = field(default_factory=dict)
    _proven: dict[tuple[bytes, bool], tuple[Chain, datetime, datetime]] = field(default_factory=dict)

    async def chain(
        self, certificate: x509.Certificate, *, others: Sequence[x509.Certificate], at: datetime, timestamping: bool
    ) -> Chain:
        """The proven chain of a certificate at a moment (aware). チェーンの証明

        Raises `errors.CertificateUnusable` (revoked, expired, unknown root, weak) or `errors.RevocationUnavailable`. A
        chain that was proven is good until its revocation data is due again or a certificate of it ends.
        """
        known = self.known(certificate, at=at, timestamping=timestamping)
        if known is not None:
            return known
        chain = await self._prove(certificate, others=others, at=at, timestamping=timestamping)
        ends = [*(proof.refresh_at for proof in chain.proofs), *(one.not_valid_after for one in chain.certificates)]
        self._proven[certificate.sha256, timestamping] = (chain, at, min(ends))
        return chain

    def known(self, certificate: x509.Certificate, *, at: datetime, timestamping: bool) -> Chain | None:
        """The chain as it was proven before, None once its revocation data is due again. 既知のチェーン"""
        chain, since, until = self._proven.get((certificate.sha256, timestamping), (None, at, at))
        return chain if since <= at < until else None

    async def _prove(
        self, certificate: x509.Certificate, *, others: Sequence[x509.Certificate], at: datetime, timestamping: bool
    ) -> Chain:
        unproven = context(self.trust, at=at, others=others, revocation_mode="soft-fail")
        try:
            path = await path_to_root(certificate, within=unproven, others=others, timestamping=timestamping)
        except Exception as error:
            raise errors.CertificateUnusable(f"{type(error).__name__}: {error}") from error
        ordered = list(path.iter_certs(include_root=True))
        certificates.require_strong(ordered)
        pairs = list(zip(ordered[1:], ordered, strict=False))
        proofs = tuple(proof for child, issuer in pairs if (proof := self._proof(child, issuer, at)) is not None)
        proven = context(
            self.trust,
            at=at,
            others=others,
            ocsps=[proof.ocsp for proof in proofs if proof.ocsp is not None],
            crls=[proof.crl for proof in proofs if proof.crl is not None],
        )
        try:
            path = await path_to_root(certificate, within=proven, others=others, timestamping=timestamping)
        except path_errors.RevokedError as error:
            self._forget(ordered)
            raise errors.CertificateRevoked(f"revoked: {error}") from error
        except Exception as error:
            # Whatever arrived does not prove the chain: the next attempt must ask afresh.
            self._forget(ordered)
            raise errors.RevocationUnavailable(f"{type(error).__name__}: {error}") from error
        return Chain(path=path, proofs=proofs)

    def _forget(self, chain: Iterable[x509.Certificate]) -> None:
        for certificate in chain:
            self._proofs.pop(certificate.sha256, None)

    def _proof(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Proof | None:
        known = self._proofs.get(certificate.sha256)
        if known is not None and at < known.refresh_at:
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
                self._proofs[certificate.sha256] = proof
                return proof
        if known is not None:
            return known  # past its half, but perhaps not past its end: the path check decides
        if fault is not None:
            raise fault
        return None

    def _ask_responder(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Proof | None:
        urls: list[str] = certificate.ocsp_urls
        return _first(lambda url: _read_ocsp(self.source.ocsp(url, _ocsp_request(certificate, issuer)), at), urls)

    def _ask_list(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Proof | None:
        return _first(lambda url: _read_crl(self.source.crl(url), at), _crl_urls(certificate))


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
        return Proof(response, None, _refresh_at(single["this_update"].native, single["next_update"].native, at))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise errors.RevocationUnavailable(f"ocsp answer unreadable: {type(error).__name__}") from error


def _read_crl(der: bytes, at: datetime) -> Proof:
    try:
        listed = crl.CertificateList.load(der, strict=True)
        body = listed["tbs_cert_list"]
        return Proof(None, listed, _refresh_at(body["this_update"].native, body["next_update"].native, at))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise errors.RevocationUnavailable(f"crl unreadable: {type(error).__name__}") from error


def _refresh_at(this_update: datetime, next_update: datetime | None, at: datetime) -> datetime:
    end = next_update or this_update + _LIFE_WITHOUT_NEXT_UPDATE
    half = this_update + (end - this_update) / 2
    # A responder may hand out an answer that is already past its half; do not ask at every seal.
    return max(half, min(end, at + timedelta(minutes=10))).astimezone(UTC)
