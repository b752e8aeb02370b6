"""The database refuses, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from warifu.audit import models, verification

from . import people

ANYWHERE = [
    "UPDATE audit_entry SET action = 'agreements.decline' WHERE sequence = 2",
    "UPDATE audit_entry SET facts = facts",
    "DELETE FROM audit_entry WHERE sequence = 3",
    "DELETE FROM audit_entry",
    "UPDATE audit_ledger SET head_sequence = 1",
    "UPDATE audit_ledger SET head_sequence = head_sequence",
    "UPDATE audit_ledger SET head_sequence = head_sequence + 1",
    "UPDATE audit_ledger SET head_digest = name",
    "UPDATE audit_ledger SET name = 'elsewhere'",
    "DELETE FROM audit_ledger",
    "INSERT INTO audit_ledger (name, head_sequence, head_digest) VALUES ('x', 5, 'abc')",
]
_COPY = """INTO audit_entry (id, ledger_id, sequence, at, actor_kind, actor_id, actor_name, actor_post, ip, action,
    target, facts, previous_digest, digest)
    SELECT {id}, ledger_id, {sequence}, at, actor_kind, actor_id, actor_name, actor_post, ip, action, target, facts,
    previous_digest, digest FROM audit_entry WHERE sequence = 3"""
FORGED = [
    "INSERT " + _COPY.format(id="id + 1000", sequence="4"),
    "INSERT " + _COPY.format(id="id + 1000", sequence="3"),
    "INSERT " + _COPY.format(id="id + 1000", sequence="0"),
]
SQLITE_ONLY = [
    "INSERT OR REPLACE " + _COPY.format(id="id", sequence="3"),
    "INSERT OR REPLACE " + _COPY.format(id="id - 1", sequence="4"),
    "UPDATE OR REPLACE audit_entry SET sequence = 2 WHERE sequence = 3",
    "INSERT OR REPLACE INTO audit_ledger SELECT id, name, 0, '" + "0" * 64 + "' FROM audit_ledger",
    "INSERT OR REPLACE INTO audit_ledger (name, head_sequence, head_digest) SELECT name, 0, '" + "0" * 64 + "'"
    " FROM audit_ledger",
]
POSTGRESQL_ONLY = [
    "TRUNCATE audit_entry",
    "TRUNCATE audit_ledger CASCADE",
    "SET LOCAL session_replication_role = replica; DELETE FROM audit_entry",
]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", [*ANYWHERE, *FORGED, *SQLITE_ONLY, *POSTGRESQL_ONLY], ids=lambda sql: sql[:60])
def test_sql_that_changes_the_past_is_refused(sql: str) -> None:
    other = {"sqlite": POSTGRESQL_ONLY, "postgresql": SQLITE_ONLY}[connection.vendor]
    if sql in other:
        pytest.skip("the other engine's words")
    people.write(3)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verification.verify_ledger(people.MORIOKA).entries == 3
    assert verification.verify_ledger(people.MORIOKA).intact


@pytest.mark.django_db
def test_the_refusal_comes_from_the_guard_and_not_from_bad_sql() -> None:
    people.write(3)
    for sql in [*ANYWHERE, *FORGED]:
        with pytest.raises(DatabaseError, match=r"audit_entry|audit_ledger"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.django_db
def test_the_object_relational_mapper_is_refused_like_everybody() -> None:
    entry = people.write(1)[0]
    entry.action = "agreements.decline"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Entry.objects.all().delete()
    assert models.Entry.objects.get().action == "agreements.consent"
