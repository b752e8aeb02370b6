"""What follows from the word of an identity provider: linked, refused, held, ended 職員認証の結果."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from warifu.access import letters as mails
from warifu.access import models, sessions
from warifu.access.sso import queries as sso
from warifu.access.sso.errors import ProviderRefused, Why
from warifu.access.sso.identity import Identity
from warifu.access.sso.tables import (
    FederatedIdentity,
    IdentityProvider,
    ProviderSession,
    SeenMessage,
    WaitingPerson,
)
from warifu.audit import actions as audit
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import models as directory


def use_up(*, provider: IdentityProvider, message_id: str, until: datetime, at: datetime) -> None:
    """This message of the provider counts once; raises `ProviderRefused` for the second time 応答の使用.

    It is remembered until it would be too old anyway.
    """
    SeenMessage.objects.filter(until__lt=at).delete()
    digest = hashlib.sha256(message_id.encode()).hexdigest()
    try:
        with transaction.atomic():
            SeenMessage.objects.create(provider=provider, digest=digest, until=max(until, at + timedelta(minutes=1)))
    except IntegrityError as twice:
        raise ProviderRefused(Why.REPLAYED) from twice


def open_account_without_password(*, staff: directory.StaffMember, by: Actor, at: datetime) -> models.Account:
    """An account that has no password and asks for none: its person comes by an identity provider アカウントの開設."""
    with transaction.atomic():
        account = models.Account(staff=staff, mail=staff.mail.lower())
        account.set_unusable_password()
        account.save()
        audit.append(
            ledger=staff.municipality.code,
            action="access.open_account_without_password",
            target=f"account:{account.pk}",
            by=by,
            at=at,
            facts={},
        )
    return account


def link_identity(
    *, provider: IdentityProvider, account: models.Account, subject: str, by: Actor, at: datetime
) -> FederatedIdentity:
    """From now on this subject of the provider is this person 認証基盤との対応の登録.

    Raises `ProviderRefused` where the person already goes with another subject.
    """
    try:
        with transaction.atomic():
            made = FederatedIdentity.objects.create(provider=provider, account=account, subject=subject, linked_at=at)
            facts = {"provider": str(provider.pk)}
            _note("link_identity", f"account:{account.pk}", provider, by=by, at=at, facts=facts)
    except IntegrityError as taken:
        raise ProviderRefused(Why.OTHER_SUBJECT) from taken
    return made


def unlink_identity(*, identity: FederatedIdentity, by: Actor, at: datetime) -> None:
    """The subject is nobody any more, until the next sign-in finds its person anew; sessions end 対応の解除."""
    with transaction.atomic():
        FederatedIdentity.objects.filter(pk=identity.pk).delete()
        behind = ProviderSession.objects.filter(provider=identity.provider, session__account=identity.account)
        living = models.Session.objects.filter(pk__in=behind.values("session"), ended_at__isnull=True)
        ended = living.update(ended_at=at, ended_why=sessions.End.ADMINISTRATOR)
        facts: dict[str, str | int] = {"provider": str(identity.provider_id), "sessions": ended}
        _note("unlink_identity", f"account:{identity.account_id}", identity.provider, by=by, at=at, facts=facts)


def remember_behind(
    *, session: models.Session, provider: IdentityProvider, found: Identity, sealed_hint: str, at: datetime
) -> None:
    """Keep which session of the provider stands behind ours; within the sign-in, whose verb writes the line 紐付け."""
    ProviderSession.objects.update_or_create(
        session=session,
        defaults={
            "provider": provider,
            "subject": found.subject,
            "index": found.index,
            "sealed_hint": sealed_hint,
        },
    )
    FederatedIdentity.objects.filter(provider=provider, subject=found.subject).update(used_at=at)


def refuse_identity(*, provider: IdentityProvider, why: Why, ip: str | None, at: datetime) -> None:
    """What came from the provider let nobody in; who it may have been is written nowhere 職員認証の拒否."""
    nobody = Actor(kind=ActorKind.SERVICE, id="sign-in", name="本人確認ができていない人", ip=ip)
    with transaction.atomic():
        facts = {"why": why.value}
        _note("refuse_identity", f"provider:{provider.pk}", provider, by=nobody, at=at, facts=facts)


def hold_person(*, provider: IdentityProvider, found: Identity, letters: mails.Letters, at: datetime) -> WaitingPerson:
    """Somebody whom the register does not know waits for an administrator, who hears of it by mail once 登録待ち."""
    values = {
        "name": found.name,
        "mail": found.mail,
        "number": found.number,
        "department_code": found.department_code,
        "title": found.title,
    }
    with transaction.atomic():
        waiting, new = WaitingPerson.objects.get_or_create(
            provider=provider, subject=found.subject, defaults=values | {"asked_at": at}
        )
        if new:
            by = by_provider(provider)
            _note("hold_person", f"waiting:{waiting.pk}", provider, by=by, at=at, facts={"name": found.name})
            tell_administrators(provider, f"{found.name}さんが、職員の登録を待っています", letters=letters, at=at)
    return waiting


def decide_waiting(*, waiting: WaitingPerson, taken: bool, by: Actor, at: datetime) -> None:
    """An administrator has taken somebody into the register, or not 登録待ちの判断.

    Raises `ProviderRefused` when somebody else was quicker.
    """
    decision = WaitingPerson.Decision.TAKEN if taken else WaitingPerson.Decision.REFUSED
    with transaction.atomic():
        still = WaitingPerson.objects.filter(pk=waiting.pk, decision=WaitingPerson.Decision.OPEN)
        if still.update(decision=decision) != 1:
            raise ProviderRefused(Why.WAITING)
        facts = {"decision": decision.value, "name": waiting.name}
        _note("decide_waiting", f"waiting:{waiting.pk}", waiting.provider, by=by, at=at, facts=facts)


def end_by_provider(*, provider: IdentityProvider, subject: str, index: str, at: datetime) -> int:
    """The provider says that somebody has signed out: our sessions behind it end; returns how many 一斉サインアウト.

    With `index` only that session of the provider, else every one of `subject`.
    """
    behind = ProviderSession.objects.filter(provider=provider)
    if subject:
        behind = behind.filter(subject=subject)
    if index:
        behind = behind.filter(index=index)
    with transaction.atomic():
        living = models.Session.objects.filter(pk__in=behind.values("session"), ended_at__isnull=True)
        ended = living.update(ended_at=at, ended_why=sessions.End.PROVIDER)
        by = by_provider(provider)
        _note("end_by_provider", f"provider:{provider.pk}", provider, by=by, at=at, facts={"sessions": ended})
    return ended


def tell_administrators(provider: IdentityProvider, what: str, *, letters: mails.Letters, at: datetime) -> None:
    """A mail to each who arranges how people of this body sign in; within the caller's transaction 管理者への知らせ."""
    for account in sso.administrators(provider.municipality, at=at):
        letters.staff_joined(**mails.addressed(account), what=what, provider=provider.name, at=at)


def by_provider(provider: IdentityProvider) -> Actor:
    """The provider itself, as the ledger names it 認証基盤."""
    return Actor(kind=ActorKind.SERVICE, id=f"provider:{provider.pk}", name=provider.name)


def _note(
    verb: str, target: str, provider: IdentityProvider, *, by: Actor, at: datetime, facts: Mapping[str, str | int]
) -> None:
    audit.append(
        ledger=provider.municipality.code, action=f"access.{verb}", target=target, by=by, at=at, facts={**facts}
    )
