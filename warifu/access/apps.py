from datetime import date
from typing import Any
from uuid import UUID

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "warifu.access"
    label = "access"
    verbose_name = "認証と権限"

    def ready(self) -> None:
        """Follow departments into their successors; let nobody leave who alone can grant roles."""
        from warifu.directory import signals

        from . import administrators, succession

        def follow(*, department_id: int, successor_id: int, **_: Any) -> None:
            succession.follow(department_id=department_id, successor_id=successor_id)

        def require_another(*, staff_id: UUID, gone_on: date, **_: Any) -> None:
            administrators.require_another(staff_id, on=gone_on)

        signals.person_leaving.connect(require_another, weak=False, dispatch_uid="access.grants")
        signals.department_succeeded.connect(follow, weak=False, dispatch_uid="access.succession")
