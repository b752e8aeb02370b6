"""Where files of many years need pyHanko 0.38 to be otherwise. 検証の補正

(1) A renewed file holds OCSP responses of one authority about several certificates. pyHanko counts each response about
    a sibling as a fault of its own, and then says no longer "stale" (TRY_LATER) but "chain failure".
(2) When both the signing certificate and an authority above it have expired, EN 319 102-1 looks at the former first
    (5.2.6.4: OUT_OF_BOUNDS_NO_POE); pyHanko meets the authority first and says "chain failure".
(3) The chain of document timestamps is judged anew for each signature, with the same outcome.
    Timestamps of others that were there before our first signature prove nothing for us: where they do not hold (an
    authority that nobody here knows), the chain begins with ours.
(4) A certificate that was revoked after its signature is proven to have existed was good when it signed (5.6.2.1,
    5.6.2.4). pyHanko finds the moment of revocation, and then wants revocation data from before that moment; the
    standard wants only the chain. Where the file's own data, checked in full for the moment at which they are proven to
    have existed, say that the certificate was revoked at that very moment, they are enough.
(5) After the end of a certificate there must be revocation data for it whose issuer's certificate is proven to have
    existed before (5.6.2.4). pyHanko looks for it along a path that begins at the issuer, and finds no list there
    unless the issuer is a root: contracts under an authority without a responder would end with the certificate.
(6) A certificate may name an issuer whose namesake, with a key of another kind, is the only one at hand: that is a
    signature that does not verify, and for pyHanko an assertion that fails.

A later timestamp cures the proper answers of (1) and (2), and nothing cures "chain failure": renewed files would cease
to verify. Nothing passes by these alone; past validation still examines the whole path with its proofs of existence.
Importing this module puts all six in place.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from asn1crypto import algos, keys, x509
from cryptography import exceptions
from cryptography import x509 as pyca
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation import errors as validation_errors
from pyhanko_certvalidator import context, sig_validate
from pyhanko_certvalidator import errors as path_errors
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationDataHandlers
from pyhanko_certvalidator.ltv import time_slide
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.revinfo import manager
from pyhanko_certvalidator.validate import async_validate_path

from . import moments


class RelevantRevinfoManager(manager.RevinfoManager):
    """(1) Holds everything once, and hands out only the responses about a certificate. 失効情報の選別"""

    def __init__(self, *, crls: Iterable[Any] = (), ocsps: Iterable[Any] = (), **named: Any) -> None:
        # What comes from the DSS reaches pyHanko twice in some of its procedures, and is judged twice.
        once = {(one.index, one.ocsp_response_data.dump()): one for one in ocsps}
        listed = {one.crl_data.dump(): one for one in crls}
        super().__init__(crls=list(listed.values()), ocsps=list(once.values()), **named)

    async def async_retrieve_ocsps(self, cert: Any, authority: Any) -> list[Any]:
        held: list[Any] = await super().async_retrieve_ocsps(cert, authority)
        return [one for one in held if _is_about(one, cert.serial_number)]


def _is_about(held: Any, serial: int) -> bool:
    single = held.extract_single_response()
    return single is not None and bool(single["cert_id"]["serial_number"].native == serial)


_told = generic_cms.handle_certvalidator_errors


async def _end_first(cert: x509.Certificate, coro: Awaitable[Any]) -> Any:
    """(2)"""
    found = await _told(cert=cert, coro=coro)
    at = moments.pinned_moment()
    if found.error_subindic is not AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE or at is None:
        return found
    if at <= cert.not_valid_after:
        return found
    return dataclasses.replace(
        found,
        error_subindic=AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        error_time_horizon=cert.not_valid_after,
    )


@dataclasses.dataclass
class File:
    """What is remembered of the file being judged; its chain may begin anew with revision `ours_from`. 検証中の文書

    `others_left_out` says that it did: then the chain proves nothing about the timestamps before.
    """

    judged: dict[Any, Any] = dataclasses.field(default_factory=dict)
    ours_from: int = 0
    others_left_out: bool = False


_files: ContextVar[File | None] = ContextVar("pades_judged_file", default=None)
_judge_chain = ades._validate_prima_facie_poe


@contextmanager
def one_file() -> Iterator[File]:
    """(3) Within this block, the validation of one file, its chain of timestamps is judged once. 連鎖の記憶"""
    file = File()
    token = _files.set(file)
    try:
        yield file
    finally:
        _files.reset(token)


async def _once(prima_facie_poe_sets: list[Any], validation_spec: Any, cur_timing_info: Any = None) -> Any:
    found, file = prima_facie_poe_sets, _files.get()
    if file is None:
        return await _judge_chain(found, validation_spec, cur_timing_info)
    known = file.judged
    held = validation_spec.local_knowledge
    # What a signature brings along by itself (Adobe's archival attribute) makes another question of it.
    key = (
        tuple((one.pdf_revision, one.doc_digest, len(one.poes_implied)) for one in found),
        cur_timing_info,
        frozenset(one.ocsp_response_data.dump() for one in held.known_ocsps),
        frozenset(one.crl_data.dump() for one in held.known_crls),
    )
    if key not in known:
        try:
            known[key] = await _with_or_without_others(found, file, validation_spec, cur_timing_info)
        except validation_errors.SignatureValidationError as error:
            known[key] = error
    if isinstance(known[key], Exception):
        raise known[key]
    return copy.copy(known[key])


async def _with_or_without_others(found: list[Any], file: File, validation_spec: Any, cur_timing_info: Any) -> Any:
    ours = [one for one in found if one.pdf_revision >= file.ours_from]
    try:
        return await _judge_chain(found, validation_spec, cur_timing_info)
    except (validation_errors.SignatureValidationError, path_errors.PathError):
        if not ours or len(ours) == len(found):
            raise
    file.others_left_out = True
    return await _judge_chain(ours, validation_spec, cur_timing_info)


def in_chain(revision: int) -> bool:
    """Whether the chain of this file, once judged, goes through a timestamp of that revision. 連鎖の範囲"""
    file = _files.get()
    return file is None or not file.others_left_out or revision >= file.ours_from


_past_validate = moments.pinned_past_validate


async def _or_revoked_later(
    *,
    path: ValidationPath,
    validation_policy_spec: CertValidationPolicySpec,
    validation_data_handlers: ValidationDataHandlers,
    **named: Any,
) -> datetime:
    """(4)"""
    policy, held = validation_policy_spec, validation_data_handlers
    try:
        return await _past_validate(path=path, validation_policy_spec=policy, validation_data_handlers=held, **named)
    except (path_errors.InsufficientRevinfoError, path_errors.RevokedError):
        revoked_at = await _revoked_at(path, policy, held)
        if revoked_at is None:
            raise
    chain_alone = dataclasses.replace(policy, revinfo_policy=CertRevTrustPolicy(NO_REVOCATION))
    await _check_path(path, chain_alone, held, revoked_at)
    return revoked_at


async def _revoked_at(
    path: ValidationPath, policy: CertValidationPolicySpec, held: ValidationDataHandlers
) -> datetime | None:
    """The control time of a past validation, when it is the proven moment of the end certificate's revocation."""
    now = moments.pinned_moment()
    if now is None:
        return None
    revinfo = held.revinfo_manager
    control_time = await time_slide.time_slide(
        path,
        init_control_time=now,
        revinfo_manager=revinfo,
        rev_trust_policy=policy.revinfo_policy,
        algo_usage_policy=policy.algorithm_usage_policy,
        time_tolerance=policy.time_tolerance,
    )
    rule = policy.revinfo_policy.revocation_checking_policy.ee_certificate_rule
    crls, ocsps = await time_slide.ades_gather_prima_facie_revinfo(path, revinfo, now, rule)
    for told in (*(one.crl for one in crls), *(one.ocsp_response for one in ocsps)):
        try:
            await _check_path(path, policy, held, revinfo.poe_manager[told])
        except path_errors.RevokedError as error:
            if error.is_ee_cert and not error.is_side_validation and error.revocation_dt == control_time:
                return control_time
        except path_errors.ValidationError:
            continue
    return None


