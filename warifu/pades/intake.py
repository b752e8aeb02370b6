"""May this PDF be sealed? Asked before 決裁, never after consent. 受付"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from . import boxed, findings, places, renderers

Finding = findings.Finding


_COMPARING = 300_000_000
_ENDING = 10


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
    """Largest file in bytes, most pages, the fence of all child processes together, and what is compared. 上限

    `comparison_seconds` bounds the comparison of pages inside the fence. `renderers` are the programs without which
    nothing is accepted; those that are installed take part in any case.
    """

    size: int = 50 * 1000 * 1000
    pages: int = 5000
    fence: boxed.Fence = field(default_factory=boxed.Fence)
    comparison_seconds: float = 20.0
    renderers: tuple[str, ...] = ("pdfium", "poppler", "mupdf")


@dataclass(frozen=True)
class Examination:
    """What intake says. 受付結果

    Digests are SHA-256 in hex. `normalised_digest` is None when refused, and then no normalised file exists.
    `dry_run_sealed` is True when a throw-away seal of the normalised file passed our own validation. `last_sheet` is
    the last page of the normalised file, on which seals are shown unless another place is chosen.
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
    last_sheet: places.Sheet | None = None


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
    deadline = time.monotonic() + limits.fence.wall_seconds
    request = {"source": str(source.resolve()), "normalised": str(normalised.resolve()), "pages": limits.pages}
    try:
        outcome = boxed.run("examine", request, fence=limits.fence)
        reason = findings.refusal(outcome["reason"]) if outcome["reason"] is not None else None
        notes = [findings.note(code, level=value or "") for code, value in outcome["notes"]]
        if reason is None:
            reason, compared = _compared(source, normalised, outcome, limits=limits, deadline=deadline)
            notes += compared
    except boxed.Stopped:
        normalised.unlink(missing_ok=True)
        return _refused("check_stopped", size=size, digest=digest)
    if reason is not None:
        normalised.unlink(missing_ok=True)
    repaired = any(note.repair for note in notes)
    return Examination(
        verdict=Verdict.REFUSE if reason else Verdict.REPAIR if repaired else Verdict.ACCEPT,
        lane=Lane(outcome["lane"]),
        reason=reason,
        notes=() if reason else tuple(notes),
        pages=outcome["pages"],
        size=size,
        original_digest=digest,
        normalised_digest=None if reason else outcome["normalised_digest"],
        dry_run_sealed=outcome["rehearsed"] and reason is None,
        last_sheet=None
        if reason
        else places.Sheet(**outcome["last_sheet"] | {"box": tuple(outcome["last_sheet"]["box"])}),
    )


def _compared(
    source: Path, normalised: Path, outcome: Mapping[str, Any], *, limits: Limits, deadline: float
) -> tuple[Finding | None, list[Finding]]:
    """The refusal or the notes of the comparison, in a box of its own after the first one is gone."""
    if renderers.missing(limits.renderers):
        return findings.refusal("comparison_unavailable"), []
    names = renderers.installed()
    signed = outcome["lane"] == Lane.APPEND
    # A flattened form shows what was filled in, which not every program shows in the form itself.
    flattened = any(code == "form_flattened" for code, _ in outcome["notes"])
    left = deadline - time.monotonic()
    request = {
        "file": str(normalised.resolve()),
        "original": None if signed or flattened else str(source.resolve()),
        "pages": outcome["pages"],
        "damaged": outcome["damaged"],
        "annotations": signed,
        "unembedded": outcome["unembedded"],
        "names": names,
        "seconds": min(limits.comparison_seconds, left - 2),
    }
    # One program draws at a time, and what it may use leaves room for the process that compares. That one ends by
    # itself in time; killed for the CPU that large sheets cost, it would have a sound document refused.
    fence = replace(
        limits.fence,
        wall_seconds=max(left, 0.0),
        cpu_seconds=max(limits.fence.cpu_seconds, int(request["seconds"]) + _ENDING),
        memory=limits.fence.memory - _COMPARING,
    )
    found = boxed.run("compare", request, fence=fence)
    programs, pages, compared = len(names), outcome["pages"], found["compared"]
    if found["differs"] is not None and outcome["damaged"]:
        return findings.refusal("damaged"), []
    if found["differs"] is not None:
        return findings.refusal("fonts_differ" if outcome["unembedded"] else "pages_differ", page=found["differs"]), []
    if found["oversized"] is not None:
        return findings.refusal("page_too_large", page=found["oversized"]), []
    if found["covered"] is not None:
        return findings.refusal("text_covered", page=found["covered"]), []
    if not found["enough"]:
        return findings.refusal("comparison_unfinished"), []
    if programs == 1:
        return None, [findings.note("compared_alone")]
    code = "compared" if compared == pages else "compared_partly"
    notes = [findings.note(code, programs=programs, pages=pages, compared=compared)]
    if found["boxes"] is not None:
        notes.append(findings.note("boxes_differ", page=found["boxes"]))
    return None, notes


def _digest(source: Path) -> str:
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refused(code: str, *, size: int, digest: str) -> Examination:
    return Examination(Verdict.REFUSE, Lane.NORMALISE, findings.refusal(code), (), 0, size, digest, None, False)
