"""One's own address: asked for, proved by a link to the new one, told to the old one アドレスの変更."""

import secrets
from datetime import datetime

from django.db import transaction

from warifu.access import errors, models, queries
from warifu.access import letters as mails
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.directory import errors as directory_errors

from .accounts import LINK_LIFE, change_mail


def ask_mail_change(*, account: models.Account, mail: str, letters: mails.Letters, by: Actor, at: datetime) -> None:
    """A link to the new address, and a notice to the present one; nothing changes yet アドレスの変更の申込み.

    An address that belongs to somebody else gets no mail, and the answer does not tell: who asks learns nothing about
    other accounts. An earlier link dies.
    """
    wanted = mail.strip().lower()
    with transaction.atomic():
        models.MailChange.objects.filter(account=account, ended_at__isnull=True).update(ended_at=at)
        if not queries.mail_is_taken(wanted):
            token = secrets.token_urlsafe(32)
            models.MailChange.objects.create(
                account=account,
                mail=wanted,
                token_digest=queries.token_digest(token),
                made_at=at,
                expires_at=at + LINK_LIFE,
            )
            to = mails.addressed(account)
            to["mail"] = wanted
            letters.confirm_mail(**to, token=token, until=at + LINK_LIFE, at=at)
        mails.tell_change(letters, account, what="メールアドレスの変更の申込み", at=at)
        audit.append(
            ledger=queries.ledger_of(account),
            action="access.ask_mail_change",
            target=f"account:{account.pk}",
            by=by,
            at=at,
            facts={},
        )


def confirm_mail(*, change: models.MailChange, letters: mails.Letters, ip: str | None, at: datetime) -> models.Account:
    """Whoever opened the link signs in with that address from now on; the register follows アドレスの変更の確定.

    The link is used up. Raises `errors.LinkUsed`, also where somebody else has got the address meanwhile.
    """
    account = change.account
    by = queries.actor_of(account, ip=ip, at=at)
    with transaction.atomic():
        living = queries.living_mail_changes(at=at).filter(pk=change.pk)
        if living.update(ended_at=at) != 1 or queries.has_left(account, at=at):
            raise errors.LinkUsed
        if queries.mail_is_taken(change.mail):
            raise errors.LinkUsed
        if account.staff is not None:
            staff = account.staff
            entry = directory.PersonEntry(staff.name, change.mail, staff.number)
            try:
                directory.change_person(staff=staff, entry=entry, by=by, at=at)
            except directory_errors.Refusal as refusal:
                raise errors.LinkUsed from refusal
        change_mail(account=account, mail=change.mail, letters=letters, by=by, at=at)
    return account
