"""From the preparation of a body to its rest 団体の利用段階.

Pure. In preparation its administrators alone come in, and nothing is sent; at rest nothing new is begun, and all that
is there stays readable.
"""

from datetime import date

from django.db.models import TextChoices


class Stage(TextChoices):
    """Where a body stands 利用段階."""

    PREPARING = "preparing", "準備中"
    LIVE = "live", "利用中"
    RESTING = "resting", "休止中"


def of_day(stage: Stage, live_on: date | None, *, on: date) -> Stage:
    """What it is on this day in Japan: before its first day it is in preparation yet その日の利用段階."""
    return Stage.PREPARING if stage is Stage.LIVE and live_on is not None and on < live_on else stage
