"""Reads of imports; each one starts from a municipality 取込みの照会."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from warifu.directory import models as directory

from . import models
from .models import Change, State


def imports_of(municipality: directory.Municipality) -> QuerySet[models.Import]:
    """Every import of one body, the newest first 取込み."""
    return models.Import.objects.filter(municipality=municipality).defer("content").order_by("-asked_at", "-pk")


def import_of(municipality: directory.Municipality, import_id: UUID) -> models.Import | None:
    """One import of this body, or None 取込み."""
    return imports_of(municipality).filter(pk=import_id).first()


def rows_of(made: models.Import, *, change: str = "") -> QuerySet[models.ImportRow]:
    """Its rows in their order, of one sort or all; "refused" are those that could not be applied 取込みの行."""
    if change == "refused":
        return made.rows.exclude(refusal="").order_by("position")
    return (made.rows.filter(change=change) if change in Change.values else made.rows.all()).order_by("position")


def owner_of(import_id: UUID) -> directory.Municipality | None:
    """Whose import it is; for the task that works on it 取込みの団体."""
    found = models.Import.objects.select_related("municipality").defer("content").filter(pk=import_id).first()
    return found.municipality if found else None


def due(*, at: datetime) -> list[UUID]:
    """Imports that wait for a worker and that nobody works on now 続行すべき取込み."""
    free = Q(working_until__isnull=True) | Q(working_until__lte=at)
    found = models.Import.objects.filter(free, state__in=[State.CHECKING, State.APPLYING])
    return list(found.order_by("asked_at").values_list("pk", flat=True))
