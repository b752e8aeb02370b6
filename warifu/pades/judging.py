"""One signature or timestamp of a file, judged (ETSI EN 319 102-1, 5.3 to 5.6). 署名ごとの判定"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation import ades, generic_cms, policy_decl
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

from . import certificates, chains, constraints, containers, particulars, proofchain, reports, revisions, statements
from . import trust as anchors

# What leaves open whether anything was changed, unlike what shows that something was.
UNDECIDED = frozenset({revisions.UNCLEAR, containers.ODD})


class Judge:
    """Judges the signatures of one file by one set of evidence. 判定器

    `archived` says that a valid document timestamp ends the file, `ends_well` that nothing after any signature is
    amiss, `stored` that the file carries a DSS, `end_revoked` that an authority says so now of the last timestamp.
    Without a `describer` reports hold the verdict only.
    """

    def __init__(
        self,
        *,
        specification: policy_decl.PdfSignatureValidationSpec,
        trust: anchors.TrustAnchors,
        timing: ValidationTimingInfo,
        algorithms: constraints.Dated,
        archived: bool,
        ends_well: bool,
        stored: bool,
        end_revoked: bool,
        describer: particulars.Describer | None,
    ) -> None:
        self._trust = trust
        self._specification = specification
        self._timing = timing
        self._algorithms = algorithms
        self._archived = archived
        self._ends_well = ends_well
        self._stored = stored
        self._end_revoked = end_revoked
        self._describer = describer
        self._chain_holds: bool | None = None

    async def report(
        self,
        signature: EmbeddedPdfSignature,
        standing: revisions.Standing,
        *,
        changes: tuple[reports.Change, ...] | None = None,
    ) -> reports.SignatureReport:
        """The verdict on one signature, with what it rests on. 判定"""
        dictionary = signature.sig_object
        stamp = certificates.is_timestamp(signature)
        outcome = await (self._timestamp(signature) if stamp else self._signature(signature))
        indication: AdESSubIndic = outcome.ades_subindic
        if stamp and self._archived and indication.status is AdESStatus.INDETERMINATE:
            indication = await self._proven_later(signature, indication)
        result, sub = _plain(indication)
        if standing.problem in UNDECIDED:
            if result is reports.Result.PASSED:
                result, sub = reports.Result.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"
        elif standing.problem is not None and result is not reports.Result.FAILED:
            result, sub = reports.Result.FAILED, "FORMAT_FAILURE"
        if result is reports.Result.PASSED and not _stamped_properly(signature):
            result, sub = reports.Result.INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE"
        if result is reports.Result.PASSED and stamp and standing.covers_whole_file and self._end_revoked:
            # What the file brought along may be a week old, and nothing later proves that the token was there before.
            result, sub = reports.Result.INDETERMINATE, "REVOKED_NO_POE"
        stamped_at, token, path = await self._stamped(outcome, signature)
        if result is reports.Result.PASSED and self._imprint_ended(
            token, None if standing.covers_whole_file else stamped_at
        ):
            result, sub = reports.Result.INDETERMINATE, "CRYPTO_CONSTRAINTS_FAILURE"
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
            level=None if stamp else self._level(stamped_at, result),
            covers_whole_file=standing.covers_whole_file,
            modified_after=standing.modified_after,
            certificate_expires_at=signature.signer_cert.not_valid_after.astimezone(UTC),
            algorithm=algorithm,
            digest_algorithm=digest,
            covers=tuple(int(part) for part in signature.byte_range),
            chain=describer.chain(signature, _path_of(outcome)) if describer else (),
            timestamp=describer.token(token, path) if describer and token is not None else None,
            changes=changes,
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

    async def _proven_later(self, signature: EmbeddedPdfSignature, alone: AdESSubIndic) -> AdESSubIndic:
        if self._chain_holds is None:
            self._chain_holds = await proofchain.holds(signature.reader, self._specification, self._timing)
        return AdESPassed.OK if self._chain_holds else alone

    async def _stamped(
        self, outcome: Any, signature: EmbeddedPdfSignature
    ) -> tuple[datetime | None, cms.SignedData | None, Any]:
        """The proven moment, the token that proves it (or the first one there is), and its path."""
        if certificates.is_timestamp(signature):
            moment = getattr(outcome.api_status, "timestamp", None)
            return _utc(moment), signature.signed_data, _path_of(outcome)
        tokens = list(generic_cms.extract_tst_data_iter(signature.signer_info, signed=False))
        validity = getattr(outcome.api_status, "timestamp_validity", None)
        moment = getattr(validity, "timestamp", None)
        if moment is not None:
            return _utc(moment), tokens[0] if tokens else None, getattr(validity, "validation_path", None)
        # pyHanko stops at the certificate; a reader of an unarchived file still asks when it was signed.
        for token in tokens:
            found = await self._without_revocation(signature, token)
            if found is not None:
                return _utc(found[0]), token, found[1]
        return None, tokens[0] if tokens else None, None

    async def _without_revocation(self, signature: EmbeddedPdfSignature, token: cms.SignedData) -> Any:
        expected = generic_cms.message_imprint_checker(signature.signer_info)
        stamps = self._trust.for_timestamps()
        within = chains.context(stamps, at=self._timing.validation_time, revocation_mode="soft-fail")
        status = await generic_cms.validate_tst_signed_data(token, within, expected)
        if status["intact"] and status["valid"] and status.get("validation_path") is not None:
            return status["timestamp"], status["validation_path"]
        return None

    def _imprint_ended(self, token: cms.SignedData | None, stamped_at: datetime | None) -> bool:
        """pyHanko looks at the signature of a token, not at the digest that the token is about.

        What a later archive timestamp covers is as old as it says; the last one has to count now.
        """
        if token is None:
            return False
        imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
        name = str(imprint["hash_algorithm"]["algorithm"].native)
        proven = stamped_at if self._archived else None
        return self._algorithms.ended([name], proven or self._timing.validation_time)

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


def _path_of(outcome: Any) -> Any:
    return getattr(outcome.api_status, "validation_path", None)


def _utc(moment: Any) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def _text(dictionary: Any, key: str) -> str | None:
    # pyHanko's own `get` hands out unresolved references
    return str(dictionary[key]) if key in dictionary else None
