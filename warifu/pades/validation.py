"""Passed, failed or indeterminate, with the reason (ETSI EN 319 102-1, 5.2 to 5.6). 検証"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from . import (
    certificates,
    chains,
    changes,
    constancy,
    constraints,
    containers,
    corrections,
    errors,
    evidence,
    judging,
    moments,
    particulars,
    reading,
    reports,
    revisions,
    signed_files,
    statuses,
    sunsets,
    timelines,
)
from . import trust as anchors

Result = reports.Result
Level = reports.Level
SignatureReport = reports.SignatureReport
ValidationReport = reports.ValidationReport

log = logging.getLogger(__name__)


def validate(
    source: bytes | Path,
    *,
    trust: anchors.TrustAnchors,
    at: datetime,
    revocation: chains.RevocationSource | None = None,
    table: sunsets.Sunsets = sunsets.TABLE,
    details: bool = True,
    agreed_size: int = 0,
) -> reports.ValidationReport:
    """Judge a whole file at a moment (aware), from its own data or with revocation data asked now. 検証

    Bytes, or a path that nobody writes to meanwhile: then the size of the file does not matter to memory. Never raises
    for a bad file: what cannot be read or proven is failed or indeterminate. Not boxed: files of strangers go through
    `boxed.validate_boxed`. A later `at` answers whether the file will still verify then; what has to be assumed for
    that stands in `assumed`. Without `details` the report holds no chains and no changes, and is quicker. Signatures
    within the first `agreed_size` bytes were there before the parties agreed: the report tells them as `earlier`. Only
    who knows that size from elsewhere may say so.
    """
    algorithms = constraints.Dated(table)
    question = _Question(trust, at, algorithms, revocation, False, True, details, agreed_size)
    return asyncio.run(_validate(source, question))


def check_revision(
    before: bytes,
    after: bytes,
    *,
    expected_fields: Sequence[str],
    trust: anchors.TrustAnchors,
    at: datetime,
    final: bool,
    agreed_size: int = 0,
) -> reports.ValidationReport:
    """Re-read a revision that we just made, before anyone relies on it. 封緘直後の検証

    `after` must start with `before`, carry exactly the signatures `expected_fields` (document timestamps not named)
    in this order, all intact and ending at the last byte. With `final` all of it must prove itself as B-LTA from its
    own data alone; without, revocation was checked by `Sealer` a moment ago and is not embedded yet, so it is not
    asked again. What others signed within the first `agreed_size` bytes must be as whole as it was there; whom they
    trust is not asked.
    Raises `errors.SealNotValid`.
    """
    if not after.startswith(before) or len(after) <= len(before):
        raise errors.SealNotValid("the revision does not continue the bytes before it")
    if not _only_added(before, after, expected_fields):
        raise errors.SealNotValid("the revision changes more than it adds")
    question = _Question(trust, at, constraints.Dated(sunsets.TABLE), None, True, final, False, agreed_size)
    report = asyncio.run(_validate(after, question))
    ours = [signature for signature in report.signatures if not signature.earlier]
    fields = [signature.field for signature in ours if signature.kind == "signature"]
    if fields != list(expected_fields):
        raise errors.SealNotValid(f"signature fields are {fields}")
    # A file that others archived before holds validation data already.
    wanted = (reports.Level.B_LTA,) if final else (reports.Level.B_T, reports.Level.B_LT)
    if report.result is not reports.Result.PASSED or not report.covers_whole_file or report.assumed:
        details = [(signature.field, signature.sub_indication) for signature in report.signatures]
        raise errors.SealNotValid(f"{report.result} {report.problem} {details}")
    if any(signature.level not in wanted for signature in ours if signature.kind == "signature"):
        raise errors.SealNotValid(f"level {report.level}, wanted {wanted}")
    _require_earlier_kept(after, agreed_size)
    return report


def require_conclusive(report: reports.ValidationReport) -> None:
    """No stamp, no seal: passed, B-LTA, the whole file; else `errors.SealNotValid`. 締結の条件"""
    if (
        report.result is not reports.Result.PASSED
        or report.level is not reports.Level.B_LTA
        or not report.covers_whole_file
    ):
        raise errors.SealNotValid(f"{report.result} {report.level} {report.problem}")


def _require_earlier_kept(after: bytes, agreed_size: int) -> None:
    if b"/ByteRange" not in after[:agreed_size]:
        return
    try:
        kept = signed_files.are_kept(after[:agreed_size], after)
    except (Exception, RecursionError) as error:
        raise errors.SealNotValid(f"earlier signatures: {type(error).__name__}") from error
    if not kept:
        raise errors.SealNotValid("the revision touches signatures that were there before")


def _only_added(before: bytes, after: bytes, fields: Sequence[str]) -> bool:
    try:
        return revisions.only_added(before, after, fields=fields)
    except (Exception, RecursionError) as error:  # what cannot be read cannot be proven
        log.info("comparison ended early: %s", type(error).__name__)
        return False


@dataclass(frozen=True)
class _Question:
    """How a file is to be judged; `own` is one that we made a moment ago, `final` wants proof from its own data."""

    trust: anchors.TrustAnchors
    at: datetime
    algorithms: constraints.Dated
    revocation: chains.RevocationSource | None
    own: bool
    final: bool
    details: bool
    agreed_size: int

    def earlier(self, signature: EmbeddedPdfSignature) -> bool:
        """Whether it was there before the parties agreed. 先行署名"""
        return int(signature.byte_range[2]) + int(signature.byte_range[3]) <= self.agreed_size

    def bare(
        self, result: reports.Result, digest: str, problem: str, pages: int | None = None
    ) -> reports.ValidationReport:
        """A report on a file without any signature that could be judged."""
        return reports.ValidationReport(result, None, (), False, None, digest, self.at, pages, problem)


async def _validate(source: bytes | Path, question: _Question) -> reports.ValidationReport:
    try:
        with reading.content_of(source) as content:
            return await _guarded(content, question)
    except OSError as error:
        log.info("not read: %s", type(error).__name__)
        return question.bare(reports.Result.INDETERMINATE, "", "unreadable")


async def _guarded(content: reading.Content, question: _Question) -> reports.ValidationReport:
    digest = content.digest()
    try:
        with moments.pinned(question.at), corrections.one_file() as file:
            return await _judged(content, digest, question, file)
    except (Exception, RecursionError) as error:  # an odd file makes the parsers raise nearly anything: not verified
        log.info("validation ended early: %s", type(error).__name__)
        if type(error).__name__ in ("PdfKeyNotAvailableError", "PdfCredentialError"):
            return question.bare(reports.Result.INDETERMINATE, digest, "encrypted")
        signed = content.mentions(b"/ByteRange")
        result = reports.Result.FAILED if signed else reports.Result.INDETERMINATE
        return question.bare(result, digest, "unreadable")


async def _judged(
    content: reading.Content, digest: str, question: _Question, file: corrections.File
) -> reports.ValidationReport:
    reader = content.reader()
    untyped: Any = reader
    if untyped.xrefs.hybrid_xrefs_present:
        # Two tables of contents: a reader shows this document or another, and neither is "the" signed one.
        return question.bare(reports.Result.INDETERMINATE, digest, "hybrid", _pages(reader))
    signatures: list[EmbeddedPdfSignature] = list(reader.embedded_signatures)
    if not signatures:
        # A changed byte can hide a signature; a file that never had one holds no byte range.
        if content.mentions(b"/ByteRange"):
            return question.bare(reports.Result.FAILED, digest, "signature_hidden", _pages(reader))
        return question.bare(reports.Result.INDETERMINATE, digest, "unsigned", _pages(reader))
    if constancy.hides_a_signature(signatures, content.data):
        return question.bare(reports.Result.FAILED, digest, "signature_hidden", _pages(reader))
    reading.hash_at_once(signatures, content.data)
    standings = revisions.standings(signatures, content.data, compare=not question.own)
    known = evidence.stored_in(reader)
    roots = (*question.trust.roots, *question.trust.for_timestamps().roots)
    held = (*known.certificates, *roots, *question.trust.intermediates)
    problem = containers.problem_of(signatures[-1], content.data, held)
    if problem is not None:
        standings[-1] = replace(standings[-1], problem=problem)
    proof = await _proof(signatures, known, question)
    earlier = [question.earlier(signature) for signature in signatures]
    if any(earlier):
        pairs = zip(signatures, earlier, strict=True)
        file.ours_from = min((one.signed_revision for one, before in pairs if not before), default=0)
    told = statuses.Statuses((("file", known), ("asked", proof.asked)))
    archived = proof.end is not None and known.stored
    judge = judging.Judge(
        specification=proof.known.specification(
            question.trust, algorithms=question.algorithms, check_revocation=question.final
        ),
        timeline=timelines.Timeline(
            trust=question.trust,
            known=known.together(proof.asked),
            statuses=told,
            algorithms=question.algorithms,
            at=question.at,
            archived=archived,
            revoked=proof.revoked,
        ),
        timing=ValidationTimingInfo(
            validation_time=question.at, best_signature_time=question.at, point_in_time_validation=False
        ),
        archived=archived,
        ends_well=all(one.problem is None for one, before in zip(standings, earlier, strict=True) if not before),
        stored=known.stored,
        describer=particulars.Describer(question.trust, known, told) if question.details else None,
    )
    changed = _changes(reader, signatures, standings) if question.details else [None] * len(signatures)
    found = [
        replace(await judge.report(signature, standing, changes=change), earlier=before)
        for signature, standing, change, before in reversed(
            list(zip(signatures, standings, changed, earlier, strict=True))
        )
    ]
    found.reverse()
    return _summary(found, digest, question, pages=_pages(reader), standings=standings, proof=proof)


@dataclass(frozen=True)
class _Proof:
    """What the file proves itself with, what was asked beside it, and what had to be assumed."""

    known: evidence.Evidence
    asked: evidence.Evidence
    end: evidence.LastTimestamp | None
    assumed: tuple[str, ...]
    revoked: Mapping[bytes, evidence.Revoked] = field(default_factory=dict)


async def _proof(signatures: Sequence[EmbeddedPdfSignature], known: evidence.Evidence, question: _Question) -> _Proof:
    last = signatures[-1]
    chosen = evidence.Asked()
    if question.revocation is not None:
        # What an archive timestamp covers is proven as it was then: what is asked now decides on the timestamp alone.
        alone = certificates.is_timestamp(last) and not question.details
        wanted = [
            one for signature in (signatures[-1:] if alone else signatures) for one in certificates.relied_on(signature)
        ]
        chosen = await evidence.asked_now(wanted, trust=question.trust, source=question.revocation, at=question.at)
    asked = evidence.Evidence().plus(chosen.proven)
    if not certificates.is_timestamp(last):
        return _Proof(known.plus(chosen.proven), asked, None, (), chosen.revoked)
    end = await evidence.last_timestamp(last, known, trust=question.trust, at=question.at)
    if end is None or end.fresh:
        return _Proof(known, asked, end, (), chosen.revoked)
    # Data fetched later must not enter the past validation of the signers, so it counts as a statement only.
    told = last.signer_cert.sha256 in chosen.revoked or chosen.proves(last.signer_cert)
    certain = known.asserting(end.path.iter_certs(include_root=False), question.at)
    return _Proof(certain, asked, end, () if told else (evidence.ASSUMED_LAST_TIMESTAMP,), chosen.revoked)


def _changes(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], standings: Sequence[revisions.Standing]
) -> list[tuple[reports.Change, ...] | None]:
    found = changes.after_each(reader, [signature.signed_revision for signature in signatures])
    told: list[tuple[reports.Change, ...] | None] = []
    for one, standing in zip(found, standings, strict=True):
        # What the strict rule refuses although every object is accounted for lies outside of the objects.
        unnamed = standing.modified_after and all(change.kind in changes.HARMLESS for change in one)
        told.append((*one, reports.Change(changes.Kind.OTHER.value)) if unnamed else one)
    return told


def _proven_since(found: Sequence[reports.SignatureReport]) -> bool:
    """Whether all is proven from some person's signature on, which covers what came before it."""
    last = max((place for place, one in enumerate(found) if one.result is not reports.Result.PASSED), default=-1)
    return any(one.kind == "signature" for one in found[last + 1 :])


