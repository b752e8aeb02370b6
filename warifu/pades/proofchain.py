"""Whether each document timestamp of a file is proven by the one after it. タイムスタンプの連鎖

A timestamp whose certificate has expired, or was revoked later, still counts when a later one proves that it existed
before (EN 319 102-1, 5.6.3.4 (2): the chain is the evidence record). pyHanko judges the chain on the way to a signature
only, in the two functions used here; for a timestamp by itself it has no such answer.
"""

from __future__ import annotations

import dataclasses
import logging

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.validation import ades, policy_decl
from pyhanko.sign.validation import errors as validation_errors
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import errors as path_errors
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo

log = logging.getLogger(__name__)


async def holds(
    reader: PdfFileReader, specification: policy_decl.PdfSignatureValidationSpec, timing: ValidationTimingInfo
) -> bool:
    """Whether every document timestamp passes, now or proven by its successor. 連鎖の検証

    `specification` must hold the certificates and revocation data of the file's DSS.
    """
    return await _judged(reader, specification, timing) is not None


async def past(
    signature: EmbeddedPdfSignature,
    specification: policy_decl.PdfSignatureValidationSpec,
    timing: ValidationTimingInfo,
    now: AdESIndeterminate,
) -> AdESSubIndic:
    """What a signature is worth by the timestamps after it (EN 319 102-1, 5.6.2.4); `now` without them. 過去の検証"""
    proven = await _judged(signature.reader, specification, timing)
    if proven is None or now not in ades._LTA_FURTHER_PROC:
        return now
    return await ades.ades_past_signature_validation(
        signed_data=signature.signed_data,
        validation_spec=specification.signature_validation_spec,
        poe_manager=proven,
        current_time_sub_indic=now,
        init_control_time=timing.validation_time,
    )


async def _judged(
    reader: PdfFileReader, specification: policy_decl.PdfSignatureValidationSpec, timing: ValidationTimingInfo
) -> POEManager | None:
    found = ades._build_prima_facie_poe_index_from_pdf_timestamps(
        reader, include_content_ts=False, diff_policy=specification.diff_policy
    )
    # The function notes what it learns; the caller's copy stays as it is.
    spec = dataclasses.replace(specification.signature_validation_spec)
    try:
        proven = await ades._validate_prima_facie_poe(found, spec, timing)
    except (validation_errors.SignatureValidationError, path_errors.PathError) as error:
        log.info("chain of timestamps: %s", type(error).__name__)
        return None
    return proven if found else None
