"""Tables of identity providers and of those whom they vouch for 職員認証連携の表."""

import uuid

from django.db import models

from warifu.directory import models as directory


class Kind(models.TextChoices):
    """Which protocol a provider speaks 連携の方式."""

    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML 2.0"


class MatchBy(models.TextChoices):
    """By what a person of the register is found at the first sign-in 職員の照合."""

    NUMBER = "number", "職員番号"
    MAIL = "mail", "メールアドレス"


class NewPeople(models.TextChoices):
    """What happens to somebody whom the register does not know 未登録の職員の扱い."""

    REFUSE = "refuse", "サインインを受け付けない"
    HOLD = "hold", "管理者の承認を待って登録する"
    CREATE = "create", "最初のサインインで登録する"


class IdentityProvider(models.Model):
    """A service of one municipality that says who somebody is; it never speaks for another body's people 認証基盤.

    `changed_at` moves with each change of what a test sign-in proves; only a test after it (`tested_at`) lets the
    provider be switched on. `sealed_secret` is what `access.keeper` made of the client's secret. `metadata` holds what
    the provider said about itself (discovery document), `keys` its JWKS and `keys_at` when that was fetched.
    `sealed_own_key` and `own_certificate` are ours, and sign questions by SAML. `told_endings` says by the key of
    `endings.Ending` how many days before an end the last mail went to the administrators.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    kind = models.CharField("方式", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    is_on = models.BooleanField("利用する", default=False)
    made_at = models.DateTimeField("登録日時")
    changed_at = models.DateTimeField("設定の変更日時")
    tested_at = models.DateTimeField("試験の日時", null=True)

    match_by = models.CharField("職員の照合", max_length=8, choices=MatchBy.choices, default=MatchBy.NUMBER)
    number_attribute = models.CharField("職員番号の属性", max_length=200, blank=True)
    mail_attribute = models.CharField("メールアドレスの属性", max_length=200, blank=True)
    name_attribute = models.CharField("氏名の属性", max_length=200, blank=True)
    department_attribute = models.CharField("部署コードの属性", max_length=200, blank=True)
    title_attribute = models.CharField("職名の属性", max_length=200, blank=True)
    multi_factor_values = models.TextField("多要素認証とみなす値", blank=True)

    new_people = models.CharField("未登録の職員", max_length=8, choices=NewPeople.choices, default=NewPeople.REFUSE)
    first_department = models.ForeignKey(
        directory.Department, models.PROTECT, null=True, related_name="+", verbose_name="部署が分からないときの所属"
    )

    issuer = models.CharField("発行者", max_length=300, blank=True)
    client_id = models.CharField("クライアントID", max_length=200, blank=True)
    sealed_secret = models.TextField("クライアントシークレット（暗号化）", blank=True, editable=False)
    secret_ends_on = models.DateField("シークレットの期限", null=True, blank=True)
    metadata = models.JSONField("認証基盤の情報", default=dict)
    keys = models.JSONField("署名検証の公開鍵", default=dict)
    keys_at = models.DateTimeField("公開鍵の取得日時", null=True)

    entity_id = models.CharField("エンティティID", max_length=300, blank=True)
    sso_url = models.CharField("サインインの送信先", max_length=500, blank=True)
    certificates = models.JSONField("署名検証の証明書", default=list)
    idp_initiated = models.BooleanField("認証基盤から始めるサインインを認める", default=False)
    sealed_own_key = models.TextField("要求の署名鍵（暗号化）", blank=True, editable=False)
    own_certificate = models.TextField("要求の署名証明書", blank=True)
    told_endings = models.JSONField("期限の知らせ", default=dict)

    class Meta:
        verbose_name = "認証基盤"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="provider_once")]

    def __str__(self) -> str:
        return self.name


class FederatedIdentity(models.Model):
    """Whom a provider means by a subject, from the first sign-in on 認証基盤との対応."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="identities")
    account = models.ForeignKey("access.Account", models.CASCADE, related_name="identities")
    subject = models.CharField("認証基盤での識別子", max_length=300)
    linked_at = models.DateTimeField("対応の登録日時")
    used_at = models.DateTimeField("最後のサインイン", null=True)

    class Meta:
        verbose_name = "認証基盤との対応"
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="subject_once"),
            models.UniqueConstraint(fields=["provider", "account"], name="account_once_at_provider"),
        ]


