"""`warifu operator …`: accounts of those who run the service; whoever may type this may run it 運用者のアカウント."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from warifu.access.models import Account

UNKNOWN = "このメールアドレスの運用者はいません。アドレスを確かめてください。"


def add(mail: str) -> int:
    """Open an account, or send another link for one that exists; 0 when the mail is queued 運用者のアカウントの開設."""
    django.setup()
    from warifu import wiring
    from warifu.access import actions
    from warifu.audit.actor import Actor
    from warifu.notifications import addresses

    if not addresses.is_deliverable(mail):
        print(f"{mail} はメールアドレスの形になっていません。例：name@example.jp", file=sys.stderr)
        return 2
    try:
        actions.open_operator_account(
            mail=mail, letters=wiring.account_letters(), by=Actor.service("command"), at=datetime.now(UTC)
        )
    except ValueError:
        print("このメールアドレスは職員のアカウントで使われています。別のアドレスにしてください。", file=sys.stderr)
        return 1
    print(
        "パスワードを設定するためのリンクを送ります。24時間、一度だけ使えます。作業者が動いていることを確かめてください。"
    )
    return 0


def clear(mail: str) -> int:
    """Remove the second factors of an operator; the next sign-in leads to new ones 運用者の多要素認証の解除."""
    account = _operator(mail)
    if account is None:
        return 1
    from warifu import wiring
    from warifu.access import actions
    from warifu.audit.actor import Actor

    actions.clear_factors(
        account=account, letters=wiring.account_letters(), by=Actor.service("command"), at=datetime.now(UTC)
    )
    print("多要素認証を解除し、すべての端末をサインアウトしました。次のサインインで登録を求めます。")
    return 0


def release(mail: str) -> int:
    """End the pause after too many failures 運用者の一時停止の解除."""
    account = _operator(mail)
    if account is None:
        return 1
    from warifu.access import actions
    from warifu.audit.actor import Actor

    actions.release(account=account, by=Actor.service("command"), at=datetime.now(UTC))
    print("一時停止を解除しました。")
    return 0


def _operator(mail: str) -> "Account | None":
    django.setup()
    from warifu.access import queries

    account = queries.account_of_mail(mail)
    if account is None or not account.is_operator:
        print(UNKNOWN, file=sys.stderr)
        return None
    return account
