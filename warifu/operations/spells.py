"""How long something took, as numbers that can be added and ordered 所要時間の分布. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

_FINE = 72
_HOUR = timedelta(hours=1)


def grain(begun: datetime, ended: datetime) -> int:
    """Whole hours between two aware moments, cut off; from three days on whole days, as hours 所要時間.

    Finer nobody tells the difference, and coarser a distribution of ten years stays small.
    """
    hours = max(0, (ended - begun) // _HOUR)
    return hours if hours < _FINE else hours // 24 * 24


def quantile(spells: Mapping[int, int], percent: int) -> int | None:
    """The least value that at least this share of all do not exceed (nearest rank); None of nothing 分位数."""
    total = sum(spells.values())
    # Whole numbers, because 0.9 × 10 is a little more than 9.
    wanted = -(-total * percent // 100)
    passed = 0
    for value in sorted(spells):
        passed += spells[value]
        if passed >= wanted and passed:
            return value
    return None


def words(hours: int | None) -> str:
    """`5時間`, `2日3時間`, `12日`; a dash for nothing 所要時間の表記."""
    if hours is None:
        return "—"
    days, left = divmod(hours, 24)
    if not days:
        return f"{left}時間" if left else "1時間未満"
    return f"{days}日{left}時間" if left else f"{days}日"
