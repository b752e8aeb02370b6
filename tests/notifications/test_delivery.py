"""From the outbox to the mail system: once, or twice with one Message-ID, never not at all."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from warifu.audit import queries as audit
from warifu.directory import models as directory
from warifu.notifications import delivery, errors, models, queries
from warifu.notifications.secretbox import SecretBox

from . import people
from .people import NOON, Postman

MINUTE = timedelta(minutes=1)


def acts_of(body: directory.Municipality) -> list[str]:
    return [entry.action for entry in audit.entries_of(body.code)]


def test_a_mail_says_who_it_is_from_and_that_a_machine_sent_it(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka), Postman()
    assert people.deliver(message, postman) is True
    (mail,) = postman.carried
    parsed = mail.message()
    assert parsed["Message-ID"] == message.message_id
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Date"] == "Wed, 01 Apr 2026 12:00:00 +0900"
    assert "noreply@warifu.example.jp" in str(parsed["From"])
    assert mail.recipients() == ['"工藤 正一" <kudo@iwate-kensetsu.example.jp>']
    assert "kudo@iwate-kensetsu.example.jp" in str(parsed["To"])
    assert mail.body.splitlines()[2] == people.LINK, "the link has a line of its own"


def test_a_sent_message_keeps_no_secret_and_one_ledger_entry(morioka: directory.Municipality) -> None:
    message = people.queued(morioka)
    people.deliver(message, Postman(), at=NOON + MINUTE)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.sealed_secrets) == ("sent", NOON + MINUTE, "")
    assert "{link}" in message.body
    (entry,) = audit.entries_of(morioka.code)
    assert (entry.action, entry.target, entry.actor_kind) == ("notifications.deliver", people.ABOUT, "service")
    assert people.LINK not in str(entry.facts)
    assert "kudo" not in str(entry.facts)


def test_a_message_that_is_sent_is_not_sent_again(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka), Postman()
    assert [people.deliver(message, postman, at=NOON + MINUTE * step) for step in range(3)] == [True, False, False]
    assert len(postman.carried) == 1
    assert queries.due(at=NOON + timedelta(days=30)) == []


def test_two_workers_at_one_message_send_it_once(morioka: directory.Municipality) -> None:
    message, inner = people.queued(morioka), Postman()

    def outer(mail: EmailMessage) -> None:
        assert people.deliver(message, inner, at=NOON + MINUTE) is False, "the other worker finds it claimed"
        inner(mail)

    assert people.deliver(message, outer) is True
    assert len(inner.carried) == 1


def test_a_worker_that_died_is_replaced_and_the_mail_bears_the_same_message_id(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka), Postman()

    def die(mail: EmailMessage) -> None:
        postman(mail)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        people.deliver(message, die)
    assert queries.due(at=NOON + delivery.LEASE - timedelta(seconds=1)) == []
    assert queries.due(at=NOON + delivery.LEASE) == [message.pk]
    assert people.deliver(message, postman, at=NOON + delivery.LEASE) is True
    first, second = (mail.message().as_bytes() for mail in postman.carried)
    assert first == second
    assert acts_of(morioka) == ["notifications.deliver"]


def test_pauses_double_up_to_an_hour(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka), Postman(*[ConnectionRefusedError() for _ in range(9)])
    at, pauses = NOON, []
    for _ in range(9):
        assert people.deliver(message, postman, at=at) is False
        message.refresh_from_db()
        pauses.append((message.next_try_at - at) // MINUTE)
        assert people.deliver(message, postman, at=message.next_try_at - timedelta(seconds=1)) is False
        at = message.next_try_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(postman.tries) == 9
    assert (message.last_problem, message.attempts) == ("ConnectionRefusedError", 9)
    assert people.KEY.open(message.sealed_secrets) == {"link": people.LINK}
    assert people.deliver(message, postman, at=at) is True
    assert {mail.message()["Message-ID"] for mail in postman.tries} == {message.message_id}
    assert acts_of(morioka) == ["notifications.deliver"]


def test_a_mail_server_that_is_down_for_days_ends_in_a_failure_that_staff_can_see(
    morioka: directory.Municipality,
) -> None:
    message = people.queued(morioka)
    late = NOON + delivery.GIVE_UP_AFTER
    people.deliver(message, Postman(TimeoutError()), at=late - timedelta(hours=2))
    assert not queries.undelivered_of(morioka).exists()
    people.deliver(message, Postman(TimeoutError()), at=late)
    failed = queries.undelivered_of(morioka).get()
    assert (failed.state, failed.last_problem, failed.sealed_secrets) == ("failed", "TimeoutError", "")
    assert acts_of(morioka) == ["notifications.fail"]


ADDRESS = "kudo@iwate-kensetsu.example.jp"


@pytest.mark.parametrize(
    ("refusal", "state", "code"),
    [
        (smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}), "failed", "550"),
        (smtplib.SMTPRecipientsRefused({ADDRESS: (451, b"greylisted")}), "queued", "451"),
        (smtplib.SMTPDataError(554, b"rejected"), "failed", "554"),
        (smtplib.SMTPDataError(452, b"full"), "queued", "452"),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), "queued", "535"),
        (smtplib.SMTPSenderRefused(550, b"who", "x"), "queued", "550"),
        (smtplib.SMTPConnectError(554, b"no"), "queued", "554"),
        (smtplib.SMTPServerDisconnected("gone"), "queued", "SMTPServerDisconnected"),
        (TimeoutError(), "queued", "TimeoutError"),
        (OSError(28, "No space left on device"), "queued", "OSError"),
        (errors.NotDelivered("suppressed", permanent=True), "failed", "suppressed"),
        (errors.NotDelivered("busy", permanent=False), "queued", "busy"),
    ],
    ids=repr,
)
def test_only_a_refused_recipient_or_content_is_final(
    morioka: directory.Municipality, refusal: Exception, state: str, code: str
) -> None:
    message = people.queued(morioka)
    assert people.deliver(message, Postman(refusal)) is False
    message.refresh_from_db()
    assert (message.state, message.last_problem) == (state, code)
    assert ADDRESS not in message.last_problem
    assert bool(message.sealed_secrets) is (state == "queued")
    assert acts_of(morioka) == (["notifications.fail"] if state == "failed" else [])


def test_a_wrong_key_makes_the_message_wait_for_the_right_one(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka), Postman()
    other = SecretBox.from_key(bytes(32))
    assert people.deliver(message, postman, key=other) is False
    message.refresh_from_db()
    assert (message.state, message.last_problem) == ("queued", "WrongKey")
    assert people.deliver(message, postman, at=message.next_try_at) is True
    assert people.LINK in postman.carried[0].body


def test_a_late_failure_of_a_worker_without_lease_does_not_undo_what_the_next_one_did(
    morioka: directory.Municipality,
) -> None:
    message, postman = people.queued(morioka), Postman()

    def slow(mail: EmailMessage) -> None:
        assert people.deliver(message, postman, at=NOON + delivery.LEASE) is True
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no")})

    assert people.deliver(message, slow) is False
    message.refresh_from_db()
    assert message.state == "sent"
    assert acts_of(morioka) == ["notifications.deliver"]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_network_is_used() -> None:
    message = people.queued(people.town("032018", "盛岡市", "morioka"))
    seen = []
    assert people.deliver(message, lambda mail: seen.append(connection.in_atomic_block)) is True
    assert seen == [False]


def test_a_secret_that_looks_like_a_place_is_not_filled_twice(morioka: directory.Municipality) -> None:
    message, postman = (
        people.queued(morioka, body="{link}\n", secrets={"link": "https://x.example.jp/{link}"}),
        Postman(),
    )
    people.deliver(message, postman)
    assert postman.carried[0].body == "https://x.example.jp/{link}\n"


def test_a_name_with_quotes_and_signs_stays_one_recipient(morioka: directory.Municipality) -> None:
    message, postman = people.queued(morioka, to_name='岩手"建設", <x@evil.example>\\'), Postman()
    people.deliver(message, postman)
    parsed = postman.carried[0].message()
    assert "kudo@iwate-kensetsu.example.jp" in str(parsed["To"])
    assert "evil.example>" not in str(parsed["To"])


def test_unknown_messages_are_no_fault(morioka: directory.Municipality) -> None:
    message = people.queued(morioka)
    models.Message.objects.all().delete()
    assert people.deliver(message, Postman()) is False


def test_the_longest_waiting_message_is_due_first(morioka: directory.Municipality) -> None:
    late, early = people.queued(morioka, at=NOON), people.queued(morioka, at=NOON - MINUTE)
    assert queries.due(at=NOON) == [early.pk, late.pk]
    assert queries.due(at=NOON, limit=1) == [early.pk]
    assert queries.due(at=NOON - MINUTE) == [early.pk]
