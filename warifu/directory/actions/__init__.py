"""Verbs on the directory: keyword-only, one transaction, one ledger line 組織・事業者の登録."""

from .counterparties import CounterpartyEntry, register_counterparty
from .municipalities import choose_seal_style

__all__ = ["CounterpartyEntry", "choose_seal_style", "register_counterparty"]
