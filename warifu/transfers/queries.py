"""Reads of personnel transfers; each one starts from a municipality 人事異動の照会."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from warifu.directory import models as directory

from . import models
from .models import State


def plans_of(municipality: directory.Municipality) -> QuerySet[models.Plan]:
    """Plans of one body, the latest day first 人事異動の計画."""
    found = models.Plan.objects.filter(municipality=municipality).select_related("municipality", "made_by", "undoes")
    return found.order_by("-effective_on", "-made_at")


def sizes_of(plans: Iterable[models.Plan]) -> dict[UUID, int]:
    """The number of moves of each of these plans that has any 計画ごとの人数."""
    found = models.Move.objects.filter(plan__in=[one.pk for one in plans]).order_by().values_list("plan")
    return dict(found.annotate(number=Count("pk")))


def plan_of(municipality: directory.Municipality, plan_id: UUID) -> models.Plan | None:
    """One plan of this body, or None 人事異動の計画."""
    return plans_of(municipality).select_related("confirmed_by").filter(pk=plan_id).first()


def plan_on(municipality: directory.Municipality, day: date) -> models.Plan | None:
    """The plan of this day that is still to be done, or None その日の計画."""
    return plans_of(municipality).filter(effective_on=day, state__in=models.OPEN).first()


def moves_of(plan: models.Plan, *, words: str = "", kind: str = "") -> QuerySet[models.Move]:
    """Its moves with their posts, narrowed by words in names, numbers and departments 発令の一覧."""
    found = plan.moves.select_related("staff__department").prefetch_related("posts__department")
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(number__istartswith=word)
            | Q(mail__icontains=word)
            | Q(posts__department__path__icontains=word)
            | Q(staff__department__path__icontains=word)
        )
    if kind == "problem":
        found = found.exclude(problem="")
    elif kind:
        found = found.filter(kind=kind)
    return found.distinct().order_by("name", "pk")


def comings(plan: models.Plan) -> list[tuple[str, str, str]]:
    """(department, title, name) of every post that somebody gets, by name 部署ごとの転入."""
    posts = models.MovePost.objects.filter(move__plan=plan).order_by("move__name", "move", "-is_main", "pk")
    return list(posts.values_list("department__path", "title", "move__name"))


def goings(plan: models.Plan) -> list[tuple[str, str, str]]:
    """(department, kind, name) of everybody who has a post before the day, by name 部署ごとの転出."""
    rows = plan.moves.filter(staff__isnull=False).order_by("name", "pk")
    found = rows.values_list("staff__department__path", "moved", "before", "kind", "name")
    told = ((before.get("department", "") if moved else now, kind, name) for now, moved, before, kind, name in found)
    return [(place, kind, name) for place, kind, name in told if place]


def move_of(plan: models.Plan, move_id: int) -> models.Move | None:
    """One move of this plan, or None 発令."""
    return (
        plan.moves.select_related("staff__department").prefetch_related("posts__department").filter(pk=move_id).first()
    )


def open_moves(municipality: directory.Municipality) -> QuerySet[models.Move]:
    """Every move of this body that is still to be done 実施前の発令."""
    found = models.Move.objects.filter(plan__municipality=municipality, open=True)
    return found.select_related("plan", "staff__department").prefetch_related("posts__department").order_by("pk")


def unfinished(plan: models.Plan) -> QuerySet[models.HandOver]:
    """What nobody could take over on the day 引き継げなかった契約."""
    found = models.HandOver.objects.filter(move__plan=plan, done=False).exclude(problem="")
    return found.select_related("move", "agreement", "successor")


def counts_of(plan: models.Plan) -> dict[str, int]:
    """How many moves there are of each kind, and how many have a problem or are done 発令の数."""
    counted = plan.moves.aggregate(
        total=Count("pk"),
        **{kind.value: Count("pk", filter=Q(kind=kind)) for kind in models.Kind},
        problem=Count("pk", filter=~Q(problem="")),
        moved=Count("pk", filter=Q(moved=True)),
        handed=Count("pk", filter=Q(handed=True)),
    )
    return {name: int(number) for name, number in counted.items()}


def owner_of(plan_id: UUID) -> directory.Municipality | None:
    """Whose plan it is; for the task that works on it 計画の団体."""
    found = models.Plan.objects.select_related("municipality").filter(pk=plan_id).first()
    return found.municipality if found else None


def due(*, today: date, at: datetime) -> list[UUID]:
    """Plans whose day has come in Japan and that nobody works on now 実施すべき計画."""
    free = Q(working_until__isnull=True) | Q(working_until__lte=at)
    found = models.Plan.objects.filter(free, state__in=[State.CONFIRMED, State.APPLYING], effective_on__lte=today)
    return list(found.order_by("effective_on").values_list("pk", flat=True))
