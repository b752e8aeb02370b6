"""Verbs at the door: keyword-only, one transaction, one ledger line 招待・確認コード・サインイン."""

from .accounts import (
    ask_reset,
    change_mail,
    change_password,
    clear_factors,
    close_account,
    demand_new_password,
    open_account,
    open_operator_account,
    release,
    reopen_account,
    set_password_by_link,
)
from .factors import (
    add_authenticator,
    add_passkey,
    make_recovery_codes,
    remove_authenticator,
    remove_passkey,
)
from .invitations import issue_invitation, make_one_time_code, new_access_code, present_code, revoke_invitations
from .networks import block, confirm_networks, release_networks, set_networks, stop_network_trial
from .proofs import use_one_time_password, use_passkey, use_recovery_code
from .roles import grant_role, revoke_role
from .rules import set_rules
from .sessions import end_session, end_sessions, prove, see
from .signing_in import begin_session, begin_try, refuse, take_back_try
from .transfers import Standing, transfer

__all__ = [
    "Standing",
    "add_authenticator",
    "add_passkey",
    "ask_reset",
    "begin_session",
    "begin_try",
    "block",
    "change_mail",
    "change_password",
    "clear_factors",
    "close_account",
    "confirm_networks",
    "demand_new_password",
    "end_session",
    "end_sessions",
    "grant_role",
    "issue_invitation",
    "make_one_time_code",
    "make_recovery_codes",
    "new_access_code",
    "open_account",
    "open_operator_account",
    "present_code",
    "prove",
    "refuse",
    "release",
    "release_networks",
    "remove_authenticator",
    "remove_passkey",
    "reopen_account",
    "revoke_invitations",
    "revoke_role",
    "see",
    "set_networks",
    "set_password_by_link",
    "set_rules",
    "stop_network_trial",
    "take_back_try",
    "transfer",
    "use_one_time_password",
    "use_passkey",
    "use_recovery_code",
]
