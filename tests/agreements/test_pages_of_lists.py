"""A list of agreements, read page by page, however far somebody turns."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.conftest import AT
from warifu.agreements import models, queries

pytestmark = pytest.mark.django_db


def many(number: int) -> None:
    sato = city.sato().staff
    models.Agreement.objects.bulk_create(
        models.Agreement(
            municipality=sato.municipality,
            department=sato.department,
            drafted_by=sato,
            title=f"委託その{place}",
            drafted_at=AT,
            changed_at=AT.replace(minute=place),
        )
        for place in range(number)
    )


def test_a_late_page_is_found_by_keys_alone_and_keeps_the_order(cast: None) -> None:
    many(30)
    found = queries.open_agreements(city.sato())
    with CaptureQueriesContext(connection) as asked:
        page = queries.page_of(found, first=20, number=6)
        titles = [one.title for one in page]
        assert [one.department.path for one in page] == ["財政部 契約検査課"] * 6
    assert titles == [f"委託その{place}" for place in range(9, 3, -1)]
    keys, rows = (query["sql"] for query in asked.captured_queries)
    assert "JOIN" not in keys, "what lies before the page is not read with all that hangs on it"
    assert "OFFSET" not in rows


def test_a_page_after_the_last_is_empty(cast: None) -> None:
    many(3)
    assert queries.page_of(queries.open_agreements(city.sato()), first=50, number=51) == []
