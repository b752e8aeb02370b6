"""Tables of people and bodies 組織・職員・契約名義・事業者."""

import uuid
from datetime import date
from typing import Any

from django.db import models

from .counterparty_models import AddressKind as AddressKind
from .counterparty_models import ContactAddress as ContactAddress
from .counterparty_models import Counterparty as Counterparty
from .counterparty_models import CounterpartyNote as CounterpartyNote
from .counterparty_models import Delegate as Delegate
from .counterparty_models import FormerEntry as FormerEntry
from .stages import Stage, of_day


class SealStyle(models.TextChoices):
    """How a consent shows on the paper, beside the signature that every file carries 署名の表示."""

    NONE = "none", "紙面に表示しない"
    PLAIN = "plain", "紙面に表示する（黒い枠）"
    RED = "red", "紙面に表示する（朱色の枠）"


class RecipientVerdict(models.TextChoices):
    """What a rule about recipients says 送信の可否."""

    ALLOW = "allow", "送信を許可する"
    WARN = "warn", "注意を表示する"
    DENY = "deny", "送信を禁止する"


class Municipality(models.Model):
    """A city, town, village or union that has its own ledger, keys and rules 市町・一部事務組合."""

    code = models.CharField("団体コード", max_length=6, unique=True)
    name = models.CharField("名称", max_length=40)
    slug = models.SlugField("略号", unique=True)
    approval_required = models.BooleanField("承認者を必須とする", default=True)
    counterparty_first = models.BooleanField("事業者が先に合意する", default=True)
    access_code_required = models.BooleanField("確認コードを必須とする", default=True)
    consent_days = models.PositiveSmallIntegerField("同意の期限（日）", default=14)
    seal_style = models.CharField(
        "署名の表示（初期値）", max_length=8, choices=SealStyle.choices, default=SealStyle.NONE
    )
    stage = models.CharField("利用段階", max_length=12, choices=Stage.choices, default=Stage.LIVE, db_default="live")
    live_on = models.DateField("利用開始日", null=True, blank=True)
    recipients_listed_only = models.BooleanField("許可した宛先だけに送る", default=False, db_default=False)
    free_mail = models.CharField(
        "フリーメールへの送信",
        max_length=8,
        choices=RecipientVerdict.choices,
        default=RecipientVerdict.WARN,
        db_default="warn",
    )

    class Meta:
        verbose_name = "市町"
        ordering = ("code",)
        constraints = [models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="stage_is_known")]

    def __str__(self) -> str:
        return self.name

    def stage_of_day(self, on: date) -> Stage:
        """Where it stands on this day in Japan 利用段階."""
        return of_day(Stage(self.stage), self.live_on, on=on)


