"""A plan that moves people into more departments than a database takes in one condition."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.transfers import scenes
from tests.web import test_pages
from warifu.directory import models as directory
from warifu.transfers import models, queries

pytestmark = pytest.mark.django_db

MANY = 1_100
"""SQLite takes no condition of more than 1,000 parts joined by OR."""


def large_plan() -> models.Plan:
    body, plan = city.morioka(), scenes.planned(date(2099, 4, 1))
    places = directory.Department.objects.bulk_create(
        directory.Department(municipality=body, name=f"第{n}係", path=f"第{n}係") for n in range(MANY)
    )
    moves = models.Move.objects.bulk_create(
        models.Move(plan=plan, kind="join", name=f"新人 {n}", mail=f"new{n}@morioka.example.jp") for n in range(MANY)
    )
    models.MovePost.objects.bulk_create(
        models.MovePost(move=move, department=place) for move, place in zip(moves, places, strict=True)
    )
    return plan


def test_moves_come_with_their_departments_in_two_questions_however_many(cast: None) -> None:
    plan = large_plan()
    with CaptureQueriesContext(connection) as asked:
        places = {post.department.path for move in queries.moves_of(plan) for post in move.posts.all()}
    assert len(places) == MANY
    assert len(asked) == 2


def test_the_pages_of_a_large_plan_open(cast: None) -> None:
    plan, client = large_plan(), test_pages.signed_in("chida@morioka.example.jp")
    for page in ("", "departments/", "handover/", "confirm/"):
        assert client.get(f"/office/transfers/{plan.pk}/{page}").status_code == 200, page
