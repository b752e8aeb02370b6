"""Tables of accounts, roles, invitations and codes 認証・権限・招待."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from warifu.directory import models as directory

from .rights import Role


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by address, whatever its case アカウントの照会."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(mail__iexact=username)


class Account(AbstractBaseUser):
    """The right to sign in; a member of staff, or an operator of the service アカウント."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.EmailField("メールアドレス", unique=True)
    staff = models.OneToOneField(
        directory.StaffMember, models.PROTECT, null=True, blank=True, related_name="account", verbose_name="職員"
    )
    is_operator = models.BooleanField("運用者", default=False)
    is_active = models.BooleanField("有効", default=True)

    USERNAME_FIELD = "mail"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = "アカウント"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staff__isnull=False, is_operator=False)
                | models.Q(staff__isnull=True, is_operator=True),
                name="account_is_staff_or_operator",
            )
        ]

    def __str__(self) -> str:
        return self.mail

    def clean_fields(self, exclude: Any = None) -> None:
        self.mail = self.mail.lower()
        super().clean_fields(exclude=exclude)


class RoleGrant(models.Model):
    """One role of one person, for the whole body or for a department and those below it 役割の付与."""

    staff = models.ForeignKey(directory.StaffMember, models.PROTECT, related_name="role_grants")
    role = models.CharField("役割", max_length=16, choices=Role.choices)
    department = models.ForeignKey(
        directory.Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="範囲"
    )
    begins_on = models.DateField("開始日", null=True, blank=True)
    ends_on = models.DateField("終了日", null=True, blank=True)
    granted_at = models.DateTimeField("付与日時", null=True)
    granted_by = models.ForeignKey(
        directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="付与した職員"
    )

    class Meta:
        verbose_name = "役割の付与"
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role"], condition=models.Q(department__isnull=True), name="role_once"
            ),
            models.UniqueConstraint(fields=["staff", "role", "department"], name="role_once_in_department"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]


class SignInFailure(models.Model):
    """A wrong password, counted so that guessing stops サインインの失敗."""

    mail = models.CharField("入力されたメールアドレスのハッシュ", max_length=64)
    ip = models.GenericIPAddressField("接続元", null=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "サインインの失敗"
        indexes = [models.Index(fields=["mail", "at"], name="failure_by_mail")]


class Invitation(models.Model):
    """A link that lets one person, and nobody else, come to one matter without an account 招待.

    Only the SHA-256 of the token is kept: who reads the database cannot open the link. `subject` says what it opens,
    in words this room does not understand.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    subject = models.CharField("対象", max_length=80, db_index=True)
    mail = models.EmailField("宛先")
    token_digest = models.CharField("トークンのハッシュ", max_length=64, unique=True)
    code_digest = models.CharField("確認コードのハッシュ", max_length=128, blank=True)
    failures = models.PositiveSmallIntegerField("確認コードの誤り", default=0)
    made_at = models.DateTimeField("発行日時")
    expires_at = models.DateTimeField("期限")
    revoked_at = models.DateTimeField("無効にした日時", null=True)

    class Meta:
        verbose_name = "招待"


class OneTimeCode(models.Model):
    """A code sent to the invited address, valid for ten minutes and once ワンタイム確認コード."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="one_time_codes")
    code_digest = models.CharField("ハッシュ", max_length=128)
    failures = models.PositiveSmallIntegerField("誤り", default=0)
    made_at = models.DateTimeField("発行日時")
    expires_at = models.DateTimeField("期限")
    used_at = models.DateTimeField("使用日時", null=True)

    class Meta:
        verbose_name = "ワンタイム確認コード"
