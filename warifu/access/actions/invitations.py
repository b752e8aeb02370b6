"""Links and codes for those without an account 招待・確認コード."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from warifu.access import errors, models, queries
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory

CODE_TRIES = 5
ONE_TIME_LIFE = timedelta(minutes=10)
ONE_TIME_PAUSE = timedelta(seconds=30)


def new_access_code() -> str:
    """Eight random digits for the telephone 確認コード."""
    return f"{secrets.randbelow(10**8):08d}"


def issue_invitation(
    *,
    municipality: directory.Municipality,
    subject: str,
    mail: str,
    code: str,
    expires_at: datetime,
    at: datetime,
    revoke_earlier: bool = True,
) -> tuple[models.Invitation, str]:
    """A new link for one person; every earlier link to the same subject dies, unless it is to stay 招待の発行.

    `code` is the access code told by another channel, or "" when a one-time code goes to the address instead.
    Returns the invitation and the token, which exists nowhere else. Belongs into the caller's transaction, whose
    verb writes the ledger line.
    """
    if revoke_earlier:
        revoke_invitations(subject=subject, at=at)
    token = secrets.token_urlsafe(32)
    invitation = models.Invitation.objects.create(
        municipality=municipality,
        subject=subject,
        mail=mail,
        token_digest=queries.token_digest(token),
        code_digest=make_password(code) if code else "",
        made_at=at,
        expires_at=expires_at,
    )
    return invitation, token


def revoke_invitations(*, subject: str, at: datetime) -> int:
    """Every link to this subject dies at once 招待の失効."""
    return models.Invitation.objects.filter(subject=subject, revoked_at__isnull=True).update(revoked_at=at)


def present_code(*, invitation: models.Invitation, code: str, by: Actor, at: datetime) -> None:
    """Check the code a visitor typed; wrong ones are counted, and the fifth closes the link 確認コードの確認.

    Raises `CodeRefused` with the tries left, or `InvitationLocked`.
    """
    one_time = (
        None
        if invitation.code_digest
        else invitation.one_time_codes.filter(used_at__isnull=True, expires_at__gt=at).order_by("-made_at").first()
    )
    kept = invitation.code_digest or (one_time.code_digest if one_time else "")
    # The slow comparison runs before the lock; the count of failures decides inside it.
    right = bool(kept) and check_password(code, kept)
    with transaction.atomic():
        locked = models.Invitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.failures >= CODE_TRIES:
            raise errors.InvitationLocked
        if right and one_time:
            right = models.OneTimeCode.objects.filter(pk=one_time.pk, used_at__isnull=True).update(used_at=at) == 1
        audit.append(
            ledger=invitation.municipality.code,
            action="access.code_accepted" if right else "access.code_refused",
            target=invitation.subject,
            by=by,
            at=at,
            facts={"invitation": str(invitation.pk), "one_time": one_time is not None},
        )
        if right:
            models.Invitation.objects.filter(pk=invitation.pk).update(failures=0)
        else:
            models.Invitation.objects.filter(pk=invitation.pk).update(failures=F("failures") + 1)
    if not right:
        left = CODE_TRIES - locked.failures - 1
        if left <= 0:
            raise errors.InvitationLocked
        raise errors.CodeRefused(left=left)


def make_one_time_code(*, invitation: models.Invitation, by: Actor, at: datetime) -> str:
    """A fresh six-digit code for a mail to `invitation.mail`; earlier ones die ワンタイム確認コード.

    Raises `CodeTooSoon` within thirty seconds of the last one.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    kept = make_password(code)
    with transaction.atomic():
        models.Invitation.objects.select_for_update().get(pk=invitation.pk)
        open_codes = invitation.one_time_codes.filter(used_at__isnull=True)
        if open_codes.filter(made_at__gt=at - ONE_TIME_PAUSE).exists():
            raise errors.CodeTooSoon
        open_codes.update(expires_at=at)
        models.OneTimeCode.objects.create(
            invitation=invitation, code_digest=kept, made_at=at, expires_at=at + ONE_TIME_LIFE
        )
        audit.append(
            ledger=invitation.municipality.code,
            action="access.code_sent",
            target=invitation.subject,
            by=by,
            at=at,
            facts={"invitation": str(invitation.pk)},
        )
    return code
