"""Tables of personnel transfers: the plan of a day, who goes where, who takes over what 人事異動."""

import uuid

from django.db import models

from warifu.access.rights import Role
from warifu.agreements import models as agreements
from warifu.directory import models as directory


class State(models.TextChoices):
    """How far a plan is 人事異動の状態."""

    DRAFT = "draft", "準備中"
    CONFIRMED = "confirmed", "施行待ち"
    APPLYING = "applying", "実施中"
    DONE = "done", "実施済み"
    CANCELLED = "cancelled", "取りやめ"


OPEN = [State.DRAFT.value, State.CONFIRMED.value, State.APPLYING.value]


class Kind(models.TextChoices):
    """What happens to a person 発令の区分."""

    MOVE = "move", "異動"
    LEAVE = "leave", "退職"
    JOIN = "join", "採用"
    BACK = "back", "復職"


class Part(models.TextChoices):
    """What somebody does in an agreement that another one takes over 引き継ぐ役目."""

    OFFICER = "officer", "担当者"
    APPROVER = "approver", "承認者"


class Plan(models.Model):
    """All transfers of one body on one day; it takes effect at 0:00 of that day in Japan 人事異動の計画."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=80)
    effective_on = models.DateField("発令日")
    state = models.CharField("状態", max_length=12, choices=State.choices, default=State.DRAFT)
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name="元に戻す計画"
    )
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(directory.StaffMember, models.PROTECT, related_name="+", verbose_name="作成した職員")
    confirmed_at = models.DateTimeField("確定日時", null=True)
    confirmed_by = models.ForeignKey(
        directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="確定した職員"
    )
    finished_at = models.DateTimeField("終えた日時", null=True)
    working_until = models.DateTimeField("処理の占有期限", null=True)

    class Meta:
        verbose_name = "人事異動の計画"
        ordering = ("-effective_on", "-made_at")
        indexes = [
            models.Index(
                fields=["effective_on"], condition=models.Q(state__in=["confirmed", "applying"]), name="transfer_to_do"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="transfer_state_is_known"),
            models.UniqueConstraint(
                fields=["municipality", "effective_on"],
                condition=models.Q(state__in=["draft", "confirmed", "applying"]),
                name="transfer_one_plan_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Move(models.Model):
    """What becomes of one person 発令.

    Whoever comes has `name`, `mail` and `number` here until the day makes a member of staff of them. `roles` is None
    where they stay, else pairs of a role and "body" or "department" (that of the new main post). `before` is what the
    person was, so that it can be undone; `open` says that the plan is still to be done.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="moves")
    kind = models.CharField("区分", max_length=8, choices=Kind.choices)
    staff = models.ForeignKey(directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="職員")
    name = models.CharField("氏名", max_length=80)
    mail = models.EmailField("メールアドレス")
    number = models.CharField("職員番号", max_length=20, blank=True)
    keeps_beside = models.BooleanField("兼務を続ける", default=True)
    roles = models.JSONField("役割", null=True)
    before = models.JSONField("異動前", default=dict)
    open = models.BooleanField("実施前", default=True)
    moved = models.BooleanField("発令済み", default=False)
    handed = models.BooleanField("引継ぎ済み", default=False)
    problem = models.TextField("発令できなかった理由", blank=True)

    class Meta:
        verbose_name = "発令"
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["plan"], condition=models.Q(moved=False), name="move_to_do"),
            models.Index(fields=["plan"], condition=models.Q(handed=False), name="move_to_hand_over"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="move_kind_is_known"),
            models.UniqueConstraint(fields=["staff"], condition=models.Q(open=True), name="move_one_plan_a_person"),
            models.UniqueConstraint(
                fields=["mail"], condition=models.Q(open=True, staff__isnull=True), name="move_newcomer_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def makes_administrator(self) -> bool:
        """Whether it names the role 全体管理者 for whom it is about 全体管理者の発令."""
        return names_administrator(self.roles)


def names_administrator(roles: list[list[str]] | None) -> bool:
    """Whether `roles` of a move hold 全体管理者 全体管理者の発令."""
    return any(role == Role.ADMINISTRATOR for role, _ in roles or ())


class WithDepartment(models.Manager["MovePost"]):
    """Posts come with their department in one question 発令先の照会.

    Prefetching it (`posts__department`) asks by a chain of OR, which SQLite refuses beyond a thousand departments.
    """

    def get_queryset(self) -> models.QuerySet["MovePost"]:
        return super().get_queryset().select_related("department")


class MovePost(models.Model):
    """A post that somebody gets by a move; the department may itself begin on that day 発令先."""

    move = models.ForeignKey(Move, models.CASCADE, related_name="posts")
    department = models.ForeignKey(directory.Department, models.PROTECT, related_name="+", verbose_name="部署")
    title = models.CharField("職名", max_length=60, blank=True)
    is_main = models.BooleanField("本務", default=True)

    objects = WithDepartment()

    class Meta:
        verbose_name = "発令先"
        ordering = ("-is_main", "pk")
        constraints = [
            models.UniqueConstraint(fields=["move"], condition=models.Q(is_main=True), name="move_main_once"),
            models.UniqueConstraint(fields=["move", "department"], name="move_post_once"),
        ]


class HandOver(models.Model):
    """Who takes over one part in one agreement: as somebody chose it, and as it was done 引継ぎ."""

    move = models.ForeignKey(Move, models.CASCADE, related_name="hand_overs")
    agreement = models.ForeignKey(agreements.Agreement, models.CASCADE, related_name="+", verbose_name="契約案件")
    part = models.CharField("役目", max_length=8, choices=Part.choices)
    successor = models.ForeignKey(
        directory.StaffMember, models.PROTECT, null=True, related_name="+", verbose_name="引き継ぐ職員"
    )
    done = models.BooleanField("引継ぎ済み", default=False)
    problem = models.TextField("引き継げなかった理由", blank=True)

    class Meta:
        verbose_name = "引継ぎ"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["move", "agreement", "part"], name="hand_over_once")]


class Look(models.Model):
    """What a look over a plan told, when the ledger ended at `sequence`; derived, and made anew at need 点検の結果."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="look", verbose_name="計画")
    sequence = models.BigIntegerField("操作ログの番号")
    findings = models.JSONField("指摘", default=list)
    hand_overs = models.JSONField("引継ぎ", default=list)

    class Meta:
        verbose_name = "点検の結果"

    def __str__(self) -> str:
        return str(self.plan)
