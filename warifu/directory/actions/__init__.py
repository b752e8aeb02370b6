"""Verbs on the directory: keyword-only, one transaction, one ledger line 組織・事業者の登録."""

from .counterparties import CounterpartyEntry, register_counterparty
from .departments import DepartmentEntry, add_department, describe_department
from .municipalities import choose_seal_style
from .reorganisation import cancel_change, change_department, end_department, take_over

__all__ = [
    "CounterpartyEntry",
    "DepartmentEntry",
    "add_department",
    "cancel_change",
    "change_department",
    "choose_seal_style",
    "describe_department",
    "end_department",
    "register_counterparty",
    "take_over",
]
