"""The one place where a state changes 状態の変更."""

from datetime import datetime
from typing import Any
from uuid import UUID

from warifu.audit import actions as audit
from warifu.audit.actor import Actor

from . import errors, lifecycle, models
from .lifecycle import Event, State


def target(agreement: models.Agreement) -> str:
    """How the ledger and messages name an agreement 契約案件の呼び名."""
    return f"agreement:{agreement.pk}"


def locked(agreement_id: UUID) -> models.Agreement:
    """The agreement as it is now, held until the transaction ends 契約案件の占有."""
    return (
        models.Agreement.objects.select_for_update(of=("self",))
        .select_related(
            "municipality",
            "department",
            "authority",
            "counterparty",
            "contact_address",
            "delegate",
            "approver",
            "drafted_by",
            "officer",
        )
        .get(pk=agreement_id)
    )


def move(agreement: models.Agreement, event: Event, *, at: datetime, **fields: Any) -> None:
    """Take the edge that `event` names, if the row is still in the state that was read 状態の変更.

    Raises `errors.NotNow` when the table has no such edge or when somebody else was faster.
    """
    old = State(agreement.state)
    new = lifecycle.after(old, event)
    changed = models.Agreement.objects.filter(pk=agreement.pk, state=old).update(state=new, changed_at=at, **fields)
    if not changed:
        now = models.Agreement.objects.values_list("state", flat=True).get(pk=agreement.pk)
        raise errors.NotNow(state=lifecycle.WORDS[State(now)], event=event.value)
    agreement.refresh_from_db()


def note(agreement: models.Agreement, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """The ledger line of one verb on an agreement 監査証跡の一行."""
    audit.append(
        ledger=agreement.municipality.code,
        action=f"agreements.{verb}",
        target=target(agreement),
        by=by,
        at=at,
        facts=facts,
    )
