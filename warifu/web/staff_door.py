"""Who of the staff is there: each page gets the person, or answers for them 職員の確認."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warifu.access import models as access_models
from warifu.access import person as access
from warifu.access import queries as access_queries

from . import clock, origin, signed_in

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_page(view: Callable[Concatenate[HttpRequest, access.Person, P], HttpResponseBase]) -> Page[P]:
    """Hand the signed-in member of staff to the view; operators have no desk, "/" leads them to theirs 職員の画面."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        account = request.user
        if not isinstance(account, access_models.Account):
            raise PermissionDenied
        person = access_queries.person_of(account, ip=origin.address_of(request), at=clock.now())
        if person is None:
            if request.path == reverse("desk:home"):
                return redirect("console:status")
            raise PermissionDenied
        signed_in.note_rights(request, person)
        request.person = person  # type: ignore[attr-defined]  # read by surroundings for the bar and navigation
        return view(request, person, *args, **kwargs)

    return handle