class Department(models.Model):
    """A section of a municipality under one name, from its first day to its last 部署.

    A reorganisation ends it and begins another, which it names as `successor`; what was done in it stays under its
    name. A department whose name or place changes goes on as another row, which `continues` it. Days are days in Japan,
    both included; None means no bound. `path` is the name with those above it as people say it, "財政部 契約検査課".
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="departments")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上位の部署"
    )
    code = models.CharField("部署コード", max_length=20, blank=True)
    name = models.CharField("名称", max_length=80)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    position = models.PositiveIntegerField("表示順", default=0)
    begins_on = models.DateField("設置日", null=True, blank=True)
    ends_on = models.DateField("廃止日", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="後継の部署"
    )
    continues = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name="変更前の部署"
    )
    path = models.TextField("上位からの名称", editable=False, default="")
    taken_over_at = models.DateTimeField("引継ぎの日時", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "部署"
        ordering = ("position", "id")
        indexes = [
            models.Index(
                fields=["ends_on"],
                condition=models.Q(successor__isnull=False, taken_over_at__isnull=True),
                name="department_to_take_over",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                condition=models.Q(parent__isnull=True, ends_on__isnull=True),
                name="department_once",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], condition=models.Q(ends_on__isnull=True), name="department_once_in_parent"
            ),
            models.UniqueConstraint(
                fields=["municipality", "code"],
                condition=models.Q(ends_on__isnull=True) & ~models.Q(code=""),
                name="department_code_once",
            ),
            models.CheckConstraint(
                condition=models.Q(begins_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(begins_on__lte=models.F("ends_on")),
                name="department_days",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.path = self.path_below(self.parent)
        super().save(*args, **kwargs)

    def path_below(self, parent: "Department | None") -> str:
        """Its path if it stood there 上位からの名称."""
        return f"{parent.path} {self.name}" if parent else self.name


class StaffMember(models.Model):
    """A person who works for a municipality 職員.

    `department` and `title` are those of the main post of today; `Post` has all posts, past and present.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="staff")
    department = models.ForeignKey(Department, models.PROTECT, related_name="staff")
    name = models.CharField("氏名", max_length=80)
    title = models.CharField("職名", max_length=60, blank=True)
    mail = models.EmailField("メールアドレス", unique=True)
    number = models.CharField("職員番号", max_length=20, blank=True)
    left_on = models.DateField("退職日", null=True, blank=True)

    class Meta:
        verbose_name = "職員"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], condition=~models.Q(number=""), name="staff_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A place that a person holds in a department, main or concurrent, from a day to a day 所属・兼務.

    Begun posts only: what is to come is a transfer. Days are days in Japan, both included; one that a department's end
    moved elsewhere ends and begins anew.
    """

    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="posts")
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts", verbose_name="部署")
    title = models.CharField("職名", max_length=60, blank=True)
    is_main = models.BooleanField("本務", default=True)
    begins_on = models.DateField("発令日", null=True, blank=True)
    ends_on = models.DateField("終了日", null=True, blank=True)

    class Meta:
        verbose_name = "所属"
        ordering = ("-is_main", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(is_main=True, ends_on__isnull=True), name="post_main_once"
            ),
            models.UniqueConstraint(
                fields=["staff", "department"], condition=models.Q(ends_on__isnull=True), name="post_once_in_department"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.title}".strip()


class Group(models.Model):
    """People of one body who work together across departments グループ."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="groups")
    name = models.CharField("名称", max_length=80)
    note = models.CharField("説明", max_length=200, blank=True)
    members = models.ManyToManyField(StaffMember, verbose_name="構成員", related_name="groups", blank=True)

    class Meta:
        verbose_name = "グループ"
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="group_once")]

    def __str__(self) -> str:
        return self.name


class GroundKind(models.TextChoices):
    """Where the power to contract in a name comes from 権限の根拠の別."""

    LAW = "law", "法令"
    RULE = "rule", "条例・規則"
    DELEGATION = "delegation", "委任"


class ContractingAuthority(models.Model):
    """A name in which a municipality contracts, and who may consent in it 契約名義.

    What was used is never written over: a name or ground that changes ends, and another begins. Days are days in Japan,
    both included; None means no bound.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="authorities")
    title = models.CharField("契約名義", max_length=80)
    ground_kind = models.CharField(
        "権限の根拠の別", max_length=12, choices=GroundKind.choices, blank=True, default="", db_default=""
    )
    ground = models.CharField("権限の根拠", max_length=120, blank=True)
    ground_number = models.CharField("法令・規則の番号", max_length=60, blank=True, default="", db_default="")
    begins_on = models.DateField("有効期間の始まり", null=True, blank=True)
    ends_on = models.DateField("有効期間の終わり", null=True, blank=True)
    open_to_all = models.BooleanField("契約担当の全員が使える", default=True, db_default=True)
    position = models.PositiveSmallIntegerField("表示順", default=0)
    consenters = models.ManyToManyField(
        StaffMember, through="Consenter", verbose_name="合意を行う職員", related_name="authorities"
    )
    approvers = models.ManyToManyField(StaffMember, verbose_name="承認者", related_name="+", blank=True)

    class Meta:
        verbose_name = "契約名義"
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "title"], condition=models.Q(ends_on__isnull=True), name="authority_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(begins_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(begins_on__lte=models.F("ends_on")),
                name="authority_days",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def whole_ground(self) -> str:
        """The ground with its number, as evidence tells it 権限の根拠."""
        return f"{self.ground}（{self.ground_number}）" if self.ground_number else self.ground


class Consenter(models.Model):
    """Who consents in a contracting authority's name, and by which rule 合意を行う職員."""

    authority = models.ForeignKey(ContractingAuthority, models.CASCADE, db_column="contractingauthority_id")
    staff = models.ForeignKey(StaffMember, models.CASCADE, db_column="staffmember_id")
    ground = models.CharField("専決・委任の根拠", max_length=120, blank=True, default="", db_default="")

    class Meta:
        db_table = "directory_contractingauthority_consenters"
        verbose_name = "合意を行う職員"
        unique_together = (("authority", "staff"),)


