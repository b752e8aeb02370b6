"""Between the sign-in and every page: may this visitor open it at all 入室の確認.

`needs` says what a route asks for; here is who came. Whether the very thing in the address is theirs is the page's own.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from warifu.access import models as access_models
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.directory import queries as directory
from warifu.directory import scope
from warifu.directory.stages import Stage
from warifu.japan import calendar

from . import clock, needs, origin, refusals, signed_in


class Admission:
    """Lets in whom the table names, with the person at hand for the page; all others get the refusal 入室の番."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        needs.require_complete()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], rest: dict[str, Any]
    ) -> HttpResponse | None:
        route = refusals.route_of(request)
        need = needs.of(route)
        if need.visitor in needs.OPEN:
            return None
        account = request.user
        if not isinstance(account, access_models.Account):
            raise PermissionDenied
        person = access_queries.person_of(
            account,
            ip=origin.address_of(request),
            at=clock.now(),
            post_id=signed_in.chosen_post(request),
            staff=signed_in.session_of(request).account.staff,
        )
        if person is not None:
            scope.say(scope.scope_of(person.municipality))
            signed_in.note_rights(request, person)
            request.person = person  # type: ignore[attr-defined]  # read by the doors, surroundings and footprints
        match need.visitor:
            case needs.Visitor.ACCOUNT:
                return None
            case needs.Visitor.OPERATOR:
                return None if account.is_operator else refusals.for_operators(request)
        if person is None:
            return redirect("console:status") if route == "desk:home" else refusals.for_staff(request)
        if is_preparing(person) and not person.may(Right.SIGN_IN):
            return refusals.in_preparation(request, person.municipality.name)
        return None if opens(need, person) else refusals.missing_right(request, person, need, at=clock.now())


def is_preparing(person: access.Person) -> bool:
    """Whether the body has not gone live yet: its administrators alone come in 準備中の団体."""
    return person.municipality.stage_of_day(calendar.day_in_japan(clock.now())) is Stage.PREPARING


def opens(need: needs.Need, person: access.Person) -> bool:
    """Whether a page of the staff is open to this person 画面を開けるか."""
    if not need.names_rights() or any(person.may(right) for right in need.rights):
        return True
    return need.consenters and directory.is_consenter(person.staff)
