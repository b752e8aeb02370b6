"""Somebody with every power over the database takes the guard down and changes the past."""

import json
import random
from collections.abc import Callable

import pytest
from django.db import connection

from warifu.audit import chain, errors, queries, record, verification
from warifu.audit.chain import Head, Problem

from . import emptying, people


def tamper(*statements: str) -> None:
    emptying.run("default", [*emptying.removal(connection.vendor), *statements])


@pytest.mark.django_db
def test_an_untouched_ledger_is_intact() -> None:
    last = people.write(5)[-1]
    report = verification.verify_ledger(people.MORIOKA)
    assert report == chain.ChainReport(people.MORIOKA, 5, True, None, None, Head(5, last.digest))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "broken_at", "problem"),
    [
        ("UPDATE audit_entry SET action = 'agreements.decline' WHERE sequence = 3", 3, Problem.ALTERED),
        ("UPDATE audit_entry SET actor_name = '高橋' WHERE sequence = 1", 1, Problem.ALTERED),
        ("UPDATE audit_entry SET actor_post = '' WHERE sequence = 2", 2, Problem.ALTERED),
        ("UPDATE audit_entry SET ip = NULL WHERE sequence = 2", 2, Problem.ALTERED),
        ("UPDATE audit_entry SET target = 'agreement:2' WHERE sequence = 5", 5, Problem.ALTERED),
        ("UPDATE audit_entry SET at = '2026-03-30 00:00:00' WHERE sequence = 4", 4, Problem.ALTERED),
        ("UPDATE audit_entry SET facts = '{}' WHERE sequence = 4", 4, Problem.ALTERED),
        ("UPDATE audit_entry SET actor_kind = 'nobody' WHERE sequence = 4", 4, Problem.UNREADABLE),
        ("UPDATE audit_entry SET digest = 'abc' WHERE sequence = 2", 2, Problem.ALTERED),
        ("UPDATE audit_entry SET salt = '' WHERE sequence = 2", 2, Problem.ALTERED),
        ("UPDATE audit_entry SET salt = NULL WHERE sequence = 2", 2, Problem.ALTERED),
        ("UPDATE audit_entry SET previous_digest = 'abc' WHERE sequence = 2", 2, Problem.UNLINKED),
        ("DELETE FROM audit_entry WHERE sequence = 1", 1, Problem.GAP),
        ("DELETE FROM audit_entry WHERE sequence = 3", 3, Problem.GAP),
        ("DELETE FROM audit_entry WHERE sequence = 5", 5, Problem.TAIL_CUT),
        ("DELETE FROM audit_entry", 1, Problem.TAIL_CUT),
        ("UPDATE audit_entry SET sequence = 0 WHERE sequence = 2", 1, Problem.GAP),
        ("UPDATE audit_entry SET sequence = 6 WHERE sequence = 5", 5, Problem.TAIL_CUT),
        ("UPDATE audit_ledger SET head_sequence = 4", 5, Problem.TAIL_UNKNOWN),
        ("UPDATE audit_ledger SET head_digest = 'abc'", 6, Problem.TAIL_UNKNOWN),
        ("UPDATE audit_ledger SET head_sequence = 6", 6, Problem.TAIL_CUT),
        ("UPDATE audit_ledger SET name = 'elsewhere'", 1, Problem.NO_LEDGER),
    ],
    ids=lambda given: str(given)[:70],
)
def test_one_change_is_found_and_its_place_named(sql: str, broken_at: int, problem: Problem) -> None:
    people.write(5)
    tamper(sql)
    report = verification.verify_ledger(people.MORIOKA)
    assert (report.intact, report.broken_at, report.problem) == (False, broken_at, problem)


@pytest.mark.django_db
def test_a_tail_cut_together_with_its_head_is_found_by_a_head_kept_elsewhere() -> None:
    people.write(5)
    kept = queries.head_of(people.MORIOKA)
    fourth = queries.entries_of(people.MORIOKA).get(sequence=4).digest
    tamper(
        "DELETE FROM audit_entry WHERE sequence = 5",
        f"UPDATE audit_ledger SET head_sequence = 4, head_digest = '{fourth}'",  # noqa: S608  our own digest
    )
    assert verification.verify_ledger(people.MORIOKA).intact
    report = verification.verify_ledger(people.MORIOKA, expected=kept)
    assert (report.intact, report.broken_at, report.problem) == (False, 5, Problem.TAIL_CUT)


