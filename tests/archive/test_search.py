"""Finding records again (電子帳簿保存法施行規則2条6項5号): ranges and any combination."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warifu.archive import models, queries
from warifu.archive.criteria import Criteria, Cursor
from warifu.archive.sight import EVERYWHERE
from warifu.directory import models as directory

from . import people

TITLES: dict[str, dict[str, object]] = {
    "ditch": {},
    "cleaning": {
        "number": "2026-0131",
        "title": "令和8年度盛岡市役所本庁舎清掃業務委託",
        "kind": "業務委託契約書",
        "amount": 24_838_000,
        "transaction_on": date(2026, 3, 31),
        "counterparty_name": "もりおか環境整備株式会社",
        "counterparty_number": "",
    },
    "rice": {
        "number": "2026-0144",
        "title": "学校給食用食材（精米）購入",
        "kind": "単価契約書",
        "amount": None,
        "transaction_on": date(2026, 4, 2),
        "counterparty_name": "株式会社岩手米穀",
        "counterparty_number": "",
    },
    "lease": {
        "number": "2025-0952",
        "title": "住民情報システム機器賃貸借（ｻｰﾊﾞｰ）100%_保守",
        "kind": "賃貸借契約書",
        "amount": 0,
        "transaction_on": date(2027, 3, 31),
        "counterparty_name": "みちのく総合リース㈱",
        "counterparty_number": "",
    },
}


@pytest.fixture
def shelf(morioka: directory.Department, takizawa: directory.Department) -> directory.Municipality:
    """盛岡市's four records, and the same four of 滝沢市 beside them."""
    for section in (takizawa, morioka):
        for name, other in TITLES.items():
            people.file(section, origin=name, **other)
    return morioka.municipality


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(), "lease rice ditch cleaning"),
        (Criteria(date_from=date(2026, 4, 1)), "lease rice ditch"),
        (Criteria(date_to=date(2026, 4, 1)), "ditch cleaning"),
        (Criteria(date_from=date(2026, 4, 1), date_to=date(2026, 4, 1)), "ditch"),
        (Criteria(date_from=date(2026, 4, 3), date_to=date(2027, 3, 30)), ""),
        (Criteria(date_from=date(2026, 4, 2), date_to=date(2026, 4, 1)), ""),
        (Criteria(fiscal_year=2025), "cleaning"),
        (Criteria(fiscal_year=2026), "lease rice ditch"),
        (Criteria(fiscal_year=2026, date_to=date(2026, 4, 1)), "ditch"),
        (Criteria(amount_from=18_700_000), "ditch cleaning"),
        (Criteria(amount_from=18_700_001), "cleaning"),
        (Criteria(amount_to=18_700_000), "lease ditch"),
        (Criteria(amount_to=18_699_999), "lease"),
        (Criteria(amount_from=0, amount_to=0), "lease"),
        (Criteria(amount_from=18_700_000, amount_to=24_838_000), "ditch cleaning"),
        (Criteria(counterparty="高崎"), "ditch"),
        (Criteria(counterparty="髙﨑"), "ditch"),
        (Criteria(counterparty="㈱髙﨑設備"), "ditch"),
        (Criteria(counterparty="株式会社"), "lease rice ditch cleaning"),
        (Criteria(counterparty="モリオカ"), "cleaning"),
        (Criteria(counterparty="ﾘｰｽ"), "lease"),
        (Criteria(counterparty="8700110005901"), "ditch"),
        (Criteria(counterparty="８７００１１０００５９０１"), "ditch"),
        (Criteria(counterparty="7000012050002"), ""),
        (Criteria(counterparty=" 　"), "lease rice ditch cleaning"),
        (Criteria(counterparty="・"), ""),
        (Criteria(words="清掃"), "cleaning"),
        (Criteria(words="2026"), "rice ditch cleaning"),
        (Criteria(words="２０２６−０１４８"), "ditch"),
        (Criteria(words="サーバ"), "lease"),
        (Criteria(words="100%"), "lease"),
        (Criteria(words="%"), ""),
        (Criteria(words="工事 加賀野"), "ditch"),
        (Criteria(words="加賀野　2026"), "ditch"),
        (Criteria(words="工事 清掃"), ""),
        (Criteria(words="改修工事2026"), ""),
        (Criteria(kind="単価契約書"), "rice"),
        (Criteria(kind="契約書"), ""),
        (Criteria(date_from=date(2026, 4, 1), amount_from=1), "ditch"),
        (Criteria(date_to=date(2026, 4, 2), counterparty="株式会社", amount_to=20_000_000), "ditch"),
        (Criteria(amount_from=1, counterparty="株式会社", words="2026", fiscal_year=2025), "cleaning"),
        (Criteria(date_from=date(2026, 4, 1), kind="工事請負契約書", words="側溝", counterparty="高崎"), "ditch"),
    ],
    ids=repr,
)
def test_records_are_found_by_ranges_and_any_combination(
    shelf: directory.Municipality, criteria: Criteria, expected: str
) -> None:
    page = queries.search(shelf, criteria, within=EVERYWHERE)
    assert [record.origin for record in page.records] == expected.split()
    assert (page.count, page.capped, page.next) == (len(expected.split()), False, None)
    assert {record.municipality_id for record in page.records} <= {shelf.pk}


