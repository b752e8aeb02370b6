"""Tables of accounts, roles, invitations and codes 認証・権限・招待."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from warifu.directory import models as directory

from . import network_models as network_models
from .methods import Method
from .rights import Role
from .sessions import End
from .sso.tables import (
    FederatedIdentity,
    IdentityProvider,
    ProviderSession,
    ProvisioningToken,
    SamlExchange,
    SeenMessage,
    WaitingPerson,
)

__all__ = [
    "Account",
    "AccountLink",
    "AccountManager",
    "Authenticator",
    "FederatedIdentity",
    "IdentityProvider",
    "Invitation",
    "OneTimeCode",
    "Passkey",
    "ProviderSession",
    "ProvisioningToken",
    "RecoveryCode",
    "RoleGrant",
    "SamlExchange",
    "SeenMessage",
    "Session",
    "SignInFailure",
    "SignInRules",
    "WaitingPerson",
]


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
    password_changed_at = models.DateTimeField("パスワードの変更日時", null=True, blank=True)
    password_suspected_at = models.DateTimeField("パスワードの変更を求めた日時", null=True, blank=True)
    enrol_by = models.DateTimeField("多要素認証の登録期限", null=True, blank=True)
    is_break_glass = models.BooleanField("非常用（認証基盤が止まったときもパスワードで入れる）", default=False)

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

    @property
    def name(self) -> str:
        """What the person is called; an operator is known by the address 氏名."""
        return self.staff.name if self.staff else self.mail

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
    """A try to sign in, counted before it is looked at; a success forgets it サインインの失敗."""

    mail = models.CharField("入力されたメールアドレスのハッシュ", max_length=64)
    ip = models.GenericIPAddressField("接続元", null=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "サインインの失敗"
        indexes = [
            models.Index(fields=["mail", "at"], name="failure_by_mail"),
            models.Index(fields=["ip", "at"], name="failure_by_network"),
        ]


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


class SignInRules(models.Model):
    """What one municipality demands of those who sign in サインインの設定."""

    municipality = models.OneToOneField(directory.Municipality, models.PROTECT, related_name="+")
    mfa_required = models.BooleanField("多要素認証を必須とする", default=False)
    grace_days = models.PositiveSmallIntegerField("登録までの猶予（日）", default=14)
    idle_minutes = models.PositiveSmallIntegerField("操作がない時間の上限（分）", default=30)
    absolute_hours = models.PositiveSmallIntegerField("サインインからの時間の上限（時間）", default=12)
    sso_only = models.BooleanField("職員認証だけでサインインする", default=False)

    class Meta:
        verbose_name = "サインインの設定"


class Session(models.Model):
    """One browser in which somebody has signed in; without a living row here the cookie opens nothing セッション.

    The cookie's own secret is not kept here. `methods` is what `access.methods.written` writes; `proved_at` is when the
    person last showed who they are, at the sign-in or after it (`proved_by`, blank for the sign-in itself).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    methods = models.CharField("サインインの方法", max_length=80)
    began_at = models.DateTimeField("サインインの日時")
    seen_at = models.DateTimeField("最後の操作の日時")
    proved_at = models.DateTimeField("最後の本人確認の日時")
    proved_by = models.CharField("最後の本人確認の方法", max_length=16, choices=Method.choices, blank=True)
    ip = models.GenericIPAddressField("接続元", null=True)
    agent = models.CharField("ブラウザの名乗り", max_length=300, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True)
    ended_why = models.CharField("終了の理由", max_length=16, choices=End.choices, blank=True)

    class Meta:
        verbose_name = "セッション"
        ordering = ("-seen_at",)
        indexes = [
            models.Index(fields=["account", "ended_at"], name="session_of_account"),
            models.Index(fields=["ip", "began_at"], name="session_by_network"),
        ]


class Authenticator(models.Model):
    """An app that makes one-time passwords; its secret is kept encrypted 認証アプリ."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="authenticator")
    sealed_secret = models.TextField("秘密鍵（暗号化）", editable=False)
    last_step = models.BigIntegerField("最後に使われた時間枠", default=0)
    made_at = models.DateTimeField("登録日時")
    used_at = models.DateTimeField("最終利用日時", null=True)

    class Meta:
        verbose_name = "認証アプリ"


class Passkey(models.Model):
    """A WebAuthn credential of one person, under a name that they gave it パスキー.

    `credential` is the attested credential data (WebAuthn §6.5.2): identifier and public key, no secret.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="passkeys")
    name = models.CharField("名前", max_length=60)
    identifier = models.CharField("識別子", max_length=1400, unique=True, editable=False)
    credential = models.BinaryField("公開鍵", editable=False)
    uses = models.BigIntegerField("署名の回数", default=0)
    synced = models.BooleanField("同期される", default=False)
    made_at = models.DateTimeField("登録日時")
    used_at = models.DateTimeField("最終利用日時", null=True)

    class Meta:
        verbose_name = "パスキー"
        ordering = ("made_at", "id")


class RecoveryCode(models.Model):
    """One of ten codes for who has lost the phone; each opens once リカバリーコード."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField("照合値", max_length=64)
    made_at = models.DateTimeField("発行日時")
    used_at = models.DateTimeField("使用日時", null=True)

    class Meta:
        verbose_name = "リカバリーコード"
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]


class AccountLink(models.Model):
    """A link by mail with which one person sets a password: once, within a day アカウントのリンク."""

    class Purpose(models.TextChoices):
        """What the link was sent for リンクの用途."""

        INVITE = "invite", "アカウントの開始"
        RESET = "reset", "パスワードの再設定"

    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    purpose = models.CharField("用途", max_length=8, choices=Purpose.choices)
    token_digest = models.CharField("トークンのハッシュ", max_length=64, unique=True)
    made_at = models.DateTimeField("発行日時")
    expires_at = models.DateTimeField("期限")
    used_at = models.DateTimeField("使用日時", null=True)

    class Meta:
        verbose_name = "アカウントのリンク"


class MailChange(models.Model):
    """An address that somebody wants to sign in with from now on, until they open the link sent there アドレスの変更.

    Only the SHA-256 of the link's token is kept. A link of this table sets no password.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="mail_changes")
    mail = models.EmailField("新しいメールアドレス")
    token_digest = models.CharField("トークンのハッシュ", max_length=64, unique=True)
    made_at = models.DateTimeField("申込日時")
    expires_at = models.DateTimeField("期限")
    ended_at = models.DateTimeField("使用又は取消しの日時", null=True)

    class Meta:
        verbose_name = "メールアドレスの変更"
