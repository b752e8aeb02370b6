"""Reading the ledger 監査証跡の参照."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import QuerySet

from . import chain, errors, models, record
from .actor import Actor, ActorKind

_CHUNK = 2000


def ledgers() -> list[str]:
    """The names of all ledgers, sorted 台帳の一覧."""
    return list(models.Ledger.objects.order_by("name").values_list("name", flat=True))


def head_of(ledger: str) -> chain.Head:
    """The ledger's head, to be kept elsewhere as the witness of its length 末尾.

    Raises errors.UnknownLedger.
    """
    row = models.Ledger.objects.filter(name=ledger).first()
    if row is None:
        raise errors.UnknownLedger(ledger)
    return chain.Head(row.head_sequence, row.head_digest)


def entries_of(ledger: str) -> QuerySet[models.Entry]:
    """All entries of a ledger in their order; empty for an unknown one 台帳の全件."""
    return models.Entry.objects.filter(ledger__name=ledger).order_by("sequence")


def counts(ledger: str, bounds: Sequence[datetime]) -> list[int]:
    """How many entries there are from each moment to the next; one less than moments 期間ごとの件数."""
    found = entries_of(ledger).order_by()
    return [found.filter(at__gte=first, at__lt=end).count() for first, end in pairwise(bounds)]


def entries_about(ledger: str, target: str) -> QuerySet[models.Entry]:
    """The entries of a ledger about one thing (`agreement:<uuid>`) in their order 対象の監査証跡."""
    return entries_of(ledger).filter(target=target)


def links(ledger: str, *, up_to: int) -> Iterator[chain.Link]:
    """The entries numbered `up_to` and below, read in chunks, as links of the chain 連鎖の読出し.

    Nothing is assumed about a row: one that somebody has changed may raise ValueError, TypeError or AttributeError
    here.
    """
    for entry in entries_of(ledger).filter(sequence__lte=up_to).iterator(chunk_size=_CHUNK):
        yield link(ledger, entry)


def link(ledger: str, entry: models.Entry) -> chain.Link:
    """One entry as a link of the chain; raises what `links` may raise 連鎖の一環."""
    return chain.Link(_content(ledger, entry), entry.digest)


def export(ledger: str) -> Iterator[str]:
    """The ledger up to its present head as JSON lines, each ending in a line feed 監査証跡の書出し.

    Each line is the canonical form that `record` describes, with the member `digest` added: whoever holds the file and
    the head's digest can check it without Warifu. Raises errors.UnknownLedger, before the first line.
    """
    return _lines(ledger, head_of(ledger).sequence)


def extract(ledger: str, *, first: int, last: int, disclosed: Callable[[models.Entry], bool]) -> Iterator[str]:
    """The entries `first` to `last` as JSON lines; in full where `disclosed` says so, else withheld 証跡の抄本.

    Every line can be checked against the one before it, whether or not it says what happened (`extracts`).
    Raises errors.NotWithholdable for an entry of the first format that would have to be withheld.
    """
    chosen = entries_of(ledger).filter(sequence__gte=first, sequence__lte=last)
    for entry in chosen.iterator(chunk_size=_CHUNK):
        members = _content(ledger, entry)
        if not disclosed(entry):
            if entry.salt is None:
                raise errors.NotWithholdable(ledger)
            members = record.withheld(members)
        yield record.canonical({**members, "digest": entry.digest}).decode("utf-8") + "\n"


def _lines(ledger: str, up_to: int) -> Iterator[str]:
    for link in links(ledger, up_to=up_to):
        yield record.canonical({**link.content, "digest": link.digest}).decode("utf-8") + "\n"


def _content(ledger: str, entry: models.Entry) -> dict[str, object]:
    return record.Record(
        ledger=ledger,
        sequence=entry.sequence,
        at=entry.at,
        actor=Actor(
            kind=ActorKind(entry.actor_kind),
            id=entry.actor_id,
            name=entry.actor_name,
            post=entry.actor_post,
            ip=entry.ip,
        ),
        action=entry.action,
        target=entry.target,
        facts=entry.facts,
        previous=entry.previous_digest,
        salt=entry.salt,
    ).content()
