"""Who may see and do what in a folder フォルダの権限の操作."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from warifu.archive import errors, models
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models as directory

from .folders import hold_tree, note, still_open


@dataclass(frozen=True, slots=True)
class Given:
    """What a group may do in a folder beside seeing what lies in it 与える権限."""

    may_file: bool = False
    may_download: bool = False
    may_remove: bool = False


def give_folder_right(
    *, folder: models.Folder, group: directory.Group, given: Given, by: Actor, at: datetime
) -> models.FolderRight:
    """A group of the same body gets these rights in a folder and all below, in place of earlier ones 権限の付与.

    Raises errors.FolderClosed, and errors.NotYours for another body's group.
    """
    with transaction.atomic():
        hold_tree(folder.municipality)
        kept = still_open(folder)
        if group.municipality_id != kept.municipality_id:
            raise errors.NotYours("グループが別の市町のものです。自団体のグループを選んでください。")
        there = models.FolderRight.objects.filter(folder=kept, group=group).first()
        before = {**_of(there), "see": True} if there else {}
        right, _ = models.FolderRight.objects.update_or_create(folder=kept, group=group, defaults=asdict(given))
        facts = changes.between(before, {**asdict(given), "see": True})
        note("give_folder_right", kept, by=by, at=at, facts={"group": group.name, "group_id": group.pk, **facts})
    return right


def take_folder_right(*, right: models.FolderRight, by: Actor, at: datetime) -> None:
    """A group has no right of its own in this folder any more 権限の取消し.

    Raises errors.FolderMoved where somebody has taken it back meanwhile.
    """
    with transaction.atomic():
        folder = right.folder
        kept = models.FolderRight.objects.select_for_update(of=("self",)).filter(pk=right.pk).first()
        if kept is None:
            raise errors.FolderMoved("この権限は、すでに取り消されています。フォルダの画面を読み込み直してください。")
        facts = changes.between({**_of(kept), "see": True}, {})
        note("take_folder_right", folder, by=by, at=at, facts={"group": right.group.name, **facts})
        kept.delete()


def change_named(
    *, folder: models.Folder, confidential: bool, people: Iterable[directory.StaffMember], by: Actor, at: datetime
) -> models.Folder:
    """Make a folder confidential for these people of its body, or open to all whom roles and rights open it 親展の設定.

    Raises errors.NobodyNamed, errors.FolderClosed.
    """
    with transaction.atomic():
        hold_tree(folder.municipality)
        kept = still_open(folder)
        wanted = sorted(people, key=lambda one: (one.name, one.mail)) if confidential else []
        if any(one.municipality_id != kept.municipality_id for one in wanted):
            raise errors.NotYours("職員が別の市町の方です。自団体の職員を選んでください。")
        if confidential and not wanted:
            raise errors.NobodyNamed("親展のフォルダには、閲覧できる職員を一人以上指定してください。")
        before = {"confidential": kept.confidential, "people": _names(kept.named.order_by("name", "mail"))}
        kept.confidential = confidential
        kept.save(update_fields=["confidential"])
        kept.named.set(wanted)
        facts = changes.between(before, {"confidential": confidential, "people": _names(wanted)})
        note("change_named", kept, by=by, at=at, facts={"name": kept.name, **facts})
    return kept


def _of(right: models.FolderRight) -> dict[str, object]:
    return {name: getattr(right, name) for name in Given.__slots__}


def _names(people: Iterable[directory.StaffMember]) -> list[str]:
    return [f"{one.name}（{one.mail}）" for one in people]
