"""Agreements under way in a department go on at its successor 組織改編に伴う契約案件の引継ぎ."""

from uuid import UUID

from . import models, queries
from .lifecycle import State


def follow(*, department_id: int, successor_id: int) -> None:
    """What has ended keeps the name it had; within the reorganisation's transaction, which tells it 案件の引継ぎ."""
    under_way = models.Agreement.objects.filter(department=department_id, state__in=queries.OPEN)
    under_way.update(department=successor_id)


def follow_firm(*, kept_id: UUID, merged_id: UUID, address_id: int | None) -> None:
    """Drafts go on with the firm into which theirs was merged; what was submitted shows what was seen 取引先の統合.

    Within the merger's transaction, which tells it. `address_id` is where the merged firm's representative is asked
    now; None where that is the kept one's own address.
    """
    drafts = models.Agreement.objects.filter(counterparty=merged_id, state=State.DRAFT)
    drafts.filter(contact_address__isnull=True, delegate__isnull=True).update(contact_address=address_id)
    drafts.update(counterparty=kept_id)
