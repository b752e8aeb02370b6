"""Keeping, reading and erasing bytes under their owner's key 暗号化保管."""

import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.db import transaction

from . import envelope, errors, models
from .shelf import Shelf


class Custody:
    """The vault of one installation; built by `warifu.wiring` only 保管庫.

    Each object has a data key of its own, wrapped by its owner's key, which the root key wraps. Owners' keys are
    opened at every call and never remembered, so that a destroyed key is destroyed for all processes at once.
    """

    def __init__(self, *, root_key: bytes, objects: Path) -> None:
        """`root_key` is 32 bytes, `objects` the directory of the files (made when needed)."""
        if len(root_key) != envelope.KEY_LENGTH:
            raise errors.RootKeyUnusable(f"{envelope.KEY_LENGTH} バイトではありません")
        self._root_key = root_key
        self.shelf = Shelf(objects)

    def store(self, *, owner: str, content: bytes, media_type: str, at: datetime) -> models.StoredObject:
        """Keep `content` for `owner`; the file is on disk before the row is inserted 保管.

        The row takes part in the caller's transaction: if that is rolled back, a file without a row is left, which
        `scrub` reports. The owner's key is made on first use. `at` is aware.
        Raises errors.Erased (owner's key destroyed), errors.NoSpace, errors.NotWritten, errors.WrongRootKey.
        """
        keyring = self._keyring(owner, at)
        owner_key = self._owner_key(keyring)
        object_id = uuid.uuid4()
        digest = hashlib.sha256(content).hexdigest()
        self.shelf.put(
            object_id,
            envelope.close(
                content=content,
                key=owner_key,
                key_name=_key_name(owner),
                context=_object_context(owner, object_id, digest),
            ),
        )
        try:
            return models.StoredObject.objects.create(
                id=object_id,
                keyring=keyring,
                digest=digest,
                size=len(content),
                media_type=media_type,
                stored_at=at.astimezone(UTC),
            )
        except BaseException:
            self.shelf.discard(object_id)
            raise

    def read(self, *, owner: str, object_id: UUID) -> bytes:
        """The bytes as they were stored, compared with the row's SHA-256 読出し.

        Raises errors.NotKept (no such object of this owner), errors.Erased, errors.Damaged, errors.NotReadable,
        errors.WrongRootKey.
        """
        row = models.StoredObject.objects.select_related("keyring").filter(pk=object_id, keyring__owner=owner).first()
        if row is None:
            raise errors.NotKept(object_id)
        return self.open_object(row)

    def read_into(self, *, owner: str, object_id: UUID, target: BinaryIO) -> None:
        """The bytes as they were stored into an open file, in constant memory 読出し（大きなファイル）.

        Compared with the row's SHA-256 at the end: after a refusal (those of `read`) `target` must be discarded.
        """
        row = models.StoredObject.objects.select_related("keyring").filter(pk=object_id, keyring__owner=owner).first()
        if row is None:
            raise errors.NotKept(object_id)
        counted = _Counted(target)
        with self.shelf.open(row.pk) as message:
            try:
                envelope.open_into(
                    message=message,
                    target=cast(BinaryIO, counted),
                    key=self._owner_key(row.keyring),
                    key_name=_key_name(owner),
                    context=_object_context(owner, row.pk, row.digest),
                )
            except envelope.NotOpened as wrong:
                raise errors.Damaged(row.pk, "altered") from wrong
        if counted.hashed.hexdigest() != row.digest or counted.size != row.size:
            raise errors.Damaged(row.pk, "unlike")

    def open_object(self, row: models.StoredObject) -> bytes:
        """The bytes of a row that the caller has already found (with its keyring); refusals as in `read` 復号."""
        owner = row.keyring.owner
        owner_key = self._owner_key(row.keyring)
        message = self.shelf.get(row.pk)
        try:
            content = envelope.open_(
                message=message,
                key=owner_key,
                key_name=_key_name(owner),
                context=_object_context(owner, row.pk, row.digest),
            )
        except envelope.NotOpened as wrong:
            raise errors.Damaged(row.pk, "altered") from wrong
        if hashlib.sha256(content).hexdigest() != row.digest or len(content) != row.size:
            raise errors.Damaged(row.pk, "unlike")
        return content

    def erase_owner(self, *, owner: str, at: datetime) -> models.Keyring:
        """Destroy the owner's key in the caller's transaction; later reads and stores answer Erased 鍵破棄による消去.

        An owner without a keyring gets an empty, destroyed one, so that nothing can be stored later. Erasing twice
        changes nothing. Copies of the database made before still hold the wrapped key: `change_root_key` and the
        destruction of the former root key make those unreadable too. `at` is aware.
        """
        keyring, _ = models.Keyring.objects.get_or_create(
            owner=owner,
            defaults={"wrapped_key": b"", "made_at": at.astimezone(UTC), "destroyed_at": at.astimezone(UTC)},
        )
        models.Keyring.objects.filter(pk=keyring.pk, destroyed_at__isnull=True).update(
            wrapped_key=b"", destroyed_at=at.astimezone(UTC)
        )
        keyring.refresh_from_db()
        return keyring

    def change_root_key(self, *, new_root_key: bytes) -> int:
        """Wrap every owner's key under another root key, in one transaction ルート鍵の更新.

        Returns how many keys were wrapped anew. Afterwards only a Custody built with `new_root_key` (32 bytes) reads.
        Raises errors.WrongRootKey (nothing changed), errors.RootKeyUnusable.
        """
        successor = Custody(root_key=new_root_key, objects=self.shelf.root)
        keyrings = models.Keyring.objects.select_for_update().filter(destroyed_at__isnull=True).order_by("pk")
        with transaction.atomic():
            locked = list(keyrings)
            for keyring in locked:
                wrapped = successor._wrapped(keyring.owner, self._owner_key(keyring))
                models.Keyring.objects.filter(pk=keyring.pk).update(wrapped_key=wrapped)
        return len(locked)

    def _keyring(self, owner: str, at: datetime) -> models.Keyring:
        found = models.Keyring.objects.filter(owner=owner).first()
        if found is not None:
            return found
        keyring, _ = models.Keyring.objects.get_or_create(
            owner=owner,
            defaults={"wrapped_key": self._wrapped(owner, envelope.new_key()), "made_at": at.astimezone(UTC)},
        )
        return keyring

    def _wrapped(self, owner: str, owner_key: bytes) -> bytes:
        return envelope.close(
            content=owner_key, key=self._root_key, key_name=ROOT_KEY_NAME, context=_keyring_context(owner)
        )

    def _owner_key(self, keyring: models.Keyring) -> bytes:
        if keyring.destroyed_at is not None:
            raise errors.Erased(keyring.owner)
        try:
            return envelope.open_(
                message=bytes(keyring.wrapped_key),
                key=self._root_key,
                key_name=ROOT_KEY_NAME,
                context=_keyring_context(keyring.owner),
            )
        except envelope.NotOpened as wrong:
            raise errors.WrongRootKey(keyring.owner) from wrong


class _Counted:
    """Writes through, and remembers digest and size."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.hashed = hashlib.sha256()
        self.size = 0

    def write(self, chunk: bytes) -> int:
        self.hashed.update(chunk)
        self.size += len(chunk)
        return self._target.write(chunk)


ROOT_KEY_NAME = "root"


def _key_name(owner: str) -> str:
    return f"owner:{owner}"


def _keyring_context(owner: str) -> dict[str, str]:
    return {"owner": owner, "purpose": "owner-key"}


def _object_context(owner: str, object_id: UUID, digest: str) -> dict[str, str]:
    return {"digest": digest, "object": str(object_id), "owner": owner}
