"""Pages about one's own account: for staff and for operators alike 自分のアカウントの画面."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from warifu.access import models, queries
from warifu.access import person as access
from warifu.audit.actor import Actor
from warifu.web import clock, origin, signed_in

P = ParamSpec("P")


@dataclass(frozen=True)
class Visitor:
    """Who looks after their own account 本人."""

    account: models.Account
    session: models.Session
    actor: Actor

    @property
    def home(self) -> str:
        """Their first page 最初の画面."""
        return reverse("console:status") if self.account.is_operator else reverse("desk:home")

    @property
    def context(self) -> dict[str, Any]:
        """What every such page needs: the frame of their own surface 画面の共通の値."""
        return {"layout": "layouts/console.html" if self.account.is_operator else "layouts/desk.html"}


Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def account_page(view: Callable[Concatenate[HttpRequest, Visitor, P], HttpResponseBase]) -> Page[P]:
    """Hand the signed-in person to the view, whatever surface they work at 本人の画面."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = request.user
        if not isinstance(account, models.Account):
            raise PermissionDenied
        # `admission` has put the member of staff there; an operator is none.
        person = getattr(request, "person", None)
        ip, at = origin.address_of(request), clock.now()
        actor = person.actor if isinstance(person, access.Person) else queries.actor_of(account, ip=ip, at=at)
        visitor = Visitor(account, signed_in.session_of(request), actor)
        return view(request, visitor, *args, **kwargs)

    return handle
