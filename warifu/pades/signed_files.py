"""Files that others signed before us: only appended to, and only when that leaves their signatures whole. 署名済文書"""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import FieldMDPAction, MDPPerm
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel


class Closed(Exception):
    """We may not, or must not, add to this file; the code is one of `findings.REFUSALS`. 追記不可"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def carries_signatures(pdf: pikepdf.Pdf) -> bool:
    """Whether any signature or usage rights stand in the file. 署名の有無"""
    if "/Perms" in pdf.Root:
        return True
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary) and "/ByteRange" in found and "/Contents" in found:
            return True
    return False


def require_open(source: bytes) -> None:
    """Each existing signature must be intact and must permit another one. 追記可否

    Raises `Closed`: certified against changes (DocMDP P=1, also as a lock), a FieldMDP lock that a new field would
    break, a signature that does not match its bytes, or a structure that strict readers do not open (`cannot_append`).
    """
    for signature in _signatures(source):
        if signature.docmdp_level == MDPPerm.NO_CHANGES:
            raise Closed("changes_forbidden")
        lock = signature.fieldmdp
        if lock is not None and lock.action in (FieldMDPAction.ALL, FieldMDPAction.EXCLUDE):
            raise Closed("changes_forbidden")
        if not _intact(signature):
            raise Closed("signature_broken")


def require_undisturbed(before: bytes, after: bytes) -> None:
    """After our revisions each earlier signature is still intact and permits what was added. 既存署名の維持"""
    earlier = [str(one.field_name) for one in _signatures(before)]
    later = {str(one.field_name): one for one in _signatures(after)}
    for name in earlier:
        signature = later.get(name)
        if signature is None or not _intact(signature) or not _content_with(signature):
            raise Closed("changes_forbidden")


def _signatures(source: bytes) -> list[EmbeddedPdfSignature]:
    try:
        found = list(PdfFileReader(io.BytesIO(source), strict=True).embedded_signatures)
    except (Exception, RecursionError) as error:
        raise Closed("cannot_append") from error
    if not found:
        raise Closed("cannot_append")
    return found


def _intact(signature: Any) -> bool:
    try:
        signature.compute_integrity_info(skip_diff=True)
        if signature.sig_object_type == "/DocTimeStamp":
            content = signature.signed_data["encap_content_info"]["content"]
            imprint = content.parsed["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            if imprint["hashed_message"].native != signature.compute_digest(algorithm):
                return False
            kind, digest = "tst_info", hashlib.new(signature.md_algorithm, bytes(content)).digest()
        else:
            kind, digest = "data", signature.compute_digest()
        checked = generic_cms.validate_sig_integrity(
            signature.signer_info, signature.signer_cert, expected_content_type=kind, actual_digest=digest
        )
    except Exception:  # an odd signature makes the parsers raise nearly anything: then it is not intact
        return False
    return all(checked) and signature.coverage >= SignatureCoverageLevel.ENTIRE_REVISION


def _content_with(signature: Any) -> bool:
    outcome = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
    if not isinstance(outcome, DiffResult) or outcome.modification_level == ModificationLevel.OTHER:
        return False
    permitted = signature.docmdp_level
    return permitted is None or outcome.modification_level.value <= permitted.value
