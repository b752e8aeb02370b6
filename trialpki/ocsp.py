"""Certificate status: OCSP requests in, responses out, RFC 6960 and RFC 9654 証明書状態の応答.

No network and no clock: the moment is handed in.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from asn1crypto import core, ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from trialpki import authority, certificates, profiles, revocations

LIFETIME = timedelta(days=7)
ISSUER_HASHES = ("sha1", "sha256", "sha384", "sha512")
MOST_QUESTIONS = 20


class Status(StrEnum):
    """OCSPResponseStatus words without an answer inside, RFC 6960 clause 4.2.1 応答できない理由."""

    MALFORMED_REQUEST = "malformed_request"
    INTERNAL_ERROR = "internal_error"
    TRY_LATER = "try_later"
    UNAUTHORIZED = "unauthorized"


@dataclass(frozen=True)
class Statement:
    """What the responder says about one certificate; moments are aware UTC 証明書一枚の状態.

    `known` False is the status "unknown"; a `revocation` makes it "revoked"; otherwise it is "good".
    """

    cert_id: ocsp.CertId
    known: bool
    revocation: revocations.Revocation | None
    this_update: datetime
    next_update: datetime


@dataclass(frozen=True)
class Responder:
    """The delegated responder of one authority and the certificates it knows OCSP応答局."""

    name: str
    issuer: x509.Certificate
    signing: certificates.Issued
    serials: frozenset[int]

    @cached_property
    def issuer_hashes(self) -> Mapping[str, tuple[bytes, bytes]]:
        """Return name and key hash of the issuer by hash algorithm, RFC 6960 clause 4.1.1 発行者のハッシュ値."""
        parsed = asn1_x509.Certificate.load(self.issuer.public_bytes(serialization.Encoding.DER))
        name, key = parsed.subject.dump(), bytes(parsed.public_key["public_key"])
        return {each: (hashlib.new(each, name).digest(), hashlib.new(each, key).digest()) for each in ISSUER_HASHES}

    @cached_property
    def certificate(self) -> asn1_x509.Certificate:
        """Return the responder's own certificate for the response 応答局の証明書."""
        return asn1_x509.Certificate.load(self.signing.certificate.public_bytes(serialization.Encoding.DER))


def responders_of(trial: authority.Authority) -> dict[str, Responder]:
    """Return the responders of the trial authority by the name of the certification authority 応答局の一覧."""
    return {
        name: Responder(
            name,
            trial.by_name[name],
            trial.issued(f"{name}-ocsp"),
            frozenset(
                trial.by_name[profile.name].serial_number for profile in profiles.PROFILES if profile.issuer == name
            ),
        )
        for name in profiles.AUTHORITIES
    }


def answer(
    request: bytes,
    *,
    responder: Responder,
    revoked: Mapping[int, revocations.Revocation],
    at: datetime,
    amend: Callable[[Statement], Statement] | None = None,
) -> bytes:
    """Return the OCSPResponse (DER) to an OCSPRequest (DER) at `at` (aware UTC); never raises for a bad request 応答.

    `revoked` maps serial numbers to revocations. `amend` rewrites each statement before it is signed; stand-ins lie so.
    """
    try:
        parsed = ocsp.OCSPRequest.load(request, strict=True)
        asked = [each["req_cert"] for each in parsed["tbs_request"]["request_list"]]
        nonce = parsed.nonce_value.native if parsed.nonce_value else None
        if not 0 < len(asked) <= MOST_QUESTIONS or (nonce is not None and not 0 < len(nonce) <= 128):
            return refusal(Status.MALFORMED_REQUEST)
        if not all(_is_about(responder, cert_id) for cert_id in asked):
            return refusal(Status.UNAUTHORIZED)
        statements = [_statement(cert_id, responder, revoked, at) for cert_id in asked]
    except (ValueError, TypeError, KeyError):
        return refusal(Status.MALFORMED_REQUEST)
    return _signed([amend(each) for each in statements] if amend else statements, nonce, responder, at)


def refusal(status: Status) -> bytes:
    """Return an OCSPResponse (DER) that says only why there is no answer 応答拒否."""
    return bytes(ocsp.OCSPResponse({"response_status": status.value}).dump())


def _is_about(responder: Responder, cert_id: ocsp.CertId) -> bool:
    expected = responder.issuer_hashes.get(cert_id["hash_algorithm"]["algorithm"].native)
    return expected == (cert_id["issuer_name_hash"].native, cert_id["issuer_key_hash"].native)


def _statement(
    cert_id: ocsp.CertId, responder: Responder, revoked: Mapping[int, revocations.Revocation], at: datetime
) -> Statement:
    serial = cert_id["serial_number"].native
    this_update = at.replace(microsecond=0)
    return Statement(cert_id, serial in responder.serials, revoked.get(serial), this_update, this_update + LIFETIME)


def _signed(statements: list[Statement], nonce: bytes | None, responder: Responder, at: datetime) -> bytes:
    data = {
        "responder_id": ocsp.ResponderId(name="by_key", value=core.OctetString(responder.certificate.public_key.sha1)),
        "produced_at": at.replace(microsecond=0),
        "responses": [_single_response(each) for each in statements],
    }
    if nonce is not None:
        data["response_extensions"] = [{"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}]
    tbs = ocsp.ResponseData(data)
    digest = certificates.digest_for(responder.signing.key)
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": tbs,
            "signature_algorithm": {"algorithm": f"{digest.name}_ecdsa"},
            "signature": responder.signing.elliptic_key.sign(tbs.dump(), ec.ECDSA(digest)),
            "certs": [responder.certificate],
        }
    )
    response_bytes = {"response_type": "basic_ocsp_response", "response": basic}
    return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": response_bytes}).dump())


def _single_response(statement: Statement) -> dict[str, object]:
    return {
        "cert_id": statement.cert_id,
        "cert_status": _cert_status(statement),
        "this_update": statement.this_update,
        "next_update": statement.next_update,
    }


def _cert_status(statement: Statement) -> ocsp.CertStatus:
    if not statement.known:
        return ocsp.CertStatus("unknown", ocsp.StatusUnknown())
    if statement.revocation is None:
        return ocsp.CertStatus("good", ocsp.StatusGood())
    info: dict[str, object] = {"revocation_time": statement.revocation.revoked_at.replace(microsecond=0)}
    if statement.revocation.reason is not x509.ReasonFlags.unspecified:
        info["revocation_reason"] = statement.revocation.reason.name
    return ocsp.CertStatus("revoked", ocsp.RevokedInfo(info))
