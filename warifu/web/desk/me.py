"""私の権限: what one may do and why, what one may not and whom to ask."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import models
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Grant, Right, Role, holding
from warifu.directory import queries as directory
from warifu.japan import calendar
from warifu.web import clock, lacking

from . import door


@dataclass(frozen=True)
class Held:
    """One role of the person: since when, from whom, how far 付与されている役割."""

    grant: models.RoleGrant
    role: str
    rights: tuple[str, ...]
    holds: bool
    word: str
    tone: str


@dataclass(frozen=True)
class Lacking:
    """One right that no role of the person gives 持っていない権限."""

    right: str
    roles: str


@require_GET
@door.staff_page
def me(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What I may do and why; what I may not, and whom to ask 私の権限."""
    at = clock.now()
    today = calendar.day_in_japan(at)
    context = {
        "held": [_held(grant, today) for grant in access_queries.grants_of(person.staff)],
        "may": [right.label for right in Right if person.may(right)],
        "names": directory.authorities_consented_by(person.staff),
        "lacking": [Lacking(right.label, lacking.roles_of({right})) for right in Right if not person.may(right)],
        "whom_to_ask": lacking.whom_to_ask(person.municipality, at=at),
    }
    return render(request, "desk/me.html", context)


def _held(grant: models.RoleGrant, today: date) -> Held:
    role = Role(grant.role)
    holds = Grant(role, grant.department_id, grant.begins_on, grant.ends_on).holds(today)
    if holds:
        word, tone = "有効", "done"
    elif grant.begins_on is not None and today < grant.begins_on:
        word, tone = "開始前", "moving"
    else:
        word, tone = "終了", "void"
    return Held(grant, role.label, tuple(right.label for right in holding(role)), holds, word, tone)
