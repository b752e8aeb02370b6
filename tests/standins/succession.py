"""A trust service that lives for decades: its certificates expire, and others take their place 認証局の世代交代.

Keys are of the kind that is set when they are made, and every answer is made at the moment that the test's clock shows.
An authority that has expired answers nothing more, as in life: who asks too late gets no revocation data.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from trialpki import certificates, crl, ocsp, profiles, revocations, services, serving, timestamping
from trialpki.profiles import KeyKind, Profile, Role

RESPONDER_YEARS = 1


@dataclass
class Unit:
    """One certificate with its key, the name of its issuer, and what it is for 一枚の証明書."""

    profile: Profile
    issued: certificates.Issued

    @property
    def ends_at(self) -> datetime:
        return self.issued.certificate.not_valid_after_utc


@dataclass
class Succession:
    """Roots, authorities, responders, a timestamp authority and a signer, on one clock 世代交代する認証局."""

    now: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    revoked: list[revocations.Revocation] = field(default_factory=list)
    stamping: str = ""
    key: KeyKind = KeyKind.P_256
    silent: bool = False

    def __post_init__(self) -> None:
        self._server = serving.Server(self.respond)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        return f"http://{serving.ADDRESS}:{self._server.port}"

    @property
    def tsa_url(self) -> str:
        return f"{self.url}/tsa"

    @property
    def routes(self) -> dict[str, str]:
        return {profiles.OCSP_HOST: self.url, profiles.CRL_HOST: self.url}

    def found(self, name: str, *, role: Role, issuer: str = "", years: int) -> Unit:
        """Issue a certificate of this name now; without an issuer it is a root 発行."""
        profile = Profile(name, f"割符 試験用 {name}", issuer or name, self.key, years, role)
        made = certificates.issue(profile, issuer=self.units[issuer].issued if issuer else None, at=self.now)
        self.units[name] = Unit(profile, made)
        if role is Role.TIMESTAMP:
            self.stamping = name
        return self.units[name]

    def revoke(self, name: str) -> None:
        """Revoke now, for a compromised key 失効."""
        serial = self.units[name].issued.certificate.serial_number
        self.revoked.append(revocations.Revocation(name, serial, self.now, x509.ReasonFlags.key_compromise))

    def issuers_of(self, name: str) -> list[Unit]:
        """The chain above a certificate, its root last 発行者."""
        above = []
        while self.units[name].profile.issuer != name:
            name = self.units[name].profile.issuer
            above.append(self.units[name])
        return above

    def roots(self) -> bytes:
        """All roots until now in PEM, the old beside the new ルート証明書."""
        return b"".join(
            _pem(unit.issued)
            for unit in self.units.values()
            if unit.profile.role is Role.AUTHORITY and unit.profile.issuer == unit.profile.name
        )

    def respond(self, request: serving.Request) -> serving.Reply:
        """Timestamps at /tsa, status at /ocsp/NAME, lists at /crl/NAME.crl 応答."""
        shelf, _, rest = request.path.removeprefix("/").partition("/")
        if shelf == "tsa":
            return serving.Reply(200, services.TIMESTAMP_REPLY, self._stamp(request.body))
        if self.silent:
            return serving.Reply(503)
        name = rest.partition("/")[0].removesuffix(".crl")
        unit = self.units.get(name)
        if unit is None or unit.ends_at <= self.now:
            return serving.NOT_FOUND
        if shelf == "crl":
            listed = [one for one in self.revoked if self.units[one.name].profile.issuer == name]
            return serving.Reply(200, services.CRL_TYPE, crl.build(unit.issued, revoked=listed, at=self.now))
        return serving.Reply(200, services.OCSP_RESPONSE, self._status(unit, request.body))

    def _stamp(self, query: bytes) -> bytes:
        issued = self.units[self.stamping].issued
        chain = tuple(unit.issued.certificate for unit in self.issuers_of(self.stamping)[:-1])
        unit = timestamping.TimestampUnit(
            issued.certificate, issued.key, chain, digest=certificates.digest_for(issued.key).name
        )
        return timestamping.answer(query, unit=unit, at=self.now)

    def _status(self, authority: Unit, query: bytes) -> bytes:
        name = f"{authority.profile.name}-ocsp"
        if name not in self.units or self.units[name].ends_at <= self.now + timedelta(days=8):
            self.found(name, role=Role.RESPONDER, issuer=authority.profile.name, years=RESPONDER_YEARS)
        serials = {
            unit.issued.certificate.serial_number
            for unit in self.units.values()
            if unit.profile.issuer == authority.profile.name
        }
        responder = ocsp.Responder(
            authority.profile.name, authority.issued.certificate, self.units[name].issued, frozenset(serials)
        )
        return ocsp.answer(query, responder=responder, revoked={one.serial: one for one in self.revoked}, at=self.now)


def _pem(issued: certificates.Issued) -> bytes:
    return issued.certificate.public_bytes(serialization.Encoding.PEM)
