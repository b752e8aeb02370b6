"""How far somebody's rights reach into the archive: their roles of `access`, the folders of `archive` 閲覧範囲."""

from collections.abc import Mapping
from types import MappingProxyType

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.archive import folders, sight
from warifu.archive.sight import Doing, Sight

DOING: Mapping[Right, Doing] = MappingProxyType({Right.READ: Doing.SEE, Right.EVIDENCE: Doing.DOWNLOAD})
"""Rights that a folder opens beyond the departments of a grant; a validation of a period stays within these."""


def of(person: access.Person, right: Right) -> Sight:
    """The records over which this right of theirs goes 権限の及ぶ記録."""
    return sight.of(person.staff, person.reach(right), DOING.get(right))


def filer(person: access.Person) -> folders.Filer:
    """Which records they may move, and where to 整理の権限."""
    departments = person.reach(Right.FILE)
    out, into = (sight.of(person.staff, departments, doing) for doing in (Doing.REMOVE, Doing.FILE))
    return folders.Filer(out, into)
