"""Who is at work 作業者."""

from django.db import models


class WorkerBeat(models.Model):
    """The last sign of life of a worker process 作業者の生存記録."""

    worker = models.CharField("作業者", max_length=64, primary_key=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "作業者の生存記録"
