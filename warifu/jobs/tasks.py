"""Each task is one call into a room 処理.

Tasks run at least once. Their arguments are primary keys only; the room re-reads the state and does nothing when the
deed is done, so a task that ran twice, or was lost and queued again by the sweep, changes nothing.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django_tasks import task

from warifu import settings, wiring, workbench
from warifu.access import reminding
from warifu.agreements import actions as agreements
from warifu.agreements import errors as agreements_errors
from warifu.agreements import queries as agreement_queries
from warifu.agreements import sealing
from warifu.archive import expiring, periods, renewing
from warifu.archive import queries as archive_queries
from warifu.audit import roots, spool
from warifu.directory import actions as directory
from warifu.directory import departments, scope
from warifu.directory import models as directory_models
from warifu.integrations import actions as integrations
from warifu.integrations import queries as integration_queries
from warifu.japan import calendar
from warifu.notifications import delivery
from warifu.notifications import queries as message_queries
from warifu.operations import alerts, recounting
from warifu.pades import errors as pades_errors
from warifu.transfers import applying as transfers
from warifu.transfers import queries as transfer_queries

log = structlog.get_logger(__name__)
MAIL_FIRST = 50
"""A mail takes moments; a seal may hang on an authority that does not answer. No mail waits behind a seal."""
TRANSFER_FIRST = 60
"""Posts and roles of the day come before the thousands of notices that they cause."""
SWEPT_LAST = -50
"""What the sweep found has waited already; the consent that somebody gives now does not wait behind all of it."""
RENEWED_LAST = -90
"""A renewal has a year's time."""
SEALS_AT_ONCE = 20
FOLDED_PER_BEAT = 200
PAUSE_AFTER_FAULT = timedelta(minutes=5)


def working_for(owner: directory_models.Municipality | None) -> AbstractContextManager[None]:
    """The scope of a task that is of one municipality; of one that finds nothing to do, what it was 処理の範囲."""
    return scope.of(owner) if owner else nullcontext()


@task()
def seal(agreement_id: str) -> str:
    """Do the seal steps of one agreement that are due 封緘."""
    at = datetime.now(UTC)
    try:
        tools = workbench.sealing_tools()
    except pades_errors.PadesError as problem:
        lease = timedelta(seconds=settings.SEAL_LEASE_SECONDS)
        with working_for(agreement_queries.owner_of(UUID(agreement_id))):
            sealing.postpone(agreement_id=UUID(agreement_id), problem=problem, at=at, lease=lease)
        return sealing.Outcome.WAITING.value
    with working_for(agreement_queries.owner_of(UUID(agreement_id))):
        outcome = sealing.advance(agreement_id=UUID(agreement_id), tools=tools, at=at)
    log.info("sealing", agreement=agreement_id, outcome=outcome.value)
    return outcome.value


@task(priority=MAIL_FIRST)
def deliver(message_id: str) -> str:
    """Hand one message to the mail system 送信."""
    with working_for(message_queries.owner_of(UUID(message_id))):
        sent = delivery.deliver(
            message_id=UUID(message_id),
            send=wiring.send_mail(),
            key=wiring.secret_box(),
            sender_address=settings.MAIL_FROM,
            at=datetime.now(UTC),
        )
    log.info("delivery", message=message_id, sent=bool(sent))
    return str(sent)


@task(priority=RENEWED_LAST)
def renew(record_id: str) -> str:
    """Renew the files of one record whose archive timestamps end soon 延長."""
    try:
        tools = workbench.renewal_tools()
    except pades_errors.PadesError as problem:
        log.warning("renewal", record=record_id, problem=problem.code, detail=problem.detail)
        return renewing.Outcome.WAITING.value
    with working_for(archive_queries.owner_of(UUID(record_id))):
        outcome = renewing.renew(record_id=UUID(record_id), tools=tools, at=datetime.now(UTC))
    log.info("renewal", record=record_id, outcome=outcome.value)
    return outcome.value


@task(priority=RENEWED_LAST)
def validate_period(period_id: str) -> str:
    """Validate files of one request for some seconds; the sweep sees to the rest 一括検証."""
    with working_for(periods.owner_of(UUID(period_id))):
        outcome = periods.advance(period_id=UUID(period_id), tools=workbench.period_tools(), at=datetime.now(UTC))
    log.info("period validation", period=period_id, outcome=outcome.value)
    return outcome.value


@task()
def make_root() -> str:
    """Put the ledgers of the ended day under a timestamp; an authority that fails is asked again 日次の証明."""
    at = datetime.now(UTC)
    day = roots.due(at=at)
    if day is None:
        return ""
    spool.fold()
    try:
        made = roots.make(day=day, stamp=lambda digest: wiring.stamp_root(digest, at=datetime.now(UTC)), at=at)
    except pades_errors.PadesError as problem:
        log.warning("daily root", day=day.isoformat(), problem=problem.code, detail=problem.detail)
        return renewing.Outcome.WAITING.value
    log.info("daily root", day=day.isoformat(), made=made is not None)
    return day.isoformat()


@task(priority=RENEWED_LAST)
def watch() -> int:
    """Look through the ledgers for use that is worth a look, and tell administrators 注意が必要な利用の検知."""
    return alerts.watch(letters=wiring.alert_letters(), at=datetime.now(UTC))


@task(priority=RENEWED_LAST)
def count(municipality_id: int) -> int:
    """Bring the statistics of one body up to date; returns how many months were counted 利用統計の集計."""
    at = datetime.now(UTC)
    body = next((one for one in recounting.due(at=at) if one.pk == municipality_id), None)
    if body is None:
        return 0
    with working_for(body):
        months = recounting.bring_up_to_date(municipality=body, at=at)
    log.info("statistics", municipality=body.code, months=months)
    return months


