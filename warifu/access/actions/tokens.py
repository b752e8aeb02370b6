"""Keys with which a system of a municipality keeps its staff up to date 連携用トークン."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from warifu.access.sso import queries as sso
from warifu.access.sso.tables import ProvisioningToken
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory

PER_MINUTE = 600
WINDOW = timedelta(minutes=1)
PREFIX = "wfscim_"
"""By this a token is known when it lies where it should not."""


def issue_provisioning_token(
    *, municipality: directory.Municipality, name: str, expires_at: datetime, by: Actor, at: datetime
) -> tuple[ProvisioningToken, str]:
    """A new token, and its text, which exists nowhere else 連携用トークンの発行."""
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = ProvisioningToken.objects.create(
            municipality=municipality, name=name, digest=sso.token_digest(text), made_at=at, expires_at=expires_at
        )
        _note("issue_provisioning_token", made, by=by, at=at)
    return made, text


def revoke_provisioning_token(*, token: ProvisioningToken, by: Actor, at: datetime) -> None:
    """It opens nothing any more, from this moment on; twice is harmless 連携用トークンの無効化."""
    with transaction.atomic():
        if ProvisioningToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
            _note("revoke_provisioning_token", token, by=by, at=at)


def use_provisioning_token(*, token: ProvisioningToken, at: datetime, per_minute: int = PER_MINUTE) -> bool:
    """Count one use; False when the minute's uses are used up. What is done with it writes its own line 利用の計数."""
    begun = ProvisioningToken.objects.filter(pk=token.pk)
    if begun.filter(window_at__gt=at - WINDOW).update(window_uses=F("window_uses") + 1, used_at=at):
        return begun.filter(window_uses__lte=per_minute).exists()
    begun.update(window_at=at, window_uses=1, used_at=at)
    return True


def _note(verb: str, token: ProvisioningToken, *, by: Actor, at: datetime) -> None:
    audit.append(
        ledger=token.municipality.code,
        action=f"access.{verb}",
        target=f"provisioning:{token.pk}",
        by=by,
        at=at,
        facts={"name": token.name},
    )
