"""Identity providers of a municipality: described, tested, switched on and off 認証基盤の設定."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from warifu.access import keeper as keepers
from warifu.access import models, queries
from warifu.access.sso import endings, metadata, own_key
from warifu.access.sso import queries as sso
from warifu.access.sso.errors import NotReady
from warifu.access.sso.tables import IdentityProvider, Kind, MatchBy, NewPeople
from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.audit.record import JsonScalar
from warifu.directory import models as directory

PROVES = (
    "match_by",
    "number_attribute",
    "mail_attribute",
    "name_attribute",
    "department_attribute",
    "title_attribute",
    "issuer",
    "client_id",
)
"""Whoever changes these changes who is let in; a test must come after it."""


@dataclass(frozen=True)
class ProviderEntry:
    """What an administrator says about a provider, but for its secret and its metadata file 認証基盤の登録内容."""

    name: str
    match_by: MatchBy = MatchBy.NUMBER
    number_attribute: str = ""
    mail_attribute: str = ""
    name_attribute: str = ""
    department_attribute: str = ""
    title_attribute: str = ""
    multi_factor_values: str = ""
    new_people: NewPeople = NewPeople.REFUSE
    first_department_id: int | None = None
    issuer: str = ""
    client_id: str = ""
    secret_ends_on: date | None = None
    idp_initiated: bool = False


def save_provider(
    *,
    municipality: directory.Municipality,
    provider: IdentityProvider | None,
    kind: Kind,
    entry: ProviderEntry,
    by: Actor,
    at: datetime,
    secret: str = "",
    keeper: keepers.Keeper | None = None,
    discovered: dict[str, Any] | None = None,
    described: metadata.Described | None = None,
) -> IdentityProvider:
    """A new provider, switched off, or other settings for one 認証基盤の登録・変更.

    `secret` replaces the kept one (with `keeper`), `discovered` what an OpenID provider said about itself, `described`
    what a SAML metadata file says. A SAML provider gets a key of ours (`keeper`), another one where that ends
    soon while it is off. Raises `NotReady` where the name is taken, or where a change of what proves somebody would
    take effect untested while it is in use.
    """
    with transaction.atomic():
        found = provider and IdentityProvider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
        kept = found or IdentityProvider(municipality=municipality, kind=kind, made_at=at, changed_at=at)
        wanted = asdict(entry)
        before = {name: getattr(kept, name) for name in wanted} if found else {}
        if described is not None:
            before |= {"entity_id": kept.entity_id, "sso_url": kept.sso_url} if found else {}
            wanted |= {"entity_id": described.entity_id, "sso_url": described.sso_url}
        changed = {name for name, value in wanted.items() if not found or before.get(name) != value}
        proves = bool(changed & {*PROVES, "entity_id", "sso_url"})
        if proves and kept.is_on:
            raise NotReady("利用中の認証基盤です。接続先や照合の設定を変えるときは、先に利用を停止してください。")
        for name, value in wanted.items():
            setattr(kept, name, value)
        if proves:
            kept.changed_at, kept.tested_at = at, None
        facts: dict[str, JsonScalar | Sequence[JsonScalar]] = {"new": found is None}
        facts |= changes.between(_told(before), _told(wanted))
        if secret and keeper is not None:
            kept.sealed_secret = keepers.seal(keeper, secret, at=at)
            facts["key_replaced"] = True
        if discovered is not None:
            kept.metadata = discovered
            kept.keys, kept.keys_at = {}, None
        if described is not None:
            kept.certificates = list(described.certificates)
            facts["certificates"] = [metadata.fingerprint(pem) for pem in described.certificates]
        if kind == Kind.SAML and keeper is not None and _wants_own_key(kept, at=at):
            own, kept.own_certificate = own_key.made(at=at)
            kept.sealed_own_key = keepers.seal(keeper, own, at=at)
            kept.changed_at, kept.tested_at = (kept.changed_at, kept.tested_at) if kept.is_on else (at, None)
            facts["own_certificate"] = metadata.fingerprint(kept.own_certificate)
        try:
            with transaction.atomic():
                kept.save()
        except IntegrityError as twice:
            raise NotReady(f"「{entry.name}」という認証基盤は、すでにあります。別の名称を入力してください。") from twice
        _note("save_provider", kept, by=by, at=at, facts=facts)
    return kept


def _wants_own_key(kept: IdentityProvider, *, at: datetime) -> bool:
    """One that is in use keeps the key that the provider knows."""
    if not kept.own_certificate:
        return True
    return not kept.is_on and metadata.end_of(kept.own_certificate) < at + endings.WARN_BEFORE


def note_test(*, provider: IdentityProvider, found_person: bool, by: Actor, at: datetime) -> None:
    """A test sign-in was carried through; only one that found its person counts as proof 試験の結果."""
    with transaction.atomic():
        if found_person:
            IdentityProvider.objects.filter(pk=provider.pk).update(tested_at=at)
        _note("test_provider", provider, by=by, at=at, facts={"found": found_person})


def switch_provider(*, provider: IdentityProvider, on: bool, by: Actor, at: datetime) -> None:
    """From now on the entrance offers it, or does not 認証基盤の利用の開始・停止.

    Raises `NotReady` before a test after the last change, and for the last one of a body that has no other way in.
    """
    with transaction.atomic():
        kept = IdentityProvider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
        if on and kept.tested_at is None:
            raise NotReady("まだ試験に成功していません。試験のサインインを行ってから、利用を始めてください。")
        if not on:
            _require_not_last(kept)
        kept.is_on = on
        kept.save(update_fields=["is_on"])
        _note("switch_provider", kept, by=by, at=at, facts={"on": on, "name": kept.name})


def remove_provider(*, provider: IdentityProvider, by: Actor, at: datetime) -> None:
    """It is no more, with whom it stood for; people and accounts stay 認証基盤の削除.

    Raises `NotReady` while it is in use.
    """
    with transaction.atomic():
        kept = IdentityProvider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
        if kept.is_on:
            raise NotReady("利用中の認証基盤です。先に利用を停止してください。")
        facts: record.Facts = {"name": kept.name, "people": kept.identities.count()}
        _note("remove_provider", kept, by=by, at=at, facts=facts)
        kept.delete()


def choose_sso_only(
    *,
    municipality: directory.Municipality,
    on: bool,
    account: models.Account,
    mfa_by_default: bool,
    by: Actor,
    at: datetime,
) -> None:
    """People of this body sign in by their provider alone, or by password too 職員認証だけのサインイン.

    `account` is that of who switches: it must have come in through a provider in use once, and somebody who may change
    this must be able to come in by password still. Raises `NotReady`.
    """
    with transaction.atomic():
        kept, _ = models.SignInRules.objects.get_or_create(
            municipality=municipality, defaults={"mfa_required": mfa_by_default}
        )
        if on:
            _require_way_in(municipality, account, at=at)
        before, kept.sso_only = kept.sso_only, on
        kept.save(update_fields=["sso_only"])
        audit.append(
            ledger=municipality.code,
            action="access.choose_sso_only",
            target=f"municipality:{municipality.code}",
            by=by,
            at=at,
            facts=changes.between({"sso_only": before}, {"sso_only": on}),
        )


def mark_break_glass(*, account: models.Account, on: bool, by: Actor, at: datetime) -> None:
    """This account opens by its password although its body wants the provider alone 非常用アカウントの指定.

    Raises `NotReady` for the last one of a body that wants so, and for an account without password or second factor.
    """
    with transaction.atomic():
        kept = models.Account.objects.select_for_update(of=("self",)).select_related("staff").get(pk=account.pk)
        if kept.staff is None:
            raise NotReady("運用者のアカウントは、指定できません。")
        if on and not (kept.has_usable_password() and queries.has_second_factor(kept)):
            raise NotReady("パスワードと、認証アプリ又はパスキーの両方を登録したアカウントを指定してください。")
        body = kept.staff.municipality
        others = sso.break_glass_of(body).exclude(pk=kept.pk)
        if not on and sso.sso_only(body) and not others.exists():
            raise NotReady("最後の非常用アカウントです。先にほかのアカウントを指定してください。")
        models.Account.objects.filter(pk=kept.pk).update(is_break_glass=on)
        audit.append(
            ledger=body.code,
            action="access.mark_break_glass",
            target=f"account:{kept.pk}",
            by=by,
            at=at,
            facts={"on": on},
        )


def _require_way_in(municipality: directory.Municipality, account: models.Account, *, at: datetime) -> None:
    came = sso.identities_of(account).filter(provider__is_on=True, used_at__isnull=False)
    if not came.exists():
        raise NotReady(
            "あなた自身が、まだ職員認証でサインインしていません。一度サインインしてから、切り替えてください。"
        )
    may = {one.pk for one in sso.administrators(municipality, at=at)}
    glass = [one for one in sso.break_glass_of(municipality) if one.pk in may]
    if not any(one.has_usable_password() and queries.has_second_factor(one) for one in glass):
        raise NotReady(
            "認証基盤が止まったときに入れる人がいません。サインインの方法を定める権限のあるアカウントを、"
            "非常用に指定してください。"
        )


def _require_not_last(provider: IdentityProvider) -> None:
    others = IdentityProvider.objects.filter(municipality=provider.municipality_id, is_on=True).exclude(pk=provider.pk)
    if provider.is_on and not others.exists() and sso.sso_only(provider.municipality):
        raise NotReady("職員認証だけでサインインする設定です。先に、パスワードも使う設定に戻してください。")


def _told(values: dict[str, Any]) -> dict[str, object]:
    """Without what by its name could be a secret to the ledger; the secret itself is never among them."""
    return {name.replace("secret_ends_on", "key_ends_on"): value for name, value in values.items()}


def _note(verb: str, provider: IdentityProvider, *, by: Actor, at: datetime, facts: record.Facts) -> None:
    audit.append(
        ledger=provider.municipality.code,
        action=f"access.{verb}",
        target=f"provider:{provider.pk}",
        by=by,
        at=at,
        facts=facts,
    )
