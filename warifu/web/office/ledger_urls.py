"""Addresses of the ledger's pages 操作ログのアドレス."""

from django.urls import path

from . import ledger, ledger_export

urlpatterns = [
    path("", ledger.search, name="ledger"),
    path("<int:sequence>/", ledger.line, name="ledger_line"),
    path("lines.csv", ledger_export.sheet, name="ledger_sheet"),
    path("export/", ledger_export.whole, name="ledger_export"),
    path("export/roots.jsonl", ledger_export.roots, name="ledger_roots"),
    path("export/lines.jsonl", ledger_export.lines, name="ledger_lines"),
]
