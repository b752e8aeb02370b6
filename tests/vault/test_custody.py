import hashlib
import io
import os
import random
import shutil
import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from warifu.vault import errors, models
from warifu.vault.custody import Custody

MORIOKA = "032018"
TAKIZAWA = "032166"
AT = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
CONTRACT = b"%PDF-1.7 \xe5\x89\xb2\xe7\xac\xa6 " + random.Random(1).randbytes(3000)

pytestmark = pytest.mark.django_db


def store(custody: Custody, content: bytes = CONTRACT, owner: str = MORIOKA) -> models.StoredObject:
    return custody.store(owner=owner, content=content, media_type="application/pdf", at=AT)


def path_of(custody: Custody, kept: models.StoredObject) -> Path:
    return custody.shelf.path_of(kept.pk)


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_000])
def test_what_is_read_is_what_was_stored(custody: Custody, size: int) -> None:
    content = random.Random(size).randbytes(size)
    kept = store(custody, content)
    kept.refresh_from_db()
    assert custody.read(owner=MORIOKA, object_id=kept.pk) == content
    assert (kept.size, kept.media_type, kept.stored_at) == (size, "application/pdf", AT)
    assert kept.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 3_000_001])
def test_what_is_read_into_a_file_is_what_was_stored(custody: Custody, size: int) -> None:
    content = random.Random(size).randbytes(size)
    target = io.BytesIO()
    custody.read_into(owner=MORIOKA, object_id=store(custody, content).pk, target=target)
    assert target.getvalue() == content


