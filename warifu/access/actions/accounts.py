"""Accounts: opened, given a password, released, closed アカウント.

Each verb ends in one ledger line; what changes how somebody signs in ends in a mail to them too (IPA 6-ii).
"""

import secrets
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from django.contrib.auth import password_validation
from django.db import transaction

from warifu.access import administrators, errors, models, queries, sessions
from warifu.access import letters as mails
from warifu.access.sso import queries as sso
from warifu.audit import actions as audit
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import models as directory
from warifu.japan import calendar

from .sessions import end_all

LINK_LIFE = timedelta(hours=24)
Purpose = models.AccountLink.Purpose


def open_account(*, staff: directory.StaffMember, letters: mails.Letters, by: Actor, at: datetime) -> models.Account:
    """An account without a password for a member of staff, and a link by mail to choose one アカウントの開設.

    An account that exists gets a new link, and earlier ones die.
    """
    with transaction.atomic():
        account, made = models.Account.objects.get_or_create(staff=staff, defaults={"mail": staff.mail.lower()})
        if made:
            account.set_unusable_password()
            account.save(update_fields=["password"])
        token = new_link(account, Purpose.INVITE, at=at)
        letters.invited(**mails.addressed(account), token=token, until=at + LINK_LIFE, at=at)
        _note("open_account", account, by=by, at=at, new=made)
    return account


def open_operator_account(*, mail: str, letters: mails.Letters, by: Actor, at: datetime) -> models.Account:
    """An account for an operator of the service, and a link by mail to choose a password 運用者のアカウントの開設.

    An account that exists gets a new link. Raises ValueError for the address of a member of staff.
    """
    with transaction.atomic():
        account, made = models.Account.objects.get_or_create(mail=mail.strip().lower(), defaults={"is_operator": True})
        if not account.is_operator:
            raise ValueError("the address belongs to a member of staff")
        if made:
            account.set_unusable_password()
            account.save(update_fields=["password"])
        token = new_link(account, Purpose.INVITE, at=at)
        letters.invited(**mails.addressed(account), token=token, until=at + LINK_LIFE, at=at)
        _note("open_operator_account", account, by=by, at=at, new=made)
    return account


def ask_reset(*, mail: str, letters: mails.Letters, ip: str | None, at: datetime) -> None:
    """A link by mail to whoever has an account with a password; no answer tells if there is one 再設定の依頼.

    A mail a minute at most, however often it is asked for.
    """
    account = queries.account_of_mail(mail)
    if account is None or queries.has_left(account, at=at) or not account.password:
        return
    if not sso.may_use_password(account):
        return
    with transaction.atomic():
        recent = models.AccountLink.objects.filter(account=account, made_at__gt=at - timedelta(minutes=1))
        if recent.exists():
            return
        purpose = Purpose.RESET if account.has_usable_password() else Purpose.INVITE
        if purpose is Purpose.INVITE and not account.links.exists():
            # Signs in elsewhere (SSO): a password would be a second way in that nobody asked for.
            return
        token = new_link(account, purpose, at=at)
        letters.reset(**mails.addressed(account), token=token, until=at + LINK_LIFE, at=at)
        asker = Actor(kind=ActorKind.SERVICE, id="sign-in", name="本人確認ができていない人", ip=ip)
        _note("ask_reset", account, by=asker, at=at)


def set_password_by_link(
    *, link: models.AccountLink, password: str, letters: mails.Letters, ip: str | None, at: datetime
) -> models.Account:
    """The password that somebody chose by a link, which is used up by it; every session ends パスワードの設定.

    Raises `errors.LinkUsed`, or Django's ValidationError for a password that nobody could choose.
    """
    account = link.account
    password_validation.validate_password(password, account)
    with transaction.atomic():
        living = models.AccountLink.objects.filter(pk=link.pk, used_at__isnull=True, expires_at__gt=at)
        if living.update(used_at=at) != 1 or queries.has_left(account, at=at):
            raise errors.LinkUsed
        _set(account, password, at=at)
        end_all(account, why=sessions.End.METHODS, at=at)
        _note("set_password", account, by=queries.actor_of(account, ip=ip, at=at), at=at, purpose=link.purpose)
        mails.tell_change(letters, account, what="パスワードの設定", at=at)
    return account


def change_password(
    *,
    account: models.Account,
    password: str,
    letters: mails.Letters,
    by: Actor,
    at: datetime,
    but: models.Session | None = None,
) -> None:
    """Another password, chosen by its person; every session ends save `but` パスワードの変更.

    Raises Django's ValidationError for a password that nobody could choose.
    """
    password_validation.validate_password(password, account)
    with transaction.atomic():
        _set(account, password, at=at)
        end_all(account, why=sessions.End.METHODS, at=at, but=but)
        _note("change_password", account, by=by, at=at)
        mails.tell_change(letters, account, what="パスワードの変更", at=at)


