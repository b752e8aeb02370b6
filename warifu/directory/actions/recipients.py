"""Rules about where requests may go 送信先の規則の登録."""

from datetime import datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import errors, models, recipients


def add_recipient_rule(
    *,
    municipality: models.Municipality,
    pattern: str,
    verdict: models.RecipientVerdict,
    below: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> models.RecipientRule:
    """An address or a domain is allowed or denied, for a reason; an allowed address is an exception 送信先の規則の追加.

    Raises errors.PatternTaken for a pattern that has its rule, errors.NotAnAddress for what is none.
    """
    try:
        plain = recipients.normalised(pattern)
    except recipients.Unreadable as problem:
        raise errors.NotAnAddress(
            f"「{pattern}」は、メールアドレスにもドメインにも読めません。例：example.co.jp、keiyaku@example.co.jp"
        ) from problem
    with transaction.atomic():
        kept = models.Municipality.objects.select_for_update().get(pk=municipality.pk)
        if models.RecipientRule.objects.filter(municipality=kept, pattern=plain).exists():
            raise errors.PatternTaken(f"「{plain}」の規則は、すでにあります。変えるときは、先に削除してください。")
        rule = models.RecipientRule.objects.create(
            municipality=kept,
            pattern=plain,
            verdict=verdict.value,
            below=below and "@" not in plain,
            reason=reason,
            made_at=at,
            made_by=by.name,
        )
        _note("add_recipient_rule", rule, by=by, at=at)
    return rule


def remove_recipient_rule(*, rule: models.RecipientRule, by: Actor, at: datetime) -> None:
    """The rule holds no more 送信先の規則の削除."""
    with transaction.atomic():
        kept = models.RecipientRule.objects.select_for_update(of=("self",)).select_related("municipality")
        _note("remove_recipient_rule", kept.get(pk=rule.pk), by=by, at=at)
        models.RecipientRule.objects.filter(pk=rule.pk).delete()


def _note(verb: str, rule: models.RecipientRule, *, by: Actor, at: datetime) -> None:
    facts: record.Facts = {
        "pattern": rule.pattern,
        "verdict": rule.verdict,
        "below": rule.below,
        "reason": rule.reason,
    }
    audit.append(
        ledger=rule.municipality.code,
        action=f"directory.{verb}",
        target=f"municipality:{rule.municipality.code}",
        by=by,
        at=at,
        facts=facts,
    )
