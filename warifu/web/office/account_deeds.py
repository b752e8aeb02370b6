"""What an administrator can do with an account, with the words of its page アカウントの操作の一覧."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from warifu import wiring
from warifu.access import actions, models, queries, sessions
from warifu.access.sso import queries as sso
from warifu.audit.actor import Actor
from warifu.directory import models as directory

Perform = Callable[[directory.StaffMember, models.Account | None, Actor, datetime], object]


@dataclass(frozen=True)
class Deed:
    """One thing that can be done: its address, its words, and the verb アカウントの操作."""

    slug: str
    title: str
    then: str
    button: str
    done: str
    perform: Perform


def _invite(staff: directory.StaffMember, _: models.Account | None, by: Actor, at: datetime) -> object:
    return actions.open_account(staff=staff, letters=wiring.account_letters(), by=by, at=at)


def _on(verb: Callable[[models.Account, Actor, datetime], object]) -> Perform:
    def perform(_: directory.StaffMember, account: models.Account | None, by: Actor, at: datetime) -> object:
        if account is None:
            raise LookupError("no account")
        return verb(account, by, at)

    return perform


def _clear(account: models.Account, by: Actor, at: datetime) -> None:
    actions.clear_factors(account=account, letters=wiring.account_letters(), by=by, at=at)


def _end(account: models.Account, by: Actor, at: datetime) -> object:
    return actions.end_sessions(account=account, why=sessions.End.ADMINISTRATOR, by=by, at=at)


def _unlink(account: models.Account, by: Actor, at: datetime) -> None:
    for identity in sso.identities_of(account):
        actions.unlink_identity(identity=identity, by=by, at=at)


DEEDS = {
    deed.slug: deed
    for deed in (
        Deed(
            "invite",
            "利用開始の案内の送信",
            "パスワードを設定するためのリンクを、本人のメールアドレスへ送ります。リンクは24時間、一度だけ使えます。"
            "前に送ったリンクは使えなくなります。",
            "案内を送る",
            "利用開始の案内を送りました。",
            _invite,
        ),
        Deed(
            "release",
            "一時停止の解除",
            "サインインの失敗の記録を消し、すぐにサインインできるようにします。本人からの連絡であることを確かめてください。",
            "解除する",
            "一時停止を解除しました。",
            _on(lambda account, by, at: actions.release(account=account, by=by, at=at)),
        ),
        Deed(
            "sign-out",
            "すべての端末のサインアウト",
            "本人がサインインしているすべての端末を、すぐにサインアウトします。保存していない入力は、本人の端末に残ります。",
            "サインアウトする",
            "すべての端末をサインアウトしました。",
            _on(_end),
        ),
        Deed(
            "demand",
            "パスワード変更の求め",
            "パスワードが他人に知られたおそれがあるときに使います。次の操作から、パスワードを変更するまで、"
            "ほかの画面を開けなくなります。",
            "変更を求める",
            "パスワードの変更を求めました。",
            _on(lambda account, by, at: actions.demand_new_password(account=account, by=by, at=at)),
        ),
        Deed(
            "clear",
            "多要素認証の解除",
            "認証アプリ、パスキー及びリカバリーコードをすべて削除し、すべての端末をサインアウトします。"
            "端末をなくした本人からの連絡であることを、対面などで確かめてください。元に戻せません。",
            "解除する",
            "多要素認証を解除しました。本人にメールでお知らせします。",
            _on(_clear),
        ),
        Deed(
            "glass",
            "非常用アカウントの指定",
            "認証基盤が止まったときも、このアカウントではパスワードでサインインできるようにします。"
            "パスワードと、認証アプリ又はパスキーの両方が要ります。",
            "指定する",
            "非常用アカウントに指定しました。",
            _on(lambda account, by, at: actions.mark_break_glass(account=account, on=True, by=by, at=at)),
        ),
        Deed(
            "no-glass",
            "非常用アカウントの指定の解除",
            "職員認証だけでサインインする設定のときは、このアカウントもパスワードではサインインできなくなります。",
            "解除する",
            "非常用アカウントの指定を解除しました。",
            _on(lambda account, by, at: actions.mark_break_glass(account=account, on=False, by=by, at=at)),
        ),
        Deed(
            "unlink",
            "職員認証との対応の解除",
            "認証基盤の利用者との対応を解除し、職員認証でのサインインを終了します。次の職員認証で、職員番号などから探し直します。",
            "解除する",
            "職員認証との対応を解除しました。",
            _on(_unlink),
        ),
        Deed(
            "close",
            "アカウントの停止",
            "本人はサインインできなくなり、すべての端末がすぐにサインアウトします。行った操作の記録は残ります。",
            "停止する",
            "アカウントを停止しました。",
            _on(lambda account, by, at: actions.close_account(account=account, by=by, at=at)),
        ),
        Deed(
            "reopen",
            "アカウントの再開",
            "停止していたアカウントで、もう一度サインインできるようになります。方法は停止の前と同じです。",
            "再開する",
            "アカウントを再開しました。",
            _on(lambda account, by, at: actions.reopen_account(account=account, by=by, at=at)),
        ),
    )
}


def possible(account: models.Account | None, *, is_self: bool, at: datetime) -> list[Deed]:
    """What can be done now; nobody shuts themselves out 行える操作."""
    if account is None:
        return [DEEDS["invite"]]
    if not account.is_active:
        return [DEEDS["reopen"]]
    slugs = [
        *([] if account.has_usable_password() else ["invite"]),
        *(["release"] if queries.paused_until(account.mail, ip=None, at=at) else []),
        *([] if is_self else ["sign-out"]),
        *(["demand"] if account.has_usable_password() and account.password_suspected_at is None else []),
        *(["no-glass"] if account.is_break_glass else ["glass"] if queries.has_second_factor(account) else []),
        *(["unlink"] if sso.identities_of(account).exists() else []),
        *(["clear"] if queries.has_second_factor(account) and not is_self else []),
        *([] if is_self else ["close"]),
    ]
    return [DEEDS[slug] for slug in slugs]
