"""Reads of departments and of the tree they make 部署の照会."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from . import models, tree


def valid_on(day: date, prefix: str = "") -> Q:
    """The condition that something with days holds on this day in Japan 有効期間の条件."""
    begins, ends = f"{prefix}begins_on", f"{prefix}ends_on"
    return (Q(**{f"{begins}__isnull": True}) | Q(**{f"{begins}__lte": day})) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": day})
    )


def departments_of(municipality: models.Municipality) -> QuerySet[models.Department]:
    """Every department that this body ever had or has planned 部署."""
    return models.Department.objects.filter(municipality=municipality)


def departments_on(municipality: models.Municipality, day: date) -> QuerySet[models.Department]:
    """Departments that exist on this day, in the order of their paths その日の部署."""
    return departments_of(municipality).filter(valid_on(day)).order_by("path", "pk")


def department_of(municipality: models.Municipality, department_id: int) -> models.Department | None:
    """One department of this body, or None 部署."""
    return departments_of(municipality).select_related("parent", "successor").filter(pk=department_id).first()


def tree_of(municipality: models.Municipality) -> tree.Tree:
    """The whole tree, past and planned rows included 組織図."""
    rows = (
        departments_of(municipality)
        .order_by("position", "pk")
        .values_list("pk", "name", "parent", "continues", "begins_on", "ends_on", "successor", "code")
    )
    return tree.Tree(tree.Row(*row) for row in rows)


def search(municipality: models.Municipality, words: str, *, on: date) -> QuerySet[models.Department]:
    """Departments of this day whose path or code holds every word 部署の検索."""
    found = departments_on(municipality, on)
    for word in words.split():
        found = found.filter(Q(path__icontains=word) | Q(code__istartswith=word))
    return found


def people_by_department(municipality: models.Municipality, *, on: date) -> dict[int, int]:
    """How many people hold a post in each department on this day, concurrent posts included 部署ごとの人数."""
    held = models.Post.objects.filter(valid_on(on), department__municipality=municipality)
    return dict(held.values_list("department").annotate(Count("staff", distinct=True)))


def posts_in(department: models.Department, *, on: date) -> QuerySet[models.Post]:
    """Who holds a post there on this day 部署の職員."""
    found = models.Post.objects.filter(valid_on(on), department=department).select_related("staff")
    return found.order_by("-is_main", "staff__name", "pk")


def planned(municipality: models.Municipality, *, today: date) -> QuerySet[models.Department]:
    """Departments whose beginning or end is still to come 変更の予定."""
    coming = Q(begins_on__gt=today, continues__isnull=True) | Q(ends_on__gte=today)
    found = (
        departments_of(municipality).filter(coming).select_related("successor", "continued_by", "continued_by__parent")
    )
    return found.order_by("ends_on", "begins_on", "path")


def to_take_over(*, today: date) -> QuerySet[models.Department]:
    """Departments of all bodies that have ended and wait for their successor to take over; for the job 引継ぎの残り."""
    return models.Department.objects.filter(
        ends_on__lt=today, successor__isnull=False, taken_over_at__isnull=True
    ).order_by("ends_on", "pk")


def first_day_after(department: models.Department) -> date:
    """The day on which its end shows; only for one that ends 廃止日の翌日."""
    if department.ends_on is None:
        raise ValueError("this department does not end")
    return department.ends_on + timedelta(days=1)
