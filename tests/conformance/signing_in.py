"""Keycloak as a provider in our register, and somebody on the way there and back."""

from typing import Any

from django.test import Client

from tests import city
from tests.standins import keycloak as keycloaks
from tests.standins.visiting import Browser
from warifu import wiring
from warifu.access import actions, models
from warifu.access.sso import metadata, oidc
from warifu.access.sso.tables import Kind, MatchBy, NewPeople
from warifu.audit import models as audit
from warifu.web import clock, sso_rounds

SATO = "sato@morioka.example.jp"


def entry(kind: Kind, realm: keycloaks.Realm, **otherwise: Any) -> actions.ProviderEntry:
    """As docs/operations/single-sign-on.md tells an administrator to fill in the form for Keycloak."""
    values: dict[str, Any] = {
        "name": "盛岡市の職員認証",
        "match_by": MatchBy.NUMBER,
        "number_attribute": "employee_number",
        "mail_attribute": "email",
        "name_attribute": "display_name",
        "department_attribute": "department",
        "new_people": NewPeople.REFUSE,
        "issuer": realm.issuer if kind == Kind.OIDC else "",
        "client_id": keycloaks.CLIENT if kind == Kind.OIDC else "",
    }
    return actions.ProviderEntry(**(values | otherwise))


def registered(
    kind: Kind, realm: keycloaks.Realm, *, algorithm: str = "RS256", logout_uri: str = "", **otherwise: Any
) -> models.IdentityProvider:
    """Both sides know each other, and it is on; `otherwise` says what differs in our settings."""
    at, by = clock.now(), city.chida().actor
    municipality = otherwise.pop("municipality", None) or city.morioka()
    provider = actions.save_provider(
        municipality=municipality,
        provider=None,
        kind=kind,
        entry=entry(kind, realm, **otherwise),
        secret=keycloaks.SECRET if kind == Kind.OIDC else "",
        keeper=wiring.sign_in_box(),
        discovered=oidc.discovered(realm.issuer, outside_=wiring.outside()) if kind == Kind.OIDC else None,
        described=metadata.read(realm.metadata()) if kind == Kind.SAML else None,
        by=by,
        at=at,
    )
    if kind == Kind.OIDC:
        realm.register_openid(
            redirect_uri=sso_rounds.redirect_uri(provider),
            logout_uri=logout_uri or sso_rounds.logout_uri(provider),
            after_logout=sso_rounds.after_farewell(),
            algorithm=algorithm,
        )
    else:
        realm.register_saml(metadata.written(sso_rounds.place_of(provider)))
    actions.note_test(provider=provider, found_person=True, by=by, at=at)
    actions.switch_provider(provider=provider, on=True, by=by, at=at)
    return models.IdentityProvider.objects.get(pk=provider.pk)


def begin(provider: models.IdentityProvider, who: str = "sato", *, password: str = "") -> tuple[Browser, str]:
    """A browser with nothing in it, and where our entrance sends it."""
    browser = Browser(Client(), who, password or f"{who} at keycloak")
    begun = browser.client.get(f"/signin/sso/{provider.pk}/")
    assert begun.status_code == 302
    return browser, begun["Location"]


def visit(provider: models.IdentityProvider, who: str = "sato") -> tuple[Browser, Any]:
    """From the entrance to Keycloak and back; the answer is ours."""
    browser, address = begin(provider, who)
    return browser, browser.go(address)


def who_is_in(browser: Browser) -> str | None:
    number = browser.client.session.get("access_session")
    return models.Session.objects.get(pk=number).account.mail if number else None


def why_refused() -> str:
    line = audit.Entry.objects.filter(action="access.refuse_identity").order_by("pk").last()
    assert line is not None
    return str(line.facts["why"])
