"""Second factors as they are shown: each is used up here, and the caller's verb writes the line 本人確認."""

import secrets
from datetime import datetime

from warifu.access import keeper as keepers
from warifu.access import models, passkeys, recovery, totp


def use_one_time_password(*, account: models.Account, typed: str, keeper: keepers.Keeper, at: datetime) -> bool:
    """Whether this is the app's password of now; it is used up by it (RFC 6238 §5.2) ワンタイムパスワードの使用."""
    app = models.Authenticator.objects.filter(account=account).first()
    if app is None:
        return False
    secret = keepers.unseal(keeper, app.sealed_secret)
    step = totp.matching_step(secret, typed, at=at, after=app.last_step)
    if step is None:
        return False
    # Of two requests with the same digits one gets the row.
    unused = models.Authenticator.objects.filter(pk=app.pk, last_step__lt=step)
    return unused.update(last_step=step, used_at=at) == 1


def use_recovery_code(*, account: models.Account, typed: str, at: datetime) -> bool:
    """Whether this is an unused recovery code; it is used up by it リカバリーコードの使用."""
    wanted = recovery.digest(typed)
    unused = models.RecoveryCode.objects.filter(account=account, used_at__isnull=True)
    for code in unused:
        if secrets.compare_digest(code.digest, wanted):
            return unused.filter(pk=code.pk).update(used_at=at) == 1
    return False


def use_passkey(*, shown: passkeys.Shown, at: datetime) -> bool:
    """Note a passkey's counter; False when another request was quicker with the same answer パスキーの使用."""
    earlier = models.Passkey.objects.filter(pk=shown.passkey.pk, uses=shown.passkey.uses)
    return earlier.update(uses=shown.uses, used_at=at) == 1
