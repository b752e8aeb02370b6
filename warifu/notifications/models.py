"""Table of messages that must leave 通知の表."""

import uuid

from django.db import models

from warifu.directory import models as directory


class State(models.TextChoices):
    """Where a message stands 送信の状態."""

    QUEUED = "queued", "送信待ち"
    SENT = "sent", "送信済み"
    FAILED = "failed", "不達"


class Message(models.Model):
    """One mail to one person, written in the transaction of the deed that it tells 通知.

    `body` holds places such as {link}; their values stand encrypted in `sealed_secrets` until the message is sent or
    has failed. `message_id` (RFC 5322 §3.6.4) is fixed at queueing, so that a mail sent twice is recognised as one.
    `next_try_at` is also the lease: while a delivery is at work it lies in the future.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        directory.Municipality, models.PROTECT, null=True, related_name="+", verbose_name="市町"
    )
    subject_urn = models.CharField("対象", max_length=120)
    kind = models.CharField("種類", max_length=40)
    to_name = models.CharField("宛名", max_length=300)
    to_mail = models.EmailField("宛先")
    subject = models.CharField("件名", max_length=300)
    body = models.TextField("本文")
    sealed_secrets = models.TextField("秘匿した値", blank=True, editable=False)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    state = models.CharField("状態", max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField("試行回数", default=0)
    last_problem = models.CharField("直近の問題", max_length=80, blank=True)
    queued_at = models.DateTimeField("登録日時")
    next_try_at = models.DateTimeField("次の試行日時")
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ("-queued_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="notifications_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.SENT, sent_at__isnull=False)
                | (~models.Q(state=State.SENT) & models.Q(sent_at__isnull=True)),
                name="notifications_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.QUEUED) | models.Q(sealed_secrets=""),
                name="notifications_secrets_erased",
            ),
        )
        indexes = (
            models.Index(fields=("next_try_at",), condition=models.Q(state=State.QUEUED), name="notifications_due"),
            models.Index(fields=("municipality", "subject_urn", "queued_at"), name="notifications_subject"),
            models.Index(fields=("municipality", "state", "queued_at"), name="notifications_by_state"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"
