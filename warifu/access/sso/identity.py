"""Whom a provider vouches for, whatever the protocol 認証の結果."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from . import tables
from .errors import ProviderRefused, Why

SKEW = timedelta(minutes=2)
"""How far the provider's clock may be from ours."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Identity:
    """What one verified answer says; attributes are unverified words of the provider about its own people 本人の情報.

    `authenticated_at` is when the person showed something to the provider, None where it does not say. `contexts` are
    the `amr` and `acr` values, or the AuthnContext class. `index` names the provider's session, `hint` its ID token.
    """

    subject: str
    number: str = ""
    mail: str = ""
    mail_verified: bool = True
    name: str = ""
    department_code: str = ""
    title: str = ""
    contexts: tuple[str, ...] = ()
    authenticated_at: datetime | None = None
    index: str = ""
    hint: str = ""

    def written(self) -> str:
        """As it waits in a row, encrypted by who keeps it 保存の形."""
        moment = self.authenticated_at.isoformat() if self.authenticated_at else None
        return json.dumps(asdict(self) | {"authenticated_at": moment})


def read(written: str) -> Identity:
    """What `Identity.written` wrote 保存の形の読取り."""
    values = json.loads(written)
    moment = values["authenticated_at"]
    values["contexts"] = tuple(values["contexts"])
    values["authenticated_at"] = datetime.fromisoformat(moment).astimezone(UTC) if moment else None
    return Identity(**values)


def with_attributes(found: Identity, provider: tables.IdentityProvider, values: Mapping[str, str]) -> Identity:
    """The attributes that this provider's settings name; what is not there, or too long, is empty 属性の読取り."""

    def value(attribute: str, longest: int) -> str:
        text = " ".join(values.get(attribute, "").replace("\x00", "").split()) if attribute else ""
        return text if len(text) <= longest else ""

    return replace(
        found,
        number=value(provider.number_attribute, 20),
        mail=value(provider.mail_attribute, 254).lower(),
        name=value(provider.name_attribute, 80),
        department_code=value(provider.department_attribute, 20),
        title=value(provider.title_attribute, 60),
    )


def is_multi_factor(contexts: Iterable[str], provider: tables.IdentityProvider) -> bool:
    """Whether the provider says one of the values that its municipality counts as several factors 多要素の判定."""
    counted = {line.strip() for line in provider.multi_factor_values.splitlines() if line.strip()}
    return not counted.isdisjoint(contexts)


def require_fresh(found: Identity, *, asked_at: datetime) -> None:
    """Raises `ProviderRefused` unless the person has shown something since `asked_at` 再認証の確認.

    OpenID Connect Core §3.1.2.1 (max_age, auth_time) and SAML Core §3.4.1 (ForceAuthn, AuthnInstant). The skew is
    given to the provider's clock only as far as an honest one needs it.
    """
    if found.authenticated_at is None or found.authenticated_at < asked_at - SKEW:
        raise ProviderRefused(Why.NOT_FRESH)


def subject_of(text: object) -> str:
    """A subject as it may be stored; raises `ProviderRefused` for none, or one that is too long 識別子."""
    subject = text.strip() if isinstance(text, str) else ""
    if not subject or len(subject) > LONGEST or "\x00" in subject:
        raise ProviderRefused(Why.NO_SUBJECT)
    return subject
