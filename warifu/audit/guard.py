"""Whether the database still refuses to change the ledger 追記専用の確認.

A later migration that rebuilds a table on SQLite, or an administrator, can take the triggers of the migrations away
without a word. Verification would find what is changed afterwards; this finds that it has become possible.
"""

from django.db import connection

_SQLITE = (
    "audit_entry_insert",
    "audit_entry_update",
    "audit_entry_delete",
    "audit_ledger_insert",
    "audit_ledger_update",
    "audit_ledger_delete",
    "audit_spooledentry_insert",
    "audit_spooledentry_update",
    "audit_spooledentry_delete",
    *(f"audit_{table}_{deed}" for table in ("dailyroot", "rootleaf") for deed in ("insert", "update", "delete")),
)
_POSTGRESQL = (
    "audit_entry_insert",
    "audit_entry_change",
    "audit_entry_truncate",
    "audit_ledger_insert",
    "audit_ledger_update",
    "audit_ledger_delete",
    "audit_ledger_truncate",
    "audit_spooledentry_update",
    "audit_spooledentry_delete",
    "audit_spooledentry_truncate",
    *(f"audit_{table}_{deed}" for table in ("dailyroot", "rootleaf") for deed in ("change", "truncate")),
)
_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'",
    # 'A': fires always, also for a session in replica role.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"
    " AND tgrelid::regclass::text LIKE 'audit_%'",
}


def missing() -> list[str]:
    """The names of the triggers that should guard the ledger and do not; empty when all is well 不足している保護."""
    demanded = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        cursor.execute(_STANDING[connection.vendor])
        standing = {str(name) for (name,) in cursor.fetchall()}
    return [name for name in demanded if name not in standing]
