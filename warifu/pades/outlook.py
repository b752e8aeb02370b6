"""Whether a file will still verify at a later moment, with no network, and what that rests on. 検証の見通し"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import renewal, reports, sunsets

NOT_REVOKED = "last_timestamp_not_revoked"
NOT_RENEWED = "not_renewed"
ALGORITHMS = "algorithms_as_in_the_table"
ROOTS = "roots_kept"
ASSUMED = (NOT_RENEWED, NOT_REVOKED, ALGORITHMS, ROOTS)
"""What nobody can know today; each is told together with the answer."""


@dataclass(frozen=True)
class Outlook:
    """The answer for a moment (aware), and until when the file holds as it is. 見通し

    `until` is None when the file does not pass today. `authority` is the name in the last timestamp's certificate,
    `algorithms` what that timestamp rests on.
    """

    at: datetime
    holds: bool
    until: renewal.ValidUntil | None
    authority: str
    algorithms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, moments in ISO 8601. JSON"""
        return {
            "at": self.at.isoformat(),
            "holds": self.holds,
            "until": self.until.moment.isoformat() if self.until else None,
            "limit": self.until.limit.value if self.until else None,
            "algorithm": self.until.algorithm if self.until else "",
            "authority": self.authority,
            "algorithms": list(self.algorithms),
            "assumed": list(ASSUMED),
        }


def look_ahead(
    present: reports.ValidationReport, later: reports.ValidationReport, *, table: sunsets.Sunsets
) -> Outlook:
    """Put two offline reports on the same bytes together: of today, and of the moment in question. 見通しの判定

    The later one decides, because it was made by the whole validation; the end that the present one knows may only
    tighten it, by an algorithm's date that was brought forward.
    """
    until = None
    if present.result is reports.Result.PASSED and present.sealed_until is not None:
        until = renewal.valid_until(present.sealed_until, present.algorithms, table)
    holds = until is not None and later.result is reports.Result.PASSED and later.at < until.moment
    authority = present.signatures[-1].signer if present.signatures else ""
    return Outlook(later.at, holds, until, authority, present.algorithms)
