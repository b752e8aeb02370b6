"""Reads of folders; each one starts from a municipality or from a folder found there フォルダの照会."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from warifu.directory import models as directory

from . import folder_models, models, sight


def folders_of(municipality: directory.Municipality, *, closed: bool = False) -> QuerySet[models.Folder]:
    """Folders of one body by their paths; those that are closed only where asked for フォルダ."""
    found = models.Folder.objects.filter(municipality=municipality)
    return (found if closed else found.filter(closed_on=None)).order_by("path", "pk")


def folder_of(municipality: directory.Municipality, folder_id: int) -> models.Folder | None:
    """One folder of this body, closed or not, or None フォルダ."""
    return folders_of(municipality, closed=True).select_related("parent").filter(pk=folder_id).first()


def seen_in(municipality: directory.Municipality, within: sight.Sight) -> QuerySet[models.Folder]:
    """Folders that exist for somebody: all but those that are shut to them 閲覧できるフォルダ."""
    found = folders_of(municipality)
    return found.exclude(pk__in=within.shut) if within.shut else found


def lineage(folder: models.Folder) -> list[models.Folder]:
    """From the topmost down to the folder itself 上位のフォルダ."""
    found = [folder]
    while (above := found[0].parent) is not None:
        found.insert(0, above)
    return found


def children_of(municipality: directory.Municipality, folder: models.Folder | None) -> QuerySet[models.Folder]:
    """What stands directly in a folder, or at the top, by name 下位のフォルダ."""
    return folders_of(municipality).filter(parent=folder).order_by("name", "pk")


def rights_of(folder: models.Folder) -> list[models.FolderRight]:
    """Rights that hold in a folder: its own last, those of the folders above before them フォルダの権限."""
    above = lineage(folder)
    order = {one.pk: place for place, one in enumerate(above)}
    found = models.FolderRight.objects.filter(folder__in=above).select_related("group", "folder")
    return sorted(found, key=lambda right: (order[right.folder_id], right.group.name))


def all_rights(municipality: directory.Municipality) -> QuerySet[models.FolderRight]:
    """Every right that a group has in an open folder of a body, by folder and group フォルダの権限."""
    found = models.FolderRight.objects.filter(folder__municipality=municipality, folder__closed_on=None)
    return found.select_related("folder", "group").order_by("folder__path", "group__name")


def confidential_above(folder: models.Folder) -> list[models.Folder]:
    """The confidential folders among those above and itself, the topmost first 親展のフォルダ."""
    return [one for one in lineage(folder) if one.confidential]


def sizes(folders: Sequence[models.Folder]) -> dict[int, int]:
    """How many records lie directly in each of these フォルダごとの件数."""
    found = models.Record.objects.filter(folder__in=folders).order_by()
    return dict(found.values_list("folder").annotate(Count("pk")))


def unfiled_of(municipality: directory.Municipality) -> QuerySet[models.Record]:
    """Records that lie in no folder 未整理の記録."""
    return models.Record.objects.filter(municipality=municipality, folder=None)


def filings_of(record: models.Record) -> QuerySet[models.Filing]:
    """Where a record has lain, the last move first 整理の履歴."""
    return models.Filing.objects.filter(record=record).order_by("-filed_at", "-pk")


def rule_of(municipality: directory.Municipality) -> models.FilingRule | None:
    """The body's rule for filing by itself, or None 自動の整理."""
    return models.FilingRule.objects.filter(municipality=municipality).select_related("base").first()


def found_by(municipality: directory.Municipality, text: str) -> list[models.Folder]:
    """Open folders that are called so: by code, by whole path, else by the last name 名称からのフォルダ."""
    text = text.strip().strip(folder_models.SEPARATOR)
    if not text:
        return []
    mine = folders_of(municipality)
    exact = list(mine.filter(Q(code=text) | Q(path=text))[:2])
    return exact or list(mine.filter(name=text)[:2])


@dataclass(frozen=True, slots=True)
class Filer:
    """How far somebody may move records: `out` says which, `into` says where to 整理の権限.

    Into a folder in which rights are given only who has there the right to file; else its groups would come to see
    what nobody decided to show them. Who files for the whole body is held by confidential folders alone.
    """

    out: sight.Sight
    into: sight.Sight

    def may_take(self, record: models.Record) -> bool:
        """Whether they may move this record 取り出せるか."""
        return self.out.covers(record)

    def may_put_into(self, folder: models.Folder) -> bool:
        """Whether they may file in this folder 収められるか."""
        if folder.pk in self.into.shut:
            return False
        if self.into.departments.everywhere or folder.pk in self.into.opened:
            return True
        return not rights_of(folder)
