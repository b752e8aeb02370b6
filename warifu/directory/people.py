"""Reads of people and their posts 職員の照会."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from . import models
from .departments import valid_on


def person_of(municipality: models.Municipality, staff_id: UUID) -> models.StaffMember | None:
    """One person of this body, or None 職員."""
    found = models.StaffMember.objects.filter(municipality=municipality, pk=staff_id)
    return found.select_related("municipality", "department").first()


def people_by_key(municipality: models.Municipality, keys: Iterable[UUID]) -> dict[UUID, models.StaffMember]:
    """Several people of this body, by their keys 職員の一覧."""
    return models.StaffMember.objects.filter(municipality=municipality).in_bulk(list(set(keys)))


def people_of(municipality: models.Municipality, *, words: str, left: bool, on: date) -> QuerySet[models.StaffMember]:
    """People who work on this day, or (`left`) work no more, in whom every word is found 職員の検索.

    A word may be part of the name, the number, the address, or of a department where they hold a post that day.
    """
    gone = Q(left_on__lt=on)
    found = models.StaffMember.objects.filter(gone if left else ~gone, municipality=municipality)
    for word in words.split():
        there = models.Post.objects.filter(valid_on(on), staff=OuterRef("pk"), department__path__icontains=word)
        found = found.filter(
            Q(name__icontains=word) | Q(number__istartswith=word) | Q(mail__icontains=word) | Exists(there)
        )
    return found.select_related("department").order_by("name", "pk")


def posts_of(staff: models.StaffMember, *, on: date) -> list[models.Post]:
    """What this person is on this day, the main post first 現在の所属."""
    held = models.Post.objects.filter(valid_on(on), staff=staff).select_related("department")
    return list(held.order_by("-is_main", "pk"))


def posts_by_person(people: Iterable[models.StaffMember], *, on: date) -> dict[UUID, list[models.Post]]:
    """The same for several people at once 現在の所属."""
    held = models.Post.objects.filter(valid_on(on), staff__in=list(people)).select_related("department")
    found = defaultdict(list)
    for post in held.order_by("-is_main", "pk"):
        found[post.staff_id].append(post)
    return dict(found)


def places_by_person(municipality: models.Municipality, *, on: date) -> dict[UUID, list[tuple[int, str, bool]]]:
    """Of everybody of this body, (department, title, whether it is the main post) on this day 現在の所属の一覧."""
    held = models.Post.objects.filter(valid_on(on), staff__municipality=municipality).order_by("-is_main", "pk")
    found = defaultdict[UUID, list[tuple[int, str, bool]]](list)
    for staff, place, title, is_main in held.values_list("staff", "department", "title", "is_main"):
        found[staff].append((place, title, is_main))
    return dict(found)


def names_of(municipality: models.Municipality, *, on: date) -> dict[UUID, str]:
    """Everybody of this body who has not left before this day, by name 職員の氏名の一覧."""
    there = models.StaffMember.objects.filter(municipality=municipality).exclude(left_on__lt=on)
    return dict(there.values_list("pk", "name"))


def all_posts_of(staff: models.StaffMember) -> QuerySet[models.Post]:
    """Every post this person ever held, the latest first 所属の履歴."""
    return models.Post.objects.filter(staff=staff).select_related("department").order_by("-begins_on", "-pk")


def post_of(staff: models.StaffMember, post_id: int) -> models.Post | None:
    """One of this person's posts, or None 所属."""
    return models.Post.objects.filter(staff=staff, pk=post_id).select_related("department").first()


def groups_of(municipality: models.Municipality) -> QuerySet[models.Group]:
    """Groups of one body グループ."""
    return models.Group.objects.filter(municipality=municipality)


def group_of(municipality: models.Municipality, group_id: int) -> models.Group | None:
    """One group of this body, or None グループ."""
    return groups_of(municipality).filter(pk=group_id).first()


def members_of(group: models.Group, *, on: date) -> QuerySet[models.StaffMember]:
    """Members who work on this day グループの構成員."""
    return group.members.exclude(left_on__lt=on).select_related("department").order_by("name", "pk")


def memberships(municipality: models.Municipality) -> list[tuple[str, UUID]]:
    """(name of the group, person) for every group of a body グループの構成員."""
    found = models.Group.members.through.objects.filter(group__municipality=municipality)
    return list(found.values_list("group__name", "staffmember"))


def group_numbers_of(staff: models.StaffMember) -> frozenset[int]:
    """The groups in which this person is 所属するグループ."""
    return frozenset(models.Group.objects.filter(members=staff).values_list("pk", flat=True))
