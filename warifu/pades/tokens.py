"""Asking for RFC 3161 tokens, and believing none before it is checked. タイムスタンプトークン"""

from __future__ import annotations

import functools
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from asn1crypto import algos, cms, core

from . import certificates, chains, der, errors, responses, signed_tokens
from . import trust as anchors

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Authority:
    """A timestamp authority and what we ask of its tokens. 時刻認証局

    `policies` are the accepted policy identifiers, any if empty; `max_skew` how far genTime may be from our clock;
    `max_accuracy` the worst accuracy that is accepted, and None also takes tokens that state none.
    """

    name: str
    policies: tuple[str, ...] = ()
    max_skew: timedelta = chains.CLOCK_TOLERANCE
    max_accuracy: timedelta | None = None


class Timestamper(Protocol):
    """Where tokens come from; `transports.tsa` is the one with a wire. タイムスタンプの入手元"""

    def candidates(self, at: datetime) -> Sequence[Authority]:
        """Whom to ask, in order: those that answered well first. 問合せ先"""

    def ask(self, query: bytes, *, authority: Authority) -> bytes:
        """DER TimeStampReq in, DER TimeStampResp out; raises `errors.TimestampUnavailable`. 要求"""

    def note(
        self, authority: Authority, *, fault: errors.PadesError | None, at: datetime, token: Token | None = None
    ) -> None:
        """Remember how the authority did: its fault, or the token that stood up to every check. 結果の記憶"""


@dataclass(frozen=True)
class Token:
    """A token that passed every check, with the proven chain of its authority. 検証済トークン

    `der` is the ContentInfo as it came; `authority` the name that we call the authority by, `subject` its certificate's
    distinguished name; `serial_number` and `policy` those of the TSTInfo, `generated_at` its genTime (aware UTC).
    """

    der: bytes
    generated_at: datetime
    chain: chains.Chain
    authority: str
    subject: str
    serial_number: int
    policy: str

    @property
    def content(self) -> cms.ContentInfo:
        """asn1crypto's form of it. CMS"""
        return cms.ContentInfo.load(self.der)


def request(
    digest: bytes,
    algorithm: str,
    *,
    timestamper: Timestamper,
    ledger: chains.RevocationLedger,
    trust: anchors.TrustAnchors,
    at: datetime,
) -> Token:
    """Get a token over `digest` from the first authority whose answer stands up to `check`. トークン取得

    Blocks, and must not be called inside an event loop: who is told of the outcome (`Timestamper.note`) may use tables.

    `at` is the moment of this call; what it has taken since is counted, because an authority that does not answer may
    take longer than the next one's genTime may differ. Raises the last authority's `errors.TimestampUnavailable`,
    `TimestampRejected` or `RevocationUnavailable`, with `paid` when any of them had issued a token.
    """
    fault: errors.PadesError = errors.TimestampUnavailable("no authority")
    began, paid = time.monotonic(), False

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    for authority in timestamper.candidates(at):
        nonce = secrets.randbits(127) | 1 << 126
        asked_at, answered_at, issued = now(), None, False
        try:
            answer = timestamper.ask(_query(digest, algorithm, authority, nonce), authority=authority)
            answered_at = now()
            issued = responses.grants(answer)
            token = check(
                answer,
                authority=authority,
                digest=digest,
                algorithm=algorithm,
                nonce=nonce,
                ledger=ledger,
                trust=trust,
                at=answered_at,
                asked_at=asked_at,
            )
        except (errors.TimestampUnavailable, errors.TimestampRejected, errors.RevocationUnavailable) as error:
            log.warning("timestamp authority %s: %s %s", authority.name, error.code, error.detail)
            timestamper.note(authority, fault=error, at=answered_at or now())
            fault, paid = error, paid or issued
            continue
        except Exception as error:  # nobody expected it, and the token may have been issued all the same
            internal = errors.InternalFault(f"{type(error).__name__}: {error}")
            internal.paid = paid or issued
            raise internal from error
        timestamper.note(authority, fault=None, at=answered_at, token=token)
        return token
    fault.paid = paid
    raise fault


def _query(digest: bytes, algorithm: str, authority: Authority, nonce: int) -> bytes:
    """A TimeStampReq (RFC 3161, 2.4.1). One accepted policy is asked for by name; of several the authority chooses."""
    policy = authority.policies[0] if len(authority.policies) == 1 else None
    return der.sequence(
        der.integer(1),
        der.sequence(_algorithm(algorithm), der.octets(digest)),
        _identifier(policy) if policy else b"",
        der.integer(nonce),
        b"\x01\x01\xff",
    )


@functools.lru_cache(maxsize=8)
def _algorithm(name: str) -> bytes:
    encoded: bytes = algos.DigestAlgorithm({"algorithm": name}).dump()
    return encoded


@functools.lru_cache(maxsize=32)
def _identifier(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


def check(
    answer: bytes,
    *,
    authority: Authority,
    digest: bytes,
    algorithm: str,
    nonce: int,
    ledger: chains.RevocationLedger,
    trust: anchors.TrustAnchors,
    at: datetime,
    asked_at: datetime | None = None,
) -> Token:
    """Check an authority's answer before anything is built on it (RFC 3161, 2.2). 応答検証

    (1) status granted (2) the authority's signature, no SHA-1 (3) a token over exactly our imprint (4) our nonce (5) an
    accepted policy (6) genTime near the time between `asked_at` (`at` if None) and `at`, the accuracy good enough (7) a
    strong certificate with EKU timeStamping, critical and alone (8) a chain to our roots, not revoked. Raises
    `errors.TimestampRefused`, `TimestampRejected` or `RevocationUnavailable`.
    """
    token = signed_tokens.read(responses.token_of(answer))  # (1) (2)
    info = token.info
    if info.algorithm != algorithm or info.digest != digest:  # (3)
        raise errors.TimestampRejected("message imprint differs")
    if info.nonce != nonce:  # (4)
        raise errors.TimestampRejected("nonce differs")
    if authority.policies and info.policy not in authority.policies:  # (5)
        raise errors.TimestampRejected(f"policy {info.policy} is not accepted")
    early, late = info.generated_at - (asked_at or at), info.generated_at - at
    if early < -authority.max_skew or late > authority.max_skew:  # (6)
        skew = late if late > authority.max_skew else early
        raise errors.TimestampRejected(f"genTime differs from our clock by {skew.total_seconds():+.0f} s")
    if authority.max_accuracy is not None and (info.accuracy is None or info.accuracy > authority.max_accuracy):
        stated = "none" if info.accuracy is None else f"{info.accuracy.total_seconds():g} s"
        raise errors.TimestampRejected(f"accuracy {stated}, wanted {authority.max_accuracy.total_seconds():g} s")
    try:
        certificates.require_timestamping(token.certificate)  # (7)
        chain = ledger.chain_now(token.certificate, others=token.others, at=at, timestamping=True)  # (8)
        subject = str(token.certificate.subject.human_friendly)
    except errors.CertificateUnusable as error:
        raise errors.TimestampRejected(f"authority's certificate: {error.detail}") from error
    except errors.PadesError:
        raise
    except Exception as error:  # a certificate that no parser expected is this authority's fault, and another is asked
        raise errors.TimestampRejected(f"authority's certificate: {type(error).__name__}: {error}") from error
    return Token(
        der=token.der,
        generated_at=info.generated_at,
        chain=chain,
        authority=authority.name,
        subject=subject,
        serial_number=info.serial_number,
        policy=info.policy,
    )
