"""The database keeps what waits for its place: no change, and no removal but by folding.

A waiting line may go only when the entry at its ledger's head says exactly the same, salt included: that is the state
right after `actions.append` has written it. INSERT OR REPLACE and TRUNCATE are refused as in migration 0002, whose
rules for later migrations hold here too.
"""

import importlib

from django.db import migrations

entries = importlib.import_module("warifu.audit.migrations.0002_append_only")

_SAME = "at actor_kind actor_id actor_name actor_post action target facts salt".split()
_AT_HEAD = """SELECT 1 FROM audit_entry JOIN audit_ledger ON audit_ledger.id = audit_entry.ledger_id
      WHERE audit_ledger.name = OLD.ledger AND audit_entry.sequence = audit_ledger.head_sequence
        AND audit_entry.ip IS {same} OLD.ip AND """ + " AND ".join(
    f"audit_entry.{name} = OLD.{name}" for name in _SAME
)

SQLITE = {
    "audit_spooledentry_insert": """
        BEFORE INSERT ON audit_spooledentry BEGIN
          SELECT RAISE(ABORT, 'audit_spooledentry: append-only')
            WHERE EXISTS (SELECT 1 FROM audit_spooledentry WHERE id = NEW.id);
        END""",
    "audit_spooledentry_update": """
        BEFORE UPDATE ON audit_spooledentry BEGIN
          SELECT RAISE(ABORT, 'audit_spooledentry: append-only');
        END""",
    "audit_spooledentry_delete": f"""
        BEFORE DELETE ON audit_spooledentry BEGIN
          SELECT RAISE(ABORT, 'audit_spooledentry: not in its ledger yet')
            WHERE NOT EXISTS ({_AT_HEAD.format(same="")});
        END""",
}

POSTGRESQL = f"""
CREATE FUNCTION audit_spool_folded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS ({_AT_HEAD.format(same="NOT DISTINCT FROM")}) THEN
    RAISE EXCEPTION 'audit_spooledentry: not in its ledger yet' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER audit_spooledentry_update BEFORE UPDATE ON audit_spooledentry
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_spooledentry_delete BEFORE DELETE ON audit_spooledentry
  FOR EACH ROW EXECUTE FUNCTION audit_spool_folded();
CREATE TRIGGER audit_spooledentry_truncate BEFORE TRUNCATE ON audit_spooledentry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_spooledentry ENABLE ALWAYS TRIGGER audit_spooledentry_update;
ALTER TABLE audit_spooledentry ENABLE ALWAYS TRIGGER audit_spooledentry_delete;
ALTER TABLE audit_spooledentry ENABLE ALWAYS TRIGGER audit_spooledentry_truncate;
"""
POSTGRESQL_REMOVAL = """
DROP TRIGGER audit_spooledentry_update ON audit_spooledentry;
DROP TRIGGER audit_spooledentry_truncate ON audit_spooledentry;
DROP FUNCTION audit_spool_folded() CASCADE;
"""


def statements(vendor):
    """The SQL that puts the guard up on `sqlite` or `postgresql`, after that of migration 0002."""
    if vendor == "postgresql":
        return [POSTGRESQL]
    return [f"CREATE TRIGGER {name} {body}" for name, body in SQLITE.items()]


def removal(vendor):
    """The SQL that takes the guard away, before that of migration 0002."""
    if vendor == "postgresql":
        return [POSTGRESQL_REMOVAL]
    return [f"DROP TRIGGER {name}" for name in SQLITE]


def install(apps, schema_editor):
    entries._run(schema_editor, statements(schema_editor.connection.vendor))


def remove(apps, schema_editor):
    entries._run(schema_editor, removal(schema_editor.connection.vendor))


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_spooledentry")]
    operations = [migrations.RunPython(install, remove)]
