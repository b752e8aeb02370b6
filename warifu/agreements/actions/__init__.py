"""Verbs of an agreement: keyword-only, one transaction, one ledger line 契約案件の操作."""

from .consenting import consent, decline, expire, view
from .deciding import approve, reissue_link, return_to_draft, send, submit, withdraw
from .drafting import (
    add_document,
    choose_counterparty,
    choose_parties,
    describe,
    draft,
    drop_refused_upload,
    refuse_upload,
    remove_document,
)
from .handing_over import Assignment, hand_over, hand_over_all
from .sealplaces import place_seals

__all__ = [
    "Assignment",
    "add_document",
    "approve",
    "choose_counterparty",
    "choose_parties",
    "consent",
    "decline",
    "describe",
    "draft",
    "drop_refused_upload",
    "expire",
    "hand_over",
    "hand_over_all",
    "place_seals",
    "refuse_upload",
    "reissue_link",
    "remove_document",
    "return_to_draft",
    "send",
    "submit",
    "view",
    "withdraw",
]
