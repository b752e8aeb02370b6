"""Who has acted in a ledger, so that millions of lines are searched by part of a name 記録された行為者."""

import hashlib
from collections.abc import Sequence

from warifu.japan import characters

from . import anomalies, models
from .actor import Actor


def remember(ledger: models.Ledger, by: Actor) -> None:
    """Note who acts the first time under a name, in a post, from an address; the ledger's head is held 行為者の控え."""
    models.Performer.objects.get_or_create(
        ledger=ledger,
        actor_id=by.id,
        digest=hashlib.sha256(f"{by.name}\0{by.post}\0{by.ip or ''}".encode()).hexdigest(),
        defaults={
            "name": by.name,
            "post": by.post,
            "ip": by.ip or "",
            "first_sequence": ledger.head_sequence + 1,
            "name_key": characters.search_key(by.name),
            "post_key": characters.search_key(by.post),
        },
    )


def named(ledger: str, words: str, *, most: int) -> Sequence[str]:
    """Identifiers of those whose name, then or now, contains these words, at most `most` of them 氏名による検索."""
    return _found(ledger, "name_key", words, "actor_id", most)


def posted(ledger: str, words: str, *, most: int) -> Sequence[str]:
    """Posts that contain these words, as the lines write them, at most `most` of them 所属による検索."""
    return _found(ledger, "post_key", words, "post", most)


def addresses(ledger: str, beginning: str, *, most: int) -> Sequence[str]:
    """Addresses that begin so, at most `most` of them 接続元による検索."""
    found = models.Performer.objects.filter(ledger__name=ledger, ip__startswith=beginning)
    return list(found.order_by("ip").values_list("ip", flat=True).distinct()[:most])


def new_network(ledger: str, actor_id: str, ip: str, *, before: int) -> bool:
    """Whether somebody known before line `before` had until then never come from the network of `ip` 初めての接続元か.

    The very first line of a person is no news: everybody begins somewhere.
    """
    seen = models.Performer.objects.filter(ledger__name=ledger, actor_id=actor_id).exclude(first_sequence__gte=before)
    networks = {anomalies.network(address) for address in seen.values_list("ip", flat=True) if address}
    return bool(networks) and bool(ip) and anomalies.network(ip) not in networks


def _found(ledger: str, column: str, words: str, wanted: str, most: int) -> Sequence[str]:
    key = characters.search_key(words)
    found = models.Performer.objects.filter(ledger__name=ledger, **{f"{column}__contains": key}) if key else None
    return [] if found is None else list(found.order_by(wanted).values_list(wanted, flat=True).distinct()[:most])
