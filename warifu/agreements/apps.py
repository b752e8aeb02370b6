from typing import Any

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "warifu.agreements"
    label = "agreements"
    verbose_name = "契約案件"

    def ready(self) -> None:
        """Follow departments into their successors."""
        from warifu.directory import signals

        from . import succession

        def follow(*, department_id: int, successor_id: int, **_: Any) -> None:
            succession.follow(department_id=department_id, successor_id=successor_id)

        signals.department_succeeded.connect(follow, weak=False, dispatch_uid="agreements.succession")
