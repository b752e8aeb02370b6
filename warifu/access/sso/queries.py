"""Reads of identity providers and of those whom they vouch for 職員認証連携の照会."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from warifu.access import models, queries
from warifu.access.rights import Right
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.japan import calendar

from . import endings, tables
from .errors import ProviderRefused, Why
from .identity import Identity


def providers_of(municipality: directory.Municipality) -> QuerySet[tables.IdentityProvider]:
    """Every provider of one body, those switched off included, and `people` who came by it 認証基盤."""
    found = tables.IdentityProvider.objects.filter(municipality=municipality).select_related("first_department")
    return found.annotate(people=Count("identities"))


def provider_of(municipality: directory.Municipality, provider_id: UUID) -> tables.IdentityProvider | None:
    """One of them, or None 認証基盤."""
    return providers_of(municipality).filter(pk=provider_id).first()


def provider(provider_id: UUID | str) -> tables.IdentityProvider | None:
    """A provider by the number in its own addresses, before it is known who comes 認証基盤."""
    found = tables.IdentityProvider.objects.select_related("municipality", "first_department")
    return found.filter(pk=provider_id).first()


def offered() -> QuerySet[tables.IdentityProvider]:
    """What the entrance offers, body by body 入口の認証基盤."""
    on = tables.IdentityProvider.objects.filter(is_on=True).select_related("municipality")
    return on.order_by("municipality__code", "name")


def person_meant(provider: tables.IdentityProvider, found: Identity) -> directory.StaffMember | None:
    """Who of this provider's own municipality is meant, and of no other; None for nobody 職員の照合.

    Raises `ProviderRefused` for an address that the provider itself does not hold for checked.
    """
    own = directory_queries.staff_of(provider.municipality)
    if provider.match_by == tables.MatchBy.NUMBER:
        return own.filter(number=found.number).first() if found.number else None
    if not found.mail:
        return None
    if not found.mail_verified:
        raise ProviderRefused(Why.UNVERIFIED_MAIL)
    return own.filter(mail__iexact=found.mail).first()


def identity_of(provider: tables.IdentityProvider, subject: str) -> tables.FederatedIdentity | None:
    """Whom a subject has meant since the first sign-in, or None 認証基盤との対応."""
    known = tables.FederatedIdentity.objects.select_related("account__staff__municipality", "provider")
    return known.filter(provider=provider, subject=subject).first()


def identities_of(account: models.Account) -> QuerySet[tables.FederatedIdentity]:
    """By which providers this person signs in 認証基盤との対応."""
    return tables.FederatedIdentity.objects.filter(account=account).select_related("provider__municipality")


def behind(session: models.Session) -> tables.ProviderSession | None:
    """The provider's session behind one of ours, or None 認証基盤のセッション."""
    return tables.ProviderSession.objects.select_related("provider").filter(session=session).first()


def waiting_in(municipality: directory.Municipality) -> QuerySet[tables.WaitingPerson]:
    """Who waits to be taken into the register 登録待ちの職員."""
    waiting = tables.WaitingPerson.objects.filter(provider__municipality=municipality)
    return waiting.filter(decision=tables.WaitingPerson.Decision.OPEN).select_related(
        "provider__first_department", "provider__municipality"
    )


def sso_only(municipality: directory.Municipality) -> bool:
    """Whether people of this body sign in by their provider alone 職員認証だけのサインイン."""
    return models.SignInRules.objects.filter(municipality=municipality, sso_only=True).exists()


def may_use_password(account: models.Account) -> bool:
    """Whether password and passkey open this account; not where its body wants the provider alone パスワードの可否."""
    if account.staff is None or account.is_break_glass:
        return True
    return not sso_only(account.staff.municipality)


def break_glass_of(municipality: directory.Municipality) -> QuerySet[models.Account]:
    """Accounts that open by a password even when the provider does not answer 非常用アカウント."""
    own = models.Account.objects.filter(staff__municipality=municipality, is_break_glass=True, is_active=True)
    return own.select_related("staff")


def administrators(municipality: directory.Municipality, *, at: datetime) -> list[models.Account]:
    """Who arranges how people of this body sign in 管理者."""
    who = queries.staff_who_may(municipality, Right.SIGN_IN, on=calendar.day_in_japan(at))
    return list(models.Account.objects.filter(staff__in=who, is_active=True).select_related("staff__municipality"))


def ending(provider: tables.IdentityProvider, *, at: datetime) -> list[endings.Ending]:
    """What of a provider's settings ends within sixty days, or has ended 期限の警告."""
    return [one for one in endings.endings_of(provider) if one.at <= at + endings.WARN_BEFORE]


def exchange_of(request_id: str) -> tables.SamlExchange | None:
    """A SAML question by its identifier, or None SAMLの照会."""
    found = tables.SamlExchange.objects.select_related("provider__municipality")
    return found.filter(request_id=request_id).first() if request_id else None


def token_digest(token: str) -> str:
    """What is kept of a provisioning token: SHA-256 in hex of 256 random bits トークンのハッシュ."""
    return hashlib.sha256(token.encode()).hexdigest()


def tokens_of(municipality: directory.Municipality) -> QuerySet[tables.ProvisioningToken]:
    """Provisioning tokens of one body, the newest first 連携用トークン."""
    return tables.ProvisioningToken.objects.filter(municipality=municipality)


def living_token(token: str, *, at: datetime) -> tables.ProvisioningToken | None:
    """The token that this text is, unless revoked or over 連携用トークンの照会."""
    living = tables.ProvisioningToken.objects.filter(Q(revoked_at__isnull=True), expires_at__gt=at)
    return living.select_related("municipality").filter(digest=token_digest(token)).first()
