"""Who has shown the password, and must show a second factor yet サインインの途中."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from warifu.access import models, queries
from warifu.access.methods import Method

KEY = "half_signed_in"
LASTS = timedelta(minutes=10)


def begin(
    request: HttpRequest,
    account: models.Account,
    *,
    wanted: str,
    at: datetime,
    first: Method = Method.PASSWORD,
    vouched: dict[str, str] | None = None,
) -> None:
    """Remember the account for ten minutes, under a new key (IPA 4-iv-a); it may do nothing yet サインインの途中.

    `first` is what was shown; `vouched` is what `arrivals.remember` keeps of an identity provider's word.
    """
    request.session.cycle_key()
    request.session[KEY] = {
        "account": str(account.pk),
        "next": wanted,
        "at": at.isoformat(),
        "first": first.value,
        "vouched": vouched,
    }


def account_of(request: HttpRequest, *, at: datetime) -> models.Account | None:
    """Whose second factor is awaited, or None サインインの途中の人."""
    held = request.session.get(KEY)
    if held is None or at - datetime.fromisoformat(held["at"]) > LASTS:
        return None
    account = queries.account(held["account"])
    return None if account is None or queries.has_left(account, at=at) else account


def wanted(request: HttpRequest) -> str:
    """Where the person wanted to go 行き先."""
    return str(request.session.get(KEY, {}).get("next", ""))


def first(request: HttpRequest) -> Method:
    """What has been shown already 示された方法."""
    return Method(request.session.get(KEY, {}).get("first", Method.PASSWORD.value))


def vouched(request: HttpRequest) -> dict[str, str] | None:
    """What an identity provider said, if one did 認証基盤の情報."""
    held: dict[str, str] | None = request.session.get(KEY, {}).get("vouched")
    return held


def end(request: HttpRequest) -> None:
    """Nothing is awaited any more 途中の終了."""
    request.session.pop(KEY, None)
