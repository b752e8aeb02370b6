"""権限の及ぶ範囲: a department reaches what is in it, in those below it, and in those that went before either."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from tests import city
from warifu.directory import actions, models, reach

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY, APRIL = date(2026, 3, 2), date(2026, 4, 1)


def found(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path, ends_on__isnull=True)


def add(name: str, parent: models.Department | None = None) -> models.Department:
    entry = actions.DepartmentEntry(name, parent)
    return actions.add_department(
        municipality=city.morioka(), entry=entry, begins_on=None, by=city.chida().actor, at=AT
    )


def change(
    department: models.Department, name: str, parent: models.Department | None, on: date = TODAY
) -> models.Department:
    return actions.change_department(
        department=department, name=name, parent=parent, starts_on=on, by=city.chida().actor, at=AT
    )


def end(department: models.Department, successor: models.Department | None) -> models.Department:
    last_day = TODAY - timedelta(days=1)
    return actions.end_department(
        department=department, last_day=last_day, successor=successor, by=city.chida().actor, at=AT
    )


def test_what_stands_below_is_reached_and_what_stands_beside_or_above_is_not(cast: None) -> None:
    finance, contracts = found("財政部"), found("財政部 契約検査課")
    office = add("検査係", contracts)
    assert reach.below(finance.pk, on=TODAY) == {finance.pk, contracts.pk, office.pk}
    assert reach.below(contracts.pk, on=TODAY) == {contracts.pk, office.pk}
    assert reach.above(office.pk, on=TODAY) == {office.pk, contracts.pk, finance.pk}


def test_what_was_done_under_an_earlier_name_is_reached(cast: None) -> None:
    contracts = found("財政部 契約検査課")
    renamed = change(contracts, "契約課", contracts.parent)
    assert reach.below(renamed.pk, on=TODAY) == {renamed.pk, contracts.pk}


def test_a_grant_on_a_department_that_is_no_more_goes_on_before_anybody_has_moved_it(cast: None) -> None:
    contracts = found("財政部 契約検査課")
    office = add("検査係", contracts)
    renamed = change(contracts, "契約課", contracts.parent, APRIL)
    assert reach.below(contracts.pk, on=TODAY) == {contracts.pk, office.pk, renamed.pk} - {renamed.pk}
    assert reach.below(contracts.pk, on=APRIL) == {contracts.pk, office.pk, renamed.pk}
    assert contracts.pk in reach.above(office.pk, on=APRIL)


def test_what_moved_elsewhere_belongs_to_the_new_place_with_its_past(cast: None) -> None:
    finance, general, contracts = found("財政部"), found("総務部"), found("財政部 契約検査課")
    moved = change(contracts, "契約検査課", general)
    assert reach.below(finance.pk, on=TODAY) == {finance.pk}
    assert reach.below(general.pk, on=TODAY) >= {general.pk, moved.pk, contracts.pk}


def test_a_successor_has_what_its_predecessor_had_below_it(cast: None) -> None:
    hospital, schools = found("市立病院"), found("教育委員会事務局")
    office = found("市立病院 事務局")
    end(hospital, schools)
    assert reach.below(schools.pk, on=TODAY) >= {schools.pk, hospital.pk, office.pk}


def test_what_ended_without_a_successor_stays_with_the_department_above(cast: None) -> None:
    finance = found("財政部")
    closed = end(add("臨時給付金室", finance), None)
    assert closed.pk in reach.below(finance.pk, on=TODAY)


def test_one_side_says_what_the_other_says_in_any_tree(cast: None) -> None:
    """Random trees of five levels with ends and successors; compared with a walk from every row."""
    luck = random.Random(4)
    for _ in range(4):
        with transaction.atomic():
            compare(grown(luck))
            transaction.set_rollback(True)


def compare(rows: list[models.Department]) -> None:
    leads = {row.pk: _leads_to(row) for row in rows}
    walked = {row.pk: _walk(row.pk, leads) for row in rows}
    below = {row.pk: reach.below(row.pk, on=TODAY) for row in rows}
    for row in rows:
        today = _today(row)
        assert below[row.pk] == {pk for pk, way in walked.items() if today in way} | {row.pk} | below_of(row, walked)
        assert reach.above(row.pk, on=TODAY) == {pk for pk, reached in below.items() if row.pk in reached}


def below_of(row: models.Department, walked: dict[int, list[int]]) -> set[int]:
    """What leads through a department that is no more leads to it as well."""
    return {pk for pk, way in walked.items() if row.pk in way}


def grown(luck: random.Random) -> list[models.Department]:
    rows: list[models.Department] = []
    for number in range(30):
        parent = luck.choice([None, *rows[-12:]])
        rows.append(models.Department.objects.create(municipality=city.morioka(), name=f"部署{number}", parent=parent))
    for row in luck.sample(rows, 8):
        heir = luck.choice([None, *(other for other in rows if other.pk > row.pk)])
        models.Department.objects.filter(pk=row.pk).update(ends_on=TODAY - timedelta(days=5), successor=heir)
    return list(models.Department.objects.filter(name__startswith="部署").order_by("pk"))


def _ended(row: models.Department) -> bool:
    return row.ends_on is not None and row.ends_on < TODAY


def _leads_to(row: models.Department) -> int | None:
    return row.successor_id if _ended(row) and row.successor_id else row.parent_id


def _walk(pk: int, leads: dict[int, int | None]) -> list[int]:
    way: list[int] = []
    step: int | None = pk
    while step is not None and step not in way:
        way.append(step)
        step = leads[step]
    return way


def _today(row: models.Department) -> int:
    while _ended(row) and row.successor is not None:
        row = row.successor
    return row.pk


def test_two_questions_reach_a_department_with_a_hundred_below_it(cast: None, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # the fixture's type is pytest-django's own
    top = add("大部")
    models.Department.objects.bulk_create(
        models.Department(municipality=city.morioka(), name=f"課{number}", parent=top) for number in range(100)
    )
    with django_assert_max_num_queries(3):
        assert len(reach.below(top.pk, on=TODAY)) == 101
