"""IPA 安全なウェブサイトの作り方 改訂第7版, 1: SQL injection SQLインジェクション."""

import ast
import re

import pytest
from django import db
from django.db import connection, transaction
from django.test import Client

from tests import city
from tests.web.entrance import people
from warifu.access import queries
from warifu.audit import models as audit
from warifu.directory import models as directory

from . import source

INJECTED = "' OR 1=1--"
OWN_NAMES = {
    "warifu/audit/actions.py": "the ledger's own table name",
    "warifu/audit/guard.py": "a constant by engine",
    "warifu/directory/walls.py": "the statements of the walls, made from the models",
}
"""Where SQL is not one constant, and what it is put together from: never what somebody typed."""
SORTED_BY = {"warifu/audit/performers.py": "a column of a fixed set", "warifu/archive/periods.py": "a fixed order"}


def test_1_i_a_sql_is_written_with_placeholders_only() -> None:
    made = [
        place
        for place, call in source.calls()
        if source.called(call) in {"execute", "executemany", "raw", "RawSQL", "extra"}
        and call.args
        and not source.fixed(call.args[0])
        and place.partition(":")[0] not in OWN_NAMES
    ]
    assert made == []


@pytest.mark.django_db
def test_1_i_a_an_injected_search_finds_nothing_more(cast: None) -> None:
    administrator, officer = people.signed_in("chida@morioka.example.jp"), people.signed_in()
    keeper = people.signed_in("oikawa@morioka.example.jp")
    lists = [
        (administrator, "/office/accounts/?q="),
        (administrator, "/office/networks/blocked/?q="),
        (keeper, "/office/people/?q="),
        (keeper, "/office/groups/?q="),
        (keeper, "/office/departments/?q="),
        (officer, "/counterparties/?q="),
        (officer, "/?q="),
        (officer, "/records/?q="),
    ]
    for client, path in lists:
        reply = client.get(path + "%27%20OR%201%3D1--")
        assert reply.status_code in {200, 422}, path
        for name in ("佐藤 美咲", "岩手建設株式会社", "高橋 直子"):
            assert name not in re.sub(r"(?s)<header.*?</header>|<nav.*?</nav>", "", reply.content.decode()) or (
                name == "佐藤 美咲" and client is officer
            ), path


@pytest.mark.django_db
def test_1_i_a_an_injected_sign_in_is_a_wrong_one(cast: None) -> None:
    for mail, password in ((INJECTED, INJECTED), (people.SATO, INJECTED), (f"{people.SATO}'--", "x")):
        assert Client().post("/signin/", {"username": mail, "password": password}).status_code == 422


def test_1_i_b_columns_to_sort_by_come_from_a_fixed_set() -> None:
    loose = [
        place
        for place, call in source.calls()
        if source.called(call) == "order_by"
        and not all(source.fixed(one) or _is_expression(one) for one in call.args)
        and place.partition(":")[0] not in SORTED_BY
    ]
    assert loose == []


def _is_expression(node: ast.expr) -> bool:
    """`F("x").desc()` and the like."""
    return isinstance(node, ast.Call)


def test_1_i_b_the_column_of_the_performers_is_one_of_a_fixed_set() -> None:
    asked = [
        call
        for place, call in source.calls()
        if place.startswith("warifu/audit/performers.py") and source.called(call) == "_found"
    ]
    assert asked
    for call in asked:
        columns = [one for one in call.args if isinstance(one, ast.Constant)]
        assert {str(one.value) for one in columns} <= {"name_key", "post_key", "actor_id", "post"}


@pytest.mark.django_db
def test_1_ii_no_page_carries_sql_in_its_fields(cast: None) -> None:
    sql = re.compile(r"(?i)\b(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from)\b")
    for client, path in (
        (people.signed_in("chida@morioka.example.jp"), "/office/ledger/"),
        (people.signed_in("oikawa@morioka.example.jp"), "/office/people/"),
        (people.signed_in(), "/records/"),
    ):
        page = client.get(path).content.decode()
        assert not any(sql.search(value) for value in re.findall(r'(?:value|action|href)="([^"]*)"', page)), path


@pytest.mark.django_db
def test_1_iii_an_error_of_the_database_shows_a_reference_and_nothing_else(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise db.ProgrammingError('relation "access_account" does not exist: SELECT password FROM')

    client = people.signed_in("chida@morioka.example.jp")
    client.raise_request_exception = False
    monkeypatch.setattr(queries, "staff_with_accounts", broken)
    reply = client.get("/office/accounts/")
    assert reply.status_code == 500
    shown = reply.content.decode()
    assert "受付番号" in shown
    assert not re.search(r"access_account|SELECT|Traceback|ProgrammingError", shown)


@pytest.mark.django_db
def test_1_iv_the_ledger_cannot_be_changed_or_emptied_by_the_application(cast: None) -> None:
    table = connection.ops.quote_name(audit.Entry._meta.db_table)
    for statement in (f"UPDATE {table} SET action = 'x'", f"DELETE FROM {table}"):  # noqa: S608 - the point of the test
        with pytest.raises(db.DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert audit.Entry.objects.exists()


@pytest.mark.django_db
def test_1_iv_what_looks_like_sql_is_kept_as_it_was_typed(cast: None) -> None:
    group = directory.Group.objects.create(municipality=city.morioka(), name="'; DROP TABLE access_account;--")
    group.refresh_from_db()
    assert group.name == "'; DROP TABLE access_account;--"
