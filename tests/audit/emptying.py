"""Lets Django empty a test database although the ledger refuses DELETE and TRUNCATE.

Tests with `transaction=True` and live servers end with the `flush` command. The guard is taken down for that command
alone and put up again after it, so every test begins with the same refusals as production.
"""

import importlib
from typing import Any

from django.core.management.commands import flush
from django.db import connections

GUARDS = [
    importlib.import_module(f"warifu.audit.migrations.{name}")
    for name in ("0002_append_only", "0005_spool_guard", "0009_root_guard")
]


def removal(vendor: str) -> list[str]:
    """Takes every guard of the ledger down, the last one first."""
    return [sql for guard in reversed(GUARDS) for sql in guard.removal(vendor)]


def statements(vendor: str) -> list[str]:
    """Puts every guard of the ledger up."""
    return [sql for guard in GUARDS for sql in guard.statements(vendor)]


def run(alias: str, statements: list[str]) -> None:
    with connections[alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def allow() -> None:
    """Make `flush` able to empty the ledger in this process; calling twice is harmless."""
    original = flush.Command.handle
    if getattr(original, "empties_the_ledger", False):
        return

    def handle(self: flush.Command, **options: Any) -> None:
        alias = options["database"]
        vendor = connections[alias].vendor
        run(alias, removal(vendor))
        try:
            original(self, **options)
        finally:
            run(alias, statements(vendor))

    handle.empties_the_ledger = True  # type: ignore[attr-defined]  # a mark on our own function
    flush.Command.handle = handle  # type: ignore[method-assign]  # the command has no hook for this
