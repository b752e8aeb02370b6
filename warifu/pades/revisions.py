"""Which later revisions a signature tolerates. 追記の検査

pyHanko alone calls a shadow attack ("replace") and trailing data fine; this rule refuses every known sample:
(1) the last signature or document timestamp covers the entire file; (2) each earlier one covers its entire revision;
(3) what came after is nothing, long-term validation data, or new signature fields only; (4) DocMDP and FieldMDP hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import appended


@dataclass(frozen=True)
class Standing:
    """How one signature stands to the rest of the file. 署名と後続の追記"""

    covers_whole_file: bool
    modified_after: bool
    problem: str | None


def standings(signatures: Sequence[EmbeddedPdfSignature], source: bytes, *, compare: bool) -> list[Standing]:
    """Judge all signatures of a file in their order. 追記の判定

    `compare` runs the difference analysis, which is slow on long files and endless on some hostile ones.
    """
    found = []
    for index, signature in enumerate(signatures):
        coverage = _coverage(signature)
        whole = coverage == SignatureCoverageLevel.ENTIRE_FILE
        last = index == len(signatures) - 1
        if (last and not whole) or coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            found.append(Standing(False, True, "not_covered"))
        elif last or not compare:
            found.append(Standing(whole, False, None))
        else:
            later = {other.field_name for other in signatures[index + 1 :]}
            changed = not (_plainly_appended(signature, source) or _tolerated(signature, later))
            found.append(Standing(whole, changed, "modified_after_signing" if changed else None))
    return found


def _plainly_appended(signature: Any, source: bytes) -> bool:
    if signature.docmdp_level is not None or signature.fieldmdp is not None:
        return False
    start, length = signature.byte_range[2], signature.byte_range[3]
    return appended.only_signatures(
        signature.reader, source, revision=signature.signed_revision, end=int(start) + int(length)
    )


def _coverage(signature: Any) -> SignatureCoverageLevel:
    signature.compute_integrity_info(skip_diff=True)
    return SignatureCoverageLevel(signature.coverage)


def _tolerated(signature: EmbeddedPdfSignature, later_fields: set[str]) -> bool:
    outcome = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    if not isinstance(outcome, DiffResult):
        return False
    level = outcome.modification_level
    permitted = signature.docmdp_level
    if level == ModificationLevel.OTHER or (permitted is not None and level.value > permitted.value):
        return False
    if level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES):
        return True
    return level == ModificationLevel.FORM_FILLING and outcome.changed_form_fields <= later_fields
