"""Tables of the networks from which staff may come 接続元の制限."""

from django.db import models

from warifu.directory import models as directory


class NetworkPolicy(models.Model):
    """One whole policy of one municipality; the last that holds counts, and none is ever changed 接続元の制限.

    `contents` is what `access.networks.kept` writes. One with `trial_until` holds until then, and on after it only if
    somebody has confirmed it.
    """

    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("番号")
    enforced = models.BooleanField("制限する", default=False)
    contents = models.JSONField("内容")
    made_at = models.DateTimeField("日時")
    made_by = models.CharField("変更した人", max_length=80)
    trial_until = models.DateTimeField("試行の期限", null=True)
    confirmed_at = models.DateTimeField("確定の日時", null=True)
    stopped_at = models.DateTimeField("中止の日時", null=True)

    class Meta:
        verbose_name = "接続元の制限"
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["municipality", "number"], name="network_policy_once")]


class BlockedAttempt(models.Model):
    """Tries of one person from one address that is not on the list, counted by the minute 接続元の制限による拒否."""

    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    account = models.ForeignKey("access.Account", models.CASCADE, related_name="+")
    ip = models.CharField("接続元", max_length=45, blank=True)
    minute = models.DateTimeField("日時（分）")
    count = models.PositiveIntegerField("回数", default=1)
    at_sign_in = models.BooleanField("サインイン", default=False)

    class Meta:
        verbose_name = "接続元の制限による拒否"
        ordering = ("-minute", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "account", "ip", "minute", "at_sign_in"], name="blocked_attempt_once"
            )
        ]
        indexes = [models.Index(fields=["municipality", "minute"], name="blocked_by_minute")]
