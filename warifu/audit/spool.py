"""Views and refusals wait here for their place in the chain 監査証跡の記録待ち.

A verb writes its line at the head of its ledger, inside its own transaction. A page that is only looked at must
neither wait for that head nor hold it: its line is kept at once in a table of its own, and the workers fold it into the
chain in the order of arrival. What is kept there is as safe as the chain: the database refuses to change a waiting
line, and to remove one before the very same content stands at the head (migration 0005).
"""

from datetime import UTC, datetime

from django.db import transaction

from . import actions, models, record
from .actor import Actor, ActorKind

AT_ONCE = 50
"""Lines of one transaction: the head is held for that long."""


def put(
    *, ledger: str, action: str, target: str, by: Actor, at: datetime, facts: record.Facts | None = None
) -> models.SpooledEntry:
    """Keep one line until it is folded; needs no transaction and no lock 監査証跡の仮置き.

    Takes what `actions.append` takes. Raises errors.UnsuitableEntry (nothing written).
    """
    salt = record.new_salt()
    content = record.Record(
        ledger=ledger,
        sequence=0,
        at=at,
        actor=by,
        action=action,
        target=target,
        facts=record.plain(facts),
        previous=record.GENESIS,
        salt=salt,
    )
    record.examine(content)
    return models.SpooledEntry.objects.create(
        ledger=ledger,
        at=at.astimezone(UTC),
        actor_kind=str(by.kind),
        actor_id=by.id,
        actor_name=by.name,
        actor_post=by.post,
        ip=by.ip,
        action=action,
        target=target,
        facts=dict(content.facts),
        salt=salt,
    )


def fold(*, most: int | None = None) -> int:
    """Give waiting lines their places in their chains, oldest first; returns how many 監査証跡への組入れ.

    `most` (None: all) is where a caller with other duties stops, at the next full transaction. Several workers may call
    it at once. A line keeps its own time and so may stand after a later deed.
    """
    folded = 0
    for ledger in list(models.SpooledEntry.objects.order_by("ledger").values_list("ledger", flat=True).distinct()):
        while (most is None or folded < most) and (moved := _fold_some(ledger)):
            folded += moved
    return folded


def waiting(ledger: str) -> int:
    """How many lines of a ledger have no place in the chain yet 記録待ちの件数."""
    return models.SpooledEntry.objects.filter(ledger=ledger).count()


def _fold_some(ledger: str) -> int:
    with transaction.atomic():
        actions.locked(ledger)
        lines = list(models.SpooledEntry.objects.filter(ledger=ledger).order_by("pk")[:AT_ONCE])
        for line in lines:
            actions.append(
                ledger=ledger,
                action=line.action,
                target=line.target,
                by=Actor(ActorKind(line.actor_kind), line.actor_id, line.actor_name, line.actor_post, line.ip),
                at=line.at,
                facts=line.facts,
                salt=line.salt,
            )
            line.delete()
    return len(lines)
