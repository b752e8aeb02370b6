"""A sealed file on its way through thirty years: authorities come and go, a yearly look renews what is due. 三十年"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization

from tests.pades import samples
from tests.standins.succession import Succession, Unit
from trialpki.profiles import KeyKind, Role
from warifu.pades import keys, renewal, sealing, sunsets, trust
from warifu.pades.transports import revocation, tsa, wire

SEALED_IN, ENDS_IN = 2026, 2056
LEAD = timedelta(days=400)
"""A little over a year, because these years are looked at once each."""
AHEAD = timedelta(days=550)
"""How long before the end an authority replaces its own certificate."""
TABLE = sunsets.Sunsets()


def november(year: int, day: int = 1) -> datetime:
    return datetime(year, 11, day, tzinfo=UTC)


@dataclass
class Trust:
    """The trust service of these years, and what the product needs of it. 認証局"""

    world: Succession
    wire: wire.Wire
    counts: dict[str, int] = field(default_factory=dict)

    def begin(self, *, years: int = 3) -> None:
        """All that a service needs; the TSA certificate lives `years`."""
        self._next("root", role=Role.AUTHORITY, years=20)
        self._next("issuing", role=Role.AUTHORITY, issuer=self._current("root"), years=10)
        self._next("tsa-ca", role=Role.AUTHORITY, issuer=self._current("root"), years=14)
        self._next("tsa", role=Role.TIMESTAMP, issuer=self._current("tsa-ca"), years=years)
        self._next("signer", role=Role.SIGNER, issuer=self._current("issuing"), years=3)

    def replace_what_ends(self, *, years: int) -> None:
        """A younger TSA certificate, from a younger authority and root where those would end before it."""
        if not self._ends_within("tsa", AHEAD):
            return
        if self._ends_within("tsa-ca", timedelta(days=366 * years)):
            if self._ends_within("root", timedelta(days=366 * 14)):
                self._next("root", role=Role.AUTHORITY, years=20)
            self._next("tsa-ca", role=Role.AUTHORITY, issuer=self._current("root"), years=14)
        self._next("tsa", role=Role.TIMESTAMP, issuer=self._current("tsa-ca"), years=years)

    @property
    def anchors(self) -> trust.TrustAnchors:
        return trust.TrustAnchors(roots=trust.certificates_in(self.world.roots()))

    @property
    def revocation(self) -> revocation.HttpRevocation:
        return revocation.HttpRevocation(routes=self.world.routes, wire=self.wire, seconds=10.0)

    def sealer(self) -> sealing.Sealer:
        signer = self.world.units["signer-1"]
        above = tuple(_parsed(unit) for unit in self.world.issuers_of("signer-1"))
        return sealing.Sealer(
            keyring=keys.Keyring.of(keys.FileKey(_parsed(signer), signer.issued.key, above)),
            trust=self.anchors,
            timestamper=tsa.HttpTimestamper(services=tsa.services([self.world.tsa_url], seconds=10.0), wire=self.wire),
            revocation=self.revocation,
        )

    def sealed(self, content: bytes | None = None) -> bytes:
        """A contract of two parties as it is concluded today. 締結した文書"""
        source = final = content or samples.plain()
        sealer, at = self.sealer(), self.world.now
        for number, name in enumerate(("岩手 太郎", "盛岡市長　内舘　茂"), start=1):
            party = samples.statement(name, source=source, at=at)
            final = sealer.consent_revision(final, field=f"Consent{number}", party=party, at=at)
        return sealer.archive_revision(final, at=at)

    def renew(self, content: bytes, *, stamps_until: datetime | None = None, agreed_size: int = 0) -> renewal.Renewed:
        return renewal.renew(
            content,
            sealer=self.sealer(),
            trust=self.anchors,
            revocation=self.revocation,
            table=TABLE,
            clock=lambda: self.world.now,
            stamps_until=stamps_until,
            agreed_size=agreed_size,
        )

    def _next(self, kind: str, *, role: Role, years: int, issuer: str = "") -> Unit:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.world.found(self._current(kind), role=role, issuer=issuer, years=years)

    def _current(self, kind: str) -> str:
        return f"{kind}-{self.counts[kind]}"

    def _ends_within(self, kind: str, time: timedelta) -> bool:
        return self.world.units[self._current(kind)].ends_at < self.world.now + time


def walk(service: Trust, *, note: Callable[[int, renewal.Renewed], None]) -> dict[int, bytes]:
    """The file as it is in each year in which it changed; `note` hears of each renewal. 三十年の歩み

    The signer is revoked in 2028 and ends in 2029. TSA certificates live three years, but one of eleven comes in 2036;
    from 2046 on the authorities use P-384 and SHA-384, because P-256 is not to be relied on after 2050.
    """
    world = service.world
    content = service.sealed()
    kept = {SEALED_IN: content}
    until = world.units["tsa-1"].ends_at
    for year in range(SEALED_IN + 1, ENDS_IN + 1):
        world.now = november(year)
        if year == 2028:
            world.revoke("signer-1")
        if year == 2046:
            world.key = KeyKind.P_384
        service.replace_what_ends(years=11 if 2036 <= year < 2046 else 3)
        if until <= world.now + LEAD:
            renewed = service.renew(content)
            kept[year] = content = renewed.content
            until = renewed.until.moment
            note(year, renewed)
    return kept


def _parsed(unit: Unit) -> x509.Certificate:
    return x509.Certificate.load(unit.issued.certificate.public_bytes(serialization.Encoding.DER))
