"""Tables of the vault: keys and objects, never contents 保管庫の表."""

import uuid

from django.db import models


class Keyring(models.Model):
    """An owner's key, wrapped by the root key; emptied when destroyed 団体鍵."""

    owner = models.CharField("所有者", max_length=100, unique=True)
    wrapped_key = models.BinaryField("暗号化された鍵")
    made_at = models.DateTimeField("作成日時")
    destroyed_at = models.DateTimeField("破棄日時", null=True)

    class Meta:
        verbose_name = "団体鍵"
        verbose_name_plural = "団体鍵"
        constraints = (
            models.CheckConstraint(
                name="vault_keyring_destroyed_is_empty",
                condition=models.Q(destroyed_at__isnull=True) | models.Q(wrapped_key=b""),
            ),
        )

    def __str__(self) -> str:
        return self.owner


class StoredObject(models.Model):
    """One kept object; its file's name is its identifier 保管物."""

    id = models.UUIDField("識別子", primary_key=True, default=uuid.uuid4)
    keyring = models.ForeignKey(Keyring, models.PROTECT, related_name="+", verbose_name="団体鍵")
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("バイト数")
    media_type = models.CharField("種類", max_length=100)
    stored_at = models.DateTimeField("保管日時")

    class Meta:
        verbose_name = "保管物"
        verbose_name_plural = "保管物"
        indexes = (models.Index(fields=("keyring", "stored_at"), name="vault_object_stored"),)

    def __str__(self) -> str:
        return str(self.id)
