"""The digest, computed a second time by hand, as a program in another language would."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from warifu.audit import record
from warifu.audit.actor import Actor, ActorKind

from . import people

_words = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
_scalars = some.none() | some.booleans() | some.integers(-record.EXACT, record.EXACT) | _words
_facts = some.dictionaries(
    some.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), _scalars | some.lists(_scalars, max_size=4), max_size=5
)
SALT = "5a" * 16


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def written(value: object) -> str:
    """RFC 8785 for our values, written from the RFC and not from the code under test."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
        return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(written(item) for item in value) + "]"
    assert isinstance(value, dict)
    ordered = sorted(value, key=lambda member: member.encode("utf-16-be"))
    return "{" + ",".join(f"{written(member)}:{written(value[member])}" for member in ordered) + "}"


def entry(facts: record.Facts) -> record.Record:
    return record.Record(
        "032018", 1, people.END_OF_YEAR, people.SATO, "agreements.consent", "agreement:1", facts, record.GENESIS, SALT
    )


@given(_facts)
def test_any_facts_have_the_form_of_rfc_8785_and_come_back_unchanged(facts: record.Facts) -> None:
    content = entry(facts).content()
    record.examine(entry(facts))
    assert record.canonical(content).decode("utf-8") == written(content)
    assert json.loads(record.canonical(content)) == content
    what = {name: content[name] for name in ("action", "actor", "at", "facts", "salt", "target")}
    place = {name: content[name] for name in ("format", "ledger", "previous", "sequence")}
    assert entry(facts).digest() == sha256(written({"content": sha256(written(what)), **place}))


def test_one_entry_to_the_byte() -> None:
    by = Actor(ActorKind.COUNTERPARTY, "party:7", "岩手建設", ip="192.0.2.1")
    at = datetime(2026, 4, 1, 8, 59, 0, 5, tzinfo=timezone(timedelta(hours=9)))
    line = record.Record(
        "032018", 2, at, by, "agreements.consent", "agreement:1", {"b": [1, None], "a": "あ\n"}, "f" * 64, SALT
    )
    what = (
        '{"action":"agreements.consent","actor":{"id":"party:7","ip":"192.0.2.1","kind":"counterparty","name":"岩手建設",'
        '"post":""},"at":"2026-03-31T23:59:00.000005Z","facts":{"a":"あ\\n","b":[1,null]},"salt":"' + SALT + '",'
        '"target":"agreement:1"}'
    )
    place = (
        '{"content":"' + sha256(what) + '","format":"warifu-audit-2","ledger":"032018","previous":"' + "f" * 64 + '",'
        '"sequence":2}'
    )
    assert line.digest() == sha256(place)
    assert record.canonical(record.withheld(line.content())) == place.encode()


@pytest.mark.parametrize("odd", [{"note": "x"}, {"content": "0" * 64}, {"format": "warifu-audit-3"}])
def test_members_that_the_digest_would_not_cover_are_refused(odd: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the members"):
        record.digest_of({**entry({}).content(), **odd})


def test_one_entry_of_the_first_format_is_still_read_to_the_byte() -> None:
    by = Actor(ActorKind.COUNTERPARTY, "party:7", "岩手建設", ip="192.0.2.1")
    at = datetime(2026, 4, 1, 8, 59, 0, 5, tzinfo=timezone(timedelta(hours=9)))
    line = record.Record(
        "032018", 2, at, by, "agreements.consent", "agreement:1", {"b": [1, None], "a": "あ\n"}, "f" * 64, None
    )
    expected = (
        '{"action":"agreements.consent","actor":{"id":"party:7","ip":"192.0.2.1","kind":"counterparty","name":"岩手建設",'
        '"post":""},"at":"2026-03-31T23:59:00.000005Z","facts":{"a":"あ\\n","b":[1,null]},"format":"warifu-audit-1",'
        '"ledger":"032018","previous":"' + "f" * 64 + '","sequence":2,"target":"agreement:1"}'
    ).encode()
    assert record.canonical(line.content()) == expected
    assert line.digest() == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"ledger": "032166"},
        {"sequence": 2},
        {"at": people.END_OF_YEAR + timedelta(microseconds=1)},
        {"action": "agreements.decline"},
        {"target": "agreement:2"},
        {"facts": {"a": "1"}},
        {"facts": {"a": True}},
        {"previous": "1" + record.GENESIS[1:]},
        {"salt": "5b" * 16},
        {"salt": None},
        {"actor": Actor(ActorKind.OPERATOR, "staff:1", "佐藤 花子", "契約検査課 主査", "192.0.2.10")},
        {"actor": Actor(ActorKind.STAFF, "staff:2", "佐藤 花子", "契約検査課 主査", "192.0.2.10")},
        {"actor": Actor(ActorKind.STAFF, "staff:1", "佐藤 花", "子契約検査課 主査", "192.0.2.10")},
        {"actor": Actor(ActorKind.STAFF, "staff:1", "佐藤 花子", "", "192.0.2.10")},
        {"actor": Actor(ActorKind.STAFF, "staff:1", "佐藤 花子", "契約検査課 主査", None)},
    ],
    ids=lambda changed: ascii(changed)[:50],
)
def test_every_member_counts(changed: dict[str, object]) -> None:
    members = {name: getattr(entry({"a": 1}), name) for name in record.Record.__slots__}
    assert record.Record(**{**members, **changed}).digest() != entry({"a": 1}).digest()


def test_the_same_moment_in_another_zone_has_the_same_digest() -> None:
    at = people.END_OF_YEAR
    assert record.moment(at) == record.moment(at.astimezone(people.JST)) == "2026-03-31T14:59:00.000000Z"
    assert record.moment(datetime(999, 1, 2, tzinfo=UTC)) == "0999-01-02T00:00:00.000000Z"
