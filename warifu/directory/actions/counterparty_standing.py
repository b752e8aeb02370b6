"""Whether a firm may be chosen for a contract 取引先の停止と再開."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit.actor import Actor
from warifu.directory import errors, models

from . import held_firms


def stop_counterparty(*, counterparty_id: UUID, reason: str, by: Actor, at: datetime) -> models.Counterparty:
    """It is not chosen for contracts any more; what was sent goes on 取引先の停止.

    Raises errors.ReasonMissing, and errors.NotNow when it is stopped or was merged.
    """
    with transaction.atomic():
        firm = held_firms.held(counterparty_id)
        if firm.stopped_at is not None:
            raise errors.NotNow("この取引先は、すでに停止しています。画面を開き直してください。")
        firm.stopped_at, firm.stopped_reason = at, held_firms.reason_given(reason)
        firm.save(update_fields=["stopped_at", "stopped_reason"])
        held_firms.note(firm, "stop_counterparty", {"reason": firm.stopped_reason}, by=by, at=at)
    return firm


def resume_counterparty(*, counterparty_id: UUID, reason: str, by: Actor, at: datetime) -> models.Counterparty:
    """It may be chosen again 取引先の再開.

    Raises errors.ReasonMissing, and errors.NotNow when it is not stopped or was merged.
    """
    with transaction.atomic():
        firm = held_firms.held(counterparty_id)
        if firm.stopped_at is None:
            raise errors.NotNow("この取引先は、停止していません。画面を開き直してください。")
        facts = {"reason": held_firms.reason_given(reason), "stopped_reason": firm.stopped_reason}
        firm.stopped_at, firm.stopped_reason = None, ""
        firm.save(update_fields=["stopped_at", "stopped_reason"])
        held_firms.note(firm, "resume_counterparty", facts, by=by, at=at)
    return firm
