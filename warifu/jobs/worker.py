"""A worker that takes over what a dead one left 作業者.

django-tasks-db's own worker claims and runs tasks, but a task whose worker was killed stays RUNNING for ever. This one
adds a sign of life, gives such tasks back to the queue, and sweeps the rooms for work that no task stands for.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.db import close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from warifu import wiring
from warifu.access import forgetting as access
from warifu.directory import scope
from warifu.integrations import actions as integrations

from . import models, tasks

log = structlog.get_logger(__name__)
BEAT = 1.0
RENEWALS = 60.0
ROOTS = 300.0
"""So often the ledgers are looked through, and an authority that failed is asked again for the daily root."""
LEASE = timedelta(seconds=15)
KEEP_RESULTS = timedelta(days=7)


class Worker(QueueWorker):
    """Runs tasks until it is told to stop; several may run on one database 作業者."""

    def __init__(self, *, interval: float = 0.1, batch: bool = False) -> None:
        super().__init__(
            queue_names=["default"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.stopped = threading.Event()

    def run(self) -> None:
        beat = threading.Thread(target=self._beat, name="beat", daemon=True)
        beat.start()
        try:
            # The queue is everybody's; each task says for whom it works.
            with scope.service():
                super().run()
        finally:
            self.stopped.set()
            beat.join(timeout=5)
            models.WorkerBeat.objects.filter(worker=self.worker_id).delete()

    def _beat(self) -> None:
        """Once a second: a sign of life, tasks of the dead given back, the sweep over all municipalities."""
        with scope.service():
            self._beat_on()

    def _beat_on(self) -> None:
        last_prune = last_renewals = last_root = 0.0
        resting: dict[UUID | int, datetime] = {}
        while not self.stopped.wait(BEAT):
            close_old_connections()
            at = datetime.now(UTC)
            try:
                models.WorkerBeat.objects.update_or_create(worker=self.worker_id, defaults={"at": at})
                give_back_orphans(at=at)
                sweep(at=at, resting=resting)
                if time.monotonic() - last_renewals > RENEWALS:
                    last_renewals = time.monotonic()
                    sweep_renewals(at=at)
                    sweep_statistics(at=at)
                    if time.monotonic() - last_root > ROOTS:
                        last_root = time.monotonic()
                        sweep_ledgers(at=at)
                if time.monotonic() - last_prune > 3600:
                    last_prune = time.monotonic()
                    prune(at=at)
                    wiring.warn_of_keys(at=at)
                    sweep_endings()
            except Exception:
                # The net must not tear: whatever one round met, the next one looks again.
                log.exception("sweep failed")
        connection.close()


def sweep(*, at: datetime, resting: dict[UUID | int, datetime]) -> None:
    """One round of the net: no kind of work waits until the queue of another kind is empty 掃き出し.

    Expiry and the folding of the ledger are done here and now, and need no place in any queue; `resting` is what
    `tasks.expire` remembers.
    """
    tasks.expire(at=at, resting=resting)
    tasks.reorganise(at=at, resting=resting)
    for task, queue in (
        (tasks.deliver, tasks.queue_mails),
        (tasks.seal, tasks.queue_seals),
        (tasks.validate_period, tasks.queue_periods),
        (tasks.advance_import, tasks.queue_imports),
        (tasks.transfer, tasks.queue_transfers),
    ):
        if not DBTaskResult.objects.ready().filter(task_path=task.module_path).exists():
            queue(at=at)
    tasks.fold()


def sweep_renewals(*, at: datetime) -> None:
    """The minute's share of renewals, unless the last one still waits 延長の掃き出し."""
    if not DBTaskResult.objects.ready().filter(task_path=tasks.renew.module_path).exists():
        tasks.queue_renewals(at=at)


def sweep_statistics(*, at: datetime) -> None:
    """The count of the statistics, once a day or where a body asks for it, unless it waits 利用統計の掃き出し."""
    if not DBTaskResult.objects.ready().filter(task_path=tasks.count.module_path).exists():
        tasks.queue_counts(at=at)


def sweep_ledgers(*, at: datetime) -> None:
    """The daily root of the ledgers and the look through them, unless they already wait 操作ログの掃き出し."""
    if not DBTaskResult.objects.ready().filter(task_path=tasks.make_root.module_path).exists():
        tasks.queue_root(at=at)
    if not DBTaskResult.objects.ready().filter(task_path=tasks.watch.module_path).exists():
        tasks.watch.enqueue()


def sweep_endings() -> None:
    """The hourly look at what of identity providers ends, unless it waits 期限の掃き出し."""
    if not DBTaskResult.objects.ready().filter(task_path=tasks.remind.module_path).exists():
        tasks.remind.enqueue()


def give_back_orphans(*, at: datetime) -> int:
    """Put tasks of workers without a sign of life back into the queue 放棄された処理の再開."""
    alive = set(models.WorkerBeat.objects.filter(at__gt=at - LEASE).values_list("worker", flat=True))
    given = 0
    for result in DBTaskResult.objects.running().filter(started_at__lt=at - LEASE):
        if not result.worker_ids or result.worker_ids[-1] not in alive:
            given += DBTaskResult.objects.filter(pk=result.pk, status="RUNNING", started_at=result.started_at).update(
                status="READY", started_at=None
            )
    return given


def prune(*, at: datetime) -> None:
    """Forget finished tasks after a week and workers after a day 処理記録の整理."""
    DBTaskResult.objects.finished().filter(finished_at__lt=at - KEEP_RESULTS).delete()
    models.WorkerBeat.objects.filter(at__lt=at - timedelta(days=1)).delete()
    access.forget(at=at)
    integrations.forget(at=at)


def start() -> None:
    """Run a worker in this process until SIGTERM or SIGINT 作業者の開始."""
    worker = Worker()
    worker.configure_signals()
    wiring.warm_up(at=datetime.now(UTC))
    worker.run()
