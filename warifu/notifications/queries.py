"""Reads of the outbox 通知の照会."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from warifu.directory import models as directory

from . import models


def messages_of(municipality: directory.Municipality) -> QuerySet[models.Message]:
    """All messages of one body, newest first 通知."""
    return models.Message.objects.filter(municipality=municipality).order_by("-queued_at", "id")


def messages_about(municipality: directory.Municipality, about: str) -> QuerySet[models.Message]:
    """Messages about one matter, newest first 対象ごとの通知."""
    return messages_of(municipality).filter(subject_urn=about)


def undelivered_of(municipality: directory.Municipality) -> QuerySet[models.Message]:
    """Messages that have failed, so that somebody must correct the address 不達."""
    return messages_of(municipality).filter(state=models.State.FAILED)


def due(*, at: datetime, limit: int = 100) -> list[UUID]:
    """Messages of all bodies that wait and that no delivery is at work on, longest waiting first 送信待ちの通知."""
    waiting = models.Message.objects.filter(state=models.State.QUEUED, next_try_at__lte=at)
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:limit])
