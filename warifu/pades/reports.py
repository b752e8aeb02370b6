"""What a validation says, in the three words of ETSI EN 319 102-1. 検証報告"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """Main status indication (EN 319 102-1, 5.1.3). 検証結果"""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"


class Level(StrEnum):
    """PAdES baseline level (EN 319 142-1, 6). 署名レベル"""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


_LEVELS = tuple(Level)


def lowest(levels: list[Level]) -> Level | None:
    """The weakest of several levels. 最低レベル"""
    return min(levels, key=_LEVELS.index, default=None)


@dataclass(frozen=True)
class SignatureReport:
    """One signature or document timestamp. 署名ごとの検証結果

    `signer` is the CN of the certificate, `party` the /Name in the signature dictionary, `time` the genTime of the
    valid timestamp (aware UTC, None without one). `level` is None for a document timestamp.
    """

    field: str
    kind: str
    signer: str
    party: str | None
    organisation: str | None
    reason: str | None
    time: datetime | None
    result: Result
    sub_indication: str | None
    level: Level | None
    covers_whole_file: bool
    modified_after: bool
    certificate_expires_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Plain values. JSON"""
        return {
            "field": self.field,
            "kind": self.kind,
            "signer": self.signer,
            "party": self.party,
            "organisation": self.organisation,
            "reason": self.reason,
            "time": _text(self.time),
            "result": self.result.value,
            "sub_indication": self.sub_indication,
            "level": self.level.value if self.level else None,
            "covers_whole_file": self.covers_whole_file,
            "modified_after": self.modified_after,
            "certificate_expires_at": _text(self.certificate_expires_at),
        }


@dataclass(frozen=True)
class ValidationReport:
    """What one file is at one moment. 検証報告

    `result` is passed only when every signature and timestamp is proven at `at`. `sealed_until` is the earliest
    notAfter of the last archive timestamp's chain. `problem` is a short code, None when passed. `assumed` names what
    was taken as given because nobody online was asked: `last_timestamp_not_revoked`. `algorithms` names what the last
    archive timestamp rests on (`sunsets.used_by`).
    """

    result: Result
    level: Level | None
    signatures: tuple[SignatureReport, ...]
    covers_whole_file: bool
    sealed_until: datetime | None
    digest: str
    at: datetime
    pages: int | None = None
    problem: str | None = None
    assumed: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, moments in ISO 8601 UTC. JSON"""
        return {
            "result": self.result.value,
            "level": self.level.value if self.level else None,
            "signatures": [signature.as_json() for signature in self.signatures],
            "covers_whole_file": self.covers_whole_file,
            "sealed_until": _text(self.sealed_until),
            "digest": self.digest,
            "at": _text(self.at),
            "pages": self.pages,
            "problem": self.problem,
            "assumed": list(self.assumed),
            "algorithms": list(self.algorithms),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ValidationReport:
        """The inverse of `as_json`, for the answer of the boxed process. JSONから復元"""
        signatures = tuple(
            SignatureReport(
                **{
                    **one,
                    "time": _moment(one["time"]),
                    "result": Result(one["result"]),
                    "level": Level(one["level"]) if one["level"] else None,
                    "certificate_expires_at": _moment(one["certificate_expires_at"]),
                }
            )
            for one in data["signatures"]
        )
        at = _moment(data["at"])
        if at is None:
            raise ValueError("a report has a moment")
        return cls(
            result=Result(data["result"]),
            level=Level(data["level"]) if data["level"] else None,
            signatures=signatures,
            covers_whole_file=data["covers_whole_file"],
            sealed_until=_moment(data["sealed_until"]),
            digest=data["digest"],
            at=at,
            pages=data["pages"],
            problem=data["problem"],
            assumed=tuple(data["assumed"]),
            algorithms=tuple(data["algorithms"]),
        )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