async def _check_path(
    path: ValidationPath, policy: CertValidationPolicySpec, held: ValidationDataHandlers, at: datetime
) -> None:
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    within = policy.build_validation_context(timing_info=timing, handlers=held)
    await async_validate_path(within, path, policy.pkix_validation_params)


_find_leaf_data = ades._find_revinfo_data_for_leaf_in_past


async def _lists_too(
    cert: x509.Certificate, validation_data_handlers: ValidationDataHandlers, **named: Any
) -> tuple[list[Any], list[Any]]:
    """(5)"""
    crls, ocsps = await _find_leaf_data(cert, validation_data_handlers, **named)
    if crls or ocsps:
        return crls, ocsps
    held, poes = validation_data_handlers, validation_data_handlers.poe_manager
    ends = cert.not_valid_after
    issuers = [one for one in held.cert_registry.retrieve_by_name(cert.issuer) if poes[one] <= ends]
    # Whether they are in order is for the past validation of the whole path; once the certificate has ended, its
    # revocation need not be listed any more.
    lists = [
        one
        for one in held.revinfo_manager.currently_available_crls()
        if one.crl_data.issuer == cert.issuer and one.issuance_date is not None and one.issuance_date <= ends
    ]
    return [one for one in lists if any(_signed(one.crl_data, issuer) for issuer in issuers)], []


def _signed(listed: Any, issuer: x509.Certificate) -> bool:
    key: Any = pyca.load_der_x509_certificate(issuer.dump()).public_key()
    try:
        return bool(pyca.load_der_x509_crl(listed.dump()).is_signature_valid(key))
    except (TypeError, ValueError, exceptions.UnsupportedAlgorithm):
        return False


_KINDS = {
    "rsassa_pkcs1v15": {"rsa"},
    "rsassa_pss": {"rsa", "rsassa_pss"},
    "dsa": {"dsa"},
    "ecdsa": {"ec"},
}
"""Which keys make which signatures; what is not named here is of the kind of its own name."""
_verify = sig_validate._validate_raw


def _of_its_kind(
    signature: bytes,
    signed_data: bytes,
    public_key_info: keys.PublicKeyInfo,
    signature_algorithm: algos.SignedDigestAlgorithm,
    *rest: Any,
    **named: Any,
) -> None:
    """(6)"""
    try:
        kind = signature_algorithm.signature_algo
    except ValueError:
        kind = signature_algorithm["algorithm"].native
    if public_key_info.algorithm not in _KINDS.get(kind, {kind}):
        raise exceptions.InvalidSignature(f"a {kind} signature, and the key is {public_key_info.algorithm}")
    _verify(signature, signed_data, public_key_info, signature_algorithm, *rest, **named)


for _module, _name, _value in (
    (sig_validate, "_validate_raw", _of_its_kind),
    (ades, "_find_revinfo_data_for_leaf_in_past", _lists_too),
    (ades, "past_validate", _or_revoked_later),
    (ades, "_validate_prima_facie_poe", _once),
    (context, "RevinfoManager", RelevantRevinfoManager),
    (generic_cms, "handle_certvalidator_errors", _end_first),
):
    if not hasattr(_module, _name):
        raise ImportError(f"{_module.__name__} has no {_name}: this release of pyHanko needs another correction")
    setattr(_module, _name, _value)
