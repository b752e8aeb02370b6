"""The one verb of the ledger 監査証跡の記録."""

from datetime import UTC, datetime

from django.db import transaction

from . import errors, models, performers, record
from .actor import Actor


def append(
    *,
    ledger: str,
    action: str,
    target: str,
    by: Actor,
    at: datetime,
    facts: record.Facts | None = None,
    salt: str | None = None,
) -> models.Entry:
    """Put one act at the end of a ledger, inside the transaction that performs the act 監査証跡の記録.

    `ledger` is made on first use; `action` is the verb with its room (`agreements.consent`), `target` the thing with
    its kind (`agreement:<uuid>`); `at` is aware and kept as UTC. The ledger's head stays locked until the caller's
    transaction ends, so a caller who writes to two ledgers does so in the order of their names. `salt` is for `spool`
    alone, which has drawn it before.
    Raises errors.OutsideTransaction, errors.UnsuitableEntry (nothing written), errors.HeadMoved (roll back and repeat).
    """
    if not transaction.get_connection().in_atomic_block:
        raise errors.OutsideTransaction
    head = locked(ledger)
    content = record.Record(
        ledger=ledger,
        sequence=head.head_sequence + 1,
        at=at,
        actor=by,
        action=action,
        target=target,
        facts=record.plain(facts),
        previous=head.head_digest,
        salt=salt or record.new_salt(),
    )
    record.examine(content)
    entry = models.Entry.objects.create(
        ledger=head,
        sequence=content.sequence,
        at=at.astimezone(UTC),
        actor_kind=str(by.kind),
        actor_id=by.id,
        actor_name=by.name,
        actor_post=by.post,
        ip=by.ip,
        action=action,
        target=target,
        facts=dict(content.facts),
        salt=content.salt,
        previous_digest=content.previous,
        digest=content.digest(),
    )
    performers.remember(head, by)
    moved = models.Ledger.objects.filter(pk=head.pk, head_sequence=head.head_sequence).update(
        head_sequence=content.sequence, head_digest=entry.digest
    )
    if moved != 1:
        raise errors.HeadMoved(ledger)
    return entry


def locked(ledger: str) -> models.Ledger:
    """The head, held against every other writer: by row on PostgreSQL, by BEGIN IMMEDIATE on SQLite 末尾の占有."""
    heads = models.Ledger.objects.select_for_update()
    head = heads.filter(name=ledger).first()
    if head is None:
        models.Ledger.objects.get_or_create(name=ledger)
        head = heads.get(name=ledger)
    return head
