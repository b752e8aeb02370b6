"""Passed, failed or indeterminate, with the reason (ETSI EN 319 102-1, 5.2 to 5.6). 検証"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESStatus, AdESSubIndic
from pyhanko.sign.validation import ades, generic_cms, policy_decl
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from . import (
    certificates,
    chains,
    constancy,
    containers,
    errors,
    evidence,
    moments,
    reading,
    reports,
    revisions,
    statements,
)
from . import trust as anchors

Result = reports.Result
Level = reports.Level
SignatureReport = reports.SignatureReport
ValidationReport = reports.ValidationReport

log = logging.getLogger(__name__)


def validate(
    source: bytes, *, trust: anchors.TrustAnchors, at: datetime, revocation: chains.RevocationSource | None = None
) -> reports.ValidationReport:
    """Judge a whole file at a moment (aware), from its own data or with revocation data asked now. 検証

    Never raises for a bad file: what cannot be read or proven is failed or indeterminate. Not boxed: files of
    strangers go through `boxed.validate_boxed`. A later `at` answers whether the file will still verify then; what
    has to be assumed for that stands in `assumed`.
    """
    return asyncio.run(_validate(source, trust=trust, at=at, revocation=revocation, own=False, final=True))


def check_revision(
    before: bytes,
    after: bytes,
    *,
    expected_fields: Sequence[str],
    trust: anchors.TrustAnchors,
    at: datetime,
    final: bool,
) -> reports.ValidationReport:
    """Re-read a revision that we just made, before anyone relies on it. 封緘直後の検証

    `after` must start with `before`, carry exactly the signatures `expected_fields` (document timestamps not named)
    in this order, all intact and ending at the last byte. With `final` all of it must prove itself as B-LTA from its
    own data alone; without, revocation was checked by `Sealer` a moment ago and is not embedded yet, so it is not
    asked again.
    Raises `errors.SealNotValid`.
    """
    if not after.startswith(before) or len(after) <= len(before):
        raise errors.SealNotValid("the revision does not continue the bytes before it")
    if not _only_added(before, after, expected_fields):
        raise errors.SealNotValid("the revision changes more than it adds")
    report = asyncio.run(_validate(after, trust=trust, at=at, revocation=None, own=True, final=final))
    fields = [signature.field for signature in report.signatures if signature.kind == "signature"]
    if fields != list(expected_fields):
        raise errors.SealNotValid(f"signature fields are {fields}")
    wanted = reports.Level.B_LTA if final else reports.Level.B_T
    if report.result is not reports.Result.PASSED or not report.covers_whole_file or report.assumed:
        details = [(signature.field, signature.sub_indication) for signature in report.signatures]
        raise errors.SealNotValid(f"{report.result} {report.problem} {details}")
    if any(signature.level is not wanted for signature in report.signatures if signature.kind == "signature"):
        raise errors.SealNotValid(f"level {report.level}, wanted {wanted}")
    return report


def _only_added(before: bytes, after: bytes, fields: Sequence[str]) -> bool:
    try:
        return revisions.only_added(before, after, fields=fields)
    except (Exception, RecursionError) as error:  # what cannot be read cannot be proven
        log.info("comparison ended early: %s", type(error).__name__)
        return False


async def _validate(
    source: bytes,
    *,
    trust: anchors.TrustAnchors,
    at: datetime,
    revocation: chains.RevocationSource | None,
    own: bool,
    final: bool,
) -> reports.ValidationReport:
    digest = hashlib.sha256(source).hexdigest()
    try:
        with moments.pinned(at):
            return await _judged(source, digest, trust=trust, at=at, revocation=revocation, own=own, final=final)
    except (Exception, RecursionError) as error:  # an odd file makes the parsers raise nearly anything: not verified
        log.info("validation ended early: %s", type(error).__name__)
        signed = b"/ByteRange" in source
        encrypted = type(error).__name__ in ("PdfKeyNotAvailableError", "PdfCredentialError")
        problem = "encrypted" if encrypted else "unreadable"
        result = reports.Result.FAILED if signed and not encrypted else reports.Result.INDETERMINATE
        return reports.ValidationReport(result, None, (), False, None, digest, at, problem=problem)


async def _judged(
    source: bytes,
    digest: str,
    *,
    trust: anchors.TrustAnchors,
    at: datetime,
    revocation: chains.RevocationSource | None,
    own: bool,
    final: bool,
) -> reports.ValidationReport:
    reader = reading.opened(source)
    signatures: list[EmbeddedPdfSignature] = list(reader.embedded_signatures)
    if not signatures:
        # A changed byte can hide a signature; a file that never had one holds no byte range.
        hidden = b"/ByteRange" in source
        result = reports.Result.FAILED if hidden else reports.Result.INDETERMINATE
        problem = "signature_hidden" if hidden else "unsigned"
        return reports.ValidationReport(result, None, (), False, None, digest, at, _pages(reader), problem)
    if constancy.hides_a_signature(signatures, source):
        problem = "signature_hidden"
        return reports.ValidationReport(
            reports.Result.FAILED, None, (), False, None, digest, at, _pages(reader), problem
        )
    standings = revisions.standings(signatures, source, compare=not own)
    known = evidence.stored_in(reader)
    if not containers.is_sound(signatures[-1], source, (*known.certificates, *trust.roots, *trust.intermediates)):
        standings[-1] = replace(standings[-1], problem="container_altered")
    assumed: tuple[str, ...] = ()
    if revocation is not None:
        wanted = [one for signature in signatures for one in certificates.relied_on(signature)]
        asked = await evidence.asked_now(wanted, trust=trust, source=revocation, at=at)
    else:
        asked = []
    last = signatures[-1]
    end: evidence.LastTimestamp | None = None
    if certificates.is_timestamp(last):
        end = await evidence.last_timestamp(last, known, trust=trust, at=at)
        if end is not None and not end.fresh:
            # Data fetched later must not enter the past validation of the signers, so it counts as a statement only.
            if not any(chain.certificates[-1].sha256 == last.signer_cert.sha256 for chain in asked):
                assumed = (evidence.ASSUMED_LAST_TIMESTAMP,)
            known = known.asserting(end.path.iter_certs(include_root=False), at)
    else:
        known = known.plus(asked)
    judge = _Judge(
        specification=known.specification(trust, check_revocation=final),
        trust=trust,
        timing=ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False),
        archived=end is not None and known.stored,
        ends_well=all(one.problem is None for one in standings),
        stored=known.stored,
    )
    found = [await judge.report(signature, standing) for signature, standing in zip(signatures, standings, strict=True)]
    return _summary(found, digest=digest, at=at, pages=_pages(reader), standings=standings, end=end, assumed=assumed)


class _Judge:
    def __init__(
        self,
        *,
        specification: policy_decl.PdfSignatureValidationSpec,
        trust: anchors.TrustAnchors,
        timing: ValidationTimingInfo,
        archived: bool,
        ends_well: bool,
        stored: bool,
    ) -> None:
        self._trust = trust
        self._specification = specification
        self._timing = timing
        self._archived = archived
        self._ends_well = ends_well
        self._stored = stored

    async def report(self, signature: EmbeddedPdfSignature, standing: revisions.Standing) -> reports.SignatureReport:
        dictionary = signature.sig_object
        stamp = certificates.is_timestamp(signature)
        outcome = await (self._timestamp(signature) if stamp else self._signature(signature))
        indication: AdESSubIndic = outcome.ades_subindic
        result, sub = _plain(indication)
        if standing.problem is not None and result is not reports.Result.FAILED:
            result, sub = reports.Result.FAILED, "FORMAT_FAILURE"
        if result is reports.Result.PASSED and not _stamped_properly(signature):
            result, sub = reports.Result.INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE"
        stamped_at = await self._stamped_at(outcome, signature)
        location = _text(dictionary, "/Location")
        return reports.SignatureReport(
            field=str(signature.field_name),
            kind="timestamp" if stamp else "signature",
            signer=certificates.common_name(signature.signer_cert),
            party=_text(dictionary, "/Name"),
            organisation=statements.organisation_of(location),
            reason=_text(dictionary, "/Reason"),
            time=stamped_at,
            result=result,
            sub_indication=sub,
            level=None if stamp else self._level(stamped_at, result),
            covers_whole_file=standing.covers_whole_file,
            modified_after=standing.modified_after,
            certificate_expires_at=signature.signer_cert.not_valid_after.astimezone(UTC),
        )

    async def _signature(self, signature: EmbeddedPdfSignature) -> Any:
        if self._archived:
            return await ades.ades_lta_validation(signature, self._specification, timing_info=self._timing)
        # The archival procedure would turn a passed B-T or B-LT into NO_POE: it wants a timestamp not there yet.
        return await ades.ades_with_time_validation(
            signature.signed_data,
            self._specification.signature_validation_spec,
            timing_info=self._timing,
            raw_digest=signature.compute_digest(),
        )

    async def _timestamp(self, signature: EmbeddedPdfSignature) -> Any:
        def imprint(algorithm: str) -> bytes:
            return bytes(signature.compute_digest(algorithm))

        return await ades.ades_timestamp_validation(
            signature.signed_data,
            self._specification.signature_validation_spec,
            imprint,
            timing_info=self._timing,
        )

    async def _stamped_at(self, outcome: Any, signature: EmbeddedPdfSignature) -> datetime | None:
        if certificates.is_timestamp(signature):
            moment = getattr(outcome.api_status, "timestamp", None)
        else:
            moment = getattr(getattr(outcome.api_status, "timestamp_validity", None), "timestamp", None)
            if moment is None:
                # pyHanko stops at the certificate; a reader of an unarchived file still asks when it was signed.
                moment = await self._stamped_without_revocation(signature)
        return moment.astimezone(UTC) if isinstance(moment, datetime) else None

    async def _stamped_without_revocation(self, signature: EmbeddedPdfSignature) -> datetime | None:
        expected = generic_cms.message_imprint_checker(signature.signer_info)
        for token in generic_cms.extract_tst_data_iter(signature.signer_info, signed=False):
            within = chains.context(self._trust, at=self._timing.validation_time, revocation_mode="soft-fail")
            status = await generic_cms.validate_tst_signed_data(token, within, expected)
            if status["intact"] and status["valid"] and status.get("validation_path") is not None:
                moment: datetime = status["timestamp"]
                return moment
        return None

    def _level(self, stamped_at: datetime | None, result: reports.Result) -> reports.Level:
        if stamped_at is None:
            return reports.Level.B_B
        if not self._stored or result is not reports.Result.PASSED:
            return reports.Level.B_T
        return reports.Level.B_LTA if self._archived and self._ends_well else reports.Level.B_LT


def _stamped_properly(signature: EmbeddedPdfSignature) -> bool:
    """pyHanko takes any certificate that may sign timestamps among other things."""
    relied = certificates.relied_on(signature)
    return all(certificates.only_for_timestamps(one) for one, _, timestamping in relied if timestamping)


def _plain(indication: AdESSubIndic) -> tuple[reports.Result, str | None]:
    result = {
        AdESStatus.PASSED: reports.Result.PASSED,
        AdESStatus.FAILED: reports.Result.FAILED,
        AdESStatus.INDETERMINATE: reports.Result.INDETERMINATE,
    }[indication.status]
    return result, None if result is reports.Result.PASSED else str(indication.standard_name)


def _text(dictionary: Any, key: str) -> str | None:
    # pyHanko's own `get` hands out unresolved references
    return str(dictionary[key]) if key in dictionary else None


def _pages(reader: PdfFileReader) -> int | None:
    try:
        return int(reader.root["/Pages"]["/Count"])
    except (KeyError, TypeError, ValueError):
        return None


def _summary(
    found: list[reports.SignatureReport],
    *,
    digest: str,
    at: datetime,
    pages: int | None,
    standings: list[revisions.Standing],
    end: evidence.LastTimestamp | None,
    assumed: tuple[str, ...],
) -> reports.ValidationReport:
    results = [one.result for one in found]
    if reports.Result.FAILED in results:
        result = reports.Result.FAILED
    elif all(one is reports.Result.PASSED for one in results):
        result = reports.Result.PASSED
    else:
        result = reports.Result.INDETERMINATE
    # A timestamp alone proves when a file existed, and nobody's agreement to it: whoever rewrites a contract without
    # its consents can have one issued.
    nobody = result is reports.Result.PASSED and all(one.kind == "timestamp" for one in found)
    if nobody:
        result = reports.Result.INDETERMINATE
    passed = result is reports.Result.PASSED
    broken = next((one.problem for one in standings if one.problem), None)
    reason = next((one.sub_indication for one in found if one.sub_indication), None)
    problem = "nobody_signed" if nobody else broken or (reason.lower() if reason else "not_proven")
    expiries = [c.not_valid_after for c in end.path.iter_certs(include_root=True)] if end else []
    return reports.ValidationReport(
        result=result,
        level=reports.lowest([one.level for one in found if one.level is not None]),
        signatures=tuple(found),
        covers_whole_file=bool(standings) and standings[-1].covers_whole_file,
        sealed_until=min(expiries).astimezone(UTC) if passed and expiries else None,
        digest=digest,
        at=at,
        pages=pages,
        problem=None if passed else problem,
        assumed=assumed,
        algorithms=end.algorithms if passed and end else (),
    )