def demand_new_password(*, account: models.Account, by: Actor, at: datetime) -> None:
    """On suspicion: the next sign-in leads to a new password before anything else パスワード変更の求め."""
    with transaction.atomic():
        models.Account.objects.filter(pk=account.pk).update(password_suspected_at=at)
        _note("demand_new_password", account, by=by, at=at)


def release(*, account: models.Account, by: Actor, at: datetime) -> None:
    """An administrator ends the pause after too many failures 一時停止の解除."""
    with transaction.atomic():
        digest = queries.mail_digest(account.mail)
        forgotten, _ = models.SignInFailure.objects.filter(mail=digest).delete()
        _note("release", account, by=by, at=at, failures=forgotten)


def clear_factors(*, account: models.Account, letters: mails.Letters, by: Actor, at: datetime) -> None:
    """For who has lost phone and codes: second factors are removed, sessions end 二つ目の要素の解除.

    The days of grace do not begin anew: where a second factor is demanded, the next sign-in leads to it.
    """
    with transaction.atomic():
        models.Authenticator.objects.filter(account=account).delete()
        models.Passkey.objects.filter(account=account).delete()
        models.RecoveryCode.objects.filter(account=account).delete()
        models.Account.objects.filter(pk=account.pk).update(enrol_by=at)
        ended = end_all(account, why=sessions.End.ADMINISTRATOR, at=at)
        _note("clear_factors", account, by=by, at=at, sessions=ended)
        mails.tell_change(letters, account, what="多要素認証の解除（管理者による操作）", at=at)


def close_account(*, account: models.Account, by: Actor, at: datetime) -> None:
    """Nobody signs in with it any more, and who is signed in is not アカウントの停止.

    Raises errors.LastAdministrator where nobody would be left who can grant roles.
    """
    with transaction.atomic():
        with _administrator_stays(account, at=at):
            models.Account.objects.filter(pk=account.pk).update(is_active=False)
        ended = end_all(account, why=sessions.End.CLOSED, at=at)
        _note("close_account", account, by=by, at=at, sessions=ended)


def reopen_account(*, account: models.Account, by: Actor, at: datetime) -> None:
    """What was closed may be used again, with the methods that it had アカウントの再開."""
    with transaction.atomic():
        models.Account.objects.filter(pk=account.pk).update(is_active=True)
        _note("reopen_account", account, by=by, at=at)


def change_mail(*, account: models.Account, mail: str, letters: mails.Letters, by: Actor, at: datetime) -> None:
    """Another address to sign in with; the earlier one hears of it too (IPA 6-ii) メールアドレスの変更."""
    before, after = account.mail, mail.strip().lower()
    with transaction.atomic():
        models.Account.objects.filter(pk=account.pk).update(mail=after)
        account.mail = after
        models.AccountLink.objects.filter(account=account, used_at__isnull=True).update(used_at=at)
        models.MailChange.objects.filter(account=account, ended_at__isnull=True).update(ended_at=at)
        _note("change_mail", account, by=by, at=at)
        for address in (before, after):
            mails.tell_change(letters, account, what="メールアドレスの変更", at=at, mail=address)


def _administrator_stays(account: models.Account, *, at: datetime) -> AbstractContextManager[None]:
    if account.staff is None:
        return nullcontext()
    return administrators.one_stays(account.staff.municipality, on=calendar.day_in_japan(at))


def _set(account: models.Account, password: str, *, at: datetime) -> None:
    account.set_password(password)
    account.password_changed_at, account.password_suspected_at = at, None
    account.save(update_fields=["password", "password_changed_at", "password_suspected_at"])
    models.AccountLink.objects.filter(account=account, used_at__isnull=True).update(used_at=at)
    models.MailChange.objects.filter(account=account, ended_at__isnull=True).update(ended_at=at)


def new_link(account: models.Account, purpose: Purpose, *, at: datetime) -> str:
    """A fresh link for this account; earlier ones die. Returns the token, which is kept nowhere リンクの発行."""
    models.AccountLink.objects.filter(account=account, used_at__isnull=True).update(used_at=at)
    token = secrets.token_urlsafe(32)
    models.AccountLink.objects.create(
        account=account,
        purpose=purpose,
        token_digest=queries.token_digest(token),
        made_at=at,
        expires_at=at + LINK_LIFE,
    )
    return token


def _note(verb: str, account: models.Account, *, by: Actor, at: datetime, **facts: str | int | bool) -> None:
    audit.append(
        ledger=queries.ledger_of(account),
        action=f"access.{verb}",
        target=f"account:{account.pk}",
        by=by,
        at=at,
        facts=facts,
    )