@pytest.mark.django_db
def test_an_earlier_head_kept_elsewhere_still_agrees_after_more_entries() -> None:
    people.write(2)
    kept = queries.head_of(people.MORIOKA)
    people.write(2)
    assert verification.verify_ledger(people.MORIOKA, expected=kept).intact
    other = Head(kept.sequence, "0" * 64)
    assert verification.verify_ledger(people.MORIOKA, expected=other).problem is Problem.TAIL_UNKNOWN


@pytest.mark.django_db
def test_another_ledgers_entries_are_not_taken_for_ones_own() -> None:
    people.write(3)
    people.write(3, ledger=people.TAKIZAWA)
    assert {verification.verify_ledger(name).entries for name in queries.ledgers()} == {3}
    assert verification.verify_ledger("service").problem is Problem.NO_LEDGER


@pytest.mark.django_db
def test_an_export_says_the_same_as_the_ledger() -> None:
    people.write(4)
    people.write(1, ledger=people.TAKIZAWA)
    lines = list(queries.export(people.MORIOKA))
    assert verification.verify_export(lines) == verification.verify_ledger(people.MORIOKA)
    assert json.loads(lines[1])["actor"]["name"] == "佐藤 花子"
    with pytest.raises(errors.UnknownLedger):
        queries.export("service")


def forged(lines: list[str], place: int) -> list[str]:
    """An entry of one's own making, with a right digest, put in at `place`."""
    members = json.loads(lines[place])
    members.pop("digest")
    members["action"] = "agreements.decline"
    members["digest"] = record.digest_of(members)
    return [*lines[:place], record.canonical(members).decode() + "\n", *lines[place:]]


def rewritten(lines: list[str], place: int) -> list[str]:
    """Everything from `place` on, made a chain again."""
    kept = lines[:place]
    previous = json.loads(kept[-1])["digest"] if kept else record.GENESIS
    for line in lines[place:]:
        members = json.loads(line)
        members.pop("digest")
        members.update(action="agreements.decline", previous=previous)
        previous = members["digest"] = record.digest_of(members)
        kept.append(record.canonical(members).decode() + "\n")
    return kept


def flipped(lines: list[str], place: int) -> list[str]:
    at = random.Random(place).randrange(len(lines[place]) - 1)
    letter = chr(ord(lines[place][at]) ^ 1)
    return [*lines[:place], lines[place][:at] + letter + lines[place][at + 1 :], *lines[place + 1 :]]


@pytest.mark.django_db
def test_whatever_is_done_to_an_export_is_found_at_every_place() -> None:
    people.write(200)
    lines = list(queries.export(people.MORIOKA))
    head = queries.head_of(people.MORIOKA)
    attacks: dict[str, Callable[[int], list[str]]] = {
        "edited": lambda at: [*lines[:at], lines[at].replace("葛", "葛飾", 1), *lines[at + 1 :]],
        "flipped": lambda at: flipped(lines, at),
        "removed": lambda at: [*lines[:at], *lines[at + 1 :]],
        "repeated": lambda at: [*lines[:at], lines[at], *lines[at:]],
        "exchanged": lambda at: [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]] if at < 199 else [],
        "forged": lambda at: forged(lines, at),
        "rewritten": lambda at: rewritten(lines, at),
        "cut": lambda at: lines[:at],
    }
    assert verification.verify_export(lines, expected=head).intact
    for name, attack in attacks.items():
        for place in range(0, 200, 7):
            report = verification.verify_export(attack(place), expected=head)
            assert not report.intact, (name, place)
            assert report.broken_at is not None and report.problem is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace('"action"', ' "action"', 1),
        lambda line: line.replace("{", '{"action":"agreements.decline",', 1),
        lambda line: line.replace("warifu-audit-2", "warifu-audit-3"),
        lambda line: line.replace("\n", "\r\n"),
        lambda line: "\n",
        lambda line: "[]\n",
        lambda line: "null\n",
        lambda line: "{}\n",
        lambda line: "[" * 100_000,
        lambda line: "1" * 10_000,
        lambda line: '{"sequence":NaN}',
        lambda line: '"\\ud83d"',
    ],
)
def test_a_line_that_two_programs_could_read_differently_is_refused(spoil: Callable[[str], str]) -> None:
    people.write(3)
    first, second, third = queries.export(people.MORIOKA)
    report = verification.verify_export([first, spoil(second), third])
    assert (report.intact, report.broken_at, report.problem) == (False, 2, Problem.UNREADABLE)


def test_an_empty_export_is_a_chain_of_nothing_unless_more_is_expected() -> None:
    assert verification.verify_export([]).entries == 0
    assert verification.verify_export([], expected=Head(1, "a" * 64)).problem is Problem.TAIL_CUT
