"""Files that others signed before us: only appended to, and only when that leaves their signatures whole. 署名済文書"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import certificates, reading, revisions, statements


class Closed(Exception):
    """We may not, or must not, add to this file; the code is one of `findings.REFUSALS`. 追記不可"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Earlier:
    """Who signed by their certificates, and whether a later one may cover what an earlier one saw. 先行署名"""

    names: tuple[str, ...]
    unclear: bool

    @property
    def told(self) -> str:
        """The names on one short line; strangers wrote them. 名義の表示"""
        shown = [f"「{statements.line(name)[:40]}」" for name in self.names[:3]]
        more = f"ほか{len(self.names) - len(shown)}名" if len(self.names) > len(shown) else ""
        return "、".join([*shown, *([more] if more else [])])


def carries_signatures(pdf: pikepdf.Pdf) -> bool:
    """Whether any signature or usage rights stand in the file. 署名の有無"""
    if "/Perms" in pdf.Root:
        return True
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary) and "/ByteRange" in found and "/Contents" in found:
            return True
    return False


def require_open(source: bytes, *, names: Collection[str] = ()) -> Earlier:
    """Each existing signature must be whole and must permit another one. 追記可否

    Raises `Closed`: certified against changes (DocMDP P=1, also as a lock), a FieldMDP lock that a new field would
    break, a signature that does not match its bytes, content that was changed after a signature, a field with one of
    our `names`, or a structure that strict readers do not open (`cannot_append`).
    """
    signatures = _signatures(source)
    if not {field for field, _, _ in enumerate_sig_fields(signatures[0].reader)}.isdisjoint(names):
        raise Closed("sealed_before")
    for signature in signatures:
        if signature.docmdp_level == MDPPerm.NO_CHANGES:
            raise Closed("changes_forbidden")
        lock = signature.fieldmdp
        if lock is not None and lock.action in (FieldMDPAction.ALL, FieldMDPAction.EXCLUDE):
            raise Closed("changes_forbidden")
        if not _intact(signature):
            raise Closed("signature_broken")
    problems = {one.problem for one in revisions.standings(signatures, source, compare=True)}
    if problems - {None, revisions.UNCLEAR}:
        raise Closed("changed_after_signature")
    persons = [one for one in signatures if not certificates.is_timestamp(one)] or signatures
    signers = dict.fromkeys(certificates.common_name(one.signer_cert) for one in persons)
    return Earlier(tuple(signers), revisions.UNCLEAR in problems)


def are_kept(before: bytes, after: bytes) -> bool:
    """Whether the signatures of `before` stand in `after` as they did, and permit what was added. 既存署名の維持

    Raises whatever the parsers raise over a file that is not sound.
    """
    return _standing_in(after, until=len(before)) == _standing_in(before, until=len(before))


def _standing_in(source: bytes, *, until: int) -> list[tuple[str, tuple[int, ...], bool, str | None]]:
    signatures: list[EmbeddedPdfSignature] = list(reading.opened(source).embedded_signatures)
    standings = revisions.standings(signatures, source, compare=True) if signatures else []
    return [
        (str(one.field_name), tuple(int(part) for part in one.byte_range), _intact(one), standing.problem)
        for one, standing in zip(signatures, standings, strict=True)
        if int(one.byte_range[2]) + int(one.byte_range[3]) <= until
    ]


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
