"""The one verb of the ledger, for one act or many 監査証跡の記録."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from . import errors, models, performers, record
from .actor import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """What one act says of itself; who, when and where are those of the call 証跡の一行."""

    action: str
    target: str
    facts: record.Facts | None = None


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
    (entry,) = _append(ledger, [Line(action, target, facts)], by=by, at=at, salt=salt)
    return entry


def append_all(*, ledger: str, lines: Sequence[Line], by: Actor, at: datetime) -> int:
    """Many acts of one moment, as `append` writes one; returns how many 監査証跡の一括記録."""
    return len(_append(ledger, lines, by=by, at=at)) if lines else 0


def _append(
    ledger: str, lines: Sequence[Line], *, by: Actor, at: datetime, salt: str | None = None
) -> list[models.Entry]:
    if not transaction.get_connection().in_atomic_block:
        raise errors.OutsideTransaction
    head = locked(ledger)
    entries: list[models.Entry] = []
    for line in lines:
        sequence, previous = head.head_sequence, head.head_digest
        content = record.Record(
            ledger=ledger,
            sequence=sequence + 1,
            at=at,
            actor=by,
            action=line.action,
            target=line.target,
            facts=record.plain(line.facts),
            previous=previous,
            salt=salt or record.new_salt(),
        )
        record.examine(content)
        if not entries:
            performers.remember(head, by)
        entry = _entry(head, content)
        entry.save(force_insert=True)
        # The database lets the head move by one entry only.
        if _move(head, entry) != 1:
            raise errors.HeadMoved(ledger)
        head.head_sequence, head.head_digest = entry.sequence, entry.digest
        entries.append(entry)
    return entries


def _move(head: models.Ledger, entry: models.Entry) -> int:
    # In SQL: a file of 100,000 rows moves the head as often, and putting the query together costs more than the query.
    table = connection.ops.quote_name(models.Ledger._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET head_sequence = %s, head_digest = %s WHERE id = %s AND head_sequence = %s",  # noqa: S608  # a table's own name
            [entry.sequence, entry.digest, head.pk, head.head_sequence],
        )
        return int(cursor.rowcount)


def _entry(head: models.Ledger, content: record.Record) -> models.Entry:
    by = content.actor
    return models.Entry(
        ledger=head,
        sequence=content.sequence,
        at=content.at.astimezone(UTC),
        actor_kind=str(by.kind),
        actor_id=by.id,
        actor_name=by.name,
        actor_post=by.post,
        ip=by.ip,
        action=content.action,
        target=content.target,
        facts=dict(content.facts),
        salt=content.salt,
        previous_digest=content.previous,
        digest=content.digest(),
    )


def locked(ledger: str) -> models.Ledger:
    """The head, held against every other writer: by row on PostgreSQL, by BEGIN IMMEDIATE on SQLite 末尾の占有."""
    heads = models.Ledger.objects.select_for_update()
    head = heads.filter(name=ledger).first()
    if head is None:
        models.Ledger.objects.get_or_create(name=ledger)
        head = heads.get(name=ledger)
    return head
