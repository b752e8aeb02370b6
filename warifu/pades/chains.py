"""Certificate chains and the revocation data that proves them, asked again in time. 証明書チェーン"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as path_errors
from pyhanko_certvalidator.path import ValidationPath

from . import certificates, errors, proofs
from . import trust as anchors

CLOCK_TOLERANCE = timedelta(minutes=5)


RevocationSource = proofs.RevocationSource
_Link = tuple[x509.Certificate, x509.Certificate]


@dataclass(frozen=True)
class Chain:
    """A validated path, and the revocation data it was validated with. 検証済チェーン"""

    path: ValidationPath
    proofs: tuple[proofs.Proof, ...]

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


@dataclass(frozen=True)
class _Proven:
    """A chain, for which moments it needs no new look, and the proof of its end certificate."""

    chain: Chain
    since: datetime
    until: datetime
    own: proofs.Proof | None

    @property
    def octets(self) -> int:
        return sum(proof.octets for proof in self.chain.proofs)

    def serves(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def reaches(self, asked_from: datetime | None) -> bool:
        return self.own is None or self.own.reaches(asked_from)

    def holds(self, certificates: Iterable[x509.Certificate]) -> bool:
        own = {one.sha256 for one in self.chain.certificates}
        return any(one.sha256 in own for one in certificates)


def _asked_from(signed_at: datetime | None, at: datetime) -> datetime | None:
    """Who holds the signature asks after it, even where the timestamp authority's clock is ahead of ours."""
    return min(signed_at, at) if signed_at is not None else None


def _for_good(revoked: path_errors.RevokedError) -> bool:
    # Nothing above may be revoked, and a certificate on hold may come back (EN 319 102-1, 5.2.6.4: TRY_LATER).
    return bool(revoked.is_ee_cert and not revoked.is_side_validation and revoked.reason.native != "certificate_hold")


def _require_signed_before(revoked: path_errors.RevokedError, signed_at: datetime) -> None:
    own = _for_good(revoked)
    if own and revoked.revocation_dt <= signed_at:
        raise errors.SignedAfterRevocation(f"signed at {signed_at:%Y-%m-%d %H:%M:%S %Z}: {revoked}") from revoked
    if not own:
        raise errors.CertificateRevoked(f"revoked: {revoked}") from revoked


def _octets(proven: _Proven) -> int:
    return proven.octets


