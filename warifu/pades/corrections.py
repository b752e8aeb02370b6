"""Where files of many years need pyHanko 0.38 to be otherwise. 検証の補正

(1) A renewed file holds OCSP responses of one authority about several certificates. pyHanko counts each response about
    a sibling as a fault of its own, and then says no longer "stale" (TRY_LATER) but "chain failure".
(2) When both the signing certificate and an authority above it have expired, EN 319 102-1 looks at the former first
    (5.2.6.4: OUT_OF_BOUNDS_NO_POE); pyHanko meets the authority first and says "chain failure".
(3) The chain of document timestamps is judged anew for each signature, with the same outcome.

A later timestamp cures the proper answers of (1) and (2), and nothing cures "chain failure": renewed files would cease
to verify. Nothing passes by these alone; past validation still examines the whole path with its proofs of existence.
Importing this module puts all three in place.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation import errors as validation_errors
from pyhanko_certvalidator import context
from pyhanko_certvalidator.revinfo import manager

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


_chains: ContextVar[dict[Any, Any] | None] = ContextVar("pades_judged_chains", default=None)
_judge_chain = ades._validate_prima_facie_poe


@contextmanager
def one_file() -> Iterator[None]:
    """(3) Within this block, the validation of one file, its chain of timestamps is judged once. 連鎖の記憶"""
    token = _chains.set({})
    try:
        yield
    finally:
        _chains.reset(token)


async def _once(prima_facie_poe_sets: list[Any], validation_spec: Any, cur_timing_info: Any = None) -> Any:
    found, known = prima_facie_poe_sets, _chains.get()
    if known is None:
        return await _judge_chain(found, validation_spec, cur_timing_info)
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
            known[key] = await _judge_chain(found, validation_spec, cur_timing_info)
        except validation_errors.SignatureValidationError as error:
            known[key] = error
    if isinstance(known[key], Exception):
        raise known[key]
    return copy.copy(known[key])


for _module, _name, _value in (
    (ades, "_validate_prima_facie_poe", _once),
    (context, "RevinfoManager", RelevantRevinfoManager),
    (generic_cms, "handle_certvalidator_errors", _end_first),
):
    if not hasattr(_module, _name):
        raise ImportError(f"{_module.__name__} has no {_name}: this release of pyHanko needs another correction")
    setattr(_module, _name, _value)
