"""One entry as plain values, its canonical form and its digest 監査証跡の正準形.

A line that another program can check, in any language:

1. Take the members `action`, `actor` (`id`, `ip`, `kind`, `name`, `post`), `at`, `facts`, `format`, `ledger`,
   `previous`, `sequence`, `target`. An exported line has `digest` besides; leave it out.
2. Write them as JSON per RFC 8785: members sorted, no spaces, UTF-8, only the escapes that JSON demands. Facts hold
   strings, whole numbers within ±(2^53 - 1), true, false, null and lists of these; member names are `[a-z0-9_]`, so
   sorting by bytes is the sorting that RFC 8785 §3.2.3 demands, and no fraction ever needs its §3.2.2.3.
3. `at` is UTC with six digits of fraction: `2026-03-31T14:59:00.000000Z`.
4. The digest is SHA-256 of those bytes in lower-case hexadecimal; `previous` is the digest of the entry before, or 64
   zeros for the first (`sequence` 1).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from . import errors
from .actor import Actor, ActorKind

FORMAT = "warifu-audit-1"
GENESIS = "0" * 64
LIMITS = {"ledger": 100, "action": 100, "target": 200, "actor id": 255, "actor name": 500, "actor post": 500, "ip": 45}
EXACT = 2**53 - 1

_KINDS = "facts hold strings, whole numbers, booleans, null and lists of these"
_member = re.compile(r"[a-z][a-z0-9_]*")
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

JsonScalar = str | int | bool | None
Facts = Mapping[str, JsonScalar | Sequence[JsonScalar]]


@dataclass(frozen=True, slots=True)
class Record:
    """What one entry says, before and apart from its digest 監査証跡の一件.

    `sequence` counts from 1 without gaps, `at` is aware UTC, `previous` is the digest of the entry before.
    """

    ledger: str
    sequence: int
    at: datetime
    actor: Actor
    action: str
    target: str
    facts: Facts
    previous: str

    def content(self) -> dict[str, object]:
        """The members that the digest covers, as JSON values ダイジェストの対象."""
        return {
            "action": self.action,
            "actor": {
                "id": self.actor.id,
                "ip": self.actor.ip,
                "kind": str(self.actor.kind),
                "name": self.actor.name,
                "post": self.actor.post,
            },
            "at": moment(self.at),
            "facts": self.facts,
            "format": FORMAT,
            "ledger": self.ledger,
            "previous": self.previous,
            "sequence": self.sequence,
            "target": self.target,
        }

    def digest(self) -> str:
        """SHA-256 over the canonical form, 64 lower-case hexadecimal digits ダイジェスト."""
        return digest_of(self.content())


def moment(at: datetime) -> str:
    """An aware time as UTC text with microseconds, `2026-03-31T14:59:00.000000Z` 時刻の表記."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical(value: object) -> bytes:
    """JSON bytes per RFC 8785 for values without fractions and with ASCII member names 正準JSON.

    Raises ValueError when the value has no such form (a fraction that is not a number, a lone surrogate).
    """
    return _encoder.encode(value).encode("utf-8")


def digest_of(content: Mapping[str, object]) -> str:
    """SHA-256 of the canonical form of `content`, 64 lower-case hexadecimal digits ダイジェスト."""
    return hashlib.sha256(canonical(content)).hexdigest()


def examine(record: Record) -> None:
    """Refuse what one of the engines, or another language, would not give back unchanged 記録内容の検査.

    Raises errors.UnsuitableEntry: time without zone, empty or overlong words, U+0000, lone surrogates, fractions,
    numbers beyond ±(2^53 - 1), nested facts, member names other than `[a-z][a-z0-9_]*`.
    """
    if record.at.tzinfo is None:
        raise errors.UnsuitableEntry("at has no time zone")
    actor = record.actor
    if not isinstance(actor.kind, ActorKind):
        raise errors.UnsuitableEntry("actor kind is unknown")
    words = {"ledger": record.ledger, "action": record.action, "target": record.target, "actor id": actor.id}
    for noun, word in {**words, "actor name": actor.name, "actor post": actor.post, "ip": actor.ip or ""}.items():
        if noun in words and not word:
            raise errors.UnsuitableEntry(f"{noun} is empty")
        if len(word) > LIMITS[noun]:
            raise errors.UnsuitableEntry(f"{noun} is longer than {LIMITS[noun]} characters")
        _examine_scalar(noun, word)
    for member, value in record.facts.items():
        if not _member.fullmatch(member):
            raise errors.UnsuitableEntry("names of facts are [a-z][a-z0-9_]*")
        for scalar in value if isinstance(value, list) else [value]:
            _examine_scalar(member, scalar)


def _examine_scalar(noun: str, value: object) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise errors.UnsuitableEntry(f"{noun} contains U+0000")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as wrong:
            raise errors.UnsuitableEntry(f"{noun} contains half a character") from wrong
    elif isinstance(value, bool) or value is None:
        return
    elif not isinstance(value, int):
        raise errors.UnsuitableEntry(f"{noun}: {_KINDS}")
    elif abs(value) > EXACT:
        raise errors.UnsuitableEntry(f"{noun} is beyond 2^53")