@task(priority=RENEWED_LAST)
def remind() -> int:
    """Tell administrators what of an identity provider ends soon; returns how many ends were told 期限の知らせ."""
    return reminding.tell_endings(letters=wiring.account_letters(), at=datetime.now(UTC))


def queue_counts(*, at: datetime) -> int:
    """Queue every body that was not counted today in Japan; returns how many 利用統計の掃き出し."""
    due = recounting.due(at=at)
    for body in due:
        count.enqueue(body.pk)
    return len(due)


def queue_root(*, at: datetime) -> int:
    """Queue the daily root when it is due; returns how many 日次の証明の掃き出し."""
    if roots.due(at=at) is None:
        return 0
    make_root.enqueue()
    return 1


@task(priority=SWEPT_LAST)
def advance_import(import_id: str) -> str:
    """Compare or apply rows of one import for some seconds; the sweep sees to the rest 取込み."""
    with working_for(integration_queries.owner_of(UUID(import_id))):
        outcome = integrations.advance(import_id=UUID(import_id), tools=workbench.import_tools(), at=datetime.now(UTC))
    log.info("import", target=import_id, outcome=outcome.value)
    return outcome.value


@task(priority=TRANSFER_FIRST)
def transfer(plan_id: str) -> str:
    """Do a personnel transfer for some seconds; the sweep sees to the rest 人事異動."""
    with working_for(transfer_queries.owner_of(UUID(plan_id))):
        outcome = transfers.advance(plan_id=UUID(plan_id), tools=workbench.transfer_tools(), at=datetime.now(UTC))
    log.info("transfer", target=plan_id, outcome=outcome.value)
    return outcome.value


def queue_transfers(*, at: datetime) -> int:
    """Queue every confirmed personnel transfer whose day has come in Japan; returns how many 人事異動の掃き出し."""
    due = transfer_queries.due(today=calendar.day_in_japan(at), at=at)
    for plan_id in due:
        transfer.enqueue(str(plan_id))
    return len(due)


def queue_imports(*, at: datetime) -> int:
    """Queue every import that waits for a worker; returns how many 取込みの掃き出し."""
    due = integration_queries.due(at=at)
    for import_id in due:
        advance_import.enqueue(str(import_id))
    return len(due)


def queue_periods(*, at: datetime) -> int:
    """Queue every request whose files wait; returns how many 一括検証の掃き出し."""
    due = periods.due(at=at)
    for period_id in due:
        validate_period.enqueue(str(period_id))
    return len(due)


def queue_renewals(*, at: datetime) -> int:
    """Queue some of the records whose archive timestamps end soon; returns how many 延長の掃き出し.

    Each worker calls it once a minute while no such task is queued: that, and the limit, is the pace.
    """
    until = at + timedelta(days=settings.RENEWAL_LEAD_DAYS)
    found = expiring.due(at=at, until=until, table=wiring.sunset_table())
    due = list(found.values_list("pk", flat=True)[: settings.RENEWALS_PER_MINUTE])
    for record_id in due:
        renew.enqueue(str(record_id))
    return len(due)


def fold() -> int:
    """Give waiting lines of the ledgers their places in the chains; returns how many 監査証跡への組入れ.

    Each worker calls it with its beat, so that a view stands in the chain some seconds later. A fault here is told and
    stops no other sweep: the lines wait, and the next beat tries again.
    """
    try:
        return spool.fold(most=FOLDED_PER_BEAT)
    except Exception:
        log.exception("ledger not folded")
        return 0


def queue_seals(*, at: datetime) -> int:
    """Find agreements whose seal waits and has no task at work on it, and queue some of them 封緘の掃き出し.

    Returns how many. Like `queue_mails` it is called once a second by each worker while no such task is queued: the net
    under every queue. Leases in the rooms keep two workers from doing the same.
    """
    due = agreement_queries.due_for_sealing(at=at)[:SEALS_AT_ONCE]
    for agreement_id in due:
        seal.using(priority=SWEPT_LAST).enqueue(str(agreement_id))
    return len(due)


def queue_mails(*, at: datetime) -> int:
    """Find mails that are due and queue them; returns how many 送信の掃き出し."""
    due = message_queries.due(at=at)
    for message_id in due:
        deliver.enqueue(str(message_id))
    return len(due)


def reorganise(*, at: datetime, resting: dict[UUID | int, datetime]) -> int:
    """Let successors take over from departments whose last day in Japan is over; returns how many 組織改編の実施.

    One that cannot be taken over stops no other; `resting` is as in `expire`.
    """
    done = 0
    for department in departments.to_take_over(today=calendar.day_in_japan(at)):
        if resting.get(department.pk, at) > at:
            continue
        try:
            done += directory.take_over(department=department, at=at)
        except Exception:
            resting[department.pk] = at + PAUSE_AFTER_FAULT
            log.exception("take-over failed", department=department.pk)
    return done


def expire(*, at: datetime, resting: dict[UUID | int, datetime]) -> int:
    """End every agreement whose time to respond is over; returns how many 期限切れの掃き出し.

    One that cannot be ended stops no other. The caller keeps `resting`: until when such a one is left alone.
    """
    ended = 0
    for agreement_id in agreement_queries.overdue(at=at):
        if resting.get(agreement_id, at) > at:
            continue
        try:
            agreements.expire(agreement_id=agreement_id, post=wiring.post(), at=at)
            ended += 1
        except agreements_errors.NotNow:
            log.info("not expired", agreement=str(agreement_id))
        except Exception:
            resting[agreement_id] = at + PAUSE_AFTER_FAULT
            log.exception("expiry failed", agreement=str(agreement_id))
    return ended
