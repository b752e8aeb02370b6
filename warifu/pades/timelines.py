"""What of a file is proven to have existed when, told from its end. 存在時刻の検証

pyHanko judges each signature by itself and believes a genTime that stands in an intact token. Here the times of one
file are held against each other (EN 319 102-1, 5.4, 5.5.4 and 5.6.2), whatever pyHanko has said of them:

(1) A token counts while its own certificate, key and digests do at the moment by which it is proven to have existed:
    the validation time, or the next document timestamp's.
(2) No genTime lies after the validation time or after a token that was added later.
(3) A signature's best time is its token's, without one the next document timestamp's; there its certificate is within
    its life and not yet revoked, and its algorithms count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import errors as path_errors

from . import certificates, chains, constraints, evidence, statuses
from . import trust as anchors

_TOLERANCE = chains.CLOCK_TOLERANCE
_Path = Sequence[x509.Certificate]


@dataclass
class Timeline:
    """Goes through one file from its last signature to its first, and is told of each timestamp that holds. 時系列

    `at` is the validation time; `archived` says that a valid document timestamp ends the file, so that pyHanko looks at
    revocation in the past; `revoked` is what authorities say now, by SHA-256 of an end certificate. Answers are
    sub-indications of EN 319 102-1, None where nothing is amiss.
    """

    trust: anchors.TrustAnchors
    known: evidence.Evidence
    statuses: statuses.Statuses
    algorithms: constraints.Dated
    at: datetime
    archived: bool
    revoked: Mapping[bytes, evidence.Revoked]
    _paths: dict[tuple[bytes, bool], _Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.existed_by = self.at
        self._latest = self.at

    def stamped(self, moment: datetime, *, document: bool) -> None:
        """Note a timestamp that holds; one over the document proves all before it. 時刻の記録"""
        self._latest = min(self._latest, moment)
        if document:
            self.existed_by = min(self.existed_by, moment)

    async def of_token(self, token: cms.SignedData) -> str | None:
        """What is wrong with a timestamp token: rules (1) and (2). タイムスタンプの検証"""
        info = token["encap_content_info"]["content"].parsed
        generated = info["gen_time"].native
        end, *others = certificates.held_in(token)
        if self.existed_by + _TOLERANCE < end.not_valid_before:
            return "NOT_YET_VALID"
        if generated > self._latest + _TOLERANCE:
            return "TIMESTAMP_ORDER_FAILURE"
        if generated + _TOLERANCE < end.not_valid_before:
            return "NOT_YET_VALID"
        if not certificates.only_for_timestamps(end):
            return "CHAIN_CONSTRAINTS_FAILURE"
        imprint = str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
        if self.algorithms.ended([imprint, *_used_by(token, end)], self.existed_by):
            return "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        if self.existed_by > end.not_valid_after:
            return "OUT_OF_BOUNDS_NO_POE"
        path = await self._path(end, others, near=self.existed_by, timestamping=True)
        if not path:
            return "NO_CERTIFICATE_CHAIN_FOUND"
        if self.existed_by > min(one.not_valid_after for one in path):
            return "OUT_OF_BOUNDS_NO_POE"
        return self._revoked(path, self.existed_by)

    async def of_signature(self, signature: EmbeddedPdfSignature, stamped_at: datetime | None) -> str | None:
        """What is wrong with a signature whose token, if any, holds: rule (3). 署名の検証"""
        end, others = signature.signer_cert, list(signature.other_embedded_certs)
        best = stamped_at or self.existed_by
        if best + _TOLERANCE < end.not_valid_before:
            return "NOT_YET_VALID"
        if not certificates.for_documents(end):
            return "CHAIN_CONSTRAINTS_FAILURE"
        if self.algorithms.ended(_used_by(signature.signed_data, end), best):
            return "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
        if best >= end.not_valid_after:
            return "EXPIRED" if stamped_at else "OUT_OF_BOUNDS_NO_POE"
        path = await self._path(end, others, near=best, timestamping=False)
        if not path:
            return "NO_CERTIFICATE_CHAIN_FOUND"
        if best >= min(one.not_valid_after for one in path):
            return "OUT_OF_BOUNDS_NO_POE"
        revoked = self._revoked(path, best)
        if revoked is None and self.at > end.not_valid_after and not self.archived:
            # What is past its life is no longer listed when revoked: only data from its lifetime can tell (5.2.6.4).
            return None if await self._good_since(path, best) else "OUT_OF_BOUNDS_NO_POE"
        return revoked

    async def path_of_intact(self, token: cms.SignedData, expected: Callable[[str], bytes]) -> Any:
        """The path of a token whose signature and imprint are right, None for another; revocation is not asked. 経路"""
        pool = [*self.known.certificates, *certificates.held_in(token)]
        within = chains.context(
            self.trust.for_timestamps(), at=self.existed_by, others=pool, revocation_mode="soft-fail"
        )
        status = await generic_cms.validate_tst_signed_data(token, within, expected)
        return status.get("validation_path") if status["intact"] and status["valid"] else None

    def _revoked(self, path: _Path, moment: datetime) -> str | None:
        """`moment` counts for the end certificate; those above must have been good while the proof was made."""
        for place, (certificate, issuer) in enumerate(pairwise(path)):
            at = self.statuses.revoked_at(certificate, issuer)
            if at is not None and at <= (self.existed_by if place else moment):
                return "REVOKED_CA_NO_POE" if place else "REVOKED_NO_POE"
        told = self.revoked.get(path[0].sha256)
        if told is None or told.at > (self.existed_by if told.authority else moment):
            return None
        return "REVOKED_CA_NO_POE" if told.authority else "REVOKED_NO_POE"

    async def _path(self, end: x509.Certificate, others: _Path, *, near: datetime, timestamping: bool) -> _Path:
        """From the end certificate to a root, as it holds within the life of the former; empty without one."""
        known = self._paths.get((end.sha256, timestamping))
        if known is not None and (not known or near <= min(one.not_valid_after for one in known)):
            return known
        trust = self.trust.for_timestamps() if timestamping else self.trust
        pool = [*self.known.certificates, *others]
        found: _Path = ()
        for moment in dict.fromkeys(_within(end, one) for one in (near, self.existed_by)):
            loose = chains.context(trust, at=moment, others=pool, revocation_mode="soft-fail")
            try:
                path = await chains.path_to_root(end, within=loose, others=pool, timestamping=timestamping)
            except (path_errors.PathError, path_errors.ValidationError):
                continue
            found = tuple(reversed(list(path.iter_certs(include_root=True))))
            break
        self._paths[end.sha256, timestamping] = found
        return found

    async def _good_since(self, path: _Path, moment: datetime) -> bool:
        """Whether data that was made while all were alive says that the end certificate was good at a moment."""
        alive = min(one.not_valid_after for one in path)
        pool = [*self.known.certificates, *path]
        for told in sorted(max(one, moment) for one in self.statuses.told_at(path[0])):
            if told > alive:
                return False
            strict = chains.context(self.trust, at=told, others=pool, ocsps=self.known.ocsps, crls=self.known.crls)
            try:
                await chains.path_to_root(path[0], within=strict, others=pool, timestamping=False)
            except path_errors.RevokedError as error:
                # `_revoked` has seen that it was not before `moment`.
                if error.is_ee_cert and not error.is_side_validation:
                    return True
            except (path_errors.PathError, path_errors.ValidationError):
                continue
            else:
                return True
        return False


def _within(certificate: x509.Certificate, moment: datetime) -> datetime:
    begins: datetime = certificate.not_valid_before
    ends: datetime = certificate.not_valid_after
    return max(min(moment, ends), begins).astimezone(UTC)


def _used_by(signed: cms.SignedData, end: x509.Certificate) -> list[str]:
    """The digests and the key of one signature (TS 119 312): of its SignerInfo, not only of what it is about."""
    (signer,) = signed["signer_infos"]
    inner = constraints.digest_of(signer["signature_algorithm"])
    digests = [str(signer["digest_algorithm"]["algorithm"].native), *([inner] if inner is not None else [])]
    return [*digests, constraints.key_of(end.public_key)]
