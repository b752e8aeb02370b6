"""Tables of a body's way into the service 団体の追加."""

from django.db import models

from warifu.directory import models as directory

from .checklist import Declared


class Declaration(models.Model):
    """What a body says of itself that no table can show, with who answers for it and the day 申告."""

    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    item = models.CharField("項目", max_length=20, choices=Declared.choices)
    name = models.CharField("確認した人", max_length=80)
    done_on = models.DateField("完了日")
    declared_at = models.DateTimeField("申告の日時")

    class Meta:
        verbose_name = "利用開始の申告"
        ordering = ("item",)
        constraints = [models.UniqueConstraint(fields=["municipality", "item"], name="declaration_once")]


class LiveRequest(models.Model):
    """A body's administrator asks to go live on a day; an operator confirms 利用開始の申請."""

    municipality = models.OneToOneField(directory.Municipality, models.PROTECT, related_name="+")
    wanted_on = models.DateField("希望する利用開始日")
    asked_by = models.CharField("申請した人", max_length=80)
    asked_at = models.DateTimeField("申請の日時")

    class Meta:
        verbose_name = "利用開始の申請"
