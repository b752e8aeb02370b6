"""Each verb about identity providers, made ready to be run once 職員認証の行為."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests import city
from tests.access import sso
from tests.standins import provider as standins
from warifu.access import actions as access
from warifu.access import models, totp
from warifu.access.sso import endings
from warifu.access.sso.errors import Why
from warifu.access.sso.identity import Identity
from warifu.access.sso.tables import Kind, NewPeople

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
Act = Callable[[], object]
Prepare = Callable[[Path], Act]


def provider(*, on: bool = False, **otherwise: Any) -> models.IdentityProvider:
    standin = standins.StandinProvider(url="https://idp.morioka.example.jp")
    return sso.registered(Kind.SAML, standin, None, at=AT, on=on, **otherwise)


def demo() -> models.IdentityProvider:
    """One of 盛岡市 that is in use, the same whenever it is asked for."""
    return models.IdentityProvider.objects.first() or provider(on=True, idp_initiated=True)


def addressed() -> dict[str, object]:
    """What stands in the places of addresses about providers."""
    kept = demo()
    return {
        "provider_id": kept.pk,
        "kind": "saml",
        "slug": "morioka",
        "resource": "unknown",
        "switch": "off",
        "waiting_id": waiting(kept).pk,
        "provisioning_id": (models.ProvisioningToken.objects.first() or token()).pk,
    }


def save_provider(objects: Path) -> Act:
    return provider


def note_test(objects: Path) -> Act:
    kept = provider()
    return lambda: access.note_test(provider=kept, found_person=True, by=city.chida().actor, at=AT)


def switch_provider(objects: Path) -> Act:
    kept = provider(on=True)
    return lambda: access.switch_provider(provider=kept, on=False, by=city.chida().actor, at=AT)


def remove_provider(objects: Path) -> Act:
    kept = provider()
    return lambda: access.remove_provider(provider=kept, by=city.chida().actor, at=AT)


def chida_account() -> models.Account:
    return models.Account.objects.get(mail="chida@morioka.example.jp")


def with_break_glass() -> None:
    secret = totp.new_secret()
    access.add_authenticator(
        account=chida_account(),
        secret=secret,
        typed=city.one_time_password(secret, at=AT),
        keeper=city.KEEPER,
        letters=city.LETTERS,
        by=city.chida().actor,
        at=AT,
    )


def mark_break_glass(objects: Path) -> Act:
    with_break_glass()
    return lambda: access.mark_break_glass(account=chida_account(), on=True, by=city.chida().actor, at=AT)


def linked() -> models.FederatedIdentity:
    kept, account = provider(on=True), chida_account()
    identity = access.link_identity(provider=kept, account=account, subject="x", by=city.chida().actor, at=AT)
    models.FederatedIdentity.objects.filter(pk=identity.pk).update(used_at=AT)
    return identity


def choose_sso_only(objects: Path) -> Act:
    mark_break_glass(objects)()
    linked()
    return lambda: access.choose_sso_only(
        municipality=city.morioka(),
        on=True,
        account=chida_account(),
        mfa_by_default=False,
        by=city.chida().actor,
        at=AT,
    )


def link_identity(objects: Path) -> Act:
    kept = provider()
    by = access.by_provider(kept)
    return lambda: access.link_identity(provider=kept, account=chida_account(), subject="x", by=by, at=AT)


def unlink_identity(objects: Path) -> Act:
    identity = linked()
    return lambda: access.unlink_identity(identity=identity, by=city.chida().actor, at=AT)


def open_account_without_password(objects: Path) -> Act:
    staff = city.sato().staff
    models.Account.objects.filter(staff=staff).delete()
    return lambda: access.open_account_without_password(staff=staff, by=city.chida().actor, at=AT)


def refuse_identity(objects: Path) -> Act:
    kept = provider()
    return lambda: access.refuse_identity(provider=kept, why=Why.SIGNATURE, ip="192.0.2.10", at=AT)


def waiting(kept: models.IdentityProvider) -> models.WaitingPerson:
    found = Identity(subject="new", name="新田 緑", mail="nitta@morioka.example.jp")
    return access.hold_person(provider=kept, found=found, letters=city.LETTERS, at=AT)


def hold_person(objects: Path) -> Act:
    kept = provider(new_people=NewPeople.HOLD)

    def knock_twice() -> None:
        for _ in range(2):
            waiting(kept)

    return knock_twice


def decide_waiting(objects: Path) -> Act:
    who = waiting(provider(new_people=NewPeople.HOLD))
    return lambda: access.decide_waiting(waiting=who, taken=False, by=city.chida().actor, at=AT)


def end_by_provider(objects: Path) -> Act:
    kept = provider()
    return lambda: access.end_by_provider(provider=kept, subject="x", index="", at=AT)


def token() -> models.ProvisioningToken:
    made, _ = access.issue_provisioning_token(
        municipality=city.morioka(),
        name="人事給与システム",
        expires_at=AT + timedelta(days=365),
        by=city.chida().actor,
        at=AT,
    )
    return made


def issue_provisioning_token(objects: Path) -> Act:
    return token


def revoke_provisioning_token(objects: Path) -> Act:
    made = token()

    def revoke_twice() -> None:
        for _ in range(2):
            access.revoke_provisioning_token(token=made, by=city.chida().actor, at=AT)

    return revoke_twice


def tell_ending(objects: Path) -> Act:
    kept = provider(on=True)
    soon = endings.endings_of(kept)[0]
    return lambda: access.tell_ending(
        provider=kept, ending=soon, stage=30, letters=city.LETTERS, at=soon.at - timedelta(days=20)
    )


RUNS: dict[str, Prepare] = {
    "access.save_provider": save_provider,
    "access.note_test": note_test,
    "access.switch_provider": switch_provider,
    "access.remove_provider": remove_provider,
    "access.tell_ending": tell_ending,
    "access.choose_sso_only": choose_sso_only,
    "access.mark_break_glass": mark_break_glass,
    "access.link_identity": link_identity,
    "access.unlink_identity": unlink_identity,
    "access.open_account_without_password": open_account_without_password,
    "access.refuse_identity": refuse_identity,
    "access.hold_person": hold_person,
    "access.decide_waiting": decide_waiting,
    "access.end_by_provider": end_by_provider,
    "access.issue_provisioning_token": issue_provisioning_token,
    "access.revoke_provisioning_token": revoke_provisioning_token,
}
