"""One signature or timestamp of a file, judged (ETSI EN 319 102-1, 5.3 to 5.6). 署名ごとの判定"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation import ades, generic_cms, policy_decl
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from . import (
    certificates,
    containers,
    corrections,
    particulars,
    proofchain,
    reports,
    revisions,
    statements,
    timelines,
)

# What leaves open whether anything was changed, unlike what shows that something was.
UNDECIDED = frozenset({revisions.UNCLEAR, containers.ODD})
# What pyHanko says when something hinders a path or a proof; the timeline knows most reasons better, and where it knows
# none, it is revocation data that is missing.
_VAGUE = {
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "TRY_LATER",
    "TRY_LATER": "TRY_LATER",
    "OUT_OF_BOUNDS_NO_POE": "OUT_OF_BOUNDS_NO_POE",
    "NO_POE": "NO_POE",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": "REVOCATION_OUT_OF_BOUNDS_NO_POE",
}


class Judge:
    """Judges the signatures of one file by one set of evidence, from the last one to the first. 判定器

    `archived` says that a valid document timestamp ends the file, `ends_well` that nothing after any signature is
    amiss, `stored` that the file carries a DSS. What pyHanko passes has to stand before the `timeline`, too. Without a
    `describer` reports hold the verdict only.
    """

    def __init__(
        self,
        *,
        specification: policy_decl.PdfSignatureValidationSpec,
        timeline: timelines.Timeline,
        timing: ValidationTimingInfo,
        archived: bool,
        ends_well: bool,
        stored: bool,
        describer: particulars.Describer | None,
    ) -> None:
        self._timeline = timeline
        self._specification = specification
        self._timing = timing
        self._archived = archived
        self._ends_well = ends_well
        self._stored = stored
        self._describer = describer
        self._chain_holds: bool | None = None

    async def report(
        self,
        signature: EmbeddedPdfSignature,
        standing: revisions.Standing,
        *,
        changes: tuple[reports.Change, ...] | None = None,
    ) -> reports.SignatureReport:
        """The verdict on one signature, with what it rests on; to be asked of the last one first. 判定"""
        dictionary = signature.sig_object
        stamp = certificates.is_timestamp(signature)
        outcome = await (self._timestamp(signature) if stamp else self._signature(signature))
        indication: AdESSubIndic = outcome.ades_subindic
        if stamp and self._archived and indication.status is AdESStatus.INDETERMINATE:
            indication = await self._proven_later(signature, indication)
        result, sub = _plain(indication)
        stamped_at, tokens, path = await self._stamped(outcome, signature)
        reason = await self._about(tokens, stamped_at)
        if reason is not None:
            stamped_at = None
        elif not stamp:
            reason = await self._timeline.of_signature(signature, stamped_at)
        if result is reports.Result.PASSED and reason is not None:
            result, sub = reports.Result.INDETERMINATE, reason
        elif sub is not None:
            sub = reason or _VAGUE[sub] if sub in _VAGUE else sub
        if standing.problem in UNDECIDED:
            if result is reports.Result.PASSED:
                result, sub = reports.Result.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"
        elif standing.problem is not None and result is not reports.Result.FAILED:
            result, sub = reports.Result.FAILED, "FORMAT_FAILURE"
        if stamped_at is not None and (not stamp or result is reports.Result.PASSED):
            self._timeline.stamped(stamped_at, document=stamp)
        location = _text(dictionary, "/Location")
        describer = self._describer
        algorithm, digest = describer.algorithm(signature) if describer else ("", "")
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
            level=None if stamp else self._level(signature, stamped_at, result),
            covers_whole_file=standing.covers_whole_file,
            modified_after=standing.modified_after,
            certificate_expires_at=signature.signer_cert.not_valid_after.astimezone(UTC),
            algorithm=algorithm,
            digest_algorithm=digest,
            covers=tuple(int(part) for part in signature.byte_range),
            chain=describer.chain(signature, _path_of(outcome)) if describer else (),
            timestamp=describer.token(tokens[0], path) if describer and tokens else None,
            changes=changes,
        )

    async def _signature(self, signature: EmbeddedPdfSignature) -> Any:
        stamped = next(generic_cms.extract_tst_data_iter(signature.signer_info, signed=False), None) is not None
        if self._archived and stamped:
            return await ades.ades_lta_validation(signature, self._specification, timing_info=self._timing)
        if not stamped:
            return await self._unstamped(signature)
        # The archival procedure would turn a passed B-T or B-LT into NO_POE: it wants a timestamp not there yet.
        return await ades.ades_with_time_validation(
            signature.signed_data,
            self._specification.signature_validation_spec,
            timing_info=self._timing,
            raw_digest=signature.compute_digest(),
        )

    async def _unstamped(self, signature: EmbeddedPdfSignature) -> Any:
        """A document timestamp proves as much as a signature timestamp (5.6.3.4 (1)); pyHanko wants the latter."""
        outcome = await ades.ades_basic_validation(
            signature.signed_data,
            self._specification.signature_validation_spec,
            timing_info=self._timing,
            raw_digest=signature.compute_digest(),
        )
        indication = outcome.ades_subindic
        if not self._archived and indication.status is AdESStatus.PASSED:
            return dataclasses.replace(outcome, ades_subindic=AdESIndeterminate.NO_POE)
        if not self._archived or not isinstance(indication, AdESIndeterminate):
            return outcome
        later = await proofchain.past(signature, self._specification, self._timing, indication)
        return dataclasses.replace(outcome, ades_subindic=later)

    async def _about(self, tokens: Sequence[cms.SignedData], stamped_at: datetime | None) -> str | None:
        for token in tokens:
            reason = await self._timeline.of_token(token)
            if reason is not None:
                return reason
        return "NO_POE" if tokens and stamped_at is None else None

    async def _timestamp(self, signature: EmbeddedPdfSignature) -> Any:
        def imprint(algorithm: str) -> bytes:
            return bytes(signature.compute_digest(algorithm))

        return await ades.ades_timestamp_validation(
            signature.signed_data,
            self._specification.signature_validation_spec,
            imprint,
            timing_info=self._timing,
        )

    async def _proven_later(self, signature: EmbeddedPdfSignature, alone: AdESSubIndic) -> AdESSubIndic:
        if self._chain_holds is None:
            self._chain_holds = await proofchain.holds(signature.reader, self._specification, self._timing)
        holds = self._chain_holds and corrections.in_chain(signature.signed_revision)
        return AdESPassed.OK if holds else alone

    async def _stamped(
        self, outcome: Any, signature: EmbeddedPdfSignature
    ) -> tuple[datetime | None, list[cms.SignedData], Any]:
        """The moment of an intact token, the tokens that say so (or the first one there is), and the path."""
        status = outcome.api_status
        if certificates.is_timestamp(signature):
            whole = status is not None and status.intact and status.valid
            return _utc(status.timestamp) if whole else None, [signature.signed_data], _path_of(outcome)
        tokens = list(generic_cms.extract_tst_data_iter(signature.signer_info, signed=False))
        validity = getattr(status, "timestamp_validity", None)
        moment = _utc(getattr(validity, "timestamp", None))
        if moment is not None:
            return (
                moment,
                [one for one in tokens if _said_by(one) == moment],
                getattr(validity, "validation_path", None),
            )
        # pyHanko stops at the certificate; a reader of an unarchived file still asks when it was signed.
        expected = generic_cms.message_imprint_checker(signature.signer_info)
        for token in tokens:
            path = await self._timeline.path_of_intact(token, expected)
            if path is not None:
                return _said_by(token), [token], path
        return None, tokens[:1], None

    def _level(
        self, signature: EmbeddedPdfSignature, stamped_at: datetime | None, result: reports.Result
    ) -> reports.Level | None:
        if not _baseline(signature):
            return None
        if stamped_at is None:
            return reports.Level.B_B
        if not self._stored or result is not reports.Result.PASSED:
            return reports.Level.B_T
        return reports.Level.B_LTA if self._archived and self._ends_well else reports.Level.B_LT


def _baseline(signature: EmbeddedPdfSignature) -> bool:
    """What every PAdES baseline level has (EN 319 142-1, 6.3): the format, and which certificate signed."""
    if signature.sig_object["/SubFilter"] != "/ETSI.CAdES.detached":
        return False
    signed = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    return not signed.isdisjoint({"signing_certificate", "signing_certificate_v2"})


def _said_by(token: cms.SignedData) -> datetime | None:
    return _utc(token["encap_content_info"]["content"].parsed["gen_time"].native)


def _plain(indication: AdESSubIndic) -> tuple[reports.Result, str | None]:
    result = {
        AdESStatus.PASSED: reports.Result.PASSED,
        AdESStatus.FAILED: reports.Result.FAILED,
        AdESStatus.INDETERMINATE: reports.Result.INDETERMINATE,
    }[indication.status]
    return result, None if result is reports.Result.PASSED else str(indication.standard_name)


def _path_of(outcome: Any) -> Any:
    return getattr(outcome.api_status, "validation_path", None)


def _utc(moment: Any) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def _text(dictionary: Any, key: str) -> str | None:
    # pyHanko's own `get` hands out unresolved references
    return str(dictionary[key]) if key in dictionary else None
