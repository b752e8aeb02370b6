"""What bodies publish for the region: counts, and nothing that a single contract could be guessed from."""

from datetime import date

import pytest
from django import db
from django.db import transaction

from tests import city
from tests.directory import test_walls
from tests.operations.ways import department, jst, planted
from warifu.agreements.lifecycle import State
from warifu.directory import models as directory
from warifu.directory import scope, walls
from warifu.directory.stages import Stage
from warifu.operations import papers, recounting, region
from warifu.operations.statistics_models import PublishedMonth, PublishedYear, Tally

pytestmark = pytest.mark.django_db

AT = jst(2027, 4, 10)
AMOUNT = 46_200_000


def takizawa() -> directory.Municipality:
    return directory.Municipality.objects.get(code=city.TAKIZAWA)


def concluded(body: directory.Municipality, number: int, *, amount: int | None = AMOUNT, year: int = 2026) -> None:
    place = directory.Department.objects.filter(municipality=body)[0]
    for _ in range(number):
        planted(State.CONCLUDED, drafted_at=jst(year, 6, 1), of=place, amount=amount)


def count() -> region.Region:
    for body in (city.morioka(), takizawa()):
        with scope.of(body):
            recounting.bring_up_to_date(municipality=body, at=AT)
    return region.of_year(2026)


def test_counts_of_every_body_and_their_sum(cast: None) -> None:
    concluded(city.morioka(), 5)
    concluded(takizawa(), 1)
    planted(State.DECLINED, drafted_at=jst(2026, 7, 1))
    found = count()
    assert [(one.name, one.counts["drafted"], one.counts["concluded"]) for one in found.bodies] == [
        ("盛岡市", 6, 5),
        ("滝沢市", 1, 1),
    ]
    assert (found.whole.counts["drafted"], found.whole.counts["declined"]) == (7, 1)
    assert dict(found.months)[date(2026, 6, 1)]["drafted"] == 6


def test_an_amount_of_fewer_than_five_contracts_is_not_even_published(cast: None) -> None:
    concluded(city.morioka(), 5)
    concluded(takizawa(), 4)
    found = count()
    assert [(one.amount, one.stamp_tax) for one in found.bodies] == [(5 * AMOUNT, 50_000), (None, None)]
    assert [one.median_hours is None for one in found.bodies] == [False, True]
    (row,) = PublishedYear.objects.filter(code=city.TAKIZAWA)
    assert (row.amount, row.stamp_tax, row.median_hours, row.most_hours) == (None, None, None, None)


def test_the_sum_gives_nothing_away_that_was_withheld(cast: None) -> None:
    concluded(city.morioka(), 5)
    concluded(takizawa(), 1, amount=99_000_000)
    whole = count().whole
    assert (whole.amount, whole.stamp_tax) == (5 * AMOUNT, 50_000), "of those only that are shown"
    assert whole.counts["concluded"] == 6


def test_one_contract_with_an_amount_among_many_without_one_is_withheld_too(cast: None) -> None:
    concluded(city.morioka(), 9, amount=None)
    concluded(city.morioka(), 1)
    (body,) = count().bodies[:1]
    assert body.amount is None
    assert body.stamp_tax is None, "1,800 yen less, and the one's band is known"


def test_a_growing_sum_is_not_shown_before_its_year_is_over(cast: None) -> None:
    concluded(city.morioka(), 7, year=2026)
    for at, shown in ((jst(2027, 3, 31), None), (jst(2027, 4, 1), 7 * AMOUNT)):
        with scope.of(city.morioka()):
            recounting.bring_up_to_date(municipality=city.morioka(), at=at)
        assert region.of_year(2026).bodies[0].amount == shown


def test_the_tables_of_the_region_hold_no_department_no_kind_and_no_title() -> None:
    columns = {field.name for model in (PublishedMonth, PublishedYear) for field in model._meta.fields}
    assert not columns & {"department", "kind", "title", "counterparty", "agreement", "municipality"}


def test_two_tables_are_published_and_no_other() -> None:
    assert {"operations.PublishedMonth", "operations.PublishedYear"} == walls.PUBLISHED


def test_a_body_in_preparation_publishes_nothing(cast: None) -> None:
    concluded(city.morioka(), 5)
    directory.Municipality.objects.filter(code=city.MORIOKA).update(stage=Stage.PREPARING)
    assert count().bodies == ()


def test_paper_that_was_told_shows_at_once(cast: None) -> None:
    concluded(city.morioka(), 3)
    count()
    papers.enter(month=date(2026, 6, 1), numbers={department("財政部").pk: 1}, by=city.oikawa(), at=AT)
    (body,) = region.of_year(2026).bodies[:1]
    assert (body.paper, body.share) == (1, 75)


@test_walls.postgres
def test_behind_the_wall_a_coordinator_reads_what_was_published_and_writes_only_for_the_own_body(cast: None) -> None:
    concluded(city.morioka(), 5)
    count()
    body = takizawa()
    with test_walls.as_plain_role(), scope.of(body):
        assert region.of_year(2026).bodies[0].counts["concluded"] == 5
        assert not Tally.objects.filter(municipality__code=city.MORIOKA).exists()
        assert PublishedMonth.objects.filter(code=city.MORIOKA).update(concluded=0) == 0
        with pytest.raises(db.DatabaseError, match="row-level security"), transaction.atomic():
            PublishedMonth.objects.create(
                code=city.MORIOKA,
                name="偽",
                month=date(2030, 1, 1),
                drafted=1,
                sent=1,
                concluded=1,
                declined=0,
                expired=0,
                withdrawn=0,
            )
        recounting.rebuild(municipality=body, at=AT)
