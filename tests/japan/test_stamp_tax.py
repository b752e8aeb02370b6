"""印紙税額一覧表 of the National Tax Agency, line by line, on both sides of each limit."""

from datetime import date

import pytest

from warifu.japan import stamp_tax
from warifu.japan.stamp_tax import Paper

REDUCED_DAY, ORDINARY_DAY = date(2027, 3, 31), date(2027, 4, 1)
MAN, OKU = 10_000, 100_000_000


@pytest.mark.parametrize(
    ("most", "ordinary", "reduced"),
    [
        (100 * MAN, 200, 200),
        (200 * MAN, 400, 200),
        (300 * MAN, 1_000, 500),
        (500 * MAN, 2_000, 1_000),
        (1_000 * MAN, 10_000, 5_000),
        (5_000 * MAN, 20_000, 10_000),
        (1 * OKU, 60_000, 30_000),
        (5 * OKU, 100_000, 60_000),
        (10 * OKU, 200_000, 160_000),
        (50 * OKU, 400_000, 320_000),
        (500 * OKU, 600_000, 480_000),
    ],
)
def test_a_contract_of_work_costs_what_the_table_says(most: int, ordinary: int, reduced: int) -> None:
    assert stamp_tax.tax(Paper.WORK, amount=most, on=REDUCED_DAY) == ordinary
    assert stamp_tax.tax(Paper.CONSTRUCTION, amount=most, on=ORDINARY_DAY) == ordinary
    assert stamp_tax.tax(Paper.CONSTRUCTION, amount=most, on=REDUCED_DAY) == reduced


@pytest.mark.parametrize(
    ("most", "ordinary", "reduced"),
    [
        (10 * MAN, 200, 200),
        (50 * MAN, 400, 200),
        (100 * MAN, 1_000, 500),
        (500 * MAN, 2_000, 1_000),
        (1_000 * MAN, 10_000, 5_000),
        (5_000 * MAN, 20_000, 10_000),
        (1 * OKU, 60_000, 30_000),
        (5 * OKU, 100_000, 60_000),
        (10 * OKU, 200_000, 160_000),
        (50 * OKU, 400_000, 320_000),
        (500 * OKU, 600_000, 480_000),
    ],
)
def test_a_transfer_of_land_costs_what_the_table_says(most: int, ordinary: int, reduced: int) -> None:
    assert stamp_tax.tax(Paper.FIRST, amount=most, on=REDUCED_DAY) == ordinary
    assert stamp_tax.tax(Paper.LAND, amount=most, on=ORDINARY_DAY) == ordinary
    assert stamp_tax.tax(Paper.LAND, amount=most, on=REDUCED_DAY) == reduced


def test_one_yen_more_is_the_next_line() -> None:
    assert stamp_tax.tax(Paper.WORK, amount=100 * MAN + 1, on=ORDINARY_DAY) == 400
    assert stamp_tax.tax(Paper.WORK, amount=50 * OKU + 1, on=ORDINARY_DAY) == 600_000


def test_below_ten_thousand_yen_nothing_and_without_an_amount_two_hundred() -> None:
    assert [stamp_tax.tax(Paper.WORK, amount=yen, on=ORDINARY_DAY) for yen in (9_999, 10_000)] == [0, 200]
    assert stamp_tax.tax(Paper.LAND, amount=None, on=REDUCED_DAY) == 200


def test_a_basic_contract_costs_four_thousand_and_what_is_not_taxed_nothing() -> None:
    assert stamp_tax.tax(Paper.CONTINUING, amount=None, on=ORDINARY_DAY) == 4_000
    assert stamp_tax.tax(Paper.CONTINUING, amount=5 * OKU, on=ORDINARY_DAY) == 4_000
    assert stamp_tax.tax(Paper.NONE, amount=5 * OKU, on=ORDINARY_DAY) == 0


def test_the_reduction_begins_and_ends_on_its_days() -> None:
    days = (date(2014, 3, 31), date(2014, 4, 1), date(2027, 3, 31), date(2027, 4, 1))
    assert [stamp_tax.tax(Paper.CONSTRUCTION, amount=42_000_000, on=day) for day in days] == [
        20_000,
        10_000,
        10_000,
        20_000,
    ]


def test_consumption_tax_is_taken_off_at_the_rate_of_the_day() -> None:
    assert stamp_tax.without_consumption_tax(46_200_000, on=date(2026, 4, 1)) == 42_000_000
    assert stamp_tax.without_consumption_tax(45_360_000, on=date(2019, 9, 30)) == 42_000_000
    assert stamp_tax.without_consumption_tax(11, on=date(2026, 4, 1)) == 10
    assert stamp_tax.without_consumption_tax(10, on=date(2026, 4, 1)) == 9


def test_every_paper_has_words() -> None:
    assert set(stamp_tax.WORDS) == set(Paper)