@given(
    days=st.tuples(st.none() | st.dates(date(2026, 3, 30), date(2026, 4, 3)), st.none() | st.dates(date(2026, 3, 30))),
    amounts=st.tuples(st.none() | st.integers(0, 3 * 10**7), st.none() | st.integers(0, 3 * 10**7)),
    counterparty=st.sampled_from(["", "株式会社", "高崎", "岩手"]),
    words=st.sampled_from(["", "2026", "工事", "業務 委託"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_combination_finds_what_all_its_conditions_find_alone(
    shelf: directory.Municipality,
    days: tuple[date | None, date | None],
    amounts: tuple[int | None, int | None],
    counterparty: str,
    words: str,
) -> None:
    def found(criteria: Criteria) -> set[UUID]:
        return {record.pk for record in queries.search(shelf, criteria, within=EVERYWHERE).records}

    together = Criteria(
        date_from=days[0],
        date_to=days[1],
        amount_from=amounts[0],
        amount_to=amounts[1],
        counterparty=counterparty,
        words=words,
    )
    alone = [
        Criteria(date_from=days[0]),
        Criteria(date_to=days[1]),
        Criteria(amount_from=amounts[0]),
        Criteria(amount_to=amounts[1]),
        Criteria(counterparty=counterparty),
        Criteria(words=words),
    ]
    assert found(together) == set.intersection(*(found(criteria) for criteria in alone))


def test_takahashi_of_another_municipality_sees_not_found(
    shelf: directory.Municipality, takizawa: directory.Department
) -> None:
    record = queries.record_of_origin(shelf, "ditch")
    assert record is not None
    assert queries.record_of(takizawa.municipality, record.pk, within=EVERYWHERE) is None
    other = queries.record_of_origin(takizawa.municipality, "ditch")
    assert other is not None
    assert other.pk != record.pk
    assert queries.kinds_of(shelf) == ["単価契約書", "工事請負契約書", "業務委託契約書", "賃貸借契約書"]


def test_a_file_is_found_through_its_own_record_only(shelf: directory.Municipality) -> None:
    ditch, rice = (queries.record_of_origin(shelf, origin) for origin in ("ditch", "rice"))
    assert ditch is not None
    assert rice is not None
    paper = queries.files_of(ditch).get()
    assert queries.file_of(ditch, paper.pk) == paper
    assert queries.file_of(rice, paper.pk) is None
    assert queries.file_of(ditch, uuid4()) is None


def many(section: directory.Department, count: int) -> None:
    """Records of three a day, so that pages end in the middle of a day; written without files for speed."""
    models.Record.objects.bulk_create(
        models.Record(
            municipality=section.municipality,
            department=section,
            origin=f"paper:{number}",
            number=str(number),
            title="清掃業務委託",
            kind="業務委託契約書",
            amount=number,
            transaction_on=date(2020, 4, 1) + timedelta(days=number // 3),
            counterparty_name="岩手建設",
            authority_title="盛岡市長",
            concluded_at=people.END_OF_YEAR,
            verified_at=people.END_OF_YEAR,
            search_key=f"清掃業務委託 {number}",
            counterparty_key="岩手建設",
        )
        for number in range(count)
    )


def test_pages_follow_each_other_without_gap_or_repetition(morioka: directory.Department) -> None:
    many(morioka, 130)
    seen: list[models.Record] = []
    after: Cursor | None = None
    sizes = []
    while True:
        page = queries.search(morioka.municipality, Criteria(words="清掃"), after=after, within=EVERYWHERE)
        assert page.count == 130
        seen += page.records
        sizes.append(len(page.records))
        if page.next is None:
            break
        after = Cursor.read(str(page.next))
        assert after == page.next
    assert sizes == [50, 50, 30]
    assert len({record.pk for record in seen}) == 130
    assert [record.transaction_on for record in seen] == sorted((r.transaction_on for r in seen), reverse=True)


def test_a_page_that_ends_exactly_has_no_next_page(morioka: directory.Department) -> None:
    many(morioka, 50)
    assert queries.search(morioka.municipality, Criteria(), within=EVERYWHERE).next is None


def test_a_record_filed_meanwhile_does_not_shift_the_next_page(morioka: directory.Department) -> None:
    many(morioka, 60)
    first = queries.search(morioka.municipality, Criteria(), within=EVERYWHERE)
    people.file(morioka, transaction_on=date(2030, 1, 1))
    second = queries.search(morioka.municipality, Criteria(), after=first.next, within=EVERYWHERE)
    assert len(second.records) == 10
    assert not {record.pk for record in first.records} & {record.pk for record in second.records}


def test_counting_stops_at_a_thousand(morioka: directory.Department) -> None:
    many(morioka, 1001)
    page = queries.search(morioka.municipality, Criteria(), within=EVERYWHERE)
    assert (page.count, page.capped, page.count_text) == (1000, True, "1,000件以上")
    page = queries.search(morioka.municipality, Criteria(amount_to=999), within=EVERYWHERE)
    assert (page.count, page.capped, page.count_text) == (1000, False, "1,000件")


def test_one_page_costs_three_queries_and_words_are_looked_for_in_one_table(morioka: directory.Department) -> None:
    many(morioka, 60)
    with CaptureQueriesContext(connection) as asked:
        page = queries.search(morioka.municipality, Criteria(words="清掃"), within=EVERYWHERE)
        assert {record.department.name for record in page.records} == {"契約検査課"}
    count, keys, rows = (query["sql"] for query in asked.captured_queries)
    assert "LIKE" in keys
    assert "JOIN" not in count + keys
    assert "LIKE" not in rows


@pytest.mark.parametrize("text", ["", "x", "20260401", "20260401-", "20260401-xyz", "99999999-" + "0" * 32, "' OR 1=1"])
def test_a_cursor_that_we_did_not_write_is_no_cursor(text: str) -> None:
    assert Cursor.read(text) is None


def test_ranges_the_wrong_way_round_are_told_in_words() -> None:
    problems = Criteria(date_from=date(2026, 4, 2), date_to=date(2026, 4, 1), amount_from=2, amount_to=1).problems()
    assert [problem[:5] for problem in problems] == ["取引年月日", "金額の下限"]
    assert Criteria(date_from=date(2026, 4, 1), date_to=date(2026, 4, 1), amount_from=1, amount_to=1).problems() == ()
