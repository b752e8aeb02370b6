"""What happens at the door of the staff サインイン."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from warifu.access import enrolment, errors, methods, models, queries, throttle
from warifu.audit import actions as audit
from warifu.audit.actor import Actor, ActorKind


def begin_try(*, mail: str, ip: str | None, at: datetime) -> int:
    """Count a try before it is looked at, so that many at once are no way around; returns its number サインインの試行.

    Known and unknown addresses count alike. Raises `errors.SignInPaused`; such a try does not count.
    """
    with transaction.atomic():
        until = queries.paused_until(mail, ip=ip, at=at)
        if until is not None:
            raise errors.SignInPaused(until=until)
        models.SignInFailure.objects.filter(at__lt=at - throttle.MEMORY).delete()
        return models.SignInFailure.objects.create(mail=queries.mail_digest(mail), ip=ip, at=at).pk


def take_back_try(*, number: int) -> None:
    """This try was right, though more must be shown: earlier failures still count 試行の取消し."""
    models.SignInFailure.objects.filter(pk=number).delete()


def refuse(*, account: models.Account, method: methods.Method, ip: str | None, at: datetime) -> None:
    """A try for a known account was wrong; what was typed is written nowhere サインインの拒否."""
    tries = models.SignInFailure.objects.filter(mail=queries.mail_digest(account.mail), at__gt=at - throttle.MEMORY)
    with transaction.atomic():
        audit.append(
            ledger=queries.ledger_of(account),
            action="access.refuse",
            target=f"account:{account.pk}",
            # Whoever typed it has shown nothing, so the line names nobody.
            by=Actor(kind=ActorKind.SERVICE, id="sign-in", name="本人確認ができていない人", ip=ip),
            at=at,
            facts={"method": method.value, "failures": tries.count()},
        )


def begin_session(
    *,
    account: models.Account,
    shown: Sequence[methods.Method],
    rules: enrolment.Rules,
    ip: str | None,
    agent: str,
    at: datetime,
) -> models.Session:
    """A person has shown who they are: a session begins, earlier failures are forgotten サインイン.

    `shown` are the methods in the order of use; `agent` is what the browser calls itself. The days of grace for a
    second factor begin here, once.
    """
    with transaction.atomic():
        models.SignInFailure.objects.filter(mail=queries.mail_digest(account.mail)).delete()
        if rules.mfa_required and account.enrol_by is None:
            account.enrol_by = at + rules.grace
        account.last_login = at
        account.save(update_fields=["enrol_by", "last_login"])
        session = models.Session.objects.create(
            account=account,
            methods=methods.written(shown),
            began_at=at,
            seen_at=at,
            proved_at=at,
            ip=ip,
            agent=agent[:300],
        )
        audit.append(
            ledger=queries.ledger_of(account),
            action="access.sign_in",
            target=f"account:{account.pk}",
            by=queries.actor_of(account, ip=ip, at=at),
            at=at,
            facts={"methods": [method.value for method in shown], "session": str(session.pk)},
        )
    return session
