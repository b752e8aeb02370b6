"""Agreements under way in a department go on at its successor 組織改編に伴う契約案件の引継ぎ."""

from . import models, queries


def follow(*, department_id: int, successor_id: int) -> None:
    """What has ended keeps the name it had; within the reorganisation's transaction, which tells it 案件の引継ぎ."""
    under_way = models.Agreement.objects.filter(department=department_id, state__in=queries.OPEN)
    under_way.update(department=successor_id)
