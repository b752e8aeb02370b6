"""`warifu audit verify`, as an auditor types it."""

from pathlib import Path

import pytest
from django.db import connection

from tests import city
from tests.conftest import AT
from warifu.agreements import actions
from warifu.audit import queries
from warifu.cli import ledger


def test_an_untouched_ledger_is_intact(cast: None, capsys: pytest.CaptureFixture[str]) -> None:
    actions.draft(by=city.sato(), at=AT)
    assert ledger.verify(only=city.MORIOKA, export=None) == 0
    assert "改変はありません。（末尾は2件目 " in capsys.readouterr().out


def test_an_edited_export_is_told_with_its_place(
    cast: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.draft(by=city.sato(), at=AT)
    lines = list(queries.export(city.MORIOKA))
    exported = tmp_path / "ledger.jsonl"
    exported.write_text("".join(f"{line.rstrip()}\n" for line in lines), encoding="utf-8")
    assert ledger.verify(only=None, export=exported) == 0
    exported.write_text(exported.read_text(encoding="utf-8").replace("佐藤", "鈴木"), encoding="utf-8")
    assert ledger.verify(only=None, export=exported) == 1
    assert "2件目に問題があります" in capsys.readouterr().out


@pytest.mark.skipif(connection.vendor != "sqlite", reason="drops a trigger in SQLite's words")
def test_a_missing_guard_is_told(cast: None, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry' LIMIT 1")
        (name,) = cursor.fetchone()
        cursor.execute(f'DROP TRIGGER "{name}"')
    assert ledger.verify(only=city.MORIOKA, export=None) == 1
    assert "仕掛けがありません" in capsys.readouterr().out
