"""Asking for RFC 3161 tokens, and believing none before it is checked. タイムスタンプトークン"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from asn1crypto import algos, cms, tsp, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

from . import certificates, chains, errors
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

    def note(self, authority: Authority, *, fault: errors.PadesError | None, at: datetime) -> None:
        """Remember how the authority did: a fault, or None for a token that stood up to every check. 結果の記憶"""


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


async def request(
    digest: bytes,
    algorithm: str,
    *,
    timestamper: Timestamper,
    ledger: chains.RevocationLedger,
    trust: anchors.TrustAnchors,
    at: datetime,
) -> Token:
    """Get a token over `digest` from the first authority whose answer stands up to `check`. トークン取得

    Raises the last authority's `errors.TimestampUnavailable`, `TimestampRejected` or `RevocationUnavailable`.
    """
    fault: errors.PadesError = errors.TimestampUnavailable("no authority")
    for authority in timestamper.candidates(at):
        nonce = secrets.randbits(127) | 1 << 126
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}),
                    "hashed_message": digest,
                },
                "nonce": nonce,
                "cert_req": True,
            }
        )
        try:
            answer = timestamper.ask(query.dump(), authority=authority)
            token = await check(
                answer,
                authority=authority,
                digest=digest,
                algorithm=algorithm,
                nonce=nonce,
                ledger=ledger,
                trust=trust,
                at=at,
            )
        except (errors.TimestampUnavailable, errors.TimestampRejected, errors.RevocationUnavailable) as error:
            log.warning("timestamp authority %s: %s %s", authority.name, error.code, error.detail)
            timestamper.note(authority, fault=error, at=at)
            fault = error
            continue
        timestamper.note(authority, fault=None, at=at)
        return token
    raise fault


async def check(
    answer: bytes,
    *,
    authority: Authority,
    digest: bytes,
    algorithm: str,
    nonce: int,
    ledger: chains.RevocationLedger,
    trust: anchors.TrustAnchors,
    at: datetime,
) -> Token:
    """Check an authority's answer before anything is built on it (RFC 3161, 2.2). 応答検証

    (1) status granted (2) a token over exactly our imprint (3) our nonce (4) genTime within five minutes of `at`
    (5) the authority's signature (6) EKU timeStamping, critical and alone (7) a chain to our roots, not revoked.
    """
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        reasons = response["status"]["fail_info"].native
    except (ValueError, TypeError, KeyError) as error:
        raise errors.TimestampRejected(f"answer unreadable: {type(error).__name__}") from error
    if status != "granted":  # (1)
        raise errors.TimestampUnavailable(f"the authority answered {status}: {reasons}")
    try:
        content = response["time_stamp_token"]
        signed = content["content"]
        info = signed["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise errors.TimestampRejected("the answer holds no TSTInfo")
        imprint = info["message_imprint"]
        if (
            imprint["hash_algorithm"]["algorithm"].native != algorithm or imprint["hashed_message"].native != digest
        ):  # (2)
            raise errors.TimestampRejected("message imprint differs")
        if info["nonce"].native != nonce:  # (3)
            raise errors.TimestampRejected("nonce differs")
        generated_at: datetime = info["gen_time"].native
        if abs(generated_at - at) > authority.max_skew:  # (4)
            raise errors.TimestampRejected(f"genTime differs from our clock by {generated_at - at}")
        found = extract_certificate_info(signed)
        certificate: x509.Certificate = found.signer_cert
        others: Sequence[x509.Certificate] = list(found.other_certs)
        unproven = chains.context(trust, at=at, others=others, revocation_mode="soft-fail")
        checked = await generic_cms.validate_tst_signed_data(signed, unproven, lambda _: digest)
        if not (checked["intact"] and checked["valid"]):  # (5)
            raise errors.TimestampRejected("the token's signature does not verify")
        if not certificates.only_for_timestamps(certificate):  # (6)
            raise errors.TimestampRejected("the authority's certificate is not for timestamps alone")
    except errors.PadesError:
        raise
    except Exception as error:  # rubbish in a token makes pyHanko and asn1crypto raise nearly anything
        raise errors.TimestampRejected(f"token unreadable: {type(error).__name__}") from error
    try:
        chain = await ledger.chain(certificate, others=others, at=at, timestamping=True)  # (7)
    except errors.CertificateUnusable as error:
        raise errors.TimestampRejected(f"authority's certificate: {error.detail}") from error
    return Token(
        der=content.dump(),
        generated_at=generated_at,
        chain=chain,
        authority=authority.name,
        subject=certificate.subject.human_friendly,
        serial_number=info["serial_number"].native,
        policy=info["policy"].dotted,
    )
