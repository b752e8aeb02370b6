"""Each task is one call into a room 処理.

Tasks run at least once. Their arguments are primary keys only; the room re-reads the state and does nothing when the
deed is done, so a task that ran twice, or was lost and queued again by the sweep, changes nothing.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django_tasks import task

from warifu import settings, wiring
from warifu.agreements import actions as agreements
from warifu.agreements import errors as agreements_errors
from warifu.agreements import queries as agreement_queries
from warifu.agreements import sealing
from warifu.notifications import delivery
from warifu.notifications import queries as message_queries
from warifu.pades import errors as pades_errors

log = structlog.get_logger(__name__)


@task()
def seal(agreement_id: str) -> str:
    """Do the seal steps of one agreement that are due 封緘."""
    at = datetime.now(UTC)
    try:
        tools = wiring.sealing_tools()
    except pades_errors.PadesError as problem:
        lease = timedelta(seconds=settings.SEAL_LEASE_SECONDS)
        sealing.postpone(agreement_id=UUID(agreement_id), problem=problem, at=at, lease=lease)
        return sealing.Outcome.WAITING.value
    outcome = sealing.advance(agreement_id=UUID(agreement_id), tools=tools, at=at)
    log.info("sealing", agreement=agreement_id, outcome=outcome.value)
    return outcome.value


@task()
def deliver(message_id: str) -> str:
    """Hand one message to the mail system 送信."""
    sent = delivery.deliver(
        message_id=UUID(message_id),
        send=wiring.send_mail(),
        key=wiring.secret_box(),
        sender_address=wiring.mail_sender(),
        at=datetime.now(UTC),
    )
    log.info("delivery", message=message_id, sent=bool(sent))
    return str(sent)


def sweep(*, at: datetime) -> int:
    """Find what waits and has no task at work on it, and queue it: the net under every queue 掃き出し.

    Returns how many matters were taken up. Called once a second by each worker; leases in the rooms keep two workers
    from doing the same.
    """
    seals = agreement_queries.due_for_sealing(at=at)
    for agreement_id in seals:
        seal.enqueue(str(agreement_id))
    mails = message_queries.due(at=at)
    for message_id in mails:
        deliver.enqueue(str(message_id))
    overdue = agreement_queries.overdue(at=at)
    for agreement_id in overdue:
        try:
            agreements.expire(agreement_id=agreement_id, post=wiring.post(), at=at)
        except agreements_errors.NotNow:
            log.info("not expired", agreement=str(agreement_id))
    return len(seals) + len(mails) + len(overdue)
