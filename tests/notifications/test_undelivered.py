"""What never arrived is known until somebody has mended it, and told in words."""

import smtplib
from datetime import timedelta

import pytest

from warifu.directory import models as directory
from warifu.notifications import models, queries, reasons

from . import people
from .people import NOON

MINUTE = timedelta(minutes=1)


def refused(owner: directory.Municipality, **other: object) -> models.Message:
    message = people.queued(owner, **other)
    refusal = smtplib.SMTPRecipientsRefused({message.to_mail: (550, b"no such user")})
    people.deliver(message, people.Postman(refusal), at=message.queued_at)
    message.refresh_from_db()
    assert message.state == "failed"
    return message


def test_a_later_mail_to_another_address_of_the_same_person_settles_it(morioka: directory.Municipality) -> None:
    failed = refused(morioka)
    assert [failed] == list(queries.undelivered_about(morioka, people.ABOUT))
    people.queued(morioka, to_mail="kudo@corrected.example.jp", at=NOON + MINUTE)
    assert not queries.undelivered_of(morioka).exists()


def test_a_later_mail_that_failed_as_well_does_not(morioka: directory.Municipality) -> None:
    failed = [refused(morioka, at=NOON + MINUTE * number) for number in (1, 0)]
    assert list(queries.undelivered_of(morioka)) == failed


@pytest.mark.parametrize("other", [{"to_name": "佐藤 美咲"}, {"about": "agreement:other"}, {"at": NOON - MINUTE}])
def test_a_mail_to_another_person_about_another_matter_or_before_does_not(
    morioka: directory.Municipality, other: dict[str, object]
) -> None:
    failed = refused(morioka)
    people.queued(morioka, **({"at": NOON + MINUTE} | other))
    assert list(queries.undelivered_of(morioka)) == [failed]


def test_the_operator_counts_all_bodies(morioka: directory.Municipality, takizawa: directory.Municipality) -> None:
    refused(morioka)
    refused(takizawa, at=NOON + MINUTE)
    assert queries.undelivered_count() == 2
    assert queries.undelivered_count(since=NOON + MINUTE) == 1
    assert queries.undelivered_of(takizawa).count() == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("550", "見つからない"),
        ("552", "空きがない"),
        ("554", "受け取りませんでした"),
        ("suppressed", "不達となった宛先"),
        ("TimeoutError", "4日間"),
        ("535", "4日間"),
        ("WrongKey", "4日間"),
    ],
)
def test_every_reason_is_a_sentence_with_a_next_step(code: str, words: str) -> None:
    found = reasons.of(code)
    assert words in found.why
    assert found.why.endswith("。")
    assert found.then.endswith("ください。")
    assert ("運用管理者" in found.then) is ("4日間" in found.why)
