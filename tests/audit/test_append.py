from typing import Any

import pytest
from django.db import connection, transaction

from warifu.audit import actions, chain, errors, models, queries, record, verification
from warifu.audit.actor import Actor, ActorKind

from . import people


@pytest.mark.django_db
def test_entries_stand_in_the_order_of_writing_and_each_names_the_one_before() -> None:
    first, second, third = people.write(3)
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert first.previous_digest == record.GENESIS
    assert (second.previous_digest, third.previous_digest) == (first.digest, second.digest)
    assert queries.head_of(people.MORIOKA) == chain.Head(3, third.digest)


@pytest.mark.django_db
def test_an_entry_read_back_says_what_was_written() -> None:
    people.write(2)
    entry = queries.entries_of(people.MORIOKA).get(sequence=2)
    assert entry.at == people.jst(2026, 4, 1, 0, 0)
    assert (entry.actor_kind, entry.actor_name, entry.actor_post) == ("staff", "佐藤 花子", "契約検査課 主査")
    assert (entry.ip, entry.facts["title"]) == ("192.0.2.10", "樹木剪定業務委託 葛󠄀巻")


@pytest.mark.django_db
def test_takizawas_ledger_and_moriokas_do_not_count_each_other() -> None:
    people.write(2)
    (only,) = people.write(1, ledger=people.TAKIZAWA)
    assert (only.sequence, only.previous_digest) == (1, record.GENESIS)
    assert queries.entries_of(people.MORIOKA).count() == 2
    assert not queries.entries_about(people.TAKIZAWA, "agreement:2").exists()
    assert queries.ledgers() == [people.MORIOKA, people.TAKIZAWA]


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_act_is_refused() -> None:
    with pytest.raises(errors.OutsideTransaction):
        actions.append(
            ledger=people.MORIOKA,
            action="agreements.send",
            target="agreement:1",
            by=people.SATO,
            at=people.END_OF_YEAR,
            facts={},
        )
    assert not models.Ledger.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_neither_entry_nor_gap() -> None:
    people.write(1)

    def fail_after_writing() -> None:
        with transaction.atomic():
            people.write(1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_writing()
    assert [entry.sequence for entry in people.write(1)] == [2]
    assert verification.verify_ledger(people.MORIOKA).intact


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"at": people.END_OF_YEAR.replace(tzinfo=None)},
        {"ledger": ""},
        {"action": ""},
        {"target": ""},
        {"target": "x" * 201},
        {"facts": {"price": 1.5}},
        {"facts": {"price": 2**53}},
        {"facts": {"件名": "日本語の名前"}},
        {"facts": {"nested": {"a": 1}}},
        {"facts": {"deep": [["a"]]}},
        {"facts": {"nul": "a\0b"}},
        {"facts": {"half": "\ud83d"}},
        {"by": Actor(ActorKind.STAFF, "", "佐藤")},
        {"by": Actor(ActorKind.STAFF, "1", "佐\0藤")},
        {"by": Actor(ActorKind.STAFF, "1", "佐藤", ip="1" * 46)},
        {"by": Actor("staff", "1", "佐藤")},  # type: ignore[arg-type]  # what an untyped caller could hand in
    ],
    ids=lambda changed: ascii(changed)[:40],
)
def test_what_another_engine_or_language_would_not_give_back_is_refused(changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "ledger": people.MORIOKA,
        "action": "agreements.send",
        "target": "agreement:1",
        "by": people.SATO,
        "at": people.END_OF_YEAR,
        "facts": {},
    }
    with transaction.atomic(), pytest.raises(errors.UnsuitableEntry):
        actions.append(**{**given, **changed})
    assert not models.Entry.objects.exists()


@pytest.mark.django_db
def test_the_longest_words_are_kept_whole() -> None:
    by = Actor(ActorKind.OPERATOR, "i" * 255, "名" * 500, "職" * 500, "f" * 45)
    entry = actions.append(
        ledger="台" * 100, action="a" * 100, target="対" * 200, by=by, at=people.END_OF_YEAR, facts={"exact": 2**53 - 1}
    )
    entry.refresh_from_db()
    assert (entry.actor_name, entry.actor_post, entry.facts) == (by.name, by.post, {"exact": 2**53 - 1})
    assert verification.verify_ledger("台" * 100).intact


@pytest.mark.django_db
def test_a_head_that_moved_between_reading_and_writing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL holds the row, so the head cannot move; that is the crowd's test")
    people.write(1)
    stale = models.Ledger.objects.get()
    people.write(1)
    monkeypatch.setattr(actions, "locked", lambda ledger: stale)
    with pytest.raises(Exception, match="only at the head of its ledger"), transaction.atomic():
        people.write(1)
    assert verification.verify_ledger(people.MORIOKA).entries == 2


@pytest.mark.django_db
def test_a_tuple_is_kept_as_the_list_that_it_comes_back_as() -> None:
    entry = actions.append(
        ledger=people.MORIOKA,
        action="agreements.send",
        target="agreement:1",
        by=Actor.service("sweep"),
        at=people.END_OF_YEAR,
        facts={"parties": ("盛岡市", "岩手建設")},
    )
    entry.refresh_from_db()
    assert entry.facts == {"parties": ["盛岡市", "岩手建設"]}
    assert (entry.actor_kind, entry.actor_id, entry.ip) == ("service", "sweep", None)
    assert verification.verify_ledger(people.MORIOKA).intact
