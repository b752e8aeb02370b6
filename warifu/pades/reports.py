"""What a validation says, in the three words of ETSI EN 319 102-1. 検証報告"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from . import plain

FORMAT = "warifu-validation-report"
VERSION = 2
"""Grows when a member changes its meaning or goes; a new member does not change it. JSONの版"""


class Result(StrEnum):
    """Main status indication (EN 319 102-1, 5.1.3). 検証結果"""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"

    @property
    def indication(self) -> str:
        """The standard's own spelling. 判定の表記"""
        return {"passed": "TOTAL-PASSED", "failed": "TOTAL-FAILED", "indeterminate": "INDETERMINATE"}[self.value]


class Level(StrEnum):
    """PAdES baseline level (EN 319 142-1, 6). 署名レベル"""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


_LEVELS = tuple(Level)
_BROKEN = frozenset({"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE"})


def lowest(levels: list[Level]) -> Level | None:
    """The weakest of several levels. 最低レベル"""
    return min(levels, key=_LEVELS.index, default=None)


@dataclass(frozen=True)
class RevocationReport:
    """What is known of one certificate's revocation. 失効状態

    `status` is good, revoked, unknown (nothing at hand) or exempt (a root, or a responder with nocheck); `source` ocsp
    or crl; `origin` file (came with the document) or asked; moments are aware UTC.
    """

    status: str
    source: str | None = None
    origin: str | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class CertificateReport:
    """One certificate of a chain; `serial` in hexadecimal, `key` such as RSA-3072. 証明書

    `trust_list` names the list that an anchor came from, None for all but anchors.
    """

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    key: str
    signed_with: str
    sha256: str
    revocation: RevocationReport
    trust_list: str | None = None


@dataclass(frozen=True)
class TimestampReport:
    """One RFC 3161 token: genTime (aware UTC), authority, serial number (hexadecimal), policy. タイムスタンプ"""

    time: datetime
    authority: str
    serial: str
    policy: str
    accuracy_seconds: float | None
    digest_algorithm: str
    chain: tuple[CertificateReport, ...] = ()


@dataclass(frozen=True)
class Change:
    """One kind of change that revisions after a signature brought; `kind` as in `changes.Kind`. 署名後の変更

    `pages` counts from one and may be cut at a hundred (`more` then says how many are left out); `names` are fields.
    """

    kind: str
    pages: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class SignatureReport:
    """One signature or document timestamp. 署名ごとの検証結果

    `signer` is the CN of the certificate, `party` the /Name in the signature dictionary, `time` the genTime of the
    valid timestamp (aware UTC, None without one). `level` is None for a document timestamp. `covers` are the offset and
    length of the two signed parts. `changes` is what came after it, None when that was not looked at. `earlier` says
    that it was in the file before the parties agreed: it is none of theirs, and `ValidationReport.result` is not about
    its signer.
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
    algorithm: str = ""
    digest_algorithm: str = ""
    covers: tuple[int, ...] = ()
    chain: tuple[CertificateReport, ...] = ()
    timestamp: TimestampReport | None = None
    changes: tuple[Change, ...] | None = None
    earlier: bool = False

    @property
    def broken(self) -> bool:
        """Whether the signed bytes are not what was signed, whoever signed them. 完全性の喪失"""
        return self.result is Result.FAILED and self.sub_indication in _BROKEN


@dataclass(frozen=True)
class ValidationReport:
    """What one file is at one moment. 検証報告

    `result` is passed only when every signature and timestamp is proven at `at`; of those that were there `earlier` it
    wants only that they are not broken. `sealed_until` is the earliest
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
        """Plain values, moments in ISO 8601 UTC; docs/operations/validation-report.md tells each member. JSON"""
        return {"format": FORMAT, "version": VERSION, "indication": self.result.indication, **plain.of(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ValidationReport:
        """The inverse of `as_json`; raises KeyError, TypeError or ValueError for another form. JSONから復元"""
        if (data["format"], data["version"]) != (FORMAT, VERSION):
            raise ValueError("a report of another form")
        return plain.restored(cls, data)
