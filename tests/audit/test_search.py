"""Every combination of conditions finds exactly the lines that meet all of them, newest first."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from warifu.audit import actions, models, performers, search
from warifu.audit.actor import Actor, ActorKind

from . import people

pytestmark = pytest.mark.django_db

WRITERS = (
    people.SATO,
    Actor(ActorKind.STAFF, "staff:2", "髙橋 直子", "財政課 主事", "192.0.2.11"),
    Actor(ActorKind.STAFF, "staff:1", "佐藤 花子", "財政課 課長", "192.0.20.1"),
    people.IWATE_KENSETSU,
    Actor.service("sealing"),
)
ACTIONS = ("web.view", "web.download", "agreements.send")


def fill(count: int = 240) -> list[models.Entry]:
    for number in range(count):
        with transaction.atomic():
            actions.append(
                ledger=people.MORIOKA,
                action=ACTIONS[number % 3],
                target=f"agreement:{number % 7}",
                by=WRITERS[number % 5],
                # Some share a moment, some stand in the chain before an earlier one.
                at=people.END_OF_YEAR + timedelta(minutes=number // 2 * (1 if number % 11 else -1)),
            )
    people.write(3, ledger=people.TAKIZAWA)
    return list(models.Entry.objects.filter(ledger__name=people.MORIOKA))


def all_pages(criteria: search.Criteria) -> list[int]:
    after, found = None, []
    while True:
        page = search.search(people.MORIOKA, criteria, after=after)
        found += [entry.sequence for entry in page.entries]
        if page.next is None:
            return found
        after = search.Cursor.read(str(page.next))
        assert after == page.next


def test_every_combination_finds_what_looking_at_each_line_finds() -> None:
    entries = fill()
    since, before = people.END_OF_YEAR, people.END_OF_YEAR + timedelta(minutes=90)
    conditions: dict[str, tuple[Any, Callable[[models.Entry], bool]]] = {
        "since": (since, lambda line: line.at >= since),
        "before": (before, lambda line: line.at < before),
        "person": ("高橋", lambda line: "髙橋" in line.actor_name),
        "post": ("財政課", lambda line: "財政課" in line.actor_post),
        "ip": ("192.0.2.", lambda line: (line.ip or "").startswith("192.0.2.")),
        "actions": (("web.view", "agreements.send"), lambda line: line.action != "web.download"),
        "targets": (("agreement:1", "agreement:3", "agreement:99"), lambda line: line.target[-1] in "13"),
    }
    tried = 0
    for size in range(len(conditions) + 1):
        for names in itertools.combinations(conditions, size):
            criteria = search.Criteria(**{name: conditions[name][0] for name in names})
            meeting = [line for line in entries if all(conditions[name][1](line) for name in names)]
            expected = [line.sequence for line in sorted(meeting, key=lambda line: (line.at, line.sequence))][::-1]
            assert all_pages(criteria) == expected, names
            assert search.search(people.MORIOKA, criteria).count == len(expected), names
            tried += 1
    assert tried == 128
    walked = [entry.sequence for entry in search.walk(people.MORIOKA, search.Criteria(actions=("web.view",)))]
    assert walked == all_pages(search.Criteria(actions=("web.view",)))


def test_nothing_is_found_for_a_condition_that_nothing_meets() -> None:
    fill(10)
    for criteria in (
        search.Criteria(targets=()),
        search.Criteria(person="小野寺"),
        search.Criteria(person="・"),
        search.Criteria(ip="203.0.113.9"),
    ):
        assert all_pages(criteria) == [], criteria
    assert search.search("unknown", search.Criteria()).entries == []


def test_a_name_is_found_as_it_was_then_and_as_it_is_now() -> None:
    fill(10)
    married = Actor(ActorKind.STAFF, "staff:2", "小野寺 直子", "財政課 主事")
    with transaction.atomic():
        actions.append(
            ledger=people.MORIOKA, action="web.view", target="agreement:1", by=married, at=people.END_OF_YEAR
        )
    assert len(all_pages(search.Criteria(person="小野寺"))) == len(all_pages(search.Criteria(person="髙橋"))) == 3
    assert performers.named(people.MORIOKA, "直子", most=10) == ["staff:2"]


def test_the_count_stops_at_a_thousand_but_not_for_the_whole_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNT_LIMIT", 20)
    fill(70)
    assert search.search(people.MORIOKA, search.Criteria()).count_text == "70件"
    assert search.search(people.MORIOKA, search.Criteria(actions=ACTIONS)).count_text == "20件以上"


@pytest.mark.parametrize("text", ["", "x", "20260401T000000000000", "-1", "20260401T000000000000--1", "²"])
def test_a_cursor_that_nobody_wrote_begins_at_the_beginning(text: str) -> None:
    assert search.Cursor.read(text) is None
