"""`warifu audit verify` 監査証跡の検証."""

import sys
from pathlib import Path

import django


def verify(*, only: str | None, export: Path | None) -> int:
    """Check chains in the database, or one exported file offline; 0 only when every one is intact 監査証跡の検証."""
    django.setup()
    from django.db import connection

    from warifu.audit import guard, queries, verification

    if export is not None:
        try:
            lines = export.read_text(encoding="utf-8").splitlines()
        except OSError as problem:
            print(f"ファイルを読めません（{problem.strerror}）。場所を確かめてください。", file=sys.stderr)
            return 2
        reports = [verification.verify_export(lines)]
    else:
        if "audit_ledger" not in connection.introspection.table_names():
            print(
                "監査証跡がまだありません。データの場所（--data）を確かめるか、先に起動してください。", file=sys.stderr
            )
            return 2
        ledgers = [only] if only else queries.ledgers()
        reports = [verification.verify_ledger(name) for name in ledgers]
    for report in reports:
        if report.intact:
            head = f"末尾は{report.head.sequence}件目 {report.head.digest}" if report.head.sequence else "記録なし"
            print(f"{report.ledger}: {report.entries}件、改変はありません。（{head}）")
        else:
            print(f"{report.ledger}: {report.broken_at}件目に問題があります（{report.problem}）。")
    gone = [] if export is not None else guard.missing()
    if gone:
        print(f"台帳の書換えを断る仕掛けがありません（{'、'.join(gone)}）。データベースの変更を調べてください。")
    return 0 if all(report.intact for report in reports) and not gone else 1
