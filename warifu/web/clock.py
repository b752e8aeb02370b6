"""The roof reads the clock, once per request 時計."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC 現在時刻."""
    return datetime.now(UTC)
