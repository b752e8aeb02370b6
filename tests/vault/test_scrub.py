import os
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from warifu.vault import models
from warifu.vault.custody import Custody
from warifu.vault.scrub import scrub

AT = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def store(custody: Custody, count: int, owner: str = "032018") -> list[models.StoredObject]:
    draw = random.Random(count)
    return [
        custody.store(owner=owner, content=draw.randbytes(2000), media_type="application/pdf", at=AT)
        for _ in range(count)
    ]


def put_aside(custody: Custody, path: Path, *, hours: float) -> None:
    """Let the file's last change lie some hours before AT."""
    moment = (AT - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


def test_a_sound_vault_is_clean(custody: Custody) -> None:
    store(custody, 5)
    report = scrub(custody, at=AT)
    assert (report.checked, report.clean, report.orphans) == (5, True, ())


def test_an_empty_vault_is_clean(custody: Custody) -> None:
    assert scrub(custody, at=AT).clean


def test_each_flipped_bit_and_each_missing_file_is_named(custody: Custody) -> None:
    kept = store(custody, 30)
    damaged, missing = kept[3:13], kept[20:23]
    for place, row in enumerate(damaged):
        path = custody.shelf.path_of(row.pk)
        spoilt = bytearray(path.read_bytes())
        spoilt[random.Random(place).randrange(len(spoilt))] ^= 1 << place % 8
        path.write_bytes(spoilt)
    for row in missing:
        custody.shelf.path_of(row.pk).unlink()
    report = scrub(custody, at=AT)
    assert set(report.damaged) == {row.pk for row in damaged}
    assert set(report.missing) == {row.pk for row in missing}
    assert (report.checked, report.clean) == (17, False)


def test_a_row_that_was_rolled_back_leaves_an_orphan_that_is_found_after_an_hour(custody: Custody) -> None:
    def stop_before_commit() -> None:
        with transaction.atomic():
            store(custody, 1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stop_before_commit()
    ((orphan, _),) = custody.shelf.files()
    put_aside(custody, custody.shelf.root / orphan, hours=0.9)
    assert scrub(custody, at=AT).orphans == ()
    put_aside(custody, custody.shelf.root / orphan, hours=1.1)
    report = scrub(custody, at=AT)
    assert (report.orphans, report.clean) == ((orphan,), True)


def test_drafts_strays_and_files_in_the_wrong_place_are_orphans(custody: Custody) -> None:
    (row,) = store(custody, 1)
    good = custody.shelf.path_of(row.pk)
    root = custody.shelf.root
    strays = [root / "zz" / good.name, good.with_name(f".{uuid.uuid4()}.part"), root / "notes.txt"]
    for path in strays:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    for path in [good, *strays]:
        put_aside(custody, path, hours=100)
    assert set(scrub(custody, at=AT).orphans) == {str(path.relative_to(root)) for path in strays}


def test_an_erased_owners_files_are_counted_and_no_damage(custody: Custody) -> None:
    store(custody, 2)
    (gone,) = store(custody, 1, owner="032166")
    custody.shelf.path_of(gone.pk).unlink()
    custody.erase_owner(owner="032166", at=AT)
    report = scrub(custody, at=AT)
    assert (report.checked, report.erased, report.clean) == (2, 1, True)


def test_a_wrong_root_key_is_reported_and_not_called_damage(custody: Custody) -> None:
    kept = store(custody, 2)
    report = scrub(Custody(root_key=os.urandom(32), objects=custody.shelf.root), at=AT)
    assert set(report.unreadable) == {row.pk for row in kept}
    assert (report.damaged, report.clean) == ((), False)
