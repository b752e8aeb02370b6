"""Who concludes contracts for a firm by delegation 受任者の登録."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models, nominal, register

from . import held_firms


@dataclass(frozen=True)
class DelegateEntry:
    """What a register says about a delegation; days are days in Japan, both included 受任者の登録内容."""

    branch: str
    title: str
    name: str
    mail: str
    begins_on: date
    ends_on: date | None
    ground: str
    ground_number: str = ""
    ground_on: date | None = None


def save_delegate(
    *, counterparty_id: UUID, delegate_id: int | None, entry: DelegateEntry, by: Actor, at: datetime
) -> models.Delegate:
    """Enter a delegation, or mend a slip in it; a renewed one is entered anew 受任者の登録.

    Raises errors.RecipientDenied, errors.WrongPeriod for days that end before they begin or meet another delegation of
    the same person at the same branch, errors.NotNow for a firm that was merged, and `models.Delegate.DoesNotExist`.
    """
    with transaction.atomic():
        firm = held_firms.held(counterparty_id)
        delegates = models.Delegate.objects.filter(counterparty=firm)
        kept = models.Delegate(counterparty=firm) if delegate_id is None else delegates.get(pk=delegate_id)
        held_firms.require_recipient(firm.municipality, entry.mail, kept.mail)
        if entry.ends_on is not None and entry.ends_on < entry.begins_on:
            raise errors.WrongPeriod("委任期間の終わりが、始まりより前になっています。日付を確かめてください。")
        span = nominal.Span(entry.begins_on, entry.ends_on)
        same = delegates.exclude(pk=kept.pk).filter(branch=entry.branch, name=entry.name)
        if any(register.span_of(other).meets(span) for other in same):
            raise errors.WrongPeriod(
                "同じ支店の同じ方の委任期間と重なっています。登録済みの委任を終了するか、期間を直してください。"
            )
        entered = dataclasses.asdict(entry)
        before = {} if delegate_id is None else {field: getattr(kept, field) for field in entered}
        for field, value in entered.items():
            setattr(kept, field, value)
        kept.save()
        held_firms.find_again(firm)
        facts: record.Facts = {"new": delegate_id is None, "delegate": str(kept), **changes.between(before, entered)}
        held_firms.note(firm, "save_delegate", facts, by=by, at=at)
    return kept


def end_delegate(*, delegate: models.Delegate, last_day: date, reason: str, by: Actor, at: datetime) -> None:
    """The delegation ends earlier than it said, or at last 委任の終了.

    Raises errors.ReasonMissing, and errors.WrongPeriod for a day before it began or after its end.
    """
    with transaction.atomic():
        firm = held_firms.held(delegate.counterparty_id)
        kept = models.Delegate.objects.select_for_update().get(pk=delegate.pk, counterparty=firm)
        if last_day < kept.begins_on or (kept.ends_on is not None and kept.ends_on < last_day):
            raise errors.WrongPeriod("委任期間の中の日を入力してください。期間を延ばすときは、新しく登録してください。")
        given = held_firms.reason_given(reason)
        before = {"ends_on": kept.ends_on}
        kept.ends_on, kept.end_reason = last_day, given
        kept.save(update_fields=["ends_on", "end_reason"])
        facts = {"delegate": str(kept), "reason": given, **changes.between(before, {"ends_on": last_day})}
        held_firms.note(firm, "end_delegate", facts, by=by, at=at)
