"""The persons, moments and mails of the outbox's tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from django.core.mail import EmailMessage
from django.db import transaction

from warifu.directory import models as directory
from warifu.notifications import actions, delivery, models
from warifu.notifications.secretbox import SecretBox

JST = timezone(timedelta(hours=9))
KEY = SecretBox.from_key(bytes(range(32)))
SENDER = "割符 電子契約 <noreply@warifu.example.jp>"
LINK = "https://warifu.example.jp/c/3p2Qk0cJ-not-a-real-token"
ABOUT = "agreement:3f0c5c1e-2a55-4cf5-b3a7-5d6f0e3f9d11"


def jst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST).astimezone(UTC)


NOON = jst(2026, 4, 1, 12)


def town(code: str, name: str, slug: str) -> directory.Municipality:
    return directory.Municipality.objects.create(code=code, name=name, slug=slug)


def queued(owner: directory.Municipality, **other: object) -> models.Message:
    """A request for consent to 岩手建設, but for what the test says."""
    usual: dict[str, object] = {
        "municipality": owner,
        "about": ABOUT,
        "kind": "consent_request",
        "to_name": "工藤 正一",
        "to_mail": "kudo@iwate-kensetsu.example.jp",
        "subject": "【盛岡市】契約書の確認のお願い：髙﨑線改良工事",
        "body": "次のリンクから契約書をご覧ください。\n\n{link}\n\n合意をお願いします。\n",
        "secrets": {"link": LINK},
        "key": KEY,
        "at": NOON,
    }
    with transaction.atomic():
        return actions.queue(**(usual | other))  # type: ignore[arg-type]  # the names are those of `queue`


class Postman:
    """A transport that keeps what it is given, after first refusing as often and as oddly as it is told."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.tries: list[EmailMessage] = []
        self.carried: list[EmailMessage] = []

    def __call__(self, mail: EmailMessage) -> None:
        self.tries.append(mail)
        if self.refusals:
            raise self.refusals.pop(0)
        self.carried.append(mail)


def deliver(
    message: models.Message, send: Callable[[EmailMessage], None], *, at: datetime = NOON, key: SecretBox = KEY
) -> bool:
    return delivery.deliver(message_id=message.pk, send=send, key=key, sender_address=SENDER, at=at)
