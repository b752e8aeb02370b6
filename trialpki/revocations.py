"""Which certificates were revoked, when and why: one small file beside the certificates 失効の記録."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

FILE = "revoked.json"

# RFC 5280 clause 5.3.1; removeFromCRL belongs to delta lists, which are not issued here.
REASONS = tuple(flag.value for flag in x509.ReasonFlags if flag is not x509.ReasonFlags.remove_from_crl)


@dataclass(frozen=True)
class Revocation:
    """One revoked certificate; `revoked_at` is aware UTC 失効."""

    name: str
    serial: int
    revoked_at: datetime
    reason: x509.ReasonFlags


def read(directory: Path) -> tuple[Revocation, ...]:
    """Return all revocations recorded in `directory` 失効の一覧."""
    try:
        rows = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(
        Revocation(
            name=row["name"],
            serial=int(row["serial"], 16),
            revoked_at=datetime.fromisoformat(row["revoked_at"]).astimezone(UTC),
            reason=x509.ReasonFlags(row["reason"]),
        )
        for row in rows
    )


def record(directory: Path, revocation: Revocation) -> Revocation:
    """Add `revocation` and return what now holds; a certificate is revoked once, the first entry stays 失効の記録."""
    known = read(directory)
    for earlier in known:
        if earlier.serial == revocation.serial:
            return earlier
    draft = directory / f".{FILE}.{os.getpid()}"
    draft.write_text(json.dumps([_row(each) for each in (*known, revocation)], indent=2) + "\n", encoding="utf-8")
    draft.replace(directory / FILE)
    return revocation


def _row(revocation: Revocation) -> dict[str, str]:
    return {
        "name": revocation.name,
        "serial": f"{revocation.serial:x}",
        "revoked_at": revocation.revoked_at.isoformat(),
        "reason": revocation.reason.value,
    }
