"""What somebody had typed when they were asked who they are; nothing typed is lost 入力の保持.

It waits in the session of the same browser, for the same account, and is sent again only when its person presses the
button. Pages about passwords and codes are never kept.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from warifu.access import models as access

KEY = "kept_form"
LONGEST = 200_000
NEVER = ("/signin/", "/signout/", "/account/")


@dataclass(frozen=True)
class Kept:
    """A form that waits to be sent again 保持した入力."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files_lost: bool


def hold(request: HttpRequest, account: access.Account) -> dict[str, Any] | None:
    """What to keep of this request, or None; taken before the session ends 入力の控え."""
    if request.method != "POST" or request.path.startswith(NEVER):
        return None
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    if len(json.dumps(fields)) > LONGEST:
        return None
    return {
        "account": str(account.pk),
        "path": request.get_full_path(),
        "fields": fields,
        "files_lost": bool(request.FILES),
    }


def put(request: HttpRequest, held: dict[str, Any] | None) -> None:
    """Leave it in the session that goes on 入力の保持."""
    if held is not None:
        request.session[KEY] = held


def look(request: HttpRequest, account: access.Account) -> Kept | None:
    """What waits for this person; what waits for another is forgotten 保持した入力."""
    held = request.session.get(KEY)
    if held is None:
        return None
    if held["account"] != str(account.pk):
        del request.session[KEY]
        return None
    return Kept(held["path"], tuple((name, value) for name, value in held["fields"]), held["files_lost"])


def forget(request: HttpRequest) -> None:
    """It was sent, or is not wanted any more 保持の終了."""
    request.session.pop(KEY, None)
