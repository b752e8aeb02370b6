"""Verbs on the directory: keyword-only, one transaction, one ledger line 組織・事業者の登録."""

from .counterparties import CounterpartyEntry, register_counterparty
from .counterparty_lists import CounterpartyRow, register_counterparties
from .departments import DepartmentEntry, add_department, describe_department
from .groups import change_members, remove_group, save_group
from .municipalities import choose_seal_style
from .people import PersonEntry, add_person, change_person, come_back, leave
from .posts import begin_post, end_post
from .reorganisation import cancel_change, change_department, end_department, take_over

__all__ = [
    "CounterpartyEntry",
    "CounterpartyRow",
    "DepartmentEntry",
    "PersonEntry",
    "add_department",
    "add_person",
    "begin_post",
    "cancel_change",
    "change_department",
    "change_members",
    "change_person",
    "choose_seal_style",
    "come_back",
    "describe_department",
    "end_department",
    "end_post",
    "leave",
    "register_counterparties",
    "register_counterparty",
    "remove_group",
    "save_group",
    "take_over",
]
