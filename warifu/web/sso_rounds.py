"""A way to an identity provider and back, kept in the session of the browser that began it 職員認証の往復."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from warifu import settings, wiring
from warifu.access import keeper
from warifu.access.sso import exchanges, oidc, saml
from warifu.access.sso.tables import IdentityProvider, Kind

KEY = "sso_rounds"
LASTS = timedelta(minutes=10)
MOST = 5
"""So many at once in one browser; the oldest goes."""
TEST_RESULT = "sso_test"


class Purpose(StrEnum):
    """What somebody went to the provider for 目的."""

    ENTER = "enter"
    PROVE = "prove"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Begun:
    """What was begun, and by whom where somebody was signed in already 始めた往復."""

    purpose: Purpose
    wanted: str
    account: str
    asked_at: datetime
    round: oidc.Round


def begin(request: HttpRequest, provider: IdentityProvider, *, purpose: Purpose, wanted: str, at: datetime) -> str:
    """Remember a new round, and say where the browser goes; to prove oneself is to be asked anew 往復の開始."""
    round_, fresh = oidc.Round.new(), purpose is Purpose.PROVE
    if provider.kind == Kind.SAML:
        key = saml.new_request_id()
        exchanges.ask(provider=provider, request_id=key, fresh=fresh, at=at)
        own_key = keeper.unseal(wiring.sign_in_box(), provider.sealed_own_key) if provider.sealed_own_key else ""
        address = saml.question(provider, place_of(provider), request_id=key, fresh=fresh, at=at, key=own_key)
    else:
        key = round_.state
        address = oidc.question(provider, round_, redirect_uri=redirect_uri(provider), fresh=fresh)
    rounds: dict[str, Any] = request.session.get(KEY, {})
    while len(rounds) >= MOST:
        del rounds[next(iter(rounds))]
    rounds[key] = {
        "provider": str(provider.pk),
        "purpose": purpose.value,
        "wanted": wanted,
        "account": str(request.user.pk or ""),
        "asked_at": at.isoformat(),
        "round": [round_.state, round_.nonce, round_.verifier],
    }
    request.session[KEY] = rounds
    return address


def take(request: HttpRequest, key: str, provider: IdentityProvider, *, at: datetime) -> Begun | None:
    """What this browser began at this provider under this key, once, within ten minutes; else None 往復の終わり."""
    rounds = request.session.get(KEY, {})
    held = rounds.pop(key, None) if key else None
    if held is None:
        return None
    request.session[KEY] = rounds
    asked_at = datetime.fromisoformat(held["asked_at"])
    if held["provider"] != str(provider.pk) or at - asked_at > LASTS:
        return None
    return Begun(Purpose(held["purpose"]), held["wanted"], held["account"], asked_at, oidc.Round(*held["round"]))


def redirect_uri(provider: IdentityProvider) -> str:
    """Where an OpenID provider sends its answers; one address each, so that none is taken for another's 戻り先."""
    return _ours("entrance:sso_back", provider)


def logout_uri(provider: IdentityProvider) -> str:
    """Where an OpenID provider tells that somebody has signed out 一斉サインアウトの通知先."""
    return _ours("entrance:sso_logout", provider)


def place_of(provider: IdentityProvider) -> saml.Place:
    """Who we are to a SAML provider; our entity ID is the address of our metadata 自らのエンティティ."""
    entity_id, consumer = (_ours(f"entrance:sso_{name}", provider) for name in ("metadata", "consume"))
    return saml.Place(entity_id, consumer, provider.own_certificate)


def finish_path(provider: IdentityProvider) -> str:
    """Where the browser fetches what a SAML provider has answered 回答の受取り先."""
    return reverse("entrance:sso_finish", args=[provider.pk])


def after_farewell() -> str:
    """Where a provider sends people whom it has signed out サインアウト後の戻り先."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("entrance:signin")


def _ours(name: str, provider: IdentityProvider) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=[provider.pk])
