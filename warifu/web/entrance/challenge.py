"""What somebody shows to prove who they are, looked at in one place 本人確認."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from warifu import wiring
from warifu.access import actions, errors, models, queries
from warifu.access.methods import Method
from warifu.access.sso import queries as sso
from warifu.web import origin

STATE = "passkey_state"
WRONG = {
    Method.PASSWORD: "パスワードが違います。大文字と小文字を確かめて、もう一度入力してください。",
    Method.TOTP: "ワンタイムパスワードが違うか、使用済みです。次の数字が出てから、もう一度入力してください。",
    Method.RECOVERY: "リカバリーコードが違うか、使用済みです。控えを確かめて、別のコードを入力してください。",
    Method.PASSKEY: "パスキーを確認できませんでした。もう一度お試しください。続くときは、ほかの方法を使ってください。",
}
NO_SCRIPT = "ブラウザがパスキーに応答しませんでした。もう一度お試しになるか、ほかの方法を使ってください。"


@dataclass(frozen=True)
class Answer:
    """What came of one try: the method when it was right, else a sentence for its field 本人確認の結果."""

    method: Method
    right: bool
    problem: str = ""


def possible(account: models.Account) -> tuple[Method, ...]:
    """How this person can show who they are beyond or instead of the password 使える方法."""
    found = [
        *([Method.PASSKEY] if account.passkeys.exists() and wiring.passkey_service().possible else []),
        *([Method.TOTP] if queries.authenticator_of(account) else []),
    ]
    if found or queries.has_second_factor(account):
        return (*found, Method.RECOVERY)
    return (Method.PASSWORD,) if account.has_usable_password() and sso.may_use_password(account) else ()


def asked(request: HttpRequest, account: models.Account, methods: Collection[Method]) -> dict[str, Any]:
    """What the page needs to ask for these methods; a passkey's question waits in the session 本人確認の画面."""
    shown: dict[str, Any] = {"ways": [method.value for method in methods]}
    if Method.PASSKEY in methods:
        shown["options"], request.session[STATE] = wiring.passkey_service().ask_to_show(account.passkeys.all())
    return shown


def told(problem: str, way: str) -> dict[str, Any]:
    """A problem at the top of the page, and again at the field it belongs to 本人確認の断り."""
    return {"problem": problem, "way": way} | ({f"{way}_errors": [problem]} if way else {})


def look(request: HttpRequest, account: models.Account, methods: Collection[Method], *, at: datetime) -> Answer:
    """Look at what was posted; a wrong answer is counted and written down 本人確認.

    Raises `errors.SignInPaused` after too many. Passkeys cannot be guessed and are never paused.
    """
    named = request.POST.get("way", "")
    method = Method(named) if named in methods else next(iter(methods))
    ip = origin.address_of(request)
    number = None if method is Method.PASSKEY else actions.begin_try(mail=account.mail, ip=ip, at=at)
    if _is_right(request, account, method, at=at):
        if number is not None:
            actions.take_back_try(number=number)
        return Answer(method, right=True)
    if method is Method.PASSKEY and not request.POST.get("credential"):
        return Answer(method, right=False, problem=NO_SCRIPT)
    actions.refuse(account=account, method=method, ip=ip, at=at)
    return Answer(method, right=False, problem=WRONG[method])


def _is_right(request: HttpRequest, account: models.Account, method: Method, *, at: datetime) -> bool:
    typed = request.POST.get(method.value, "")[:256]
    if method is Method.PASSWORD:
        return account.check_password(typed)
    if method is Method.TOTP:
        return actions.use_one_time_password(account=account, typed=digits(typed), keeper=wiring.sign_in_box(), at=at)
    if method is Method.RECOVERY:
        return actions.use_recovery_code(account=account, typed=typed, at=at)
    return passkey_owner(request, at=at) == account


def digits(typed: str) -> str:
    """１２３ ４５６ as a phone shows it, and as a Japanese keyboard types it, is 123456 数字の読取り."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))


def claimed_owner(request: HttpRequest) -> models.Account | None:
    """Whose passkey a refused answer names; it has proved nothing 名乗られた持ち主."""
    return wiring.passkey_service().claimed(request.POST.get("credential", ""))


def passkey_owner(request: HttpRequest, *, at: datetime) -> models.Account | None:
    """Whose passkey answered the question that waits in the session; each question is asked once パスキーの持ち主."""
    state = request.session.pop(STATE, None)
    try:
        shown = wiring.passkey_service().shown(state or {}, request.POST.get("credential", ""))
    except errors.NotProven:
        return None
    return shown.passkey.account if actions.use_passkey(shown=shown, at=at) else None
