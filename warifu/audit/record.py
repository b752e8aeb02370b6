"""One entry as plain values, its canonical form and its digest 監査証跡の正準形.

A line that another program can check, in any language. Everything is JSON per RFC 8785: members sorted, no spaces,
UTF-8, only the escapes that JSON demands.

1. What happened: the members `action`, `actor` (`id`, `ip`, `kind`, `name`, `post`), `at`, `facts`, `salt`, `target`.
   SHA-256 of their form, in lower-case hexadecimal, is the line's `content`.
2. Its place: the members `content`, `format`, `ledger`, `previous`, `sequence`. SHA-256 of their form is the line's
   `digest`; `previous` is the digest of the line before, or 64 zeros for the first (`sequence` 1).
3. A line is exported in full (what happened, place without `content`, `digest`) or withheld (place, `digest`): whoever
   may not read a line can still see that the chain runs through it. `salt` is 32 random hexadecimal digits, so that a
   withheld line cannot be guessed.
4. Facts hold strings, whole numbers within ±(2^53 - 1), true, false, null and lists of these; member names are
   `[a-z0-9_]`, so sorting by bytes is the sorting that RFC 8785 §3.2.3 demands, and no fraction ever needs its
   §3.2.2.3. `at` is UTC with six digits of fraction: `2026-03-31T14:59:00.000000Z`.

Lines of the first format (`warifu-audit-1`) have neither `salt` nor `content`: one digest over all their members. They
are still read, and cannot be withheld.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from . import errors
from .actor import Actor, ActorKind

FORMAT = "warifu-audit-2"
FIRST_FORMAT = "warifu-audit-1"
GENESIS = "0" * 64
LIMITS = {"ledger": 100, "action": 100, "target": 200, "actor id": 255, "actor name": 500, "actor post": 500, "ip": 45}
EXACT = 2**53 - 1

_KINDS = "facts hold strings, whole numbers, booleans, null and lists of these"
_CONTENT = ("action", "actor", "at", "facts", "salt", "target")
_PLACE = ("format", "ledger", "previous", "sequence")
FULL = frozenset({*_CONTENT, *_PLACE})
WITHHELD = frozenset({"content", *_PLACE})
FIRST = FULL - {"salt"}
_member = re.compile(r"[a-z][a-z0-9_]*")
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

JsonScalar = str | int | bool | None
Facts = Mapping[str, JsonScalar | Sequence[JsonScalar]]


@dataclass(frozen=True, slots=True)
class Record:
    """What one entry says, before and apart from its digest 監査証跡の一件.

    `sequence` counts from 1 without gaps, `at` is aware UTC, `previous` is the digest of the entry before, `salt` 32
    random hexadecimal digits, or None in an entry of the first format.
    """

    ledger: str
    sequence: int
    at: datetime
    actor: Actor
    action: str
    target: str
    facts: Facts
    previous: str
    salt: str | None

    def content(self) -> dict[str, object]:
        """All members that the digest covers, as JSON values ダイジェストの対象."""
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
            "format": FIRST_FORMAT if self.salt is None else FORMAT,
            "ledger": self.ledger,
            "previous": self.previous,
            **({} if self.salt is None else {"salt": self.salt}),
            "sequence": self.sequence,
            "target": self.target,
        }

    def digest(self) -> str:
        """SHA-256 over the canonical form, 64 lower-case hexadecimal digits ダイジェスト."""
        return digest_of(self.content())


def new_salt() -> str:
    """32 random hexadecimal digits 添え字."""
    return secrets.token_hex(16)


def plain(facts: Facts | None) -> dict[str, JsonScalar | Sequence[JsonScalar]]:
    """Facts as JSON gives them back: tuples become lists 内容の整形."""
    given = facts or {}
    return {member: list(value) if isinstance(value, list | tuple) else value for member, value in given.items()}


def moment(at: datetime) -> str:
    """An aware time as UTC text with microseconds, `2026-03-31T14:59:00.000000Z` 時刻の表記."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def canonical(value: object) -> bytes:
    """JSON bytes per RFC 8785 for values without fractions and with ASCII member names 正準JSON.

    Raises ValueError when the value has no such form (a fraction that is not a number, a lone surrogate).
    """
    return _encoder.encode(value).encode("utf-8")


def digest_of(members: Mapping[str, object]) -> str:
    """The digest of an entry from its members, in full or withheld; 64 lower-case hexadecimal digits ダイジェスト.

    Raises ValueError for members that are not exactly those of a form: what no digest covers must not be there.
    """
    names = members.keys()
    if members.get("format") == FIRST_FORMAT and names == FIRST:
        return _sha256(members)
    if members.get("format") == FORMAT and names in (FULL, WITHHELD):
        return _sha256(withheld(members))
    raise ValueError("not the members of an entry")


def withheld(members: Mapping[str, object]) -> dict[str, object]:
    """The place of an entry and the digest of what happened, without what happened 内容を伏せた証跡.

    Raises ValueError for an entry of the first format, whose digest cannot be computed without its content.
    """
    if members.get("format") != FORMAT:
        raise ValueError("an entry of the first format cannot be withheld")
    content = members["content"] if "content" in members else _sha256({name: members[name] for name in _CONTENT})
    return {"content": content, **{name: members[name] for name in _PLACE}}


def _sha256(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


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
