"""Tables of what was concluded; they know a workflow only by an opaque name 保存の表."""

import uuid

from django.db import models

from warifu.directory import models as directory
from warifu.vault import models as vault

from .folder_models import FilingRule as FilingRule
from .folder_models import Folder as Folder
from .folder_models import FolderRight as FolderRight


class FileRole(models.TextChoices):
    """What a file of a record is 文書の役割."""

    CONTRACT = "contract", "契約書"
    CERTIFICATE = "certificate", "締結証明書"
    ORIGINAL = "original", "受領した原本"


class Record(models.Model):
    """One concluded contract as it is kept, found and one day disposed of 記録.

    `transaction_on` (a day in Japan), `amount` (whole yen, tax included; null for 単価契約 and the like) and
    `counterparty_name` are the three things that 電子帳簿保存法施行規則2条6項5号 wants found by range and combination.
    `origin` is a name such as `agreement:<uuid>` that this room does not understand. `sealed_until` is the earliest end
    of its files' archive timestamps, `seal_algorithms` what these rest on; both move when a file is renewed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        directory.Municipality, models.PROTECT, related_name="+", verbose_name="市町", db_index=False
    )
    department = models.ForeignKey(directory.Department, models.PROTECT, related_name="+", verbose_name="部署")
    folder = models.ForeignKey(
        Folder, models.PROTECT, null=True, blank=True, related_name="records", verbose_name="フォルダ", db_index=False
    )
    origin = models.CharField("由来", max_length=120)
    number = models.CharField("契約番号", max_length=60)
    title = models.CharField("件名", max_length=200)
    kind = models.CharField("文書種別", max_length=60)
    amount = models.BigIntegerField("契約金額（税込）", null=True, blank=True)
    transaction_on = models.DateField("取引年月日")
    term_from = models.DateField("履行期間の初日", null=True, blank=True)
    term_to = models.DateField("履行期間の末日", null=True, blank=True)
    counterparty_name = models.CharField("取引先", max_length=400)
    counterparty_number = models.CharField("法人番号", max_length=13, blank=True)
    authority_title = models.CharField("契約名義", max_length=80)
    nominal_party = models.CharField("名義の表示", max_length=170, blank=True, default="", db_default="")
    acting_officer = models.CharField("合意した職員", max_length=160, blank=True, default="", db_default="")
    acting_ground = models.CharField("専決・委任の根拠", max_length=190, blank=True, default="", db_default="")
    decision_number = models.CharField("決裁番号", max_length=60, blank=True)
    concluded_at = models.DateTimeField("締結完了日時")
    verified_at = models.DateTimeField("検証日時")
    sealed_until = models.DateTimeField("有効性期限", null=True, blank=True)
    seal_algorithms = models.CharField("タイムスタンプの暗号", max_length=200, blank=True)
    level = models.CharField("署名の水準", max_length=10, blank=True)
    renewing_until = models.DateTimeField("延長処理の占有期限", null=True, blank=True)
    renewal_problem = models.CharField("延長できない理由", max_length=40, blank=True)
    renewal_tried_at = models.DateTimeField("延長を試みた日時", null=True, blank=True)
    renewal_tries = models.PositiveIntegerField("延長を試みた回数", default=0)
    search_key = models.TextField("検索用の件名・番号", editable=False)
    counterparty_key = models.TextField("検索用の取引先", editable=False)

    class Meta:
        verbose_name = "記録"
        verbose_name_plural = "記録"
        ordering = ("-transaction_on", "-id")
        constraints = (
            models.UniqueConstraint(fields=("municipality", "origin"), name="archive_record_origin_once"),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="archive_record_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(term_from__isnull=True)
                | models.Q(term_to__isnull=True)
                | models.Q(term_to__gte=models.F("term_from")),
                name="archive_record_term",
            ),
            models.CheckConstraint(condition=~models.Q(search_key=""), name="archive_record_search_key"),
            models.CheckConstraint(condition=~models.Q(counterparty_key=""), name="archive_record_counterparty_key"),
        )
        indexes = (
            models.Index(fields=("municipality", "-transaction_on", "-id"), name="archive_record_day"),
            models.Index(fields=("department", "-transaction_on", "-id"), name="archive_record_department"),
            models.Index(fields=("folder", "-transaction_on", "-id"), name="archive_record_folder"),
            models.Index(fields=("municipality", "amount"), name="archive_record_amount"),
            models.Index(fields=("municipality", "counterparty_key"), name="archive_record_counterparty"),
            models.Index(fields=("municipality", "concluded_at"), name="archive_record_concluded"),
            models.Index(fields=("municipality", "sealed_until"), name="archive_record_sealed_until"),
            models.Index(fields=("sealed_until",), name="archive_record_until"),
            models.Index(fields=("municipality", "renewal_problem"), name="archive_record_problem"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class RecordFile(models.Model):
    """One file of a record; its bytes are in the vault 記録のファイル.

    `object`, `digest` and `size` are those of the conclusion and never change; `renewals` continue them. `sealed_until`
    and `seal_algorithms` are those of the newest revision, null and empty until they are known. `agreed_size` tells
    how many of the first bytes the parties agreed to; null where nobody noted it, and for what is no contract.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="files", verbose_name="記録", db_index=False)
    position = models.PositiveSmallIntegerField("順番")
    role = models.CharField("役割", max_length=16, choices=FileRole.choices)
    name = models.CharField("ファイル名", max_length=255)
    object = models.ForeignKey(vault.StoredObject, models.PROTECT, related_name="+", verbose_name="保管物")
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("バイト数")
    pages = models.PositiveIntegerField("ページ数", null=True, blank=True)
    timestamp_authority = models.CharField("時刻認証局", max_length=300, blank=True)
    timestamp_serial = models.CharField("タイムスタンプの通し番号", max_length=80, blank=True)
    sealed_until = models.DateTimeField("有効性期限", null=True, blank=True)
    seal_algorithms = models.CharField("タイムスタンプの暗号", max_length=200, blank=True)
    agreed_size = models.BigIntegerField("合意した内容のバイト数", null=True, blank=True)

    class Meta:
        verbose_name = "記録のファイル"
        verbose_name_plural = "記録のファイル"
        ordering = ("record", "position")
        constraints = (
            models.UniqueConstraint(fields=("record", "position"), name="archive_file_place"),
            models.CheckConstraint(condition=models.Q(role__in=FileRole.values), name="archive_file_role"),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="archive_file_digest"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="archive_file_size"),
        )

    def __str__(self) -> str:
        return self.name