def _pages(reader: PdfFileReader) -> int | None:
    try:
        return int(reader.root["/Pages"]["/Count"])
    except (KeyError, TypeError, ValueError):
        return None


def _summary(
    found: list[reports.SignatureReport],
    digest: str,
    question: _Question,
    *,
    pages: int | None,
    standings: list[revisions.Standing],
    proof: _Proof,
) -> reports.ValidationReport:
    counted = [one for one in found if not one.earlier or one.broken]
    results = [one.result for one in counted]
    if reports.Result.FAILED in results:
        result = reports.Result.FAILED
    elif all(one is reports.Result.PASSED for one in results) and not found[-1].earlier:
        result = reports.Result.PASSED
    else:
        result = reports.Result.INDETERMINATE
    # A timestamp alone proves when a file existed, and nobody's agreement to it: whoever rewrites a contract without
    # its consents can have one issued.
    nobody = result is reports.Result.PASSED and all(one.kind == "timestamp" for one in counted)
    if nobody:
        result = reports.Result.INDETERMINATE
    passed = result is reports.Result.PASSED
    problems = [one.problem for one, told in zip(standings, found, strict=True) if one.problem and told in counted]
    broken = next((one for one in problems if one not in judging.UNDECIDED), problems[0] if problems else None)
    reason = next((one.sub_indication for one in counted if one.sub_indication), None)
    problem = "nobody_signed" if nobody else broken or (reason.lower() if reason else "not_proven")
    if result is reports.Result.INDETERMINATE and not problems and _proven_since(counted):
        problem = "earlier_not_proven"
    end = proof.end
    expiries = [c.not_valid_after for c in end.path.iter_certs(include_root=True)] if end else []
    return reports.ValidationReport(
        result=result,
        level=reports.lowest([one.level for one in counted if one.level is not None]),
        signatures=tuple(found),
        covers_whole_file=bool(standings) and standings[-1].covers_whole_file,
        sealed_until=min(expiries).astimezone(UTC) if passed and expiries else None,
        digest=digest,
        at=question.at,
        pages=pages,
        problem=None if passed else problem,
        assumed=proof.assumed,
        algorithms=end.algorithms if passed and end else (),
    )
