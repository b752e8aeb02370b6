"""The second wall: what the database shows when the queries no longer ask whose it is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django import db
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test import Client

from tests import city
from tests.house import floors
from tests.web import addresses, test_pages
from warifu import settings
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.agreements import models as agreements
from warifu.agreements import queries
from warifu.audit import models as audit
from warifu.directory import models, scope, walls
from warifu.web import clock

NO_WALL = {
    # Of the service or of nobody: what the workers saw of authorities, workers themselves, and tries to sign in, which
    # are kept under a hash because whoever mistypes an address stays unnamed.
    "operations_authoritystate",
    "jobs_workerbeat",
    "access_signinfailure",
    # One root is over the heads of all ledgers, and the proof of each needs the hashes of the others.
    "audit_dailyroot",
    "audit_rootleaf",
}
postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="row-level security is PostgreSQL's")


def test_every_table_leads_to_a_municipality_or_says_why_not() -> None:
    assert walls.without() == NO_WALL


@pytest.mark.django_db
def test_the_scope_ends_with_its_block_and_nests() -> None:
    body = models.Municipality(pk=7, code="032018")
    assert scope.current() == scope.NOTHING
    with scope.service():
        with scope.of(body):
            assert scope.current() == scope.Scope("7", "032018")
        assert scope.current() == scope.SERVICE
    assert scope.current() == scope.NOTHING


@pytest.mark.django_db
def test_what_is_sent_piece_by_piece_keeps_its_scope() -> None:
    def parts() -> Iterator[bool]:
        yield scope.current().service

    with scope.service():
        sent = scope.kept(parts())
    assert list(sent) == [True]
    assert scope.current() == scope.NOTHING


@contextmanager
def as_plain_role() -> Iterator[None]:
    """Another role than the superuser of the tests, with rights on the tables and no way past the walls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'warifu_plain'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE ROLE warifu_plain NOLOGIN NOSUPERUSER NOBYPASSRLS")
        cursor.execute("GRANT USAGE ON SCHEMA public TO warifu_plain")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO warifu_plain")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO warifu_plain")
        cursor.execute("SET ROLE warifu_plain")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@postgres
@pytest.mark.django_db
def test_every_wall_stands_and_holds_the_owner_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
            " WHERE p.polname = %s AND c.relrowsecurity AND c.relforcerowsecurity",
            [walls.POLICY],
        )
        assert {table for (table,) in cursor.fetchall()} == set(walls.conditions())
    assert walls.put_up(using="default") == [], "a second look finds nothing to do"


@postgres
@pytest.mark.django_db
def test_without_a_word_nothing_is_shown_and_for_a_body_only_its_own(cast: None) -> None:
    agreement = city.drafted(settings.OBJECTS_DIR, at=clock.now())
    takizawa = models.Municipality.objects.get(code=city.TAKIZAWA)
    everything = (agreements.Agreement, agreements.Document, models.StaffMember, access.Account, audit.Entry)
    with as_plain_role():
        assert [model.objects.count() for model in everything] == [0] * len(everything)
        with scope.of(takizawa):
            assert not agreements.Agreement.objects.exists()
            assert not agreements.Document.objects.exists()
            assert set(models.Municipality.objects.values_list("code", flat=True)) == {city.TAKIZAWA}
            assert set(audit.Entry.objects.values_list("ledger__name", flat=True)) == {city.TAKIZAWA}
            assert set(access.Account.objects.values_list("staff__municipality__code", flat=True)) == {city.TAKIZAWA}
            assert agreements.Agreement.objects.filter(pk=agreement.pk).update(title="見たい") == 0
            with pytest.raises(db.DatabaseError, match="row-level security"), transaction.atomic():
                models.Group.objects.create(municipality_id=agreement.municipality_id, name="よその班")
        with scope.of(agreement.municipality):
            assert agreements.Document.objects.filter(agreement=agreement).exists()
        with scope.service():
            assert models.Municipality.objects.count() == 8