class TitleHolder(models.Model):
    """The person in whose name a body contracts, from a day to a day 名義人."""

    authority = models.ForeignKey(ContractingAuthority, models.PROTECT, related_name="holders")
    name = models.CharField("名義人の氏名", max_length=80)
    begins_on = models.DateField("在任の始まり", null=True, blank=True)
    ends_on = models.DateField("在任の終わり", null=True, blank=True)

    class Meta:
        verbose_name = "名義人"
        ordering = ("begins_on", "id")

    def __str__(self) -> str:
        return self.name


class DeputyHolder(models.Model):
    """Who exercises the power of a title for a time, in the words that must appear 職務代理者.

    地方自治法 152条: a vice-mayor for a mayor who is absent, ill or has not taken office yet.
    """

    authority = models.ForeignKey(ContractingAuthority, models.PROTECT, related_name="deputies")
    appears_as = models.CharField("契約書での名義", max_length=80)
    name = models.CharField("職務代理者の氏名", max_length=80)
    reason = models.CharField("職務代理の理由", max_length=120)
    ground = models.CharField("職務代理の根拠", max_length=120)
    begins_on = models.DateField("職務代理の始まり")
    ends_on = models.DateField("職務代理の終わり", null=True, blank=True)

    class Meta:
        verbose_name = "職務代理者"
        ordering = ("begins_on", "id")

    def __str__(self) -> str:
        return f"{self.appears_as} {self.name}"


class TitleUse(models.Model):
    """Who may draft in a title that is not open to all: a person, a department, a group 契約名義の使用範囲."""

    authority = models.ForeignKey(ContractingAuthority, models.CASCADE, related_name="uses")
    staff = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "契約名義の使用範囲"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staff__isnull=False, department__isnull=True, group__isnull=True)
                | models.Q(staff__isnull=True, department__isnull=False, group__isnull=True)
                | models.Q(staff__isnull=True, department__isnull=True, group__isnull=False),
                name="title_use_names_one",
            )
        ]

    def __str__(self) -> str:
        if self.department is not None:
            return f"{self.department.path}とその下の部署"
        if self.group is not None:
            return f"グループ「{self.group.name}」"
        return self.staff.name if self.staff else ""


class RecipientRule(models.Model):
    """One address or domain to which a municipality lets requests go, or does not, and why 送信先の規則."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="recipient_rules")
    pattern = models.CharField("メールアドレス又はドメイン", max_length=320)
    verdict = models.CharField("送信の可否", max_length=8, choices=RecipientVerdict.choices)
    below = models.BooleanField("サブドメインを含む", default=True)
    reason = models.CharField("理由", max_length=200)
    made_at = models.DateTimeField("登録日時")
    made_by = models.CharField("登録した職員", max_length=80)

    class Meta:
        verbose_name = "送信先の規則"
        ordering = ("pattern", "id")
        constraints = [models.UniqueConstraint(fields=["municipality", "pattern"], name="recipient_rule_once")]

    def __str__(self) -> str:
        return self.pattern