def test_a_file_changed_at_any_place_or_continued_is_damaged_when_read_into_a_file(custody: Custody) -> None:
    kept = store(custody, random.Random(3).randbytes(2_500_000))
    path = path_of(custody, kept)
    whole = path.read_bytes()
    for place in (0, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(errors.Damaged):
            custody.read_into(owner=MORIOKA, object_id=kept.pk, target=io.BytesIO())
    for other in (whole[:-20], whole + b"x", b""):
        path.write_bytes(other)
        with pytest.raises(errors.Damaged):
            custody.read_into(owner=MORIOKA, object_id=kept.pk, target=io.BytesIO())
    path.unlink()
    with pytest.raises(errors.Damaged):
        custody.read_into(owner=MORIOKA, object_id=kept.pk, target=io.BytesIO())
    with pytest.raises(errors.NotKept):
        custody.read_into(owner=TAKIZAWA, object_id=kept.pk, target=io.BytesIO())


def test_nothing_of_the_contract_stands_readable_on_disk(custody: Custody) -> None:
    marker = b"CANARY" * 100
    on_disk = path_of(custody, store(custody, marker)).read_bytes()
    assert b"CANARY" not in on_disk
    assert len(on_disk) > len(marker)


def test_file_and_directories_are_open_to_the_service_alone(custody: Custody) -> None:
    path = path_of(custody, store(custody))
    assert path.parent.name == path.name[:2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_takahashi_of_another_municipality_cannot_tell_it_from_nothing(custody: Custody) -> None:
    kept = store(custody)
    store(custody, owner=TAKIZAWA)
    with pytest.raises(errors.NotKept) as of_another:
        custody.read(owner=TAKIZAWA, object_id=kept.pk)
    with pytest.raises(errors.NotKept) as of_nobody:
        custody.read(owner=TAKIZAWA, object_id=uuid.uuid4())
    assert str(of_another.value) == str(of_nobody.value)


def test_equal_contents_of_two_owners_share_nothing(custody: Custody) -> None:
    morioka, takizawa = store(custody), store(custody, owner=TAKIZAWA)
    assert morioka.keyring_id != takizawa.keyring_id
    assert path_of(custody, morioka).read_bytes() != path_of(custody, takizawa).read_bytes()
    custody.erase_owner(owner=TAKIZAWA, at=AT)
    assert custody.read(owner=MORIOKA, object_id=morioka.pk) == CONTRACT


def test_equal_contents_of_one_owner_have_their_own_data_keys(custody: Custody) -> None:
    first, second = (path_of(custody, store(custody)).read_bytes() for _ in range(2))
    body = len(CONTRACT)
    assert first[-body:] != second[-body:]


def test_a_row_given_to_another_owner_does_not_open(custody: Custody) -> None:
    kept = store(custody)
    other = store(custody, owner=TAKIZAWA)
    models.StoredObject.objects.filter(pk=kept.pk).update(keyring=other.keyring)
    with pytest.raises(errors.Damaged, match="破損"):
        custody.read(owner=TAKIZAWA, object_id=kept.pk)


def test_files_exchanged_between_two_objects_are_noticed(custody: Custody) -> None:
    first, second = store(custody), store(custody)
    one, other = path_of(custody, first), path_of(custody, second)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    for row in (first, second):
        with pytest.raises(errors.Damaged) as damage:
            custody.read(owner=MORIOKA, object_id=row.pk)
        assert damage.value.problem == "altered"


def test_one_flipped_bit_anywhere_is_noticed_and_no_byte_given_out(custody: Custody) -> None:
    kept = store(custody)
    path = path_of(custody, kept)
    good = path.read_bytes()
    draw = random.Random(20260401)
    bits = {*range(64), *draw.sample(range(len(good) * 8), 300), *range(len(good) * 8 - 64, len(good) * 8)}
    for bit in sorted(bits):
        spoilt = bytearray(good)
        spoilt[bit // 8] ^= 1 << bit % 8
        path.write_bytes(spoilt)
        with pytest.raises(errors.Damaged) as damage:
            custody.read(owner=MORIOKA, object_id=kept.pk)
        assert damage.value.problem == "altered", bit
    path.write_bytes(good)
    assert custody.read(owner=MORIOKA, object_id=kept.pk) == CONTRACT


@pytest.mark.parametrize("left", [0, 1, 10, 100, 500, -1, -16, -17])
def test_a_truncated_file_is_noticed(custody: Custody, left: int) -> None:
    kept = store(custody)
    path = path_of(custody, kept)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(errors.Damaged):
        custody.read(owner=MORIOKA, object_id=kept.pk)


def test_bytes_behind_the_end_are_noticed(custody: Custody) -> None:
    kept = store(custody)
    path = path_of(custody, kept)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(errors.Damaged):
        custody.read(owner=MORIOKA, object_id=kept.pk)


def test_a_missing_file_is_damage_and_says_so(custody: Custody) -> None:
    kept = store(custody)
    path_of(custody, kept).unlink()
    with pytest.raises(errors.Damaged) as damage:
        custody.read(owner=MORIOKA, object_id=kept.pk)
    assert (damage.value.problem, damage.value.object_id) == ("missing", kept.pk)


@pytest.mark.parametrize("changed", [{"digest": "0" * 64}, {"size": 1}])
def test_a_row_that_claims_another_content_is_noticed(custody: Custody, changed: dict[str, object]) -> None:
    kept = store(custody)
    models.StoredObject.objects.filter(pk=kept.pk).update(**changed)
    with pytest.raises(errors.Damaged):
        custody.read(owner=MORIOKA, object_id=kept.pk)


def test_an_erased_owner_reads_and_stores_nothing_more(custody: Custody) -> None:
    kept = store(custody)
    keyring = custody.erase_owner(owner=MORIOKA, at=AT)
    assert (bytes(keyring.wrapped_key), keyring.destroyed_at) == (b"", AT)
    with pytest.raises(errors.Erased):
        custody.read(owner=MORIOKA, object_id=kept.pk)
    with pytest.raises(errors.Erased):
        store(custody)


def test_erasing_twice_keeps_the_first_moment(custody: Custody) -> None:
    store(custody)
    custody.erase_owner(owner=MORIOKA, at=AT)
    assert custody.erase_owner(owner=MORIOKA, at=AT.replace(year=2030)).destroyed_at == AT


def test_an_owner_erased_before_the_first_object_stays_erased(custody: Custody) -> None:
    custody.erase_owner(owner=MORIOKA, at=AT)
    with pytest.raises(errors.Erased):
        store(custody)
    assert not list(custody.shelf.files())


def test_the_database_refuses_a_destroyed_keyring_that_still_holds_a_key(custody: Custody) -> None:
    keyring = store(custody).keyring
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Keyring.objects.filter(pk=keyring.pk).update(destroyed_at=AT)


def test_another_root_key_is_named_as_the_fault_and_not_damage(custody: Custody) -> None:
    kept = store(custody)
    stranger = Custody(root_key=os.urandom(32), objects=custody.shelf.root)
    with pytest.raises(errors.WrongRootKey):
        stranger.read(owner=MORIOKA, object_id=kept.pk)


def test_a_keyring_moved_to_another_owner_does_not_open(custody: Custody) -> None:
    store(custody)
    other = store(custody, owner=TAKIZAWA)
    stolen = models.Keyring.objects.get(owner=MORIOKA).wrapped_key
    models.Keyring.objects.filter(owner=TAKIZAWA).update(wrapped_key=stolen)
    with pytest.raises(errors.WrongRootKey):
        custody.read(owner=TAKIZAWA, object_id=other.pk)


def test_after_a_change_of_root_key_only_the_new_one_reads(custody: Custody) -> None:
    kept, other = store(custody), store(custody, owner=TAKIZAWA)
    custody.erase_owner(owner="032140", at=AT)
    new = os.urandom(32)
    assert custody.change_root_key(new_root_key=new) == 2
    successor = Custody(root_key=new, objects=custody.shelf.root)
    assert successor.read(owner=MORIOKA, object_id=kept.pk) == CONTRACT
    assert successor.read(owner=TAKIZAWA, object_id=other.pk) == CONTRACT
    with pytest.raises(errors.WrongRootKey):
        custody.read(owner=MORIOKA, object_id=kept.pk)


def test_a_change_of_root_key_that_fails_half_way_changes_nothing(custody: Custody) -> None:
    kept = store(custody)
    store(custody, owner=TAKIZAWA)
    models.Keyring.objects.filter(owner=TAKIZAWA).update(wrapped_key=b"spoilt")
    with pytest.raises(errors.WrongRootKey):
        custody.change_root_key(new_root_key=os.urandom(32))
    assert custody.read(owner=MORIOKA, object_id=kept.pk) == CONTRACT


def test_a_refused_row_leaves_no_file(custody: Custody) -> None:
    store(custody)
    files = len(list(custody.shelf.files()))
    with pytest.raises(AttributeError), transaction.atomic():
        custody.store(owner=MORIOKA, content=b"x", media_type="a", at=None)  # type: ignore[arg-type]  # a caller's mistake
    assert len(list(custody.shelf.files())) == files


def test_a_directory_that_vanished_is_made_again(custody: Custody) -> None:
    store(custody)
    shutil.rmtree(custody.shelf.root)
    kept = store(custody)
    assert custody.read(owner=MORIOKA, object_id=kept.pk) == CONTRACT


def test_a_root_key_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.RootKeyUnusable):
        Custody(root_key=b"short", objects=tmp_path)
