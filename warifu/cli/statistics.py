"""`warifu statistics rebuild` 利用統計の集計."""

import sys
from datetime import UTC, datetime

import django


def rebuild(code: str | None) -> int:
    """Count the statistics of one body, or of all, anew; 2 where no body has this code 集計のやり直し."""
    django.setup()
    from warifu.directory import queries, scope
    from warifu.operations import recounting

    found = [body for body in queries.municipalities() if code in {None, body.code}]
    if not found:
        print(f"団体コード {code} の団体はありません。コードを確かめてください。", file=sys.stderr)
        return 2
    for body in found:
        with scope.of(body):
            months = recounting.rebuild(municipality=body, at=datetime.now(UTC))
        print(f"{body.name}: {months}か月分を集計し直しました。")
    return 0
