"""Which records exist for somebody: their departments and folders together 閲覧範囲.

The one place that says so. Lists, pages, files, bundles, validations and sheets all ask with `Sight.condition`:

    (a department of theirs, or a folder that is opened to them) and no folder that is shut to them

A folder opens by a right of one of their groups, or by their being named where it is confidential; both hold for all
that lies below. It is shut where it is confidential, or lies below such a folder, and does not name them. A folder
makes nobody a reader: who has the right in question by no role has it in no folder either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Exists, OuterRef, Q

from warifu.directory import among, reach
from warifu.directory import models as directory

from . import models


class Doing(Enum):
    """What a folder's right lets one do with the records in it フォルダの権限の種類."""

    SEE = ""
    FILE = "may_file"
    DOWNLOAD = "may_download"
    REMOVE = "may_remove"


@dataclass(frozen=True, slots=True)
class Sight:
    """Departments, folders that open more, folders that close some of it again 閲覧範囲."""

    departments: reach.Reach
    opened: frozenset[int] = frozenset()
    shut: frozenset[int] = frozenset()

    @property
    def everywhere(self) -> bool:
        """Whether nothing of the body lies outside 団体全体."""
        return self.departments.everywhere and not self.shut

    def condition(self, of: str = "") -> Q:
        """For records, or for rows that hang on one: `of` is then the way to it, "record__" 範囲の条件."""
        seen = self.departments.condition(f"{of}department")
        if not self.departments.everywhere:
            seen |= self.opening(of)
        return seen & self.not_shut(of)

    def opening(self, of: str = "") -> Q:
        """What a folder opens, whatever its department フォルダで開く範囲."""
        return among.one_of(f"{of}folder", self.opened) if self.opened else Q(pk__in=[])

    def not_shut(self, of: str = "") -> Q:
        """What no confidential folder takes away again 親展で閉じない範囲."""
        return ~among.one_of(f"{of}folder", self.shut) if self.shut else Q()

    def covers(self, record: models.Record) -> bool:
        """Whether this record lies within 範囲の内外."""
        if record.folder_id in self.shut:
            return False
        return self.departments.covers(record.department_id) or record.folder_id in self.opened


EVERYWHERE = Sight(reach.EVERYWHERE)
"""For the service's own work; of a person, `of` says how far they see."""


def of(staff: directory.StaffMember, departments: reach.Reach, doing: Doing | None = Doing.SEE) -> Sight:
    """How far a right goes that somebody has in these departments, folders included 閲覧範囲.

    `doing` is what of a folder's rights stands beside it; None for a right that no folder opens. Two questions for
    somebody whom no folder concerns; one more for each level below the folders that do.
    """
    if departments == reach.NOWHERE:
        return Sight(reach.NOWHERE)
    naming, others = _confidential(staff)
    shut = below(others)
    if departments.everywhere or doing is None:
        return Sight(departments, shut=shut)
    return Sight(departments, below(naming | _granted(staff, doing)) - shut, shut)


def below(folders: Iterable[int]) -> frozenset[int]:
    """These folders and all below them 下位のフォルダ."""
    found: set[int] = set()
    level = set(folders)
    while level:
        found |= level
        children = models.Folder.objects.filter(among.one_of("parent", level)).order_by()
        level = set(children.values_list("pk", flat=True)) - found
    return frozenset(found)


def _confidential(staff: directory.StaffMember) -> tuple[set[int], set[int]]:
    """Confidential folders of their body that name them, and those that do not."""
    naming = models.Folder.named.through.objects.filter(folder=OuterRef("pk"), staffmember=staff)
    found = models.Folder.objects.filter(municipality=staff.municipality_id, confidential=True, closed_on=None)
    sides: tuple[set[int], set[int]] = set(), set()
    for key, named in found.order_by().values_list("pk", Exists(naming)):
        sides[0 if named else 1].add(key)
    return sides


def _granted(staff: directory.StaffMember, doing: Doing) -> set[int]:
    rights = models.FolderRight.objects.filter(folder__municipality=staff.municipality_id, group__members=staff)
    if doing is not Doing.SEE:
        rights = rights.filter(**{doing.value: True})
    return set(rights.order_by().values_list("folder", flat=True))
