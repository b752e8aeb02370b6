"""Some lines of a ledger, shown to somebody who may not read the others."""

import importlib
import json
from collections.abc import Callable

import pytest
from django.db import connection

from warifu.audit import chain, errors, extracts, models, queries, record
from warifu.audit.chain import Head, Problem

from . import emptying, people

guard = importlib.import_module("warifu.audit.migrations.0002_append_only")
pytestmark = pytest.mark.django_db


def about(target: str) -> Callable[[models.Entry], bool]:
    return lambda entry: entry.target == target


def lines() -> list[str]:
    """Ten lines about two agreements in turns; the extract runs from 3 to 9 and shows those about the first."""
    for number in range(10):
        people.write(1, target=f"agreement:{number % 2}")
    return list(queries.extract(people.MORIOKA, first=3, last=9, disclosed=about("agreement:0")))


def test_an_extract_shows_its_own_lines_and_hides_the_words_of_the_others() -> None:
    text = lines()
    report, full = extracts.verify(text)
    assert report == extracts.ExtractReport(people.MORIOKA, 3, 9, 4, 3, None, None)
    assert [link.content["sequence"] for link in full] == [3, 5, 7, 9]
    assert all(link.content["target"] == "agreement:0" for link in full)
    assert "agreement:1" not in "".join(text)
    assert set(json.loads(text[1])) == {"content", "digest", "format", "ledger", "previous", "sequence"}


def test_the_digests_of_an_extract_are_those_of_the_ledger() -> None:
    text = lines()
    whole = {json.loads(line)["sequence"]: json.loads(line)["digest"] for line in queries.export(people.MORIOKA)}
    assert all(whole[json.loads(line)["sequence"]] == json.loads(line)["digest"] for line in text)


def test_a_withheld_line_holds_the_chain_as_a_full_one_does() -> None:
    text = lines()
    heads = [Head(place, json.loads(text[place - 3])["digest"]) for place in (3, 6, 9)]
    assert extracts.verify(text, heads=heads)[0].intact
    assert extracts.verify(text, heads=[Head(6, "0" * 64)])[0].problem is Problem.TAIL_UNKNOWN
    assert extracts.verify(text, heads=[Head(12, "0" * 64)])[0].problem is Problem.TAIL_CUT
    assert extracts.verify(text, heads=[Head(1, "0" * 64)])[0].problem is Problem.TAIL_CUT


def changed(line: str, **members: object) -> str:
    told = {**json.loads(line), **members}
    return record.canonical(told).decode() + "\n"


def closed(line: str, **members: object) -> str:
    """Changed, with a digest that fits again."""
    told = {**json.loads(line), **members}
    told.pop("digest")
    told["digest"] = record.digest_of(told)
    return record.canonical(told).decode() + "\n"


@pytest.mark.parametrize(
    ("spoil", "broken_at", "problem"),
    [
        (lambda text: [*text[:2], changed(text[2], action="x"), *text[3:]], 5, Problem.ALTERED),
        (lambda text: [*text[:2], closed(text[2], action="x"), *text[3:]], 6, Problem.UNLINKED),
        (lambda text: [text[0], changed(text[1], content="0" * 64), *text[2:]], 4, Problem.ALTERED),
        (lambda text: [text[0], closed(text[1], content="0" * 64), *text[2:]], 5, Problem.UNLINKED),
        (lambda text: [text[0], text[2], text[1], *text[3:]], 4, Problem.GAP),
        (lambda text: [text[0], *text[2:]], 4, Problem.GAP),
        (lambda text: [text[0], text[0], *text[1:]], 4, Problem.GAP),
        (lambda text: [changed(text[0], ledger=people.TAKIZAWA), *text[1:]], 3, Problem.ALTERED),
        (lambda text: [text[0], closed(text[1], ledger=people.TAKIZAWA), *text[2:]], 4, Problem.FOREIGN),
        (lambda text: [text[0], changed(text[1], note="x"), *text[2:]], 4, Problem.UNREADABLE),
        (lambda text: [text[0], changed(text[1], action="x"), *text[2:]], 4, Problem.UNREADABLE),
        (lambda text: [text[0], text[1].replace("-2", "-1"), *text[2:]], 4, Problem.UNREADABLE),
        (lambda text: [text[0], "{}\n", *text[2:]], 4, Problem.UNREADABLE),
        (lambda text: ["{}\n", *text], 1, Problem.UNREADABLE),
        (lambda text: [" " + text[0], *text[1:]], 1, Problem.UNREADABLE),
    ],
)
def test_whatever_is_done_to_an_extract_is_found(
    spoil: Callable[[list[str]], list[str]], broken_at: int, problem: Problem
) -> None:
    report, _ = extracts.verify(spoil(lines()))
    assert (report.intact, report.broken_at, report.problem) == (False, broken_at, problem)


def test_nothing_is_no_extract() -> None:
    assert not extracts.verify([])[0].intact


def test_an_entry_of_the_first_format_is_verified_but_cannot_be_withheld() -> None:
    people.write(2)
    entry = queries.entries_of(people.MORIOKA).get(sequence=2)
    first = record.Record(
        people.MORIOKA, 2, entry.at, people.SATO, entry.action, entry.target, entry.facts, entry.previous_digest, None
    )
    emptying.run(
        "default",
        [
            *guard.removal(connection.vendor),
            f"UPDATE audit_entry SET salt = NULL, digest = '{first.digest()}' WHERE sequence = 2",  # noqa: S608  our own
            f"UPDATE audit_ledger SET head_digest = '{first.digest()}'",  # noqa: S608  our own
        ],
    )
    people.write(1)
    text = list(queries.extract(people.MORIOKA, first=1, last=3, disclosed=lambda entry: True))
    assert extracts.verify(text)[0].intact
    assert chain.Head(2, first.digest()).digest == json.loads(text[2])["previous"]
    with pytest.raises(errors.NotWithholdable):
        list(queries.extract(people.MORIOKA, first=1, last=3, disclosed=about("nothing")))
