"""Days as a city hall writes and counts them 和暦・年度・開庁日.

Days are `datetime.date` without a time zone: the day in Japan. Eras: 元号法 (昭和54年法律第43号) and the orders that
began each era. The Gregorian calendar is in force since 1 January 1873
(明治5年太政官布告第337号); earlier days are refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import jpholiday

from . import errors

JAPAN = ZoneInfo("Asia/Tokyo")
EARLIEST = date(1873, 1, 1)
WEEKDAYS = "月火水木金土日"
_EXAMPLES = "「R8.4.1」「令和8年4月1日」「2026/4/1」「20260401」のいずれかの形で入力してください。"


@dataclass(frozen=True, slots=True)
class Era:
    """A named era, from its first day to the day before the next one 元号."""

    name: str
    letter: str
    first_on: date


ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)


def era_of(day: date) -> Era:
    """The era in force on a day; `UnreadableDay` before 1873 元号."""
    if day < EARLIEST:
        raise errors.UnreadableDay("明治5年以前の日付は扱えません。", "明治6年1月1日以後の日付を入力してください。")
    return next(era for era in ERAS if era.first_on <= day)


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)


def weekday(day: date) -> str:
    """One character, 月 to 日 曜日."""
    return WEEKDAYS[day.weekday()]


def wareki(day: date) -> str:
    """`令和8年4月1日（水）`, as pages and letters write a day 和暦."""
    era = era_of(day)
    year = _year_text(day.year - era.first_on.year + 1)
    return f"{era.name}{year}年{day.month}月{day.day}日（{weekday(day)}）"


def wareki_short(day: date) -> str:
    """`R8.4.1`, as narrow tables write a day 和暦（略記）."""
    era = era_of(day)
    return f"{era.letter}{day.year - era.first_on.year + 1}.{day.month}.{day.day}"


def wareki_moment(at: datetime) -> str:
    """`令和8年3月24日（火）14時27分`: an aware moment as Japan's clock shows it, without seconds 和暦の日時."""
    here = at.astimezone(JAPAN)
    return f"{wareki(here.date())}{here.hour}時{here.minute:02d}分"


def day_in_japan(at: datetime) -> date:
    """The day that Japan's calendar shows at an aware moment 日本の日付."""
    return at.astimezone(JAPAN).date()


def midnight_before(day: date) -> datetime:
    """The first moment (aware) of a day in Japan 当日の零時."""
    return datetime.combine(day, time.min, tzinfo=JAPAN)


def midnight_after(day: date) -> datetime:
    """The first moment (aware) after a day in Japan 翌日の零時."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=JAPAN)


_ERA_NAMES = {key: era for era in ERAS for key in (era.name, era.letter)}
_WEEKDAY = r"(?:\(?(?P<weekday>[月火水木金土日])(?:曜日?)?\)?)?"
_SPLIT = r"[年./・-]"
_FORMS = tuple(
    re.compile(form + _WEEKDAY, re.ASCII)
    for form in (
        rf"(?P<era>{'|'.join(_ERA_NAMES)})(?P<year>元|\d{{1,2}}){_SPLIT}(?P<month>\d{{1,2}})[月./・-](?P<day>\d{{1,2}})日?",
        r"(?P<era>[RHSTM])(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"(?P<year>\d{{4}}){_SPLIT}(?P<month>\d{{1,2}})[月./・-](?P<day>\d{{1,2}})日?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))


def read_day(text: str) -> date:
    """The day that somebody typed, in either calendar, full or half width 日付の読取り.

    Reads R8.4.1, R080401, 令和8年4月1日（水）, 令和元年5月1日, 2026/4/1, 2026-04-01, 2026年4月1日, 20260401.
    `UnreadableDay` when nothing fits, when the day does not exist, lies outside the era that was written, or falls on
    another weekday than the one that was written.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper().translate(_DASHES)
    if not plain:
        raise errors.UnreadableDay("日付が入力されていません。", _EXAMPLES)
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        raise errors.UnreadableDay("日付として読み取れません。", _EXAMPLES)
    parts = found.groupdict()
    year = 1 if parts["year"] == "元" else int(parts["year"])
    era = _ERA_NAMES[parts["era"]] if parts.get("era") else None
    day = _day(era.first_on.year + year - 1 if era else year, int(parts["month"]), int(parts["day"]))
    if era is not None and (year < 1 or era_of(day) != era):
        raise errors.UnreadableDay(
            f"{era.name}{_year_text(year)}年{day.month}月{day.day}日という日付はありません。", _right_era(day)
        )
    era_of(day)
    if parts["weekday"] and parts["weekday"] != weekday(day):
        raise errors.UnreadableDay(
            f"{wareki(day)}の曜日が「{parts['weekday']}」になっています。",
            "日付と曜日のどちらが正しいか確かめてください。",
        )
    return day


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise errors.UnreadableDay(
            f"{year}年{month}月{day}日は暦にない日付です。", "月と日を確かめて、入力し直してください。"
        ) from wrong


def _right_era(day: date) -> str:
    if day < EARLIEST:
        return "元号と年を確かめて、入力し直してください。"
    return f"「{wareki(day).split('（')[0]}」のことであれば、そのように入力し直してください。"


def fiscal_year_of(day: date) -> int:
    """The western year in which the fiscal year of a day begins (地方自治法208条: 1 April to 31 March) 会計年度."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_span(year: int) -> tuple[date, date]:
    """First and last day of the fiscal year that begins in this western year 会計年度の初日と末日."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_year_name(year: int) -> str:
    """`令和8年度` for the fiscal year that begins in this western year 年度の呼び名.

    The era is that of 1 May, not of 1 April: the year in which an era began in spring is called by the new era
    throughout (2019: 令和元年度, 平成31年4月2日 新元号への円滑な移行に向けた関係省庁連絡会議申合せ), one in which it
    began in winter keeps the old one (1988: 昭和63年度).
    """
    era = era_of(date(year, 5, 1))
    return f"{era.name}{_year_text(year - era.first_on.year + 1)}年度"


def fiscal_year(day: date) -> str:
    """`令和8年度`: the name of the fiscal year of a day 年度."""
    return fiscal_year_name(fiscal_year_of(day))


def is_business_day(day: date) -> bool:
    """Whether the city hall is open 開庁日.

    Closed: Saturdays, Sundays, holidays (国民の祝日に関する法律), 29 December to 3 January
    (地方自治法4条の2第2項).
    """
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not year_end and not jpholiday.is_holiday(day)


def _business_days(day: date, step: int) -> Iterator[date]:
    while True:
        day += timedelta(days=step)
        if is_business_day(day):
            yield day


def _counted(days: int) -> int:
    if days < 1:
        raise ValueError("count at least one day")
    return days


def business_days_before(day: date, days: int) -> date:
    """The `days`-th open day before a day, which itself is not counted 開庁日の逆算."""
    return next(islice(_business_days(day, -1), _counted(days) - 1, None))


def business_days_after(day: date, days: int) -> date:
    """The `days`-th open day after a day, which itself is not counted (民法140条 初日不算入) 開庁日の加算."""
    return next(islice(_business_days(day, 1), _counted(days) - 1, None))


def days_between(first: date, last: date) -> int:
    """Days of a term, both ends counted: 4月2日から10月30日まで is 212 日数（初日算入）."""
    if last < first:
        raise ValueError("the term ends before it begins")
    return (last - first).days + 1
