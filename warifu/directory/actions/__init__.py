"""Verbs on the directory: keyword-only, one transaction, one ledger line 組織・事業者の登録."""

from .bodies import begin_body, go_live, rest_body, wake_body
from .counterparties import CounterpartyEntry, register_counterparty
from .counterparty_lists import CounterpartyRow, register_counterparties
from .departments import DepartmentEntry, add_department, describe_department
from .groups import change_members, remove_group, save_group
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
    "CounterpartyEntry",
    "CounterpartyRow",
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
    "end_department",
    "end_deputy",
    "end_holder",
    "end_post",
    "end_title",
    "go_live",
    "leave",
    "name_consenter",
    "register_counterparties",
    "register_counterparty",
    "remove_consenter",
    "remove_group",
    "remove_recipient_rule",
    "replace_title",
    "rest_body",
    "save_group",
    "save_title",
    "take_over",
    "transfer",
    "wake_body",
]
