"""Tasks of the dead are given back, the sweep finds what no task stands for, a task follows from the deed itself."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tests import city
from tests.archive import people
from tests.conftest import AT
from warifu import settings, wiring, workbench
from warifu.agreements import models as agreements
from warifu.agreements import queries as agreement_queries
from warifu.agreements.lifecycle import State
from warifu.directory import models as directory
from warifu.jobs import models, tasks, worker
from warifu.notifications import models as notifications
from warifu.notifications import queries as message_queries
from warifu.pades import errors as pades_errors
from warifu.web import clock

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


def running(*, by: str, since: datetime) -> "DBTaskResult[..., str]":
    """A task that a worker has taken and not finished."""
    task = tasks.seal.enqueue(NOBODY)
    DBTaskResult.objects.filter(pk=task.id).update(status="RUNNING", started_at=since, worker_ids=[by])
    return DBTaskResult.objects.get(pk=task.id)


def queued(name: str) -> list[str]:
    return [found.args_kwargs["args"][0] for found in DBTaskResult.objects.ready() if found.task_path.endswith(name)]


def test_a_task_of_a_worker_without_a_sign_of_life_is_given_back() -> None:
    task = running(by="dead", since=AT - worker.LEASE - timedelta(seconds=1))
    models.WorkerBeat.objects.create(worker="dead", at=AT - worker.LEASE)
    models.WorkerBeat.objects.create(worker="other", at=AT)
    assert worker.give_back_orphans(at=AT) == 1
    task.refresh_from_db()
    assert (task.status, task.started_at) == ("READY", None)
    assert worker.give_back_orphans(at=AT) == 0


def test_a_task_of_a_worker_that_never_gave_a_sign_is_given_back() -> None:
    running(by="unknown", since=AT - worker.LEASE - timedelta(seconds=1))
    assert worker.give_back_orphans(at=AT) == 1


def test_a_task_of_a_living_worker_is_left_with_it_however_long_it_takes() -> None:
    running(by="living", since=AT - timedelta(hours=1))
    models.WorkerBeat.objects.create(worker="living", at=AT - timedelta(seconds=1))
    assert worker.give_back_orphans(at=AT) == 0


def test_a_task_just_begun_is_left_alone() -> None:
    running(by="unknown", since=AT - worker.LEASE)
    assert worker.give_back_orphans(at=AT) == 0


def test_finished_tasks_and_old_signs_of_life_are_forgotten() -> None:
    old = running(by="gone", since=AT - timedelta(days=9))
    DBTaskResult.objects.filter(pk=old.pk).update(status="SUCCESSFUL", finished_at=AT - timedelta(days=8))
    fresh = running(by="gone", since=AT - timedelta(days=6))
    DBTaskResult.objects.filter(pk=fresh.pk).update(status="SUCCESSFUL", finished_at=AT - timedelta(days=6))
    models.WorkerBeat.objects.create(worker="gone", at=AT - timedelta(days=2))
    worker.prune(at=AT)
    assert [found.pk for found in DBTaskResult.objects.all()] == [fresh.pk]
    assert not models.WorkerBeat.objects.exists()


def test_a_consent_queues_its_seal_in_the_same_transaction(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=clock.now())
    assert queued("seal") == []
    with transaction.atomic():
        city.counterparty_consents(agreement, at=clock.now())
        assert queued("seal") == [str(agreement.pk)]
        transaction.set_rollback(True)
    assert queued("seal") == [], "a consent that did not happen causes nothing"
    city.counterparty_consents(agreement, at=clock.now())
    assert queued("seal") == [str(agreement.pk)]


def test_every_message_has_its_task(cast: None, objects: Path) -> None:
    city.sent(objects, at=clock.now())
    messages = {str(one) for one in notifications.Message.objects.values_list("pk", flat=True)}
    assert messages
    assert set(queued("deliver")) == messages


def test_the_sweep_takes_up_what_lost_its_task(cast: None, objects: Path) -> None:
    at = clock.now()
    agreement = city.sent(objects, at=at)
    city.counterparty_consents(agreement, at=at)
    messages = message_queries.due(at=at)
    DBTaskResult.objects.all().delete()
    worker.sweep(at=at, resting={})
    assert queued("seal") == [str(agreement.pk)]
    assert set(queued("deliver")) == {str(one) for one in messages}


def test_the_sweep_ends_what_is_past_its_time(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert agreement.respond_by is not None
    worker.sweep(at=agreement.respond_by, resting={})
    assert city.state_of(agreement) is State.SENT
    worker.sweep(at=agreement.respond_by + timedelta(seconds=1), resting={})
    assert city.state_of(agreement) is State.EXPIRED


def test_expiry_waits_for_no_queue(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert agreement.respond_by is not None
    tasks.seal.enqueue(NOBODY)
    assert queued("deliver")
    worker.sweep(at=agreement.respond_by + timedelta(seconds=1), resting={})
    assert city.state_of(agreement) is State.EXPIRED


def test_an_agreement_that_cannot_be_ended_stops_no_other(cast: None, objects: Path) -> None:
    poisoned, sound = city.sent(objects, at=AT), city.sent(objects, at=AT, number="2026-0161")
    assert sound.respond_by is not None
    directory.StaffMember.objects.filter(pk=poisoned.drafted_by_id).update(mail="佐藤@例え.jp")
    agreements.Agreement.objects.filter(pk=sound.pk).update(drafted_by=city.onodera().staff)
    late, resting = sound.respond_by + timedelta(seconds=1), dict[UUID | int, datetime]()
    assert tasks.expire(at=late, resting=resting) == 1
    assert (city.state_of(poisoned), city.state_of(sound)) == (State.SENT, State.EXPIRED)
    assert resting == {poisoned.pk: late + tasks.PAUSE_AFTER_FAULT}
    directory.StaffMember.objects.filter(pk=poisoned.drafted_by_id).update(mail="sato@morioka.example.jp")
    assert tasks.expire(at=late, resting=resting) == 0, "left alone for a while"
    assert tasks.expire(at=late + tasks.PAUSE_AFTER_FAULT, resting=resting) == 1
    assert city.state_of(poisoned) is State.EXPIRED


def test_a_mail_does_not_wait_behind_seals_nor_a_fresh_seal_behind_those_that_hang(
    cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [uuid4() for _ in range(50)]
    monkeypatch.setattr(agreement_queries, "due_for_sealing", lambda at: waiting)
    assert tasks.queue_seals(at=AT) == tasks.SEALS_AT_ONCE
    tasks.seal.enqueue(NOBODY)
    tasks.deliver.enqueue(NOBODY)
    first = [found.task_path.rpartition(".")[2] for found in DBTaskResult.objects.ready()[:2]]
    assert first == ["deliver", "seal"]
    assert queued("seal")[0] == NOBODY
    assert queued("seal")[1:] == [str(one) for one in waiting[: tasks.SEALS_AT_ONCE]]


def test_a_mail_that_lost_its_task_is_found_while_seals_still_wait(cast: None, objects: Path) -> None:
    city.sent(objects, at=AT)
    messages = {str(one) for one in message_queries.due(at=AT)}
    DBTaskResult.objects.all().delete()
    tasks.seal.enqueue(NOBODY)
    worker.sweep(at=AT, resting={})
    assert set(queued("deliver")) == messages
    worker.sweep(at=AT, resting={})
    assert len(queued("deliver")) == len(messages), "and only once"


class Postman:
    """A mail system that refuses as often as it is told to, and keeps what it takes."""

    def __init__(self, *, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    def __call__(self, mail: EmailMessage) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ConnectionRefusedError
        self.taken.append(mail.extra_headers["Message-ID"])


def test_a_delivery_that_failed_is_taken_up_again(cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postman = Postman(refusals=1)
    monkeypatch.setattr(wiring, "send_mail", lambda: postman)
    monkeypatch.setattr(wiring, "secret_box", lambda: city.BOX)
    at = clock.now()
    city.sent(objects, at=at)
    message = notifications.Message.objects.get(kind="consent_request")
    assert tasks.deliver.func(str(message.pk)) == "False"
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_problem != "") == ("queued", 1, True)
    assert message.pk not in message_queries.due(at=at)
    assert message.pk in message_queries.due(at=message.next_try_at)
    notifications.Message.objects.filter(pk=message.pk).update(next_try_at=at)
    assert tasks.deliver.func(str(message.pk)) == "True"
    assert tasks.deliver.func(str(message.pk)) == "False", "a task that runs twice sends once"
    assert postman.taken == [message.message_id]


def test_a_minutes_share_of_renewals_is_queued_and_no_more(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    section = city.sato().staff.department
    later, first, _, _ = (people.file(section, sealed_until=AT + timedelta(days=days)) for days in (90, 30, 60, 400))
    monkeypatch.setattr(settings, "RENEWALS_PER_MINUTE", 2)
    assert tasks.queue_renewals(at=AT) == 2
    assert queued("renew")[0] == str(first.pk)
    assert str(later.pk) not in queued("renew")
    worker.sweep_renewals(at=AT)
    assert len(queued("renew")) == 2, "the last share still waits"


def test_a_renewal_without_a_readable_key_waits(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> None:
        raise pades_errors.KeyUnusable("no file")

    monkeypatch.setattr(workbench, "renewal_tools", unreadable)
    assert tasks.renew.call(NOBODY) == "waiting"
