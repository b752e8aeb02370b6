"""`warifu network …`: help for a body that has shut itself out 接続元の制限の緊急解除."""

import sys
from datetime import UTC, datetime

import django


def release(code: str, *, reason: str) -> int:
    """Lift the limit of one body, at once; its list stays as it is 接続元の制限の緊急解除."""
    django.setup()
    from warifu import wiring
    from warifu.access import actions
    from warifu.audit.actor import Actor
    from warifu.directory import queries

    body = queries.municipality_of_code(code)
    if body is None:
        print(f"団体コード {code} の団体はありません。6桁の団体コードを確かめてください。", file=sys.stderr)
        return 1
    if not reason.strip():
        print("理由を書いてください。操作ログと、その団体の管理者へのメールに残ります。", file=sys.stderr)
        return 2
    told = actions.release_networks(
        municipality=body,
        reason=reason.strip(),
        letters=wiring.account_letters(),
        by=Actor.service("command"),
        at=datetime.now(UTC),
    )
    print(f"{body.name}の接続元の制限を解除しました。管理者{told}人にメールでお知らせします。")
    return 0
