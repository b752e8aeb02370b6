"""Days in both calendars, fiscal years and open days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from warifu.japan import calendar, errors

DAYS = st.dates(min_value=calendar.EARLIEST, max_value=date(2117, 12, 31))


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2026, 4, 1), "令和8年4月1日（水）", "R8.4.1"),
        (date(2019, 5, 1), "令和元年5月1日（水）", "R1.5.1"),
        (date(2019, 4, 30), "平成31年4月30日（火）", "H31.4.30"),
        (date(1989, 1, 8), "平成元年1月8日（日）", "H1.1.8"),
        (date(1989, 1, 7), "昭和64年1月7日（土）", "S64.1.7"),
        (date(1926, 12, 25), "昭和元年12月25日（土）", "S1.12.25"),
        (date(1926, 12, 24), "大正15年12月24日（金）", "T15.12.24"),
        (date(1912, 7, 30), "大正元年7月30日（火）", "T1.7.30"),
        (date(1912, 7, 29), "明治45年7月29日（月）", "M45.7.29"),
        (date(1873, 1, 1), "明治6年1月1日（水）", "M6.1.1"),
    ],
)
def test_a_day_is_written_in_the_era_that_is_in_force(day: date, long: str, short: str) -> None:
    assert calendar.wareki(day) == long
    assert calendar.wareki_short(day) == short


def test_a_moment_is_written_by_the_clock_of_japan() -> None:
    last_minute_of_the_fiscal_year = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
    assert calendar.wareki_moment(last_minute_of_the_fiscal_year) == "令和8年3月31日（火）23時59分"
    assert calendar.wareki_moment(last_minute_of_the_fiscal_year + timedelta(minutes=1)) == "令和8年4月1日（水）0時00分"
    assert calendar.day_in_japan(last_minute_of_the_fiscal_year + timedelta(minutes=1)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "R8.4.1",
        "r8.4.1",
        "R08.04.01",
        "R080401",
        "R8-4-1",
        "R8/4/1",
        "Ｒ８．４．１",
        "令和8年4月1日",
        "令和８年４月１日（水）",
        "令和 8年 4月 1日 (水曜日)",
        "令和8年4月1日水曜",
        "㋿8年4月1日",
        "2026/4/1",
        "2026-04-01",
        "2026−04−01",
        "2026年4月1日",
        "20260401",
        "２０２６０４０１",
        "　2026/04/01\u3000",
    ],
)
def test_every_usual_way_of_typing_a_day_is_read(text: str) -> None:
    assert calendar.read_day(text) == date(2026, 4, 1)


def test_the_first_year_of_an_era_is_read_in_both_spellings() -> None:
    assert calendar.read_day("令和元年5月1日") == calendar.read_day("R1.5.1") == date(2019, 5, 1)


@given(day=DAYS)
@example(day=date(1989, 1, 7))
@example(day=date(2019, 4, 30))
@example(day=date(2024, 2, 29))
def test_what_is_written_is_read_back_as_the_same_day(day: date) -> None:
    for text in (calendar.wareki(day), calendar.wareki_short(day), day.isoformat(), f"{day:%Y%m%d}"):
        assert calendar.read_day(text) == day


@given(text=st.text(max_size=20))
def test_any_other_text_is_refused_with_a_next_step(text: str) -> None:
    try:
        calendar.read_day(text)
    except errors.UnreadableDay as refused:
        assert refused.happened.endswith("。")
        assert refused.next_step.endswith("ください。")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "日付が入力されていません。"),
        ("　", "日付が入力されていません。"),
        ("あした", "日付として読み取れません。"),
        ("26/4/1", "日付として読み取れません。"),
        ("2026/4", "日付として読み取れません。"),
        ("2026/4/1から", "日付として読み取れません。"),
        ("令和8年2月29日", "2026年2月29日は暦にない日付です。"),
        ("2026/13/1", "2026年13月1日は暦にない日付です。"),
        ("平成32年4月1日", "「令和2年4月1日」のことであれば"),
        ("令和元年4月30日", "「平成31年4月30日」のことであれば"),
        ("昭和64年1月8日", "「平成元年1月8日」のことであれば"),
        ("R0.4.1", "令和0年4月1日という日付はありません。"),
        ("令和8年4月1日（木）", "曜日が「木」になっています。"),
        ("1872/12/31", "明治5年以前の日付は扱えません。"),
        ("明治5年12月31日", "明治5年以前の日付は扱えません。"),
    ],
)
def test_what_is_no_day_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(errors.UnreadableDay, match=words):
        calendar.read_day(text)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 3, 31), "令和7年度"),
        (date(2026, 4, 1), "令和8年度"),
        (date(2019, 4, 1), "令和元年度"),
        (date(2020, 3, 31), "令和元年度"),
        (date(2019, 3, 31), "平成30年度"),
        (date(1989, 3, 31), "昭和63年度"),
        (date(1989, 4, 1), "平成元年度"),
    ],
)
def test_a_fiscal_year_begins_on_the_first_of_april(day: date, name: str) -> None:
    assert calendar.fiscal_year(day) == name
    first, last = calendar.fiscal_year_span(calendar.fiscal_year_of(day))
    assert first <= day <= last


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 4, 1), True),
        (date(2026, 4, 4), False),  # Saturday
        (date(2026, 5, 6), False),  # 振替休日: 3 May is a Sunday
        (date(2026, 9, 22), False),  # 国民の休日 between two holidays
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2024, 2, 12), False),  # 振替休日 of 建国記念の日
    ],
)
def test_the_city_hall_is_open_on_working_days_only(day: date, is_open: bool) -> None:
    assert calendar.is_business_day(day) is is_open


def test_open_days_are_counted_over_holidays_and_the_turn_of_the_year() -> None:
    assert calendar.business_days_after(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert calendar.business_days_before(date(2027, 1, 4), 1) == date(2026, 12, 28)
    assert calendar.business_days_before(date(2026, 5, 7), 1) == date(2026, 5, 1)
    assert calendar.business_days_after(date(2026, 4, 1), 10) == date(2026, 4, 15)


@given(day=st.dates(min_value=date(2000, 1, 1), max_value=date(2035, 12, 31)), days=st.integers(1, 30))
def test_counting_forward_and_back_comes_to_the_same_open_day(day: date, days: int) -> None:
    later = calendar.business_days_after(day, days)
    assert calendar.is_business_day(later)
    assert calendar.business_days_before(later + timedelta(days=1), 1) == later
    assert calendar.business_days_before(later, days) <= day


def test_a_count_of_no_days_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        calendar.business_days_after(date(2026, 4, 1), 0)


def test_a_term_counts_both_ends() -> None:
    assert calendar.days_between(date(2026, 4, 2), date(2026, 10, 30)) == 212
    assert calendar.days_between(date(2026, 4, 2), date(2026, 4, 2)) == 1
    with pytest.raises(ValueError, match="before it begins"):
        calendar.days_between(date(2026, 4, 2), date(2026, 4, 1))
