"""What a municipality demands of those who sign in サインインの設定."""

from datetime import datetime, timedelta

from django.db import transaction

from warifu.access import enrolment, models
from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.directory import models as directory


def set_rules(*, municipality: directory.Municipality, rules: enrolment.Rules, by: Actor, at: datetime) -> None:
    """From the next request on, these rules hold サインインの設定の変更."""
    kept = {
        "mfa_required": rules.mfa_required,
        "grace_days": rules.grace.days,
        "idle_minutes": rules.limits.idle // timedelta(minutes=1),
        "absolute_hours": rules.limits.absolute // timedelta(hours=1),
    }
    with transaction.atomic():
        before = models.SignInRules.objects.filter(municipality=municipality).values(*kept).first()
        models.SignInRules.objects.update_or_create(municipality=municipality, defaults=kept)
        audit.append(
            ledger=municipality.code,
            action="access.set_rules",
            target=f"municipality:{municipality.code}",
            by=by,
            at=at,
            facts=kept | {f"before_{name}": value for name, value in (before or {}).items()},
        )
