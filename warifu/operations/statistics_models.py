"""Tables of the statistics: made from the agreements, and made again at any time; and what a body adds 利用統計の表."""

from django.db import models

from warifu.directory import models as directory


class Step(models.TextChoices):
    """A wait on the way of an agreement 段階."""

    DRAFTING = "drafting", "起案から承認の依頼まで"
    APPROVAL = "approval", "承認の依頼から承認まで"
    SENDING = "sending", "承認から送信まで"
    CONSENT = "consent", "送信から全員の合意まで"
    SEALING = "sealing", "合意から締結完了まで"
    CONCLUSION = "conclusion", "送信から締結完了まで（締結日数）"


class Tally(models.Model):
    """What happened in one month with one kind of contract, in one department or (null) the whole body 月別の集計.

    `month` is its first day in Japan; `kind` is empty for drafts without one. Whole yen. `priced` counts concluded
    contracts that state an amount, `stamped` those that would bear stamps on paper.
    """

    municipality = models.ForeignKey(directory.Municipality, models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(directory.Department, models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.DateField("月")
    kind = models.CharField("文書の種類", max_length=16, blank=True)
    drafted = models.PositiveIntegerField("起案", default=0)
    sent = models.PositiveIntegerField("送信", default=0)
    concluded = models.PositiveIntegerField("締結完了", default=0)
    declined = models.PositiveIntegerField("却下", default=0)
    expired = models.PositiveIntegerField("期限切れ", default=0)
    withdrawn = models.PositiveIntegerField("取下げ", default=0)
    amount = models.BigIntegerField("契約金額（税込）の合計", default=0)
    priced = models.PositiveIntegerField("契約金額のある件数", default=0)
    stamp_tax = models.BigIntegerField("印紙税の節減見込額", default=0)
    stamped = models.PositiveIntegerField("印紙税の対象の件数", default=0)

    class Meta:
        verbose_name = "月別の集計"
        constraints = [
            models.UniqueConstraint(fields=["municipality", "month", "department", "kind"], name="tally_once"),
            models.UniqueConstraint(
                fields=["municipality", "month", "kind"],
                condition=models.Q(department__isnull=True),
                name="tally_of_body_once",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "department", "month"], name="tally_of_department")]


class Spell(models.Model):
    """How many of a month's agreements took so many hours for a step; distributions can be added 日数の分布.

    Of departments only `Step.CONCLUSION` is kept; of the body (null) every step. Hours as `spells.grain` makes them.
    """

    municipality = models.ForeignKey(directory.Municipality, models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(directory.Department, models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.DateField("月")
    kind = models.CharField("文書の種類", max_length=16, blank=True)
    step = models.CharField("段階", max_length=16, choices=Step.choices)
    hours = models.PositiveIntegerField("時間")
    number = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = "日数の分布"
        indexes = [
            models.Index(fields=["municipality", "month", "department"], name="spell_of_month"),
            models.Index(fields=["municipality", "department", "month"], name="spell_of_department"),
        ]


class TallyState(models.Model):
    """How far a body is counted: when, and which months may still change 集計の状況.

    `open_months` are first days (ISO 8601) of months with something that is still under way. `stale` asks for all of it
    to be counted anew.
    """

    municipality = models.OneToOneField(directory.Municipality, models.CASCADE, related_name="+")
    counted_at = models.DateTimeField("集計の日時", null=True)
    open_months = models.JSONField("未確定の月", default=list)
    stale = models.BooleanField("集計のやり直し", default=False)

    class Meta:
        verbose_name = "集計の状況"


class PaperCount(models.Model):
    """How many contracts a department concluded on paper in a month, as the body tells it 紙の契約の件数."""

    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(directory.Department, models.PROTECT, related_name="+")
    month = models.DateField("月")
    number = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = "紙の契約の件数"
        constraints = [models.UniqueConstraint(fields=["municipality", "month", "department"], name="paper_count_once")]


class SavingRule(models.Model):
    """How a body reckons what is saved: postage of one contract, and the taxed paper of each kind 節減額の決まり.

    `papers` leads from a kind of contract to a `japan.stamp_tax.Paper`; what is not there is as `savings` says.
    """

    municipality = models.OneToOneField(directory.Municipality, models.PROTECT, related_name="+")
    postage = models.PositiveIntegerField("1件あたりの郵送料", null=True)
    papers = models.JSONField("課税文書の区分", default=dict)

    class Meta:
        verbose_name = "節減額の決まり"


class PublishedMonth(models.Model):
    """A body's counts of a month as the region may see them, by its 団体コード 公表する月別の件数."""

    code = models.CharField("団体コード", max_length=6)
    name = models.CharField("名称", max_length=40)
    month = models.DateField("月")
    drafted = models.PositiveIntegerField("起案")
    sent = models.PositiveIntegerField("送信")
    concluded = models.PositiveIntegerField("締結完了")
    declined = models.PositiveIntegerField("却下")
    expired = models.PositiveIntegerField("期限切れ")
    withdrawn = models.PositiveIntegerField("取下げ")
    paper = models.PositiveIntegerField("紙の契約の件数", null=True)

    class Meta:
        verbose_name = "公表する月別の件数"
        constraints = [models.UniqueConstraint(fields=["code", "month"], name="published_month_once")]


class PublishedYear(models.Model):
    """What a body's contracts of a fiscal year came to; empty where one of them could be guessed 公表する年度の集計.

    Amounts are there only for a year that is over, and of five contracts or more: what is withheld is not in the table.
    """

    code = models.CharField("団体コード", max_length=6)
    name = models.CharField("名称", max_length=40)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    median_hours = models.PositiveIntegerField("締結までの時間（中央値）", null=True)
    most_hours = models.PositiveIntegerField("締結までの時間（90%）", null=True)
    amount = models.BigIntegerField("契約金額（税込）の合計", null=True)
    stamp_tax = models.BigIntegerField("印紙税の節減見込額", null=True)

    class Meta:
        verbose_name = "公表する年度の集計"
        constraints = [models.UniqueConstraint(fields=["code", "fiscal_year"], name="published_year_once")]
