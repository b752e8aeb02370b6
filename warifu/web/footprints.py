"""What a page showed or handed out, to whom, goes into the ledger before it leaves 閲覧の記録.

One rule for every address: a page that a person of a municipality or a counterparty gets to see is a line, about the
thing that its address names. So a new page cannot be forgotten; only what shows nothing of anybody is listed here. The
line is kept before the answer is sent: where it cannot be kept, nothing is shown (500).
"""

import re
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from warifu.access import models as access_models
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.audit import spool
from warifu.audit.actor import Actor, ActorKind
from warifu.audit.record import JsonScalar

from . import clock, origin

SERVICE_LEDGER = "service"
SHOWS_NOTHING = frozenset({"entrance:signin", "entrance:signout", "entrance:resume", "desk:new", "counter:send_code"})
"""Addresses whose pages hold nothing of an agreement, a record or a person."""
WRITES_ITSELF = frozenset({"desk:record_evidence", "counter:evidence"})
"""What these hand out is told by the verb that makes it, digest included."""
TARGETS = {
    "agreement_id": "agreement",
    "record_id": "record",
    "period_id": "period",
    "import_id": "import",
    "firms_import_id": "import",
    "counterparty_id": "counterparty",
    "department_id": "department",
    "staff_id": "staff",
    "group_id": "group",
    "folder_id": "folder",
}
"""Which part of an address says what the page is about; the first that is there."""
REFUSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT})
SHOWN = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.UNPROCESSABLE_ENTITY})
LISTS = ("text/csv", "application/json", "application/jsonl")
_member = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CONDITIONS = 20


class Visitor:
    """Who stands before a page that is no member of staff: in which ledger, and about what 来訪者."""

    def __init__(self, *, ledger: str, actor: Actor, about: str) -> None:
        self.ledger = ledger
        self.actor = actor
        self.about = about


def announce(request: HttpRequest, visitor: Visitor) -> None:
    """Called by the counter's door: from here on the answer belongs to this visitor 来訪者の告知."""
    request.visitor = visitor  # type: ignore[attr-defined]  # read by `leave`


def leave(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep a line about this answer, if it shows, hands out or refuses anything 閲覧の記録."""
    match = request.resolver_match
    if match is None or request.method not in {"GET", "POST"}:
        return
    action = _action(match, response)
    visitor = _visitor(request, refused=action == "web.refuse") if action else None
    if visitor is None:
        return
    facts: dict[str, JsonScalar | list[JsonScalar]] = {"page": match.view_name, "status": response.status_code}
    if request.method == "POST":
        facts["method"] = "POST"
    conditions = [name for name, value in request.GET.items() if value and _member.fullmatch(name)]
    if conditions:
        facts["conditions"] = [*sorted(conditions)[:MOST_CONDITIONS]]
    # Only what is a plain identifier: a word in an address may be the token of a link.
    named = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, UUID | int)}
    target = next((f"{kind}:{named.pop(name)}" for name, kind in TARGETS.items() if name in named), "")
    facts |= named
    spool.put(
        ledger=visitor.ledger,
        action=action,
        target=target or visitor.about or f"page:{match.view_name}",
        by=visitor.actor,
        at=clock.now(),
        facts=facts,
    )


def _action(match: ResolverMatch, response: HttpResponseBase) -> str:
    status = response.status_code
    # Not found is a refusal when a thing was asked for by its name; it may be another municipality's.
    if status in REFUSED or (status == HTTPStatus.NOT_FOUND and match.kwargs):
        return "web.refuse"
    if status not in SHOWN or match.view_name in SHOWS_NOTHING | WRITES_ITSELF:
        return ""
    if not response.get("Content-Disposition", "").startswith("attachment"):
        return "web.view"
    return "web.export" if response.get("Content-Type", "").startswith(LISTS) else "web.download"


def _visitor(request: HttpRequest, *, refused: bool) -> Visitor | None:
    person: access.Person | None = getattr(request, "person", None)
    if person is not None:
        return Visitor(ledger=person.municipality.code, actor=person.actor, about="")
    known: Visitor | None = getattr(request, "visitor", None)
    if known is not None or not refused:
        return known
    # Refused before the door: who signed in is known all the same.
    user = getattr(request, "user", None)
    if not isinstance(user, access_models.Account):
        return None
    address = origin.address_of(request)
    person = access_queries.person_of(user, ip=address, at=clock.now())
    if person is not None:
        return Visitor(ledger=person.municipality.code, actor=person.actor, about="")
    operator = Actor(ActorKind.OPERATOR, str(user.pk), user.mail, ip=address)
    return Visitor(ledger=SERVICE_LEDGER, actor=operator, about="")
