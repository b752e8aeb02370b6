"""How values are written on pages 表示."""

from datetime import date, datetime
from typing import Any

from django import template

from warifu.agreements import certificate, lifecycle, models, recipient
from warifu.japan import calendar, numbers
from warifu.japan.errors import Unreadable

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
def asked(agreement: models.Agreement) -> recipient.Recipient | None:
    """Who of the counterparty would be asked, before it is sent 相手方の宛先."""
    return recipient.recipient_of(agreement)


@register.filter
def wareki(value: date | datetime | None) -> str:
    """令和8年3月24日（火）; a moment is turned into the day in Japan first 和暦."""
    if value is None:
        return ""
    return calendar.wareki(calendar.day_in_japan(value) if isinstance(value, datetime) else value)


@register.filter
def other_calendar(typed: Any) -> str:
    """令和8年4月1日（水）　令和8年度 beside a day as it was typed; nothing while it cannot be read 日付の併記."""
    try:
        day = calendar.read_day(str(typed or ""))
    except Unreadable:
        return ""
    return f"{calendar.wareki(day)}　{calendar.fiscal_year(day)}"


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
    """Enough of an address to recognise one's own, not to learn it メールアドレスの一部表示."""
    return certificate.masked_mail(mail)
