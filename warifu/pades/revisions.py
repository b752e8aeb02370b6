"""Which later revisions a signature tolerates. 追記の検査

pyHanko alone calls a shadow attack ("replace") and trailing data fine; this rule refuses every known sample:
(1) the last signature or document timestamp covers the entire file, or nothing follows but validation data; (2) each
earlier one covers its entire revision; (3) what came after is nothing, long-term validation data, new signature fields
that show nothing (`constancy`), or signatures in boxes that were reserved for them (`reserved`); (4) DocMDP and
FieldMDP hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import appended, constancy, descriptions, mentions, octets, reading, reserved, store

CHANGED = "modified_after_signing"
UNCLEAR = "unclear_addition"
"""What ISO 32000 lets a later signer add, a visible stamp say; it may cover the signed page. 判定不能な追記"""


@dataclass(frozen=True)
class Standing:
    """How one signature stands to the rest of the file. 署名と後続の追記

    `problem` is None, `UNCLEAR`, or a reason why the signature does not count for this file.
    """

    covers_whole_file: bool
    modified_after: bool
    problem: str | None


def standings(signatures: Sequence[EmbeddedPdfSignature], source: reading.Bytes, *, compare: bool) -> list[Standing]:
    """Judge all signatures of a file in their order. 追記の判定

    `compare` runs the difference analysis, which is slow on long files and endless on some hostile ones.
    """
    found = []
    scan = mentions.Scan(signatures[0].reader, source)
    listed = not compare or constancy.listed(signatures[0].reader, source, start=_end(signatures[0]))
    for index, signature in enumerate(signatures):
        coverage = _coverage(signature)
        whole = coverage == SignatureCoverageLevel.ENTIRE_FILE
        last = index == len(signatures) - 1
        if last and compare and coverage == SignatureCoverageLevel.ENTIRE_REVISION:
            # B-LT ends with validation data that no signature covers (EN 319 142-1, 6.3).
            listed_here = listed and _continued(signature) and _spelled_alike(signature, scan)
            if listed_here and _plainly_appended(signature, scan):
                found.append(Standing(False, False, None))
            else:
                mild = listed_here and _tolerated(signature, set())
                found.append(Standing(False, True, UNCLEAR if mild else "not_covered"))
        elif last is not whole or coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            found.append(Standing(False, True, "not_covered"))
        elif last or not compare:
            found.append(Standing(whole, False, None))
        else:
            problem = _after(signature, signatures[index + 1 :], scan)
            if problem is None and not listed:
                problem = UNCLEAR  # some viewer may rebuild the table of objects from what lies around
            found.append(Standing(whole, problem is not None, problem))
    return found


def only_added(before: bytes, after: bytes, *, fields: Sequence[str]) -> bool:
    """Whether `after` is `before` and signatures in some of these fields, nothing else. 追記のみ

    For a revision that we made: the bytes before it may carry no signature yet.
    """
    reader, earlier = reading.opened(after), reading.opened(before)
    revision, end = earlier.xrefs.total_revisions - 1, len(before)
    meta = reader.xrefs.get_xref_container_info(revision)
    if meta.declared_startxref != earlier.last_startxref or not constancy.listed(reader, after, start=end):
        return False
    scan = mentions.Scan(reader, after)
    if not octets.names_kept(reader, after, revision=revision):
        return False
    if not constancy.plainly_marked(reader, revision=revision):
        return False
    if appended.only_signatures(reader, scan, revision=revision, end=end):
        return True
    added = [one for one in reader.embedded_signatures if one.signed_revision > revision]
    if not _in_place(added, revision) or not constancy.kept(reader, scan, revision=revision, end=end):
        return False
    outcome = DEFAULT_DIFF_POLICY.review_file(reader, revision)
    allowed = {*fields, *(str(one.field_name) for one in added)}
    return (
        isinstance(outcome, DiffResult)
        and outcome.modification_level != ModificationLevel.OTHER
        and outcome.changed_form_fields <= allowed
    )


def _after(signature: EmbeddedPdfSignature, later: Sequence[EmbeddedPdfSignature], scan: mentions.Scan) -> str | None:
    if not _spelled_alike(signature, scan):
        return CHANGED
    if not constancy.plainly_marked(signature.reader, revision=signature.signed_revision):
        return CHANGED
    if _plainly_appended(signature, scan):
        return None
    if not _tolerated(signature, {other.field_name for other in later}):
        return CHANGED
    reader, revision, end = signature.reader, signature.signed_revision, _end(signature)
    proven = (
        _in_place(later, revision)
        and store.only_extended(reader, revision=revision)
        and descriptions.say_no_more(reader, revision=revision)
        and constancy.kept(reader, scan, revision=revision, end=end)
    )
    return None if proven else UNCLEAR


def _spelled_alike(signature: EmbeddedPdfSignature, scan: mentions.Scan) -> bool:
    return octets.names_kept(signature.reader, scan.source, revision=signature.signed_revision)


def _in_place(added: Sequence[EmbeddedPdfSignature], revision: int) -> bool:
    """Each new signature shows nothing, or fills a field of that revision; no other field changed."""
    if not added:
        return True
    reader = added[0].reader
    shown = [one.sig_field for one in added if not constancy.invisible(one.sig_field)]
    return reserved.kept(reader, revision=revision) and all(
        reserved.was_there(reader, field, revision=revision) for field in shown
    )


def _end(signature: Any) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _continued(signature: Any) -> bool:
    """Whether a whole revision follows, and not just some bytes."""
    return bool(signature.signed_revision < signature.reader.xrefs.total_revisions - 1)


def _plainly_appended(signature: Any, scan: mentions.Scan) -> bool:
    if signature.docmdp_level is not None or signature.fieldmdp is not None:
        return False
    reader, revision = signature.reader, signature.signed_revision
    plain = appended.only_signatures(reader, scan, revision=revision, end=_end(signature))
    return plain and store.only_extended(reader, revision=revision)


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
