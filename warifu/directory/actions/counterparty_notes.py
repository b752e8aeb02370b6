"""What staff write down about a firm 取引先のメモ."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import errors, models

from . import held_firms


def write_note(*, counterparty_id: UUID, text: str, by: Actor, at: datetime) -> models.CounterpartyNote:
    """A note for colleagues; the ledger says that it was written, not what it says メモの記入.

    Raises errors.ReasonMissing for an empty one, errors.NotNow for a firm that was merged.
    """
    with transaction.atomic():
        firm = held_firms.held(counterparty_id)
        if not text.strip():
            raise errors.ReasonMissing("メモが空です。内容を入力してください。")
        note = models.CounterpartyNote.objects.create(
            counterparty=firm, text=text.strip(), written_at=at, written_by=by.name
        )
        held_firms.note(firm, "write_note", {"note_id": note.pk}, by=by, at=at)
    return note


def remove_note(*, note: models.CounterpartyNote, by: Actor, at: datetime) -> None:
    """The note is taken away メモの削除."""
    with transaction.atomic():
        firm = held_firms.held(note.counterparty_id)
        kept = models.CounterpartyNote.objects.get(pk=note.pk, counterparty=firm)
        facts: record.Facts = {"note_id": kept.pk, "written_by": kept.written_by}
        kept.delete()
        held_firms.note(firm, "remove_note", facts, by=by, at=at)