@postgres
@pytest.mark.django_db
def test_takahashi_finds_nothing_even_when_the_queries_forget_whose_it_is(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = test_pages.sent(settings.OBJECTS_DIR)
    values = test_pages.values_of(agreement)

    def forgetful(_: models.Municipality) -> object:
        return agreements.Agreement.objects.select_related("department", "counterparty", "authority").order_by("pk")

    monkeypatch.setattr(queries, "agreements_of", forgetful)
    client = Client()
    client.force_login(access.Account.objects.get(mail="takahashi@takizawa.example.jp"))
    paths = [f"/agreements/{agreement.pk}/", f"/agreements/{agreement.pk}/documents/{values['document_id']}.pdf"]
    assert [client.get(path).status_code for path in paths] == [200, 200], "the first wall is down"
    with as_plain_role():
        assert [client.get(path).status_code for path in paths] == [404, 404]
        assert agreement.title not in client.get("/").content.decode()


@postgres
@pytest.mark.django_db
def test_the_scope_comes_back_after_a_failed_transaction(cast: None) -> None:
    body = city.morioka()
    with as_plain_role(), scope.of(body):
        with pytest.raises(db.DatabaseError), transaction.atomic(), scope.service():
            models.Municipality.objects.raw("SELECT nothing FROM nowhere")[0]
        assert scope.current() == scope.scope_of(body)
        assert list(models.Municipality.objects.all()) == [body]


@postgres
@pytest.mark.django_db
def test_the_desk_works_behind_the_wall(cast: None) -> None:
    agreement = test_pages.sent(settings.OBJECTS_DIR)
    client = Client()
    client.force_login(access.Account.objects.get(mail="sato@morioka.example.jp"))
    with as_plain_role():
        for path in ("/", f"/agreements/{agreement.pk}/", "/records/", "/counterparties/", "/me/"):
            assert client.get(path).status_code == 200, path
        assert client.post(f"/agreements/{agreement.pk}/withdraw/", {"reason": "金額の誤り"}).status_code == 302
        assert Client().get("/signin/").status_code == 200


class Forgetful:
    """A manager that leaves out every condition about whose a row is: the first wall is down."""

    ASKED = ("municipality", "owner", "ledger", "staff__municipality", "department__municipality")

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        plain = QuerySet.filter

        def filter_(found: "QuerySet[Any]", *conditions: Any, **wanted: Any) -> "QuerySet[Any]":
            return plain(found, *conditions, **{name: one for name, one in wanted.items() if name not in self.ASKED})

        patch.setattr(QuerySet, "filter", filter_)


@postgres
@pytest.mark.django_db
def test_no_page_of_takahashis_finds_a_thing_of_morioka_with_the_first_wall_down(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = test_pages.sent(settings.OBJECTS_DIR)
    named = {"agreement_id", "counterparty_id", "staff_id", "department_id", "group_id", "grant_id"}
    values = test_pages.values_of(agreement)
    surfaces = ("desk:", "office:")
    paths = {
        one.name: one.filled(values)
        for one in addresses.addresses()
        if one.places & named and one.name.startswith(surfaces)
    }
    nagamine = access.Account.objects.get(mail="nagamine@takizawa.example.jp").staff
    assert nagamine is not None
    for role in Role:
        access.RoleGrant.objects.get_or_create(staff=nagamine, role=role)
    client = Client()
    client.force_login(access.Account.objects.get(mail="nagamine@takizawa.example.jp"))
    Forgetful(monkeypatch)
    with transaction.atomic():
        open_without = {name for name, path in paths.items() if client.get(path).status_code in {200, 302}}
        transaction.set_rollback(True)
    assert len(open_without) > 15, "the first wall is down"
    with as_plain_role():
        answers = {name: client.get(path).status_code for name, path in paths.items()}
    assert {name: status for name, status in answers.items() if status not in {403, 404, 405}} == {}


@postgres
@pytest.mark.django_db
def test_production_does_not_start_as_a_role_that_passes_the_walls(tmp_path: Path) -> None:
    known = connection.settings_dict
    place = f"{known['HOST']}:{known['PORT']}/{known['NAME']}"

    def started(role: str, password: str) -> subprocess.CompletedProcess[str]:
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
        production = {
            "WARIFU_TRIAL": "0",
            "WARIFU_DATA": str(tmp_path),
            "WARIFU_PUBLIC_URL": "https://keiyaku.example.jp",
            "WARIFU_DATABASE_URL": f"postgresql://{role}:{password}@{place}",
        }
        return subprocess.run(
            [sys.executable, "-c", "import warifu.web.wsgi; print('started')"],
            cwd=floors.ROOT,
            env=surroundings | production,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    with psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        dbname=known["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        autocommit=True,
    ) as owner:
        owner.execute("CREATE ROLE warifu_started LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'for-this-test'")
        try:
            bound = started("warifu_started", "for-this-test")
            owner.execute("ALTER ROLE warifu_started BYPASSRLS")
            passing = started("warifu_started", "for-this-test")
        finally:
            owner.execute("DROP ROLE warifu_started")
    assert bound.stdout.strip() == "started", bound.stderr
    assert passing.returncode != 0
    assert "NotBound" in passing.stderr
    assert "for-this-test" not in passing.stderr
