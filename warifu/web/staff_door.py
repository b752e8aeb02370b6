"""Who of the staff is there: each page gets the person, or answers for them 職員の確認."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warifu.access import models as access_models
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.japan import calendar

from . import clock, origin, refusals, signed_in

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


def page_with(
    right: Right,
) -> Callable[[Callable[Concatenate[HttpRequest, access.Person, P], HttpResponseBase]], Page[P]]:
    """The same for those who have this right; others hear whom to ask (403) 権限を要する職員の画面."""

    def door(view: Callable[Concatenate[HttpRequest, access.Person, P], HttpResponseBase]) -> Page[P]:
        @wraps(view)
        def answer(
            request: HttpRequest, person: access.Person, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            return view(request, person, *args, **kwargs) if person.may(right) else not_yours(request, person, right)

        return staff_page(answer)

    return door


def not_yours(request: HttpRequest, person: access.Person, right: Right) -> HttpResponseBase:
    """Say that others do this, and name some of them (403) 権限がないことの断り."""
    today = calendar.day_in_japan(clock.now())
    others = access_queries.staff_who_may(person.municipality, right, on=today)[:3]
    names = "、".join(f"{one.name}さん（{one.department.path}）" for one in others) or "全体管理者"
    return refusals.page(
        request,
        status=HTTPStatus.FORBIDDEN,
        heading="この操作を行う権限がありません",
        message=f"「{right.label}」権限のある職員が行います。",
        next_step=f"必要な場合は、{names}へ依頼してください。",
    )
