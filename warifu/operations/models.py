"""What all processes together saw of the outside services 運用の記録."""

from django.db import models

from . import onboarding_models as onboarding_models
from . import statistics_models as statistics_models


class AuthorityState(models.Model):
    """How a timestamp authority has done lately, as the workers saw it 時刻認証局の状況.

    `name` is what the operator calls it in the settings. The last fault stays after a success, so that one can look
    back; `faults` counts those since the last success. `skew_ms` is how far genTime was ahead of our clock.
    """

    name = models.CharField("時刻認証局の名前", max_length=200, unique=True)
    succeeded_at = models.DateTimeField("最後に応答した日時", null=True)
    failed_at = models.DateTimeField("最後に障害があった日時", null=True)
    fault = models.CharField("障害の種類", max_length=40, blank=True)
    message = models.CharField("障害の説明", max_length=300, blank=True)
    detail = models.CharField("障害の詳細", max_length=400, blank=True)
    faults = models.PositiveIntegerField("続いた障害の回数", default=0)
    skew_ms = models.IntegerField("時刻の差（ミリ秒）", null=True)
    subject = models.CharField("証明書の名義", max_length=400, blank=True)
    certificate_until = models.DateTimeField("証明書の有効期限", null=True)

    class Meta:
        verbose_name = "時刻認証局の状況"
        verbose_name_plural = "時刻認証局の状況"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