@dataclass
class RevocationLedger:
    """Fetched revocation data and the chains that it proves: a seal rarely waits, and never long. 失効情報の控え

    Data is asked again at half of its life, but for a signer's certificate after 15 minutes and for an authority's that
    issues timestamps after an hour: a key that was revoked meanwhile must not go on. While nobody answers, what is held
    counts to its end, and the question is repeated once a minute.
    """

    trust: anchors.TrustAnchors
    source: RevocationSource
    _answers: proofs.Answers = field(init=False)
    _proven: proofs.Kept[tuple[bytes, bool], _Proven] = field(default_factory=lambda: proofs.Kept(_octets))

    def __post_init__(self) -> None:
        self._answers = proofs.Answers(self.source)

    async def chain(
        self,
        certificate: x509.Certificate,
        *,
        others: Sequence[x509.Certificate],
        at: datetime,
        timestamping: bool,
        signed_at: datetime | None = None,
    ) -> Chain:
        """The proven chain of a certificate at a moment (aware). チェーンの証明

        `signed_at` is the moment at which the newest signature under this certificate is proven to have existed. Data
        about the certificate that was neither made nor asked for since then is asked for again, and a revocation after
        that moment does no harm (EN 319 102-1, 5.5.4): the chain then carries the data that says so. Raises
        `errors.CertificateUnusable` (revoked, expired, unknown root, weak), `errors.RevocationUnavailable`, or
        `errors.RevocationOutdated` when nobody answers since `signed_at`. A chain that was proven is good until its
        revocation data is due again or a certificate of it ends.
        """
        known = self.known(certificate, at=at, timestamping=timestamping, signed_at=signed_at)
        if known is not None:
            return known
        proven = await self._prove(certificate, others=others, at=at, timestamping=timestamping, signed_at=signed_at)
        self._proven.put((certificate.sha256, timestamping), proven)
        if not proven.reaches(_asked_from(signed_at, at)):
            raise errors.RevocationOutdated("nobody told since the signature whether its certificate is revoked")
        return proven.chain

    def known(
        self, certificate: x509.Certificate, *, at: datetime, timestamping: bool, signed_at: datetime | None = None
    ) -> Chain | None:
        """The chain as it was proven before, None once its revocation data is due again. 既知のチェーン"""
        proven = self._proven.get((certificate.sha256, timestamping))
        usable = proven is not None and proven.serves(at) and proven.reaches(_asked_from(signed_at, at))
        return proven.chain if proven is not None and usable else None

    def chain_now(
        self,
        certificate: x509.Certificate,
        *,
        others: Sequence[x509.Certificate],
        at: datetime,
        timestamping: bool,
        signed_at: datetime | None = None,
    ) -> Chain:
        """`chain` for who is in no event loop; most calls need none, because the chain is known. チェーンの証明"""
        known = self.known(certificate, at=at, timestamping=timestamping, signed_at=signed_at)
        if known is not None:
            return known
        return asyncio.run(
            self.chain(certificate, others=others, at=at, timestamping=timestamping, signed_at=signed_at)
        )

    def is_revoked(
        self, certificate: x509.Certificate, *, others: Sequence[x509.Certificate], at: datetime
    ) -> bool | None:
        """Whether a signer's certificate is revoked, None while nobody tells. 失効の照会"""
        try:
            self.chain_now(certificate, others=others, at=at, timestamping=False)
        except errors.CertificateRevoked:
            return True
        except errors.PadesError:
            return None
        return False

    async def _prove(
        self,
        certificate: x509.Certificate,
        *,
        others: Sequence[x509.Certificate],
        at: datetime,
        timestamping: bool,
        signed_at: datetime | None,
    ) -> _Proven:
        longest = proofs.LONGEST_FOR_TIMESTAMPS if timestamping else proofs.LONGEST_FOR_SIGNER
        need = proofs.Need(longest, _asked_from(signed_at, at))
        trust = self.trust.for_timestamps() if timestamping else self.trust
        before = self._proven.get((certificate.sha256, timestamping))
        if before is not None and before.serves(at):  # only younger data are wanted, and the path is checked with them
            path = before.chain.path
        else:
            path = await self._unproven(certificate, trust, others=others, at=at, timestamping=timestamping)
        ordered = list(path.iter_certs(include_root=True))
        certificates.require_strong(ordered)
        pairs = list(zip(ordered[1:], ordered, strict=False))
        needs = [proofs.Need(proofs.LONGEST_FOR_AUTHORITY) if child.ca else need for child, _ in pairs]
        fault: Exception | None = None
        for tried in self._rounds(pairs, needs, at):
            found = [proof for proof in tried if proof is not None]
            proven = context(
                trust,
                at=at,
                others=others,
                ocsps=[proof.ocsp for proof in found if proof.ocsp is not None],
                crls=[proof.crl for proof in found if proof.crl is not None],
            )
            try:
                path = await path_to_root(certificate, within=proven, others=others, timestamping=timestamping)
            except path_errors.RevokedError as error:
                self._forget(ordered)
                self._proven.drop(lambda _, held: held.holds(ordered[1:]))
                if signed_at is None:
                    told = errors.CertificateRevoked(f"revoked: {error}")
                    told.for_good = _for_good(error)
                    raise told from error
                _require_signed_before(error, signed_at)
                # The path check goes from the root down: all above the end certificate has stood it.
                return _Proven(Chain(path=path, proofs=tuple(found)), at, at, tried[-1])
            except Exception as error:
                fault = error
                continue
            return self._noted(Chain(path=path, proofs=tuple(found)), pairs, tried, needs, at)
        # Whatever arrived does not prove the chain: the next attempt must ask afresh.
        self._forget(ordered)
        raise errors.RevocationUnavailable(f"{type(fault).__name__}: {fault}") from fault

    async def _unproven(
        self,
        certificate: x509.Certificate,
        trust: anchors.TrustAnchors,
        *,
        others: Sequence[x509.Certificate],
        at: datetime,
        timestamping: bool,
    ) -> ValidationPath:
        within = context(trust, at=at, others=others, revocation_mode="soft-fail")
        try:
            return await path_to_root(certificate, within=within, others=others, timestamping=timestamping)
        except Exception as error:
            raise errors.CertificateUnusable(f"{type(error).__name__}: {error}") from error

    def _rounds(
        self, pairs: Sequence[_Link], needs: Sequence[proofs.Need], at: datetime
    ) -> Iterator[Sequence[proofs.Proof | None]]:
        """What may prove the certificates of a path, the best first; the path check decides."""
        held = [self._answers.held(child) for child, _ in pairs]
        first = [
            self._answers.proof(child, issuer, at=at, need=need)
            for (child, issuer), need in zip(pairs, needs, strict=True)
        ]
        yield first
        # A response that reads well may say nothing: "unknown", another certificate, a signer who may not.
        second = [
            self._answers.list_instead(child, proof, at=at) if proof is not None and proof.ocsp is not None else proof
            for (child, _), proof in zip(pairs, first, strict=True)
        ]
        if any(new is not old for new, old in zip(second, first, strict=True)):
            yield second
        third = [old.rested(at) if old is not None else new for old, new in zip(held, second, strict=True)]
        if any(old is not None for old in held):
            yield third

    def _noted(
        self,
        chain: Chain,
        pairs: Sequence[_Link],
        tried: Sequence[proofs.Proof | None],
        needs: Sequence[proofs.Need],
        at: datetime,
    ) -> _Proven:
        ends = [one.not_valid_after for one in chain.certificates]
        for (child, _), proof, need in zip(pairs, tried, needs, strict=True):
            if proof is not None:
                self._answers.keep(child, proof)
                ends.append(proof.ask_again_at(need.longest))
        return _Proven(chain, at, min(ends), tried[-1] if tried else None)

    def _forget(self, chain: Iterable[x509.Certificate]) -> None:
        for certificate in chain:
            self._answers.forget(certificate)
