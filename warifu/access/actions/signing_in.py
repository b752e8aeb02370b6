"""What happens at the door of the staff サインイン."""

from datetime import datetime

from django.db import transaction

from warifu.access import models, queries
from warifu.audit import actions as audit
from warifu.audit.actor import Actor


def note_failure(*, mail: str, ip: str | None, at: datetime) -> None:
    """Remember a wrong password, and forget those that no longer count サインインの失敗."""
    with transaction.atomic():
        models.SignInFailure.objects.filter(at__lt=at - queries.FAILURE_WINDOW).delete()
        models.SignInFailure.objects.create(mail=queries.mail_digest(mail), ip=ip, at=at)


def note_sign_in(*, account: models.Account, by: Actor, ledger: str, at: datetime) -> None:
    """A person has signed in サインイン."""
    with transaction.atomic():
        models.SignInFailure.objects.filter(mail=queries.mail_digest(account.mail)).delete()
        audit.append(ledger=ledger, action="access.sign_in", target=f"account:{account.pk}", by=by, at=at, facts={})
