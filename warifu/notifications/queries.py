"""Reads of the outbox 通知の照会."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from warifu.directory import models as directory

from . import models


def messages_of(municipality: directory.Municipality) -> QuerySet[models.Message]:
    """All messages of one body, newest first 通知."""
    return models.Message.objects.filter(municipality=municipality).order_by("-queued_at", "id")


def owner_of(message_id: UUID) -> directory.Municipality | None:
    """Whose message it is; for a task, which works for that body alone 通知の団体."""
    found = models.Message.objects.select_related("municipality").filter(pk=message_id).first()
    return found.municipality if found else None


def messages_about(municipality: directory.Municipality, about: str) -> QuerySet[models.Message]:
    """Messages about one matter, newest first 対象ごとの通知."""
    return messages_of(municipality).filter(subject_urn=about)


def undelivered_of(municipality: directory.Municipality) -> QuerySet[models.Message]:
    """Messages that have failed and that nothing has mended since, so that somebody must act, newest first 不達.

    A later message about the same matter to the same person that has not failed, to whatever address, settles it.
    """
    return _unsettled().filter(municipality=municipality).order_by("-queued_at", "id")


def undelivered_about(municipality: directory.Municipality, about: str) -> QuerySet[models.Message]:
    """Such messages about one matter, newest first 対象ごとの不達."""
    return undelivered_of(municipality).filter(subject_urn=about)


def undelivered_count(*, since: datetime | None = None) -> int:
    """How many such messages all bodies have, or those queued at `since` or later; for the operator 不達の件数."""
    found = _unsettled()
    return (found if since is None else found.filter(queued_at__gte=since)).count()


def _unsettled() -> QuerySet[models.Message]:
    later = models.Message.objects.filter(
        municipality=OuterRef("municipality"),
        subject_urn=OuterRef("subject_urn"),
        to_name=OuterRef("to_name"),
        queued_at__gt=OuterRef("queued_at"),
    ).exclude(state=models.State.FAILED)
    return models.Message.objects.filter(~Exists(later), state=models.State.FAILED)


def due(*, at: datetime, limit: int = 100) -> list[UUID]:
    """Messages of all bodies that wait and that no delivery is at work on, longest waiting first 送信待ちの通知."""
    waiting = models.Message.objects.filter(state=models.State.QUEUED, next_try_at__lte=at)
    return list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:limit])
