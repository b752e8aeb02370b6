"""Writing messages down with the deed that they tell."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from warifu.directory import models as directory
from warifu.notifications import actions, addresses, errors, models, queries, signals

from . import people


@pytest.fixture
def heard() -> Iterator[list[tuple[UUID, bool]]]:
    """What a listener such as the task queue is told, and whether a transaction was open."""
    told: list[tuple[UUID, bool]] = []

    def listen(message_id: UUID, **_: Any) -> None:
        told.append((message_id, connection.in_atomic_block))

    signals.message_queued.connect(listen)
    yield told
    signals.message_queued.disconnect(listen)


def test_a_message_waits_and_the_task_queue_is_told_in_the_same_transaction(
    morioka: directory.Municipality, heard: list[tuple[UUID, bool]]
) -> None:
    message = people.queued(morioka)
    assert heard == [(message.pk, True)]
    assert queries.due(at=people.NOON) == [message.pk]
    found = queries.messages_about(morioka, people.ABOUT).get()
    assert (found.state, found.attempts, found.sent_at) == ("queued", 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_message() -> None:
    body = people.town("032018", "盛岡市", "morioka")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        people.queued(body)
        raise ZeroDivisionError
    assert not queries.messages_of(body).exists()


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_takes_the_message_with_it() -> None:
    body = people.town("032018", "盛岡市", "morioka")

    def refuse(**_: Any) -> None:
        raise ConnectionError

    signals.message_queued.connect(refuse)
    try:
        with pytest.raises(ConnectionError):
            people.queued(body)
    finally:
        signals.message_queued.disconnect(refuse)
    assert not queries.messages_of(body).exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_refused() -> None:
    body = people.town("032018", "盛岡市", "morioka")
    with pytest.raises(errors.OutsideTransaction):
        actions.queue(
            municipality=body,
            about=people.ABOUT,
            kind="approved",
            to_name="佐藤 美咲",
            to_mail="sato@city.example.jp",
            subject="x",
            body="x",
            key=people.KEY,
            at=people.NOON,
        )


@pytest.mark.parametrize("field", ["to_name", "to_mail", "subject"])
@pytest.mark.parametrize("mark", ["\n", "\r", "\r\nBcc: all@example.jp", "\x00", "\u2028", "\x0b", "\x85"])
def test_a_line_break_in_a_header_is_refused_and_nothing_is_queued(
    morioka: directory.Municipality, heard: list[tuple[UUID, bool]], field: str, mark: str
) -> None:
    value = {"to_name": "工藤", "to_mail": "kudo@example.jp", "subject": "件名"}[field] + mark
    with pytest.raises(errors.HeaderNotAllowed, match="文字を消してから"):
        people.queued(morioka, **{field: value})
    assert heard == []
    assert not models.Message.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kudo",
        "kudo@",
        "@example.jp",
        "a@b.jp,c@d.jp",
        "a b@example.jp",
        "<a@b.jp>",
        "工藤@example.jp",
        "a@例え.jp",
        "a@b@c.jp",
        '"a b"@example.jp',
        "a@[127.0.0.1]",
        "a@example..jp",
        "a@-example.jp",
        "a" * 65 + "@example.jp",
        "a@" + ".".join(["b" * 63] * 4),
    ],
)
def test_what_is_not_one_plain_address_is_refused(morioka: directory.Municipality, address: str) -> None:
    with pytest.raises(errors.HeaderNotAllowed, match="宛先"):
        people.queued(morioka, to_mail=address)


def test_a_form_can_ask_beforehand_what_the_outbox_will_take(morioka: directory.Municipality) -> None:
    longest = "a" * 64 + "@" + ".".join(["b" * 63, "c" * 63, "d" * 61])
    for address in ("kudo@iwate-kensetsu.example.jp", "k..u.@docomo.example.jp", longest):
        assert addresses.is_deliverable(address)
        assert people.queued(morioka, to_mail=address).to_mail == address
    assert len(longest) == addresses.LONGEST
    assert not addresses.is_deliverable(longest + "d")


def test_a_link_for_which_the_body_has_no_place_is_refused(morioka: directory.Municipality) -> None:
    with pytest.raises(errors.PlaceMissing):
        people.queued(morioka, body="リンクのない本文")


def test_the_link_stands_in_no_column_in_plain(morioka: directory.Municipality) -> None:
    message = people.queued(morioka)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_message")
        (row,) = cursor.fetchall()
    assert not any(people.LINK in str(column) or "3p2Qk0cJ" in str(column) for column in row)
    assert people.KEY.open(models.Message.objects.get(pk=message.pk).sealed_secrets) == {"link": people.LINK}
    assert people.LINK not in repr(people.KEY) + repr(message) + str(message)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"state": "sent"},
        {"sent_at": people.NOON},
        {"state": "failed"},
        {"state": "sent", "sent_at": people.NOON},
    ],
    ids=["unknown word", "sent without time", "time without sent", "failed with secrets", "sent with secrets"],
)
def test_the_database_itself_refuses_an_impossible_message(
    morioka: directory.Municipality, broken: dict[str, object]
) -> None:
    message = people.queued(morioka)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Message.objects.filter(pk=message.pk).update(**broken)


def test_takahashi_of_another_municipality_sees_no_message(
    morioka: directory.Municipality, takizawa: directory.Municipality
) -> None:
    people.queued(morioka)
    assert not queries.messages_of(takizawa).exists()
    assert not queries.messages_about(takizawa, people.ABOUT).exists()
    assert not queries.undelivered_of(takizawa).exists()
