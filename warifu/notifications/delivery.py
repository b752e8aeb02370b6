"""From the outbox to the mail system 送信.

(1) claim by a conditional update  (2) build the mail  (3) hand it over, outside any transaction
(4) sent, failed or try again, with its ledger entry, in one transaction.
A process that dies between (3) and (4) sends again when its lease has run out, with the same Message-ID: once or twice,
never not at all.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, quote
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import actor
from warifu.japan import calendar

from . import errors, models
from .secretbox import SecretBox

LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=60)
# RFC 5321 §4.5.4.1: give up after 4 to 5 days; a mail server that is down over a long weekend is no reason to fail.
GIVE_UP_AFTER = timedelta(days=4)
DELIVERY = actor.Actor.service("delivery")


def deliver(
    *,
    message_id: UUID,
    send: Callable[[EmailMessage], None],
    key: SecretBox,
    sender_address: str,
    at: datetime,
    by: actor.Actor = DELIVERY,
) -> bool:
    """Try to hand one message over; true when this call did it 送信.

    Does nothing for a message that is sent, has failed, is not due or is being delivered. `send` raises to say no:
    `errors.NotDelivered`, or anything else, which `errors.NotDelivered.of` reads. Must be called outside a transaction.
    """
    message = _claim(message_id, at)
    if message is None:
        return False
    try:
        mail = build(message, key=key, sender_address=sender_address)
        send(mail)
    except errors.WrongKey:
        # Nothing of the message is at fault: it waits until the right key is configured.
        _postpone(message, errors.NotDelivered("WrongKey", permanent=False), at=at, by=by)
        return False
    except Exception as problem:  # a transport may raise anything, and none of it may lose the message
        _postpone(message, errors.NotDelivered.of(problem), at=at, by=by)
        return False
    _finish(message, state=models.State.SENT, at=at, by=by, problem="")
    return True


def build(message: models.Message, *, key: SecretBox, sender_address: str) -> EmailMessage:
    """The mail as it leaves: plain text, links and codes put in, marked as sent by a machine (RFC 3834) メールの組立て.

    Two builds of one message differ in nothing. errors.WrongKey when the secrets do not open.
    """
    body = _filled(message.body, key.open(message.sealed_secrets))
    return EmailMessage(
        subject=message.subject,
        body=body,
        from_email=sender_address,
        to=[f'"{quote(message.to_name)}" <{message.to_mail}>' if message.to_name else message.to_mail],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.queued_at.astimezone(calendar.JAPAN)),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts: 1, 2, 4 … 60 minutes 再送までの間隔."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def _filled(body: str, values: dict[str, str]) -> str:
    """One pass, so that a value which looks like a place is not filled again."""
    if not values:
        return body
    places = re.compile("|".join(re.escape(f"{{{name}}}") for name in values))
    return places.sub(lambda place: values[place.group()[1:-1]], body)


def _claim(message_id: UUID, at: datetime) -> models.Message | None:
    waiting = models.Message.objects.filter(pk=message_id, state=models.State.QUEUED, next_try_at__lte=at)
    message = waiting.first()
    if message is None:
        return None
    attempts = message.attempts + 1
    claimed = waiting.filter(attempts=message.attempts).update(attempts=attempts, next_try_at=at + LEASE)
    if claimed != 1:
        return None
    message.attempts = attempts
    return message


def _postpone(message: models.Message, problem: errors.NotDelivered, *, at: datetime, by: actor.Actor) -> None:
    if problem.permanent or at - message.queued_at >= GIVE_UP_AFTER:
        _finish(message, state=models.State.FAILED, at=at, by=by, problem=problem.code)
        return
    # Only our own attempt may set the next one: another may have taken over after our lease ran out.
    models.Message.objects.filter(pk=message.pk, state=models.State.QUEUED, attempts=message.attempts).update(
        next_try_at=at + pause_after(message.attempts), last_problem=problem.code[:80]
    )


def _finish(message: models.Message, *, state: models.State, at: datetime, by: actor.Actor, problem: str) -> None:
    with transaction.atomic():
        waiting = models.Message.objects.filter(pk=message.pk, state=models.State.QUEUED)
        if state == models.State.FAILED:
            waiting = waiting.filter(attempts=message.attempts)
        changed = waiting.update(
            state=state,
            sealed_secrets="",
            last_problem=problem[:80],
            sent_at=at.astimezone(UTC) if state == models.State.SENT else None,
        )
        if changed != 1:
            return
        audit.append(
            ledger=message.municipality.code if message.municipality else "service",
            action="notifications.deliver" if state == models.State.SENT else "notifications.fail",
            target=message.subject_urn,
            by=by,
            at=at.astimezone(UTC),
            facts={
                "message": str(message.pk),
                "message_id": message.message_id,
                "kind": message.kind,
                "attempts": message.attempts,
                "problem": problem,
            },
        )
