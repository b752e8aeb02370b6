"""Who of the staff is there: each page gets the person whom `admission` has let in 職員の確認."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from warifu.access import person as access
from warifu.access.rights import Right

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, access.Person, P], HttpResponseBase]


def staff_page(view: View[P]) -> Page[P]:
    """Hand the member of staff to the view; who came by no door gets nothing 職員の画面."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = getattr(request, "person", None)
        if not isinstance(person, access.Person):
            raise PermissionDenied
        return view(request, person, *args, **kwargs)

    return handle


def page_with(right: Right) -> Callable[[View[P]], Page[P]]:
    """The same, where a view says its right itself; `needs` refused others before, in words 権限を要する職員の画面."""

    def door(view: View[P]) -> Page[P]:
        @wraps(view)
        def answer(
            request: HttpRequest, person: access.Person, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not person.may(right):
                raise PermissionDenied
            return view(request, person, *args, **kwargs)

        return staff_page(answer)

    return door
