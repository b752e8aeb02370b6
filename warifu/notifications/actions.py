"""The verb of the outbox 通知の登録."""

import unicodedata
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from warifu.directory import models as directory

from . import addresses, errors, models, signals
from .secretbox import SecretBox


def queue(
    *,
    municipality: directory.Municipality | None,
    about: str,
    kind: str,
    to_name: str,
    to_mail: str,
    subject: str,
    body: str,
    key: SecretBox,
    at: datetime,
    secrets: Mapping[str, str] | None = None,
    host: str = "warifu.invalid",
) -> models.Message:
    """Write a message down in the caller's transaction; it leaves after that has been committed 通知の登録.

    `about` is an opaque name such as `agreement:<uuid>`; `municipality` is None for
    operators. `secrets` are values for places in the body (`link` for
    {link}); they are kept encrypted and erased when the message is sent or has failed. `host` is the right side of the
    Message-ID (RFC 5322 §3.6.4). `at` is aware. The caller's own audit entry stands for the queueing.
    Raises errors.HeaderNotAllowed, errors.PlaceMissing, errors.OutsideTransaction; nothing is written then.
    """
    if not transaction.get_connection().in_atomic_block:
        raise errors.OutsideTransaction
    _examine({"宛名": to_name, "宛先": to_mail, "件名": subject})
    if not addresses.is_deliverable(to_mail):
        raise errors.HeaderNotAllowed("宛先")
    given = dict(secrets or {})
    missing = next((name for name in given if f"{{{name}}}" not in body), None)
    if missing is not None:
        raise errors.PlaceMissing(missing)
    message_id = uuid.uuid4()
    message = models.Message.objects.create(
        id=message_id,
        municipality=municipality,
        subject_urn=about,
        kind=kind,
        to_name=to_name,
        to_mail=to_mail,
        subject=subject,
        body=body,
        sealed_secrets=key.close(given, at=at),
        message_id=f"<{message_id}@{host}>",
        queued_at=at.astimezone(UTC),
        next_try_at=at.astimezone(UTC),
    )
    signals.message_queued.send(sender=models.Message, message_id=message.pk)
    return message


def _examine(headers: Mapping[str, str]) -> None:
    """Control characters, line and paragraph separators have no business in a header."""
    for field, text in headers.items():
        if any(unicodedata.category(mark) in {"Cc", "Zl", "Zp", "Cs"} for mark in text):
            raise errors.HeaderNotAllowed(field)
