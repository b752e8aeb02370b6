"""Sessions while they last, and how they end セッション."""

from datetime import datetime

from django.db import transaction

from warifu.access import methods, models, queries, sessions
from warifu.audit import actions as audit
from warifu.audit.actor import Actor


def see(*, session: models.Session, ip: str | None, at: datetime) -> None:
    """Note the last use, once a minute at most; belongs to no ledger 最後の操作."""
    if at - session.seen_at >= sessions.SEEN_EVERY or session.ip != ip:
        models.Session.objects.filter(pk=session.pk, ended_at__isnull=True).update(seen_at=at, ip=ip)


def prove(*, session: models.Session, method: methods.Method, by: Actor, at: datetime) -> None:
    """The person has shown once more who they are 再認証."""
    with transaction.atomic():
        models.Session.objects.filter(pk=session.pk).update(proved_at=at, proved_by=method)
        models.SignInFailure.objects.filter(mail=queries.mail_digest(session.account.mail)).delete()
        audit.append(
            ledger=queries.ledger_of(session.account),
            action="access.prove",
            target=f"account:{session.account_id}",
            by=by,
            at=at,
            facts={"method": method.value, "session": str(session.pk)},
        )


def end_session(*, session: models.Session, why: sessions.End, by: Actor, at: datetime) -> None:
    """One session ends; its browser is asked to sign in at the next request サインアウト.

    Ending it twice is harmless and writes one line.
    """
    with transaction.atomic():
        ended = models.Session.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=at, ended_why=why)
        if ended:
            audit.append(
                ledger=queries.ledger_of(session.account),
                action="access.end_session",
                target=f"account:{session.account_id}",
                by=by,
                at=at,
                facts={"session": str(session.pk), "why": why.value},
            )


def end_sessions(
    *, account: models.Account, why: sessions.End, by: Actor, at: datetime, but: models.Session | None = None
) -> int:
    """Every session of an account ends, save `but`; returns how many すべての端末からのサインアウト."""
    with transaction.atomic():
        ended = end_all(account, why=why, at=at, but=but)
        audit.append(
            ledger=queries.ledger_of(account),
            action="access.end_sessions",
            target=f"account:{account.pk}",
            by=by,
            at=at,
            facts={"sessions": ended, "why": why.value},
        )
    return ended


def end_all(account: models.Account, *, why: sessions.End, at: datetime, but: models.Session | None = None) -> int:
    """The same within a verb that writes its own line; returns how many セッションの終了."""
    living = models.Session.objects.filter(account=account, ended_at__isnull=True)
    if but is not None:
        living = living.exclude(pk=but.pk)
    return living.update(ended_at=at, ended_why=why)
