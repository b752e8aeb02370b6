"""Second factors as they are registered and removed 二つ目の要素の登録.

Each verb ends in one ledger line and one mail to the person (IPA 6-ii).
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from warifu.access import errors, models, passkeys, queries, recovery, totp
from warifu.access import keeper as keepers
from warifu.access import letters as mails
from warifu.audit import actions as audit
from warifu.audit.actor import Actor


def add_authenticator(
    *,
    account: models.Account,
    secret: str,
    typed: str,
    keeper: keepers.Keeper,
    letters: mails.Letters,
    by: Actor,
    at: datetime,
) -> None:
    """Register an app that has shown its first password; an earlier app stops working 認証アプリの登録.

    Raises `errors.NotProven` when the password is not the app's.
    """
    step = totp.matching_step(secret, typed, at=at, after=0)
    if step is None:
        raise errors.NotProven
    with transaction.atomic():
        models.Authenticator.objects.update_or_create(
            account=account,
            defaults={
                "sealed_secret": keepers.seal(keeper, secret, at=at),
                "last_step": step,
                "made_at": at,
                "used_at": None,
            },
        )
        _note("add_authenticator", "認証アプリの登録", account, letters=letters, by=by, at=at)


def remove_authenticator(*, account: models.Account, letters: mails.Letters, by: Actor, at: datetime) -> None:
    """The app's passwords open nothing any more 認証アプリの削除."""
    with transaction.atomic():
        removed, _ = models.Authenticator.objects.filter(account=account).delete()
        if removed:
            _note("remove_authenticator", "認証アプリの削除", account, letters=letters, by=by, at=at)


def add_passkey(
    *,
    account: models.Account,
    made: passkeys.Made,
    name: str,
    letters: mails.Letters,
    by: Actor,
    at: datetime,
) -> models.Passkey:
    """Register a passkey under the name that its person gave it パスキーの登録.

    Raises `errors.NotProven` for one that is registered already.
    """
    try:
        with transaction.atomic():
            passkey = models.Passkey.objects.create(
                account=account,
                name=name,
                identifier=made.identifier,
                credential=made.credential,
                uses=made.uses,
                synced=made.synced,
                made_at=at,
            )
            _note("add_passkey", f"パスキー「{name}」の登録", account, letters=letters, by=by, at=at)
    except IntegrityError as twice:
        raise errors.NotProven from twice
    return passkey


def remove_passkey(*, passkey: models.Passkey, letters: mails.Letters, by: Actor, at: datetime) -> None:
    """This passkey opens nothing any more パスキーの削除."""
    with transaction.atomic():
        removed, _ = models.Passkey.objects.filter(pk=passkey.pk).delete()
        if removed:
            what = f"パスキー「{passkey.name}」の削除"
            _note("remove_passkey", what, passkey.account, letters=letters, by=by, at=at)


def make_recovery_codes(*, account: models.Account, letters: mails.Letters, by: Actor, at: datetime) -> list[str]:
    """Ten new codes, which exist nowhere else; earlier ones die リカバリーコードの発行."""
    codes = recovery.new_codes()
    with transaction.atomic():
        models.RecoveryCode.objects.filter(account=account).delete()
        models.RecoveryCode.objects.bulk_create(
            models.RecoveryCode(account=account, digest=recovery.digest(code), made_at=at) for code in codes
        )
        _note("make_recovery_codes", "リカバリーコードの発行", account, letters=letters, by=by, at=at)
    return codes


def _note(verb: str, what: str, account: models.Account, *, letters: mails.Letters, by: Actor, at: datetime) -> None:
    audit.append(
        ledger=queries.ledger_of(account),
        action=f"access.{verb}",
        target=f"account:{account.pk}",
        by=by,
        at=at,
        facts={"what": what},
    )
    mails.tell_change(letters, account, what=what, at=at)
