"""Verbs at the door: keyword-only, one transaction, one ledger line 招待・確認コード・サインイン."""

from .invitations import issue_invitation, make_one_time_code, new_access_code, present_code, revoke_invitations
from .signing_in import note_failure, note_sign_in

__all__ = [
    "issue_invitation",
    "make_one_time_code",
    "new_access_code",
    "note_failure",
    "note_sign_in",
    "present_code",
    "revoke_invitations",
]
