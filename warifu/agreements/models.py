"""Tables of an agreement: its documents, parties, consents and seal steps 契約案件."""

import uuid

from django.db import models

from warifu.archive import models as archive
from warifu.directory import models as directory
from warifu.vault import models as vault

from . import lifecycle


class Kind(models.TextChoices):
    """What sort of document it is 文書種別."""

    CONSTRUCTION = "construction", "工事請負契約書"
    SERVICE = "service", "業務委託契約書"
    PURCHASE = "purchase", "物品購入契約書"
    LEASE = "lease", "賃貸借契約書"
    AMENDMENT = "amendment", "変更契約書"
    PROVISIONAL = "provisional", "仮契約書"
    MEMORANDUM = "memorandum", "協定書・覚書"
    OTHER = "other", "その他"


class Side(models.TextChoices):
    """Whose half of the tally 当事者の別."""

    MUNICIPALITY = "municipality", "発注者"
    COUNTERPARTY = "counterparty", "受注者"


class Agreement(models.Model):
    """One matter on its way to a contract 契約案件."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    department = models.ForeignKey(directory.Department, models.PROTECT, related_name="+")
    drafted_by = models.ForeignKey(directory.StaffMember, models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="引き継いだ担当者"
    )
    state = models.CharField("状態", max_length=16, default=lifecycle.State.DRAFT)

    title = models.CharField("件名", max_length=200, blank=True)
    number = models.CharField("契約番号", max_length=60, blank=True)
    kind = models.CharField("文書の種類", max_length=16, choices=Kind.choices, blank=True)
    amount = models.BigIntegerField("契約金額（税込）", null=True)
    no_total = models.BooleanField("総額を定めない契約（単価契約など）", default=False)
    contract_on = models.DateField("契約日", null=True)
    term_from = models.DateField("履行期間（から）", null=True)
    term_to = models.DateField("履行期間（まで）", null=True)
    decision_number = models.CharField("決裁番号", max_length=60, blank=True)
    authority = models.ForeignKey(
        directory.ContractingAuthority, models.PROTECT, null=True, related_name="+", verbose_name="契約名義"
    )
    counterparty = models.ForeignKey(
        directory.Counterparty, models.PROTECT, null=True, related_name="+", verbose_name="相手方"
    )
    contact_address = models.ForeignKey(
        directory.ContactAddress, models.PROTECT, null=True, related_name="+", verbose_name="相手方の宛先"
    )
    delegate = models.ForeignKey(
        directory.Delegate, models.PROTECT, null=True, related_name="+", verbose_name="相手方の受任者"
    )
    counterparty_first = models.BooleanField("相手方が先に合意する", default=True)
    approver = models.ForeignKey(
        directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="承認者"
    )
    seal_style = models.CharField(
        "署名の表示", max_length=8, choices=directory.SealStyle.choices, default=directory.SealStyle.NONE
    )
    seals_basis = models.CharField("署名欄を設けたときの内容のハッシュ値", max_length=64, blank=True)

    drafted_at = models.DateTimeField("起案日時")
    changed_at = models.DateTimeField("状態が変わった日時")
    submitted_at = models.DateTimeField("承認を依頼した日時", null=True)
    submitted_by = models.ForeignKey(directory.StaffMember, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(directory.StaffMember, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("承認日時", null=True)
    approved_name = models.CharField("承認したときの氏名", max_length=80, blank=True, db_default="")
    approved_post = models.TextField("承認したときの所属と職名", blank=True, db_default="")
    approved_facts = models.CharField("承認した内容のハッシュ値", max_length=64, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True)
    respond_by = models.DateTimeField("同意の期限", null=True)
    agreed_at = models.DateTimeField("合意日時", null=True)
    concluded_at = models.DateTimeField("締結日時", null=True)
    reason = models.TextField("差戻し・却下・取下げの理由", blank=True)
    record = models.OneToOneField(archive.Record, models.PROTECT, null=True, related_name="+")

    sealing_until = models.DateTimeField("署名処理の占有期限", null=True)
    sealing_problem = models.CharField("署名処理が待っている理由", max_length=60, blank=True)
    sealing_tries = models.PositiveIntegerField("署名処理を続けて試みた回数", default=0)
    sealing_paid = models.PositiveIntegerField("タイムスタンプを得ても完了しなかった回数", default=0, db_default=0)
    sealing_tried_at = models.DateTimeField("署名処理を最後に試みた日時", null=True)

    class Meta:
        verbose_name = "契約案件"
        indexes = [
            models.Index(fields=["municipality", "state", "-changed_at"], name="agreement_by_state"),
            models.Index(fields=["municipality", "-changed_at"], name="agreement_by_change"),
            models.Index(fields=["department", "state", "-changed_at"], name="agreement_by_department"),
            models.Index(fields=["state", "sealing_until"], name="agreement_to_seal"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in lifecycle.State]), name="state_is_known"
            ),
            # No stamp, no seal: a record exists only for files that were validated after reading them back.
            models.CheckConstraint(
                condition=~models.Q(state="concluded")
                | models.Q(record__isnull=False, agreed_at__isnull=False, concluded_at__isnull=False),
                name="concluded_needs_a_record",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(no_total=False), name="amount_or_no_total"
            ),
            models.CheckConstraint(
                condition=models.Q(contact_address__isnull=True) | models.Q(delegate__isnull=True),
                name="one_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def in_charge(self) -> directory.StaffMember:
        """Whom to ask about it now: who took it over, or else who drafted it 担当者."""
        return self.officer or self.drafted_by


class Document(models.Model):
    """A PDF of an agreement: as it came, and as everybody sees and agrees to it 契約書."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField("順番")
    name = models.CharField("ファイル名", max_length=200)
    original = models.ForeignKey(vault.StoredObject, models.PROTECT, related_name="+")
    agreed = models.ForeignKey(vault.StoredObject, models.PROTECT, related_name="+")
    without_seals = models.ForeignKey(
        vault.StoredObject, models.PROTECT, null=True, related_name="+", verbose_name="署名欄を設ける前の契約書"
    )
    digest = models.CharField("契約書のハッシュ値（SHA-256）", max_length=64)
    size = models.PositiveIntegerField("大きさ")
    pages = models.PositiveIntegerField("ページ数")
    last_sheet = models.JSONField("最後のページの大きさ", null=True)
    notes = models.JSONField("検査で分かったこと", default=list)
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "契約書"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["agreement", "position"], name="document_position_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def repaired(self) -> bool:
        """Whether the file was mended before anyone saw it 修復の有無."""
        return any(note.get("repair") for note in self.notes)


