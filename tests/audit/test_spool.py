"""Lines that wait are as safe as the chain, and come into it in their order."""

import pytest
from django.db import DatabaseError, connection, transaction

from warifu.audit import models, queries, record, spool, verification

from . import emptying, people


def put(count: int, *, ledger: str = people.MORIOKA) -> None:
    for number in range(count):
        spool.put(
            ledger=ledger,
            action="web.view",
            target="agreement:1",
            by=people.SATO if number % 2 else people.IWATE_KENSETSU,
            at=people.END_OF_YEAR,
            facts={"page": "desk:agreement", "number": number, "conditions": ("q", "party")},
        )


@pytest.mark.django_db
def test_waiting_lines_come_into_their_chains_in_order_and_wait_no_more() -> None:
    people.write(2)
    put(spool.AT_ONCE + 3)
    put(1, ledger=people.TAKIZAWA)
    assert queries.head_of(people.MORIOKA).sequence == 2
    assert spool.waiting(people.MORIOKA) == spool.AT_ONCE + 3
    assert spool.fold() == spool.AT_ONCE + 4
    told = queries.entries_of(people.MORIOKA).filter(action="web.view")
    assert [entry.facts["number"] for entry in told] == list(range(spool.AT_ONCE + 3))
    assert (told[0].ip, told[1].actor_post, told[0].at) == ("2001:db8::7", "契約検査課 主査", people.END_OF_YEAR)
    assert not models.SpooledEntry.objects.exists()
    assert spool.fold() == 0
    assert all(verification.verify_ledger(name).intact for name in queries.ledgers())


@pytest.mark.django_db
def test_what_no_engine_would_give_back_is_refused_before_it_waits() -> None:
    with pytest.raises(Exception, match="U\\+0000"):
        spool.put(ledger="1", action="web.view", target="a\0", by=people.SATO, at=people.END_OF_YEAR)
    assert not models.SpooledEntry.objects.exists()


ANYWHERE = [
    "UPDATE audit_spooledentry SET action = 'web.nothing'",
    "UPDATE audit_spooledentry SET facts = facts",
    "DELETE FROM audit_spooledentry",
]
SQLITE_ONLY = [
    "INSERT OR REPLACE INTO audit_spooledentry SELECT id, 'x', at, actor_kind, actor_id, actor_name, actor_post, ip,"
    " action, target, facts, salt FROM audit_spooledentry",
    "INSERT OR REPLACE INTO audit_spooledentry (id, ledger, at, actor_kind, actor_id, actor_name, actor_post, ip,"
    " action, target, facts, salt) SELECT id, 'x', at, actor_kind, actor_id, actor_name, actor_post, ip,"
    " 'web.nothing', target, facts, salt FROM audit_spooledentry",
]
POSTGRESQL_ONLY = [
    "TRUNCATE audit_spooledentry",
    "SET LOCAL session_replication_role = replica; DELETE FROM audit_spooledentry",
]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", [*ANYWHERE, *SQLITE_ONLY, *POSTGRESQL_ONLY], ids=lambda sql: sql[:50])
def test_sql_that_changes_or_removes_a_waiting_line_is_refused(sql: str) -> None:
    if sql in {"sqlite": POSTGRESQL_ONLY, "postgresql": SQLITE_ONLY}[connection.vendor]:
        pytest.skip("the other engine's words")
    put(1)
    with pytest.raises(DatabaseError, match="audit_spooledentry"), transaction.atomic():
        connection.cursor().execute(sql)
    assert spool.fold() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("member", ["at", "actor_id", "actor_name", "actor_post", "ip", "action", "target", "facts"])
def test_a_line_goes_only_when_exactly_it_stands_at_the_head(member: str) -> None:
    """Somebody who writes a similar line, with the same salt, cannot make the waiting one disappear."""
    put(1)
    line = models.SpooledEntry.objects.get()
    other = {"at": people.jst(2026, 4, 2), "facts": {"page": "desk:home"}, "ip": None}.get(member, "x")
    columns = {
        name: getattr(line, name)
        for name in ("at", "actor_kind", "actor_id", "actor_name", "actor_post", "ip", "action", "target", "facts")
    } | {member: other}
    ledger = models.Ledger.objects.create(name=people.MORIOKA)
    forged = models.Entry.objects.create(
        ledger=ledger, sequence=1, salt=line.salt, previous_digest=record.GENESIS, digest="0" * 64, **columns
    )
    models.Ledger.objects.filter(pk=ledger.pk).update(head_sequence=1, head_digest=forged.digest)
    with pytest.raises(DatabaseError, match="not in its ledger yet"), transaction.atomic():
        line.delete()


@pytest.mark.django_db
def test_a_fold_that_dies_leaves_every_line_waiting() -> None:
    put(3)

    def die() -> None:
        with transaction.atomic():
            spool.fold()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        die()
    assert spool.waiting(people.MORIOKA) == 3
    assert spool.fold() == 3


@pytest.mark.django_db
def test_a_waiting_line_that_somebody_changed_in_spite_of_the_guard_keeps_the_chain_whole() -> None:
    put(2)
    emptying.run("default", [*emptying.removal(connection.vendor), "UPDATE audit_spooledentry SET target = 'x'"])
    assert spool.fold() == 2
    assert verification.verify_ledger(people.MORIOKA).intact
