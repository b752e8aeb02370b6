"""A trial authority whose servers tell the time that a test hands in. 試験用認証局"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from trialpki import authority, faults, profiles
from warifu.pades import keys, sealing, trust
from warifu.pades.transports import keys as key_files
from warifu.pades.transports import revocation, tsa, wire

FOUNDED = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
SEALED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Pki:
    """Servers, trust and a way to make sealers. 認証局一式"""

    directory: Path
    now: datetime = SEALED
    wire: wire.Wire = field(default_factory=wire.Wire)

    def __post_init__(self) -> None:
        self.authority = authority.create(self.directory, FOUNDED)
        self.tsa = faults.FaultyServer(faults.TimestampService(self.authority, lambda: self.now))
        self.status = faults.FaultyServer(faults.RevocationService(self.authority, lambda: self.now))
        self.tsa.start()
        self.status.start()
        self.trust = trust.TrustAnchors.load([self.directory / "root.pem"])

    @property
    def key(self) -> keys.SigningKey:
        folder = self.directory
        return key_files.load_pem(
            key=folder / "signer.key", certificate=folder / "signer.pem", chain=folder / "chain.pem"
        )

    @property
    def revocation(self) -> revocation.HttpRevocation:
        routes = {profiles.OCSP_HOST: self.status.url, profiles.CRL_HOST: self.status.url}
        return revocation.HttpRevocation(routes=routes, wire=self.wire, seconds=1.0)

    def timestamper(self, *urls: str) -> tsa.HttpTimestamper:
        return tsa.HttpTimestamper(services=tsa.services(urls or (self.tsa.url + "/",), seconds=1.0), wire=self.wire)

    def sealer(self, *urls: str) -> sealing.Sealer:
        return sealing.Sealer(
            keyring=keys.Keyring.of(self.key),
            trust=self.trust,
            timestamper=self.timestamper(*urls),
            revocation=self.revocation,
        )

    def close(self) -> None:
        self.tsa.stop()
        self.status.stop()
        self.wire.close()
