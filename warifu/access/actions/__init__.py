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
from .endings import tell_ending
from .factors import (
    add_authenticator,
    add_passkey,
    make_recovery_codes,
    remove_authenticator,
    remove_passkey,
)
from .founding import appoint_first_administrator
from .invitations import issue_invitation, make_one_time_code, new_access_code, present_code, revoke_invitations
from .mail import ask_mail_change, confirm_mail
from .networks import block, confirm_networks, release_networks, set_networks, stop_network_trial
from .proofs import use_one_time_password, use_passkey, use_recovery_code
from .providers import (
    ProviderEntry,
    choose_sso_only,
    mark_break_glass,
    note_test,
    remove_provider,
    save_provider,
    switch_provider,
)
from .roles import grant_role, revoke_role
from .rules import set_rules
from .sessions import end_session, end_sessions, prove, see
from .signing_in import begin_session, begin_try, refuse, take_back_try
from .tokens import issue_provisioning_token, revoke_provisioning_token, use_provisioning_token
from .transfers import Standing, transfer
from .vouching import (
    by_provider,
    decide_waiting,
    end_by_provider,
    hold_person,
    link_identity,
    open_account_without_password,
    refuse_identity,
    remember_behind,
    tell_administrators,
    unlink_identity,
    use_up,
)

__all__ = [
    "ProviderEntry",
    "Standing",
    "add_authenticator",
    "add_passkey",
    "appoint_first_administrator",
    "ask_mail_change",
    "ask_reset",
    "begin_session",
    "begin_try",
    "block",
    "by_provider",
    "change_mail",
    "change_password",
    "choose_sso_only",
    "clear_factors",
    "close_account",
    "confirm_mail",
    "confirm_networks",
    "decide_waiting",
    "demand_new_password",
    "end_by_provider",
    "end_session",
    "end_sessions",
    "grant_role",
    "hold_person",
    "issue_invitation",
    "issue_provisioning_token",
    "link_identity",
    "make_one_time_code",
    "make_recovery_codes",
    "mark_break_glass",
    "new_access_code",
    "note_test",
    "open_account",
    "open_account_without_password",
    "open_operator_account",
    "present_code",
    "prove",
    "refuse",
    "refuse_identity",
    "release",
    "release_networks",
    "remember_behind",
    "remove_authenticator",
    "remove_passkey",
    "remove_provider",
    "reopen_account",
    "revoke_invitations",
    "revoke_provisioning_token",
    "revoke_role",
    "save_provider",
    "see",
    "set_networks",
    "set_password_by_link",
    "set_rules",
    "stop_network_trial",
    "switch_provider",
    "take_back_try",
    "tell_administrators",
    "tell_ending",
    "transfer",
    "unlink_identity",
    "use_one_time_password",
    "use_passkey",
    "use_provisioning_token",
    "use_recovery_code",
    "use_up",
]
