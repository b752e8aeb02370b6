"""Verbs on the directory: keyword-only, one transaction, one ledger line 組織・事業者の登録."""

from .bodies import begin_body, go_live, rest_body, wake_body
from .counterparties import CounterpartyEntry, register_counterparty
from .counterparty_addresses import AddressEntry, resume_address, save_address, stop_address
from .counterparty_lists import CounterpartyRow, register_counterparties
from .counterparty_notes import remove_note, write_note
from .counterparty_standing import resume_counterparty, stop_counterparty
from .delegates import DelegateEntry, end_delegate, save_delegate
from .departments import DepartmentEntry, add_department, describe_department
from .groups import change_members, remove_group, save_group
from .merging import merge_counterparties
from .municipalities import SettingsEntry, change_settings
from .people import PersonEntry, add_person, change_person, come_back, leave
from .posts import begin_post, end_post
from .recipients import add_recipient_rule, remove_recipient_rule
from .reorganisation import cancel_change, change_department, end_department, take_over
from .title_holders import DeputyEntry, appoint_holder, deputise, end_deputy, end_holder
from .title_people import choose_title_approvers, choose_title_users, name_consenter, remove_consenter
from .titles import TitleEntry, end_title, replace_title, save_title
from .transfers import Place, Posting, transfer

__all__ = [
    "AddressEntry",
    "CounterpartyEntry",
    "CounterpartyRow",
    "DelegateEntry",
    "DepartmentEntry",
    "DeputyEntry",
    "PersonEntry",
    "Place",
    "Posting",
    "SettingsEntry",
    "TitleEntry",
    "add_department",
    "add_person",
    "add_recipient_rule",
    "appoint_holder",
    "begin_body",
    "begin_post",
    "cancel_change",
    "change_department",
    "change_members",
    "change_person",
    "change_settings",
    "choose_title_approvers",
    "choose_title_users",
    "come_back",
    "deputise",
    "describe_department",
    "end_delegate",
    "end_department",
    "end_deputy",
    "end_holder",
    "end_post",
    "end_title",
    "go_live",
    "leave",
    "merge_counterparties",
    "name_consenter",
    "register_counterparties",
    "register_counterparty",
    "remove_consenter",
    "remove_group",
    "remove_note",
    "remove_recipient_rule",
    "replace_title",
    "rest_body",
    "resume_address",
    "resume_counterparty",
    "save_address",
    "save_delegate",
    "save_group",
    "save_title",
    "stop_address",
    "stop_counterparty",
    "take_over",
    "transfer",
    "wake_body",
    "write_note",
]
