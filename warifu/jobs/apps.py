from typing import Any

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "warifu.jobs"
    label = "jobs"
    verbose_name = "処理"

    def ready(self) -> None:
        """Listen to the rooms below: a task is queued in the very transaction that makes it necessary."""
        from warifu.agreements import signals as agreements
        from warifu.notifications import signals as notifications

        from . import tasks

        def seal(agreement_id: Any, **_: Any) -> None:
            tasks.seal.enqueue(str(agreement_id))

        def deliver(message_id: Any, **_: Any) -> None:
            tasks.deliver.enqueue(str(message_id))

        agreements.sealing_due.connect(seal, weak=False, dispatch_uid="jobs.seal")
        notifications.message_queued.connect(deliver, weak=False, dispatch_uid="jobs.deliver")
