"""A provider of 盛岡市 in the register, made from a stand-in 認証基盤の登録例."""

from datetime import datetime
from typing import Any

from tests import city
from tests.standins import provider as standins
from warifu.access import actions
from warifu.access.sso import metadata, oidc
from warifu.access.sso.outside import Outside
from warifu.access.sso.tables import IdentityProvider, Kind, MatchBy, NewPeople
from warifu.directory import models as directory

NUMBER = "S-0001"


def entry(kind: Kind, standin: standins.StandinProvider, **otherwise: Any) -> actions.ProviderEntry:
    values: dict[str, Any] = {
        "name": "盛岡市の職員認証",
        "match_by": MatchBy.NUMBER,
        "number_attribute": "employee_number",
        "mail_attribute": "email",
        "name_attribute": "name",
        "department_attribute": "department",
        "title_attribute": "title",
        "multi_factor_values": f"mfa\n{standins.MFA}",
        "new_people": NewPeople.REFUSE,
        "issuer": standin.url if kind == Kind.OIDC else "",
        "client_id": standins.CLIENT if kind == Kind.OIDC else "",
    }
    return actions.ProviderEntry(**(values | otherwise))


def registered(
    kind: Kind,
    standin: standins.StandinProvider,
    outside: Outside | None,
    *,
    at: datetime,
    municipality: directory.Municipality | None = None,
    on: bool = True,
    **otherwise: Any,
) -> IdentityProvider:
    """The stand-in as a provider that was tested and is on."""
    provider = actions.save_provider(
        municipality=municipality or city.morioka(),
        provider=None,
        kind=kind,
        entry=entry(kind, standin, **otherwise),
        secret=standins.SECRET if kind == Kind.OIDC else "",
        keeper=city.KEEPER,
        discovered=oidc.discovered(standin.url, outside_=outside) if kind == Kind.OIDC and outside else None,
        described=metadata.read(standin.metadata()) if kind == Kind.SAML else None,
        by=city.chida().actor,
        at=at,
    )
    if on:
        actions.note_test(provider=provider, found_person=True, by=city.chida().actor, at=at)
        actions.switch_provider(provider=provider, on=True, by=city.chida().actor, at=at)
    provider.refresh_from_db()
    return provider


def sato(**claims: Any) -> standins.Person:
    """佐藤 as the provider knows her."""
    return standins.Person("subject-of-sato", {"employee_number": NUMBER, "name": "佐藤 美咲", **claims})


def give_number() -> None:
    """佐藤's number in the register of 盛岡市."""
    directory.StaffMember.objects.filter(mail="sato@morioka.example.jp").update(number=NUMBER)
