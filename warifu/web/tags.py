"""How values are written on pages 表示."""

from datetime import date, datetime

from django import template

from warifu.agreements import lifecycle
from warifu.japan import calendar, numbers

register = template.Library()

TONES = {
    "draft": "idle",
    "in_approval": "soon",
    "approved": "moving",
    "sent": "moving",
    "agreed": "moving",
    "concluded": "done",
    "withdrawn": "void",
    "declined": "void",
    "expired": "void",
}


@register.filter
def wareki(value: date | datetime | None) -> str:
    """令和8年3月24日（火）; a moment is turned into the day in Japan first 和暦."""
    if value is None:
        return ""
    return calendar.wareki(calendar.day_in_japan(value) if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | None) -> str:
    """令和8年3月24日（火）14時27分 日時."""
    return "" if value is None else calendar.wareki_moment(value)


@register.filter
def yen(value: int | None) -> str:
    """18,700,000円 金額."""
    return "" if value is None else numbers.yen(value)


@register.filter
def state_word(value: str) -> str:
    """The lifecycle's word 状態の語."""
    return lifecycle.WORDS[lifecycle.State(value)]


@register.filter
def state_tone(value: str) -> str:
    """How pressing a state is 状態の調子."""
    return TONES[value]


@register.filter
def size(value: int) -> str:
    """1.8MB ファイルの大きさ."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))}KB"
    return f"{value / 1024 / 1024:.1f}MB"


@register.filter
def masked(mail: str) -> str:
    """m***o@iwate-k******.example.jp: enough to recognise one's own address, not to learn it メールアドレスの一部表示."""
    local, _, domain = mail.partition("@")
    first, dot, rest = domain.partition(".")
    shown = f"{local[0]}***{local[-1]}" if len(local) > 1 else f"{local}***"
    host = first if len(first) <= 3 else first[: max(3, len(first) // 2)] + "*" * min(6, len(first) - len(first) // 2)
    return f"{shown}@{host}{dot}{rest}"
