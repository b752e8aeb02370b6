"""Who is at the desk: each page gets the person, or answers for them 職員の確認."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warifu.access import models as access_models
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.agreements import models as agreements
from warifu.agreements import queries as agreement_queries
from warifu.web import clock, origin

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
        request.person = person  # type: ignore[attr-defined]  # read by surroundings for the bar and navigation
        return view(request, person, *args, **kwargs)

    return handle


def agreement_or_404(person: access.Person, agreement_id: UUID) -> agreements.Agreement:
    """An agreement of the person's own municipality; anything else does not exist for them 契約案件."""
    found = agreement_queries.agreement_of(person.municipality, agreement_id)
    if found is None:
        raise Http404
    return found
