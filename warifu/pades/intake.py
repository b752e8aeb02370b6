"""May this PDF be sealed? Asked before 決裁, never after consent. 受付"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from . import boxed, findings

Finding = findings.Finding


class Verdict(StrEnum):
    """Taken as it is, taken after a repair, or not taken. 受付可否"""

    ACCEPT = "accept"
    REPAIR = "repair"
    REFUSE = "refuse"


class Lane(StrEnum):
    """Rewritten once, or only appended to because others signed it before. 取扱い"""

    NORMALISE = "normalise"
    APPEND = "append"


@dataclass(frozen=True)
class Limits:
    """Largest file in bytes, most pages, and the fence of the child process. 上限"""

    size: int = 50 * 1000 * 1000
    pages: int = 5000
    fence: boxed.Fence = field(default_factory=boxed.Fence)


@dataclass(frozen=True)
class Examination:
    """What intake says. 受付結果

    Digests are SHA-256 in hex. `normalised_digest` is None when refused, and then no normalised file exists.
    `dry_run_sealed` is True when a throw-away seal of the normalised file passed our own validation.
    """

    verdict: Verdict
    lane: Lane
    reason: findings.Finding | None
    notes: tuple[findings.Finding, ...]
    pages: int
    size: int
    original_digest: str
    normalised_digest: str | None
    dry_run_sealed: bool


def examine(source: Path, normalised: Path, *, limits: Limits | None = None) -> Examination:
    """Check `source` in a limited child process and write what is to be shown and sealed to `normalised`. 受付検査

    Never raises for a bad document: a crash, a hang or a broken limit of the child is a refusal with a reason. Raises
    `OSError` only when `normalised` cannot be written by anyone.
    """
    limits = limits or Limits()
    try:
        size = source.stat().st_size
        digest = _digest(source)
    except OSError:
        return _refused("unreadable_file", size=0, digest="")
    if size == 0:
        return _refused("empty", size=size, digest=digest)
    if size > limits.size:
        return _refused("too_large", size=size, digest=digest)
    request = {"source": str(source.resolve()), "normalised": str(normalised.resolve()), "pages": limits.pages}
    try:
        outcome = boxed.run("examine", request, fence=limits.fence)
    except boxed.Stopped:
        normalised.unlink(missing_ok=True)
        return _refused("check_stopped", size=size, digest=digest)
    notes = tuple(findings.note(code) for code in outcome["notes"])
    repaired = any(note.code in findings.REPAIRS for note in notes)
    refused = outcome["reason"] is not None
    return Examination(
        verdict=Verdict.REFUSE if refused else Verdict.REPAIR if repaired else Verdict.ACCEPT,
        lane=Lane(outcome["lane"]),
        reason=findings.refusal(outcome["reason"]) if refused else None,
        notes=() if refused else notes,
        pages=outcome["pages"],
        size=size,
        original_digest=digest,
        normalised_digest=outcome["normalised_digest"],
        dry_run_sealed=outcome["rehearsed"],
    )


def _digest(source: Path) -> str:
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refused(code: str, *, size: int, digest: str) -> Examination:
    return Examination(Verdict.REFUSE, Lane.NORMALISE, findings.refusal(code), (), 0, size, digest, None, False)