class SealPlace(models.Model):
    """Where one party's visible seal stands on the first document; its size is that of every seal 署名欄の位置."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="seal_places")
    side = models.CharField("当事者の別", max_length=16, choices=Side.choices)
    page = models.PositiveIntegerField("ページ")
    left = models.PositiveSmallIntegerField("左からの位置（mm）")
    top = models.PositiveSmallIntegerField("上からの位置（mm）")

    class Meta:
        verbose_name = "署名欄の位置"
        ordering = ("side",)
        constraints = [models.UniqueConstraint(fields=["agreement", "side"], name="seal_place_once")]


class RefusedUpload(models.Model):
    """A file that was not taken in, and why, so that the officer sees it beside the others 使用できないファイル."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="refused_uploads")
    name = models.CharField("ファイル名", max_length=200)
    code = models.CharField("理由の記号", max_length=60)
    message = models.TextField("理由")
    next_step = models.TextField("次にすること")
    refused_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "使用できないファイル"
        ordering = ("id",)


class Party(models.Model):
    """One half of the tally, as it stood when the agreement was sent 当事者."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    side = models.CharField("当事者の別", max_length=16, choices=Side.choices)
    position = models.PositiveSmallIntegerField("順番")
    organisation = models.CharField("組織", max_length=160)
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    title = models.CharField("役職・契約名義", max_length=80, blank=True)
    nominal = models.CharField("名義の表示", max_length=170, blank=True, default="", db_default="")
    name = models.CharField("氏名", max_length=80, blank=True)
    ground = models.CharField("委任の根拠", max_length=190, blank=True, default="", db_default="")
    mail = models.EmailField("メールアドレス", blank=True)
    sealed_code = models.TextField("確認コード（暗号化）", blank=True)
    viewed_at = models.DateTimeField("契約書を最初に閲覧した日時", null=True)

    class Meta:
        verbose_name = "当事者"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="party_position_once"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="side_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}".strip()


class Consent(models.Model):
    """One party's click: who, when, how they were known, and what they saw 合意.

    In a municipality's half `nominal` is in whose name it was given, `ground` by which rule `name` gave it, and
    `deputising` why and how a deputy stood for the holder; of version 1 of `statement`, none of them was kept.
    """

    party = models.OneToOneField(Party, models.CASCADE, related_name="consent")
    at = models.DateTimeField("合意日時")
    name = models.CharField("合意した人", max_length=80)
    title = models.CharField("役職", max_length=80, blank=True)
    mail = models.EmailField("メールアドレス")
    ip = models.GenericIPAddressField("接続元", null=True)
    agent = models.CharField("ブラウザ", max_length=300, blank=True)
    authenticated_by = models.CharField("本人確認の方法", max_length=80)
    shown_digest = models.CharField("表示した契約書のハッシュ値", max_length=64)
    statement = models.PositiveSmallIntegerField("合意表示の版", default=1, db_default=1)
    nominal = models.CharField("名義の表示", max_length=170, blank=True, default="", db_default="")
    deputising = models.CharField("職務代理の理由と根拠", max_length=250, blank=True, default="", db_default="")
    ground = models.CharField("専決・委任の根拠", max_length=190, blank=True, default="", db_default="")
    staff = models.ForeignKey(directory.StaffMember, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "合意"


class StepKind(models.TextChoices):
    """What a seal step adds to the file 署名処理の段階."""

    CONSENT = "consent", "合意の署名"
    ARCHIVE = "archive", "長期署名"


class SealStep(models.Model):
    """One revision of one document: planned before the key is touched, done once validated and kept 封緘の段階."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, models.CASCADE, related_name="seal_steps")
    position = models.PositiveSmallIntegerField("順番")
    kind = models.CharField("段階", max_length=16, choices=StepKind.choices)
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="seal_steps")
    planned_at = models.DateTimeField("予定した日時")
    source_digest = models.CharField("署名前のハッシュ値", max_length=64, blank=True)
    attempts = models.PositiveIntegerField("試みた回数", default=0)
    result = models.ForeignKey(vault.StoredObject, models.PROTECT, null=True, related_name="+")
    result_digest = models.CharField("署名後のハッシュ値", max_length=64, blank=True)
    timestamped_at = models.DateTimeField("タイムスタンプの日時", null=True)
    timestamp_authority = models.CharField("時刻認証局", max_length=300, blank=True)
    timestamp_serial = models.CharField("タイムスタンプの通し番号", max_length=80, blank=True)
    done_at = models.DateTimeField("終えた日時", null=True)

    class Meta:
        verbose_name = "封緘の段階"
        ordering = ("document__position", "position")
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="step_position_once"),
            models.UniqueConstraint(fields=["document", "consent"], name="one_revision_per_consent"),
            models.CheckConstraint(
                condition=models.Q(kind="consent", consent__isnull=False)
                | models.Q(kind="archive", consent__isnull=True),
                name="consent_step_has_a_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, result__isnull=True, result_digest="")
                | models.Q(done_at__isnull=False, result__isnull=False) & ~models.Q(result_digest=""),
                name="done_step_has_a_result",
            ),
        ]


class Certificate(models.Model):
    """The certificate of conclusion, sealed once, however often the accession after it fails 締結証明書."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="certificate")
    concluded_at = models.DateTimeField("記載する締結日時")
    page_digest = models.CharField("署名前のハッシュ値", max_length=64)
    attempts = models.PositiveIntegerField("試みた回数", default=0)
    result = models.ForeignKey(vault.StoredObject, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "締結証明書"
