"""The database itself keeps the ledger append-only, on both engines.

An entry is neither changed nor removed; it is inserted only at the head of its ledger. A head moves by exactly one entry
that exists, and a ledger is neither renamed nor removed. INSERT OR REPLACE (SQLite removes the old row without firing
delete triggers) and TRUNCATE (PostgreSQL fires no row triggers) are refused too, and on PostgreSQL the triggers stay on
for a session in replica role. Whoever may drop triggers can still change rows: verification finds that.

SQLite drops a table's triggers when a later migration rebuilds the table: such a migration must end with `install`.
"""

from django.db import migrations

ZEROS = "0" * 64

SQLITE = {
    "audit_entry_insert": """
        BEFORE INSERT ON audit_entry BEGIN
          SELECT RAISE(ABORT, 'audit_entry: only at the head of its ledger') WHERE NOT EXISTS (
            SELECT 1 FROM audit_ledger WHERE id = NEW.ledger_id
              AND head_sequence = NEW.sequence - 1 AND head_digest = NEW.previous_digest)
            OR EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
            OR EXISTS (SELECT 1 FROM audit_entry WHERE ledger_id = NEW.ledger_id AND sequence = NEW.sequence);
        END""",
    "audit_entry_update": """
        BEFORE UPDATE ON audit_entry BEGIN
          SELECT RAISE(ABORT, 'audit_entry: append-only');
        END""",
    "audit_entry_delete": """
        BEFORE DELETE ON audit_entry BEGIN
          SELECT RAISE(ABORT, 'audit_entry: append-only');
        END""",
    "audit_ledger_insert": f"""
        BEFORE INSERT ON audit_ledger BEGIN
          SELECT RAISE(ABORT, 'audit_ledger: begins empty')
            WHERE NEW.head_sequence <> 0 OR NEW.head_digest <> '{ZEROS}'
            OR EXISTS (SELECT 1 FROM audit_ledger WHERE id = NEW.id OR name = NEW.name);
        END""",
    "audit_ledger_update": """
        BEFORE UPDATE ON audit_ledger BEGIN
          SELECT RAISE(ABORT, 'audit_ledger: the head moves by one entry')
            WHERE NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.head_sequence <> OLD.head_sequence + 1
            OR NOT EXISTS (SELECT 1 FROM audit_entry WHERE ledger_id = OLD.id
              AND sequence = NEW.head_sequence AND digest = NEW.head_digest);
        END""",
    "audit_ledger_delete": """
        BEFORE DELETE ON audit_ledger BEGIN
          SELECT RAISE(ABORT, 'audit_ledger: never removed');
        END""",
}

POSTGRESQL = f"""
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION audit_entry_at_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM audit_ledger WHERE id = NEW.ledger_id
      AND head_sequence = NEW.sequence - 1 AND head_digest = NEW.previous_digest) THEN
    RAISE EXCEPTION 'audit_entry: only at the head of its ledger' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION audit_ledger_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.head_sequence <> 0 OR NEW.head_digest <> '{ZEROS}' THEN
    RAISE EXCEPTION 'audit_ledger: begins empty' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION audit_ledger_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.head_sequence <> OLD.head_sequence + 1
      OR NOT EXISTS (SELECT 1 FROM audit_entry WHERE ledger_id = OLD.id
        AND sequence = NEW.head_sequence AND digest = NEW.head_digest) THEN
    RAISE EXCEPTION 'audit_ledger: the head moves by one entry' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_insert BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_at_head();
CREATE TRIGGER audit_entry_change BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_ledger_insert BEFORE INSERT ON audit_ledger FOR EACH ROW EXECUTE FUNCTION audit_ledger_empty();
CREATE TRIGGER audit_ledger_update BEFORE UPDATE ON audit_ledger FOR EACH ROW EXECUTE FUNCTION audit_ledger_step();
CREATE TRIGGER audit_ledger_delete BEFORE DELETE ON audit_ledger FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_ledger_truncate BEFORE TRUNCATE ON audit_ledger FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_insert;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_change;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_truncate;
ALTER TABLE audit_ledger ENABLE ALWAYS TRIGGER audit_ledger_insert;
ALTER TABLE audit_ledger ENABLE ALWAYS TRIGGER audit_ledger_update;
ALTER TABLE audit_ledger ENABLE ALWAYS TRIGGER audit_ledger_delete;
ALTER TABLE audit_ledger ENABLE ALWAYS TRIGGER audit_ledger_truncate;
"""
POSTGRESQL_REMOVAL = """
DROP FUNCTION audit_refuse() CASCADE;
DROP FUNCTION audit_entry_at_head() CASCADE;
DROP FUNCTION audit_ledger_empty() CASCADE;
DROP FUNCTION audit_ledger_step() CASCADE;
"""


def statements(vendor):
    """The SQL that puts the guard up on `sqlite` or `postgresql`."""
    if vendor == "postgresql":
        return [POSTGRESQL]
    return [f"CREATE TRIGGER {name} {body}" for name, body in SQLITE.items()]


def removal(vendor):
    """The SQL that takes the guard away, for going back one migration and for emptying a test database."""
    if vendor == "postgresql":
        return [POSTGRESQL_REMOVAL]
    return [f"DROP TRIGGER {name}" for name in SQLITE]


def _run(schema_editor, sql):
    # Through a cursor: schema_editor.execute would read '%' in the function bodies as a parameter.
    with schema_editor.connection.cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)


def install(apps, schema_editor):
    _run(schema_editor, statements(schema_editor.connection.vendor))


def remove(apps, schema_editor):
    _run(schema_editor, removal(schema_editor.connection.vendor))


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
