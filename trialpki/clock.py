"""Where the servers read the time: the machine's clock or a file that a test writes 時計."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from trialpki import errors

Clock = Callable[[], datetime]


def system() -> datetime:
    """Return the machine's time as an aware UTC moment 現在時刻."""
    return datetime.now(UTC)


def moment(text: str) -> datetime:
    """Read an ISO 8601 time with a zone and return it in UTC 時刻の読取り.

    Raises UnreadableClock when the text is no time or names no zone.
    """
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise errors.UnreadableClock(
            f"時刻「{text.strip()[:40]}」を読み取れません。2026-04-01T09:00:00+09:00 の形式で指定してください。"
        ) from error
    if value.tzinfo is None:
        raise errors.UnreadableClock(
            f"時刻「{text.strip()[:40]}」に時差の指定がありません。末尾に +09:00 または Z を付けてください。"
        )
    return value.astimezone(UTC)


def of_file(path: Path) -> Clock:
    """Return a clock that reads `path` anew at each question, so that a test can walk the calendar 時刻ファイル."""
    return lambda: moment(path.read_text(encoding="utf-8"))
