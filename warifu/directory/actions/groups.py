"""Groups of people from several departments グループの登録."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from warifu.audit import actions as audit
from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models


def save_group(
    *, municipality: models.Municipality, group_id: int | None, name: str, note: str, by: Actor, at: datetime
) -> models.Group:
    """A new group, or another name and note for one of this body グループの登録・変更.

    Raises errors.NameTaken, or `models.Group.DoesNotExist` for one that is not this body's.
    """
    with transaction.atomic():
        named = models.Group.objects.filter(municipality=municipality, name=name).first()
        if named is not None and named.pk != group_id:
            raise errors.NameTaken(f"「{name}」というグループは、すでにあります。別の名称を入力してください。")
        if group_id is None:
            group, before = models.Group(municipality=municipality), dict[str, object]()
        else:
            group = models.Group.objects.select_for_update().get(pk=group_id, municipality=municipality)
            before = {"name": group.name, "note": group.note}
        group.name, group.note = name, note
        group.save()
        facts = changes.between(before, {"name": name, "note": note})
        _note("save_group", group, by=by, at=at, facts={"new": group_id is None, **facts})
    return group


def change_members(
    *, group: models.Group, add: Iterable[UUID], remove: Iterable[UUID], by: Actor, at: datetime
) -> None:
    """People of the group's own body come into it and go out of it グループの構成員の変更."""
    with transaction.atomic():
        kept = models.Group.objects.select_for_update().get(pk=group.pk)
        own = models.StaffMember.objects.filter(municipality=kept.municipality_id)
        coming, going = list(own.filter(pk__in=list(add))), list(own.filter(pk__in=list(remove)))
        kept.members.add(*coming)
        kept.members.remove(*going)
        names = [[one.name for one in people] for people in (coming, going)]
        facts: record.Facts = {"name": kept.name, "added": names[0], "removed": names[1]}
        _note("change_members", kept, by=by, at=at, facts=facts)


def remove_group(*, group: models.Group, by: Actor, at: datetime) -> None:
    """The group is no more; its members stay as they are グループの削除.

    Raises errors.StillInUse while something else rests on it.
    """
    with transaction.atomic():
        kept = models.Group.objects.select_for_update().get(pk=group.pk)
        facts: record.Facts = {"name": kept.name, "members": kept.members.count()}
        _note("remove_group", kept, by=by, at=at, facts=facts)
        try:
            kept.delete()
        except ProtectedError as used:
            raise errors.StillInUse(
                f"「{kept.name}」は、契約名義又はフォルダで使われています。先にそこから外してください。"
            ) from used


def _note(verb: str, group: models.Group, *, by: Actor, at: datetime, facts: record.Facts) -> None:
    audit.append(
        ledger=group.municipality.code,
        action=f"directory.{verb}",
        target=f"group:{group.pk}",
        by=by,
        at=at,
        facts=facts,
    )
