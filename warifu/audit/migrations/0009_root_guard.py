"""The database keeps the daily roots as it keeps the entries: neither changed nor removed."""

import importlib

from django.db import migrations

entries = importlib.import_module("warifu.audit.migrations.0002_append_only")

TABLES = ("audit_dailyroot", "audit_rootleaf")
SQLITE = {
    f"{table}_{deed}": f"""
        BEFORE {deed.upper()} ON {table} BEGIN
          SELECT RAISE(ABORT, '{table}: append-only') {condition};
        END"""
    for table, unique in (
        ("audit_dailyroot", "id = NEW.id OR day = NEW.day OR digest = NEW.digest"),
        ("audit_rootleaf", "id = NEW.id OR (root_id = NEW.root_id AND ledger = NEW.ledger)"),
    )
    for deed, condition in (
        ("insert", f"WHERE EXISTS (SELECT 1 FROM {table} WHERE {unique})"),
        ("update", ""),
        ("delete", ""),
    )
}
POSTGRESQL = "".join(
    f"""
CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_truncate;
"""
    for table in TABLES
)
POSTGRESQL_REMOVAL = "".join(
    f"DROP TRIGGER {table}_change ON {table}; DROP TRIGGER {table}_truncate ON {table};" for table in TABLES
)


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
    dependencies = [("audit", "0008_daily_root")]
    operations = [migrations.RunPython(install, remove)]
