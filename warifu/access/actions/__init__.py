"""Verbs at the door: keyword-only, one transaction, one ledger line 招待・確認コード・サインイン."""

from .invitations import issue_invitation, make_one_time_code, new_access_code, present_code, revoke_invitations
from .sessions import end_session, end_sessions, prove, see
from .signing_in import begin_session, begin_try, refuse, take_back_try

__all__ = [
    "begin_session",
    "begin_try",
    "end_session",
    "end_sessions",
    "issue_invitation",
    "make_one_time_code",
    "new_access_code",
    "present_code",
    "prove",
    "refuse",
    "revoke_invitations",
    "see",
    "take_back_try",
]
