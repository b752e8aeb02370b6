import pytest
from django.core.management import call_command
from django.db import connection

from warifu.audit import guard

from . import emptying


@pytest.mark.django_db
def test_after_all_migrations_every_trigger_stands() -> None:
    assert guard.missing() == []


@pytest.mark.django_db
def test_a_trigger_that_was_taken_away_is_named() -> None:
    table = " ON audit_entry" if connection.vendor == "postgresql" else ""
    emptying.run("default", [f"DROP TRIGGER audit_entry_insert{table}"])
    assert guard.missing() == ["audit_entry_insert"]


@pytest.mark.django_db
def test_a_trigger_that_was_switched_off_is_named() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    emptying.run("default", ["ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_change"])
    assert guard.missing() == ["audit_entry_change"]


@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_down_by_going_back_and_stands_again_after_going_on() -> None:
    call_command("migrate", "audit", "0001", verbosity=0)
    try:
        assert "audit_entry_delete" in guard.missing() or "audit_entry_change" in guard.missing()
    finally:
        call_command("migrate", "audit", verbosity=0)
    assert guard.missing() == []


@pytest.mark.django_db(transaction=True)
def test_emptying_a_test_database_leaves_the_guard_standing() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert guard.missing() == []
