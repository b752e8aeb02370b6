"""Tables of the register of firms: a firm, its addresses, who acts for it, what it was called 取引先の登録簿.

What an agreement was sent with stays with the agreement (`agreements.Party`); a row here may change or end.
"""

import uuid

from django.db import models

IN_USE = models.Q(stopped_at__isnull=True, merged_into__isnull=True)
"""Which firms may be chosen for a contract."""


class AddressKind(models.TextChoices):
    """Whose address it is: of who may conclude contracts, or of who prepares them 宛先の区分."""

    SIGNATORY = "signatory", "契約締結権限者"
    CONTACT = "contact", "担当者"


class Counterparty(models.Model):
    """A firm that contracts with a municipality, as that municipality knows it 事業者.

    `signatory_title`, `signatory_name` and `mail` are its representative's; others who conclude contracts for it are
    `ContactAddress` and `Delegate`. `search_text` is all under which it is found, in search keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey("directory.Municipality", models.PROTECT, related_name="counterparties")
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    name = models.CharField("商号又は名称", max_length=120)
    kana = models.CharField("フリガナ", max_length=160, blank=True, default="", db_default="")
    address = models.CharField("所在地", max_length=200, blank=True)
    signatory_title = models.CharField("契約締結権限者の役職", max_length=60, blank=True)
    signatory_name = models.CharField("契約締結権限者の氏名", max_length=80)
    mail = models.EmailField("メールアドレス")
    stopped_at = models.DateTimeField("利用を停止した日時", null=True, blank=True)
    stopped_reason = models.CharField("停止の理由", max_length=200, blank=True, default="", db_default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name="統合先"
    )
    search_key = models.CharField("検索用の名称", max_length=240, db_index=True, editable=False)
    search_text = models.TextField("検索用の語", editable=False, default="", db_default="")

    class Meta:
        verbose_name = "事業者"
        ordering = ("name", "id")
        indexes = [
            models.Index(fields=["municipality", "name", "id"], name="counterparty_by_name"),
            # A page of the register counts and sorts those in use; duplicates are groups of equal keys among them.
            models.Index(fields=["municipality", "name", "id"], name="counterparty_in_use", condition=IN_USE),
            models.Index(fields=["municipality", "search_key"], name="counterparty_by_key", condition=IN_USE),
            models.Index(fields=["municipality", "corporate_number"], name="counterparty_of_number", condition=IN_USE),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_use(self) -> bool:
        """Whether it may be chosen for a contract 利用中."""
        return self.stopped_at is None and self.merged_into_id is None


class ContactAddress(models.Model):
    """A further address of a firm: who reads it, as what, and whether it still holds 取引先の宛先."""

    counterparty = models.ForeignKey(Counterparty, models.PROTECT, related_name="addresses", verbose_name="取引先")
    kind = models.CharField("区分", max_length=12, choices=AddressKind.choices)
    title = models.CharField("役職", max_length=60, blank=True)
    name = models.CharField("氏名", max_length=80)
    mail = models.EmailField("メールアドレス")
    stopped_at = models.DateTimeField("使用を停止した日時", null=True, blank=True)
    stopped_reason = models.CharField("停止の理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "取引先の宛先"
        ordering = ("kind", "name", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=AddressKind.values), name="address_kind_is_known"),
            models.UniqueConstraint(fields=["counterparty", "mail", "kind"], name="address_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()


class Delegate(models.Model):
    """The head of a branch to whom a firm's representative delegated the power to contract, for a time 受任者.

    Days are days in Japan, both included; None means no bound. `ground` with its number and day is what was shown for
    it, a 委任状 as a rule.
    """

    counterparty = models.ForeignKey(Counterparty, models.PROTECT, related_name="delegates", verbose_name="取引先")
    branch = models.CharField("支店・営業所", max_length=40)
    title = models.CharField("受任者の役職", max_length=30)
    name = models.CharField("受任者の氏名", max_length=80)
    mail = models.EmailField("メールアドレス")
    begins_on = models.DateField("委任期間の始まり")
    ends_on = models.DateField("委任期間の終わり", null=True, blank=True)
    ground = models.CharField("委任の根拠", max_length=60)
    ground_number = models.CharField("委任の根拠の番号", max_length=40, blank=True)
    ground_on = models.DateField("委任の根拠の日付", null=True, blank=True)
    end_reason = models.CharField("委任の終了の理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "受任者"
        ordering = ("-begins_on", "branch", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(begins_on__lte=models.F("ends_on")),
                name="delegate_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.name}"

    @property
    def post(self) -> str:
        """Branch and title, as a contract names them 支店名と役職."""
        return f"{self.branch} {self.title}"


class FormerEntry(models.Model):
    """What a firm was called, where it sat and who represented it, up to a day in Japan 取引先の履歴."""

    counterparty = models.ForeignKey(Counterparty, models.PROTECT, related_name="former", verbose_name="取引先")
    name = models.CharField("商号又は名称", max_length=120)
    kana = models.CharField("フリガナ", max_length=160, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    signatory_title = models.CharField("契約締結権限者の役職", max_length=60, blank=True)
    signatory_name = models.CharField("契約締結権限者の氏名", max_length=80)
    last_on = models.DateField("この内容だった最後の日")
    noted_at = models.DateTimeField("登録日時")
    noted_by = models.CharField("登録した職員", max_length=80)

    class Meta:
        verbose_name = "取引先の履歴"
        ordering = ("-last_on", "-id")

    def __str__(self) -> str:
        return self.name


class CounterpartyNote(models.Model):
    """What a member of staff wants colleagues to know of a firm 取引先のメモ."""

    counterparty = models.ForeignKey(Counterparty, models.PROTECT, related_name="notes", verbose_name="取引先")
    text = models.TextField("メモ")
    written_at = models.DateTimeField("書いた日時")
    written_by = models.CharField("書いた職員", max_length=80)

    class Meta:
        verbose_name = "取引先のメモ"
        ordering = ("-written_at", "-id")
