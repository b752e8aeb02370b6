"""Which address answers what: the timestamp and the revocation service over HTTP 試験用サービス.

RFC 3161 clause 3.4 (timestamps over HTTP), RFC 6960 appendix A (OCSP over HTTP), RFC 5280 clause 4.2.1.13 (lists).
"""

import base64
import binascii
from urllib.parse import unquote

from cryptography.hazmat.primitives import serialization

from trialpki import authority, clock, crl, ocsp, profiles, revocations, serving, timestamping

TIMESTAMP_QUERY = "application/timestamp-query"
TIMESTAMP_REPLY = "application/timestamp-reply"
OCSP_REQUEST = "application/ocsp-request"
OCSP_RESPONSE = "application/ocsp-response"
CRL_TYPE = "application/pkix-crl"
CERTIFICATE_TYPE = "application/pkix-cert"


class TimestampService:
    """Answers POST on any path with a timestamp, and GET /livez タイムスタンプサービス."""

    def __init__(self, trial: authority.Authority, now: clock.Clock) -> None:
        self.trial = trial
        self.now = now
        self.unit = timestamping.unit_of(trial)

    def __call__(self, request: serving.Request) -> serving.Reply:
        """Answer one HTTP request 応答."""
        if request.method == "GET":
            return serving.ALIVE if request.path == "/livez" else serving.METHOD_NOT_ALLOWED
        if request.content_type != TIMESTAMP_QUERY:
            return serving.UNSUPPORTED_MEDIA_TYPE
        return serving.Reply(200, TIMESTAMP_REPLY, self.answer(request.body))

    def answer(self, query: bytes) -> bytes:
        """Return the TimeStampResp (DER) to a TimeStampReq (DER) タイムスタンプ応答."""
        return timestamping.answer(query, unit=self.unit, at=self.now())


class RevocationService:
    """Answers /ocsp/NAME, /crl/NAME.crl, /certs/NAME.crt for each authority, and GET /livez 失効情報サービス."""

    def __init__(self, trial: authority.Authority, now: clock.Clock) -> None:
        self.trial = trial
        self.now = now
        self.responders = ocsp.responders_of(trial)
        self.issuers = {name: trial.issued(name) for name in profiles.AUTHORITIES}

    def __call__(self, request: serving.Request) -> serving.Reply:
        """Answer one HTTP request 応答."""
        if request.path == "/livez":
            return serving.ALIVE
        # An OCSP request in a GET may hold slashes, plain or escaped, so only the first two are ours.
        shelf, _, rest = request.path.removeprefix("/").partition("/")
        name, _, encoded = rest.partition("/")
        if shelf == "ocsp" and name in self.responders:
            return self._ocsp(request, name, encoded)
        if request.method != "GET":
            return serving.METHOD_NOT_ALLOWED
        stem, _, suffix = rest.rpartition(".")
        if shelf == "crl" and suffix == "crl" and stem in self.issuers:
            return serving.Reply(200, CRL_TYPE, self.revocation_list(stem))
        if shelf == "certs" and suffix == "crt" and stem in self.issuers:
            der = self.trial.by_name[stem].public_bytes(serialization.Encoding.DER)
            return serving.Reply(200, CERTIFICATE_TYPE, der)
        return serving.NOT_FOUND

    def status(self, name: str, query: bytes) -> bytes:
        """Return the OCSPResponse (DER) of the responder of authority `name` 証明書状態の応答."""
        revoked = {each.serial: each for each in revocations.read(self.trial.directory)}
        return ocsp.answer(query, responder=self.responders[name], revoked=revoked, at=self.now())

    def revocation_list(self, name: str) -> bytes:
        """Return the revocation list (DER) of authority `name`, signed now 失効リスト."""
        own = self.responders[name].serials
        revoked = [each for each in revocations.read(self.trial.directory) if each.serial in own]
        return crl.build(self.issuers[name], revoked=revoked, at=self.now())

    def _ocsp(self, request: serving.Request, name: str, encoded: str) -> serving.Reply:
        if request.method == "POST":
            if request.content_type != OCSP_REQUEST:
                return serving.UNSUPPORTED_MEDIA_TYPE
            return serving.Reply(200, OCSP_RESPONSE, self.status(name, request.body))
        try:
            query = base64.b64decode(unquote(encoded), validate=True)
        except (binascii.Error, ValueError):
            query = b""
        return serving.Reply(200, OCSP_RESPONSE, self.status(name, query))
