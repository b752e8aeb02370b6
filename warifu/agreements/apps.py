from typing import Any
from uuid import UUID

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "warifu.agreements"
    label = "agreements"
    verbose_name = "契約案件"

    def ready(self) -> None:
        """Follow departments into their successors; let nobody leave with work in hand; keep the words of contracts."""
        from warifu.directory import signals

        from . import handover, succession, title_words

        def follow(*, department_id: int, successor_id: int, **_: Any) -> None:
            succession.follow(department_id=department_id, successor_id=successor_id)

        def follow_firm(*, kept_id: UUID, merged_id: UUID, address_id: int | None, **_: Any) -> None:
            succession.follow_firm(kept_id=kept_id, merged_id=merged_id, address_id=address_id)

        def require_nothing(*, staff_id: UUID, **_: Any) -> None:
            handover.require_nothing(staff_id)

        def require_unused(*, authority_id: int, **_: Any) -> None:
            title_words.require_unused(authority_id)

        signals.counterparty_merged.connect(follow_firm, weak=False, dispatch_uid="agreements.succession_of_firms")
        signals.title_changing.connect(require_unused, weak=False, dispatch_uid="agreements.title_words")
        signals.person_leaving.connect(require_nothing, weak=False, dispatch_uid="agreements.handover")
        signals.department_succeeded.connect(follow, weak=False, dispatch_uid="agreements.succession")
