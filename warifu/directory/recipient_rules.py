"""Reads of a municipality's recipient rules 送信先の規則の照会."""

from django.db.models import QuerySet

from . import models, recipients


def rules_of(municipality: models.Municipality, *, words: str = "") -> QuerySet[models.RecipientRule]:
    """Rules of one body in whose pattern or reason every word is found 送信先の規則."""
    found = models.RecipientRule.objects.filter(municipality=municipality)
    for word in words.split():
        found = found.filter(pattern__icontains=word) | found.filter(reason__icontains=word)
    return found.order_by("pattern", "pk")


def rule_of(municipality: models.Municipality, rule_id: int) -> models.RecipientRule | None:
    """One rule of this body, or None 送信先の規則."""
    return models.RecipientRule.objects.filter(municipality=municipality, pk=rule_id).first()


def policy_of(municipality: models.Municipality) -> recipients.Policy:
    """All that this body has decided, as pure values 送信先の規則."""
    rules = models.RecipientRule.objects.filter(municipality=municipality)
    return recipients.Policy(
        tuple(recipients.Rule(one.pattern, recipients.Verdict(one.verdict), one.below) for one in rules),
        municipality.recipients_listed_only,
        recipients.Verdict(municipality.free_mail),
    )


def judgement_of(municipality: models.Municipality, mail: str) -> recipients.Judgement:
    """What this body's rules say of an address 送信先の判定."""
    return recipients.judge(mail, policy_of(municipality))
