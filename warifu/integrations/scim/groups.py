"""Groups of one body, as SCIM shows and changes them SCIMのグループ.

A system changes only groups that a system has made: what an administrator has made may stand for rights to a
contracting authority, and those are nobody's to give from outside.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from warifu.directory import actions as directory
from warifu.directory import errors as directory_errors
from warifu.directory import models as people
from warifu.directory import people as directory_people
from warifu.integrations.models import ScimLink

from . import reading, users
from .errors import ScimRefused, missing, taken, wrong
from .users import Hand

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"
FILTERED = ("displayName", "externalId", "id")


def groups_of(municipality: people.Municipality) -> QuerySet[people.Group]:
    """Every group of this body, in a fixed order グループ."""
    own = directory_people.groups_of(municipality)
    return own.select_related("scim").prefetch_related("members").order_by("pk")


def found(municipality: people.Municipality, group_id: str) -> people.Group:
    """One of them; raises `ScimRefused` 404 グループ."""
    group = groups_of(municipality).filter(pk=group_id).first() if _is_number(group_id) else None
    if group is None:
        raise missing()
    return group


def matching(municipality: people.Municipality, wanted: reading.Filter | None) -> QuerySet[people.Group]:
    """Those whom a filter finds グループの検索."""
    own = groups_of(municipality)
    if wanted is None:
        return own
    if wanted.attribute == "displayName":
        return own.filter(name=wanted.value)
    if wanted.attribute == "externalId":
        return own.filter(scim__external_id=wanted.value)
    return own.filter(pk=wanted.value) if _is_number(wanted.value) else own.none()


def shown(group: people.Group) -> dict[str, Any]:
    """The resource, without its `meta` SCIMの表現."""
    link = getattr(group, "scim", None)
    external = link.external_id if isinstance(link, ScimLink) else ""
    return {
        "schemas": [SCHEMA],
        "id": str(group.pk),
        **({"externalId": external} if external else {}),
        "displayName": group.name,
        "members": [{"value": str(one.pk), "display": one.name} for one in group.members.all()],
    }


def create(body: Mapping[str, Any], hand: Hand) -> people.Group:
    """A new group グループの登録."""
    with transaction.atomic():
        group = _save(None, _name(body), hand)
        external = reading.line(_value(body, "externalId"), 200, "externalId")
        ScimLink.objects.create(municipality=hand.municipality, group=group, external_id=external)
        _members(group, reading.members(_value(body, "members")), hand)
    return found(hand.municipality, str(group.pk))


def replace(group: people.Group, body: Mapping[str, Any], hand: Hand) -> people.Group:
    """Name and members as they are sent グループの置換え."""
    _require_ours(group)
    with transaction.atomic():
        _save(group, _name(body), hand)
        _members(group, reading.members(_value(body, "members")), hand)
    return found(hand.municipality, str(group.pk))


def patch(group: people.Group, body: Mapping[str, Any], hand: Hand) -> people.Group:
    """The operations of a PATCH, all or none グループの変更."""
    _require_ours(group)
    with transaction.atomic():
        for verb, path, value in reading.operations(body):
            _operate(found(hand.municipality, str(group.pk)), verb, path, value, hand)
    return found(hand.municipality, str(group.pk))


def remove(group: people.Group, hand: Hand) -> None:
    """The group is no more グループの削除."""
    _require_ours(group)
    try:
        directory.remove_group(group=group, by=hand.by, at=hand.at)
    except directory_errors.StillInUse as used:
        raise ScimRefused(409, "", "The group is in use.") from used


def _operate(group: people.Group, verb: str, path: str, value: Any, hand: Hand) -> None:
    one = reading.member_in(path)
    if one:
        if verb != "remove":
            raise wrong("A member by filter can only be removed.", "invalidPath")
        _change(group, add=[], remove=[one], hand=hand)
    elif path.lower() == "members":
        named = reading.members(value)
        if verb == "add":
            _change(group, add=named, remove=[], hand=hand)
        elif verb == "remove" and value:
            _change(group, add=[], remove=named, hand=hand)
        else:
            _members(group, named if verb == "replace" else [], hand)
    elif path.lower() == "displayname" and verb != "remove":
        _save(group, reading.line(value, 80, "displayName"), hand)
    elif not path and isinstance(value, Mapping):
        if _value(value, "displayName") is not None:
            _save(group, _name(value), hand)
        if _value(value, "members") is not None:
            named = reading.members(_value(value, "members"))
            if verb == "add":
                _change(group, add=named, remove=[], hand=hand)
            else:
                _members(group, named, hand)
    elif path.lower() != "externalid":
        raise wrong("The path is displayName or members.", "invalidPath")


def _members(group: people.Group, wanted: list[str], hand: Hand) -> None:
    now = {str(one) for one in group.members.values_list("pk", flat=True)}
    _change(group, add=[one for one in wanted if one not in now], remove=sorted(now - set(wanted)), hand=hand)


def _change(group: people.Group, *, add: list[str], remove: list[str], hand: Hand) -> None:
    coming = [users.found(hand.municipality, one).pk for one in add]
    going = [UUID(one) for one in remove if _is_uuid(one)]
    if coming or going:
        directory.change_members(group=group, add=coming, remove=going, by=hand.by, at=hand.at)


def _save(group: people.Group | None, name: str, hand: Hand) -> people.Group:
    if not name:
        raise wrong("displayName is needed.")
    if group is not None and group.name == name:
        return group
    try:
        return directory.save_group(
            municipality=hand.municipality,
            group_id=group.pk if group else None,
            name=name,
            note=group.note if group else "職員連携（SCIM）で登録",
            by=hand.by,
            at=hand.at,
        )
    except directory_errors.NameTaken as refusal:
        raise taken("displayName is in use.") from refusal


def _require_ours(group: people.Group) -> None:
    if not isinstance(getattr(group, "scim", None), ScimLink):
        raise ScimRefused(403, "", "This group was made by an administrator and is changed there only.")


def _name(body: Mapping[str, Any]) -> str:
    return reading.line(_value(body, "displayName"), 80, "displayName")


def _value(body: Mapping[str, Any], name: str) -> Any:
    return next((value for key, value in body.items() if str(key).lower() == name.lower()), None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
