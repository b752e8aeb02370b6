"""A condition on thousands of keys is one parameter, and finds what a list of them would."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from warifu.agreements import models as agreements
from warifu.directory import among, models, reach

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 1)


def branch(number: int) -> models.Department:
    """A department with so many below it."""
    body = city.morioka()
    top = models.Department.objects.create(municipality=body, name="市長部局")
    models.Department.objects.bulk_create(
        models.Department(municipality=body, parent=top, name=f"第{n}課", path=f"市長部局 第{n}課")
        for n in range(number)
    )
    return top


@pytest.mark.parametrize("number", [among.FEW, among.FEW + 1])
def test_many_keys_find_what_a_list_of_them_finds(cast: None, number: int) -> None:
    branch(200)
    keys = frozenset(models.Department.objects.order_by("pk").values_list("pk", flat=True)[:number])
    listed = set(models.Department.objects.filter(parent__in=keys))
    assert listed
    assert set(models.Department.objects.filter(among.one_of("parent", keys))) == listed
    rest = models.Department.objects.filter(parent__isnull=False).exclude(among.one_of("parent", keys))
    assert not listed & set(rest)


def test_a_wide_reach_costs_a_question_for_each_level_and_one_parameter_in_each(cast: None) -> None:
    top = branch(1_500)
    with CaptureQueriesContext(connection) as asked:
        covered = reach.below(top.pk, on=TODAY)
    assert len(covered) == 1_501
    assert len(asked) <= 4
    within = reach.Reach(covered)
    sql, given = agreements.Agreement.objects.filter(within.condition()).query.sql_with_params()
    assert len(given) == 1
    assert "department_id" in sql


def test_a_reach_through_another_table_names_that_tables_column(cast: None) -> None:
    top = branch(150)
    post = models.Post.objects.create(staff=city.sato().staff, department=top, is_main=False)
    within = reach.Reach(reach.below(top.pk, on=TODAY))
    assert list(models.Post.objects.filter(within.condition())) == [post]
    found = models.StaffMember.objects.filter(within.condition("posts__department"))
    assert list(found) == [city.sato().staff]
