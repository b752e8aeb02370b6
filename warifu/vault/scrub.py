"""Reading everything again before somebody needs it 保管データの点検."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath
from uuid import UUID

from . import errors, models
from .custody import Custody

# A file younger than this may belong to a transaction that is still open.
GRACE = timedelta(hours=1)
_BATCH = 400


@dataclass(frozen=True, slots=True)
class ScrubReport:
    """What a scrub found 点検結果.

    `checked` objects were read whole and agree with their rows; `erased` belong to owners whose key was destroyed.
    `damaged` differ from what was stored, `missing` have no file, `unreadable` met a failing file system or a key that
    the root key does not open. `orphans` are files without a row, as paths below the directory of objects.
    """

    checked: int
    erased: int
    damaged: tuple[UUID, ...]
    missing: tuple[UUID, ...]
    unreadable: tuple[UUID, ...]
    orphans: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing calls for a person; orphans are rubbish, not loss 異常なし."""
        return not (self.damaged or self.missing or self.unreadable)


def scrub(custody: Custody, *, at: datetime) -> ScrubReport:
    """Decrypt and compare every object, and look for files that no row knows 保管データの点検.

    Changes nothing. `at` is the present moment, aware; files changed within the hour before it are not called orphans.
    """
    checked = erased = 0
    found: dict[str, list[UUID]] = {"damaged": [], "missing": [], "unreadable": []}
    for row in models.StoredObject.objects.select_related("keyring").order_by("pk").iterator(chunk_size=_BATCH):
        try:
            custody.open_object(row)
        except errors.Erased:
            erased += 1
        except errors.Damaged as damage:
            found["missing" if damage.problem == "missing" else "damaged"].append(row.pk)
        except (errors.NotReadable, errors.WrongRootKey):
            found["unreadable"].append(row.pk)
        else:
            checked += 1
    return ScrubReport(
        checked=checked,
        erased=erased,
        damaged=tuple(found["damaged"]),
        missing=tuple(found["missing"]),
        unreadable=tuple(found["unreadable"]),
        orphans=tuple(_orphans(custody, before=at - GRACE)),
    )


def _orphans(custody: Custody, *, before: datetime) -> Iterator[str]:
    old = (path for path, changed_at in custody.shelf.files() if changed_at < before)
    while batch := list(islice(old, _BATCH)):
        named = {path: _object_of(custody, path) for path in batch}
        asked = [object_id for object_id in named.values() if object_id is not None]
        known = set(models.StoredObject.objects.filter(pk__in=asked).values_list("pk", flat=True))
        yield from (path for path, object_id in named.items() if object_id not in known)


def _object_of(custody: Custody, path: str) -> UUID | None:
    """The object whose file would lie exactly here, or None for a draft or a stray file."""
    try:
        object_id = UUID(PurePosixPath(path).name)
    except ValueError:
        return None
    lies_here = custody.shelf.path_of(object_id) == custody.shelf.root / path
    return object_id if lies_here else None
