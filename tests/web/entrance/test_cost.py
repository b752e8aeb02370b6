import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.entrance import people

pytestmark = pytest.mark.django_db


def test_the_guard_asks_little_of_each_page(cast: None) -> None:
    """The cookie's row, the account, our session with its person, and the rules of the municipality."""
    client = people.signed_in()
    client.get("/account/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/browsers/")
    tables = [query["sql"] for query in asked.captured_queries]
    assert sum('FROM "access_session"' in sql for sql in tables) == 2, "once by the guard, once for the list itself"
    assert sum('FROM "access_signinrules"' in sql for sql in tables) == 1
    # The session brings its person with department and body; who acts is not asked for once more.
    assert sum('FROM "directory_staffmember"' in sql for sql in tables) == 0
    assert len(tables) <= 11
    assert not any(sql.startswith("UPDATE") for sql in tables), "reading writes nothing within a minute"
