"""Two entries of one firm become one 取引先の統合."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import errors, merging, models, signals

from . import held_firms


def merge_counterparties(
    *, kept_id: UUID, merged_id: UUID, reason: str, by: Actor, at: datetime
) -> models.Counterparty:
    """What hangs on the second firm goes over to the first; the second stays as it was, for what was sent 取引先の統合.

    Drafts that name the second go on with the first (`signals.counterparty_merged`).
    Raises errors.ReasonMissing, and errors.NotNow when either was merged before, the kept one is stopped, or both are
    the same or of different bodies.
    """
    with transaction.atomic():
        # Always in the same order, so that two who merge crosswise do not wait for each other for ever.
        firms = {key: held_firms.held(key) for key in sorted({kept_id, merged_id})}
        kept, merged = firms[kept_id], firms[merged_id]
        if kept == merged or kept.municipality != merged.municipality:
            raise errors.NotNow("同じ団体の、別の取引先を選んでください。")
        if kept.stopped_at is not None:
            raise errors.NotNow("停止中の取引先へは統合できません。利用を再開するか、残す取引先を入れ替えてください。")
        given = held_firms.reason_given(reason)
        plan = merging.plan_of(kept, merged)
        models.ContactAddress.objects.filter(pk__in=[one.pk for one in plan.addresses]).update(counterparty=kept)
        models.Delegate.objects.filter(pk__in=[one.pk for one in plan.delegates]).update(counterparty=kept)
        models.CounterpartyNote.objects.filter(counterparty=merged).update(counterparty=kept)
        models.Counterparty.objects.filter(merged_into=merged).update(merged_into=kept)
        if plan.main_goes_over:
            models.ContactAddress.objects.create(
                counterparty=kept,
                kind=models.AddressKind.SIGNATORY,
                title=merged.signatory_title,
                name=merged.signatory_name,
                mail=merged.mail,
            )
        for name, value in plan.filled:
            setattr(kept, name, value)
        merged.merged_into = kept
        merged.save(update_fields=["merged_into"])
        kept.save(update_fields=[name for name, _ in plan.filled])
        held_firms.find_again(kept)
        address = models.ContactAddress.objects.filter(
            counterparty=kept, kind=models.AddressKind.SIGNATORY, mail__iexact=merged.mail
        ).first()
        signals.counterparty_merged.send(
            sender=models.Counterparty,
            kept_id=kept.pk,
            merged_id=merged.pk,
            address_id=address.pk if address else None,
        )
        facts: record.Facts = {
            "merged": merged.name,
            "merged_id": str(merged.pk),
            "addresses": len(plan.addresses) + plan.main_goes_over,
            "delegates": len(plan.delegates),
            "notes": plan.notes,
            "filled": [name for name, _ in plan.filled],
            "reason": given,
        }
        held_firms.note(kept, "merge_counterparties", facts, by=by, at=at)
    return kept