class FileRenewal(models.Model):
    """One more archive timestamp on a file, whose bytes begin with all those before 有効性の延長.

    `before_digest` is that of the revision before it; `timestamped_at` is the genTime of the new token.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(
        RecordFile, models.PROTECT, related_name="renewals", verbose_name="記録のファイル", db_index=False
    )
    position = models.PositiveSmallIntegerField("順番")
    object = models.ForeignKey(vault.StoredObject, models.PROTECT, related_name="+", verbose_name="保管物")
    before_digest = models.CharField("延長前のSHA-256", max_length=64)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.BigIntegerField("バイト数")
    timestamp_authority = models.CharField("時刻認証局", max_length=300)
    timestamp_serial = models.CharField("タイムスタンプの通し番号", max_length=80)
    timestamped_at = models.DateTimeField("タイムスタンプの日時")
    sealed_until = models.DateTimeField("有効性期限")
    renewed_at = models.DateTimeField("延長日時")

    class Meta:
        verbose_name = "有効性の延長"
        verbose_name_plural = "有効性の延長"
        ordering = ("file", "position")
        constraints = (
            models.UniqueConstraint(fields=("file", "position"), name="archive_renewal_place"),
            models.CheckConstraint(condition=models.Q(position__gt=0), name="archive_renewal_position"),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="archive_renewal_digest"),
            models.CheckConstraint(
                condition=~models.Q(digest=models.F("before_digest")), name="archive_renewal_changes"
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} {self.position}"


class Filing(models.Model):
    """One move of a record: out of which folder, into which, by whom and why 整理の履歴.

    The paths are as they read at that moment; empty is unfiled 未整理.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="filings", verbose_name="記録", db_index=False)
    before = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+", verbose_name="移す前のフォルダ")
    after = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="+", verbose_name="移した先のフォルダ")
    before_path = models.TextField("移す前の名称", blank=True)
    after_path = models.TextField("移した先の名称", blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    filed_by = models.CharField("移した職員", max_length=200)
    filed_at = models.DateTimeField("移した日時")

    class Meta:
        verbose_name = "整理の履歴"
        verbose_name_plural = "整理の履歴"
        ordering = ("-filed_at", "-id")
        indexes = (models.Index(fields=("record", "-filed_at"), name="archive_filing_of_record"),)

    def __str__(self) -> str:
        return f"{self.before_path} → {self.after_path}"


class PeriodBasis(models.TextChoices):
    """Which day of a record a period is about 期間の基準."""

    TRANSACTION = "transaction", "取引年月日"
    CONCLUSION = "conclusion", "締結日"


class PeriodValidation(models.Model):
    """All sealed files of a period, validated once by one request 期間の一括検証.

    Both days are days in Japan and belong to the period. `sheet` is the result as CSV, kept in the vault.
    `departments` are those of the records that it looks at: who does not read all of them does not see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        directory.Municipality, models.PROTECT, related_name="+", verbose_name="市町", db_index=False
    )
    basis = models.CharField("期間の基準", max_length=16, choices=PeriodBasis.choices)
    date_from = models.DateField("期間の初日")
    date_to = models.DateField("期間の末日")
    counterparty = models.CharField("取引先", max_length=120, blank=True)
    departments = models.ManyToManyField(directory.Department, related_name="+", verbose_name="対象の部署")
    total = models.PositiveIntegerField("対象の数")
    asked_by = models.CharField("依頼した職員", max_length=200)
    asked_at = models.DateTimeField("依頼日時")
    working_until = models.DateTimeField("処理の占有期限", null=True, blank=True)
    finished_at = models.DateTimeField("完了日時", null=True, blank=True)
    sheet = models.ForeignKey(
        vault.StoredObject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="結果のCSV"
    )

    class Meta:
        verbose_name = "期間の一括検証"
        verbose_name_plural = "期間の一括検証"
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(basis__in=PeriodBasis.values), name="archive_period_basis"),
            models.CheckConstraint(
                condition=models.Q(date_from__lte=models.F("date_to")), name="archive_period_direction"
            ),
            models.UniqueConstraint(
                fields=("municipality",),
                condition=models.Q(finished_at__isnull=True),
                name="archive_period_one_at_once",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True) | models.Q(sheet__isnull=False),
                name="archive_period_finished_with_sheet",
            ),
        )
        indexes = (models.Index(fields=("municipality", "-asked_at"), name="archive_period_asked"),)

    def __str__(self) -> str:
        return f"{self.date_from}〜{self.date_to}"


class ValidatedFile(models.Model):
    """What one file was found to be in a validation of a period; no result yet while it waits 一括検証の結果."""

    period = models.ForeignKey(
        PeriodValidation, models.CASCADE, related_name="rows", verbose_name="期間の一括検証", db_index=False
    )
    position = models.PositiveIntegerField("順番")
    file = models.ForeignKey(RecordFile, models.PROTECT, related_name="+", verbose_name="記録のファイル")
    result = models.CharField("検証結果", max_length=16, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    level = models.CharField("署名の水準", max_length=10, blank=True)
    timestamped_at = models.DateTimeField("タイムスタンプ日時", null=True, blank=True)
    timestamp_authority = models.CharField("時刻認証局", max_length=300, blank=True)
    sealed_until = models.DateTimeField("有効性期限", null=True, blank=True)
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    checked_at = models.DateTimeField("検証日時", null=True, blank=True)

    class Meta:
        verbose_name = "一括検証の結果"
        verbose_name_plural = "一括検証の結果"
        ordering = ("period", "position")
        constraints = (models.UniqueConstraint(fields=("period", "position"), name="archive_period_row"),)
        indexes = (models.Index(fields=("period", "result", "position"), name="archive_period_result"),)

    def __str__(self) -> str:
        return f"{self.period} {self.position}"
