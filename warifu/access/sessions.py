"""How long a session lasts セッションの期限.

Pure. A session ends when nothing was done for the idle limit, or at the absolute limit whatever is done
(NIST SP 800-63B §2.2.3; the Japanese checks: 4-vi of IPA's list).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices

FRESH = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is noted no more often: reading pages shall not write for each."""


class End(TextChoices):
    """Why a session ended 終了の理由."""

    SIGNED_OUT = "signed_out", "サインアウト"
    IDLE = "idle", "操作がない時間の上限"
    ABSOLUTE = "absolute", "サインインからの時間の上限"
    OWN = "own", "本人による終了"
    ADMINISTRATOR = "administrator", "管理者による終了"
    METHODS = "methods", "サインインの方法の変更"
    CLOSED = "closed", "アカウントの停止"
    PROVIDER = "provider", "認証基盤でのサインアウト"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long nothing may happen, and how long a session lasts at most セッションの上限."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


def ended(limits: Limits, *, began_at: datetime, seen_at: datetime, at: datetime) -> End | None:
    """Which limit has ended the session, or None while it lives 期限の判定."""
    if at >= began_at + limits.absolute:
        return End.ABSOLUTE
    # `seen_at` lags behind by up to SEEN_EVERY, which is given back here: nobody is asked too early.
    if at >= seen_at + limits.idle + SEEN_EVERY:
        return End.IDLE
    return None


def is_fresh(proved_at: datetime, *, at: datetime, within: timedelta = FRESH) -> bool:
    """Whether the last proof of who is there is young enough for what matters most 再認証の要否."""
    return at - proved_at < within