class ProviderSession(models.Model):
    """Which session of the provider stands behind one of ours, so that its end ends ours 認証基盤のセッション."""

    session = models.OneToOneField("access.Session", models.CASCADE, related_name="behind")
    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    subject = models.CharField("認証基盤での識別子", max_length=300)
    index = models.CharField("認証基盤のセッション", max_length=300, blank=True)
    sealed_hint = models.TextField("IDトークン（暗号化）", blank=True, editable=False)

    class Meta:
        verbose_name = "認証基盤のセッション"
        indexes = [models.Index(fields=["provider", "subject"], name="behind_by_subject")]


class SamlExchange(models.Model):
    """A question to a SAML provider, and its answer until the same browser fetches it サインインの照会（SAML）.

    The answer comes by a POST from another site, which brings no cookie; it waits here, encrypted, for minutes.
    """

    request_id = models.CharField("要求の識別子", max_length=64, unique=True)
    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField("照会の日時")
    fresh = models.BooleanField("再認証を求めた", default=False)
    unasked = models.BooleanField("認証基盤から始まった", default=False)
    answered_at = models.DateTimeField("回答の日時", null=True)
    fetched_at = models.DateTimeField("受取りの日時", null=True)
    sealed_answer = models.TextField("回答（暗号化）", blank=True, editable=False)

    class Meta:
        verbose_name = "サインインの照会（SAML）"


class SeenMessage(models.Model):
    """A message of a provider that was used up; the same again is a replay 使用済みの応答."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    digest = models.CharField("識別子のハッシュ", max_length=64)
    until = models.DateTimeField("保持の期限")

    class Meta:
        verbose_name = "使用済みの応答"
        constraints = [models.UniqueConstraint(fields=["provider", "digest"], name="message_once")]


class WaitingPerson(models.Model):
    """Somebody whom a provider vouches for and the register does not know; an administrator decides 登録待ちの職員."""

    class Decision(models.TextChoices):
        """What became of it 判断."""

        OPEN = "open", "承認待ち"
        TAKEN = "taken", "登録済み"
        REFUSED = "refused", "登録しない"

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="waiting")
    subject = models.CharField("認証基盤での識別子", max_length=300)
    name = models.CharField("氏名", max_length=80)
    mail = models.EmailField("メールアドレス")
    number = models.CharField("職員番号", max_length=20, blank=True)
    department_code = models.CharField("部署コード", max_length=20, blank=True)
    title = models.CharField("職名", max_length=60, blank=True)
    asked_at = models.DateTimeField("最初のサインインの日時")
    decision = models.CharField("判断", max_length=8, choices=Decision.choices, default=Decision.OPEN)

    class Meta:
        verbose_name = "登録待ちの職員"
        ordering = ("asked_at", "id")
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="waiting_once")]


class ProvisioningToken(models.Model):
    """What a system of one municipality shows to keep its staff up to date; only the digest is kept 連携用トークン.

    `window_at` and `window_uses` count what was asked in the minute that began then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    digest = models.CharField("トークンのハッシュ", max_length=64, unique=True)
    made_at = models.DateTimeField("発行日時")
    expires_at = models.DateTimeField("期限")
    revoked_at = models.DateTimeField("無効にした日時", null=True)
    used_at = models.DateTimeField("最終利用日時", null=True)
    window_at = models.DateTimeField("計数の開始", null=True)
    window_uses = models.PositiveIntegerField("計数", default=0)

    class Meta:
        verbose_name = "連携用トークン"
        ordering = ("-made_at", "id")
