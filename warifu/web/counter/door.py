"""Who is at the counter: a link becomes a signed cookie on a clean address 事業者の確認.

Opening the link changes nothing on the server (mail scanners do it too): the cookie is all that comes of it. The code
then makes it a verified visit. Each invitation has a cookie of its own, so several agreements can be open side by side
in one browser; it goes to every path, so the link in the mail finds the visit that it began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from warifu import settings
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.agreements import models as agreements
from warifu.agreements import queries as agreement_queries
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import scope
from warifu.web import clock, footprints, origin

from . import refusals

COOKIE = "warifu-visit"
SALT = "warifu.counter"
VISIT_SECONDS = 2 * 60 * 60
MOST_VISITS = 20
"""Every request carries all of them, and servers refuse requests whose head grows beyond some kilobytes."""


@dataclass(frozen=True)
class Visit:
    """One invited person in one browser 来訪."""

    invitation: access.Invitation
    party: agreements.Party
    verified: bool
    ip: str | None

    @property
    def actor(self) -> Actor:
        return Actor(
            kind=ActorKind.COUNTERPARTY,
            id=str(self.party.pk),
            name=self.party.name,
            post=f"{self.party.organisation} {self.party.title}".strip(),
            ip=self.ip,
        )

    @property
    def authenticated_by(self) -> str:
        """How we know the person, in the words that the evidence will carry 本人確認の方法."""
        if self.invitation.code_digest:
            return "メールのリンクと、別の方法で伝えた確認コード"
        return "メールのリンクと、メールで送ったワンタイムの確認コード"


def cookie_of(invitation_id: UUID) -> str:
    """The name of the cookie that keeps the visit of one invitation 来訪のCookieの名前."""
    return f"{COOKIE}-{invitation_id.hex[:8]}"


def leave_cookie(request: HttpRequest, response: HttpResponse, *, invitation_id: UUID, verified: bool) -> None:
    """Remember the visit in the browser; once verified under a new value, so none can be fixed 来訪の記録."""
    name = cookie_of(invitation_id)
    response.set_cookie(
        name,
        signing.dumps({"invitation": str(invitation_id), "verified": verified}, salt=SALT),
        max_age=VISIT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    # Browsers send the oldest first (RFC 6265, 5.4).
    others = [held for held in request.COOKIES if held.startswith(f"{COOKIE}-") and held != name]
    for held in others[: max(0, len(others) + 1 - MOST_VISITS)]:
        response.delete_cookie(held, samesite="Lax")


def visit_of(request: HttpRequest, invitation_id: UUID) -> Visit | None:
    """The visit that this browser may continue, or None 来訪の確認."""
    try:
        held = signing.loads(request.COOKIES.get(cookie_of(invitation_id), ""), salt=SALT, max_age=VISIT_SECONDS)
    except signing.BadSignature:
        return None
    if held.get("invitation") != str(invitation_id):
        return None
    invitation = access_queries.invitation(invitation_id, at=clock.now())
    party = party_of(invitation)
    if invitation is None or party is None:
        return None
    return Visit(invitation, party, bool(held.get("verified")), origin.address_of(request))


def party_of(invitation: access.Invitation | None) -> agreements.Party | None:
    """Whom the invitation stands for 当事者."""
    if invitation is None:
        return None
    kind, _, party_id = invitation.subject.partition(":")
    return agreement_queries.party(UUID(party_id)) if kind == "party" else None


View = Callable[..., HttpResponseBase]


def counter_page(view: View, *, verified: bool = True) -> View:
    """Hand the visit to the view; without one, say that the link is needed again 事業者の画面."""

    @wraps(view)
    def handle(request: HttpRequest, invitation_id: UUID, **rest: Any) -> HttpResponseBase:
        visit = visit_of(request, invitation_id)
        if visit is None:
            return refusals.link_needed(request)
        if verified and not visit.verified:
            return redirect("counter:landing", invitation_id)
        scope.say(scope.scope_of(visit.invitation.municipality))
        about = f"agreement:{visit.party.agreement_id}"
        ledger = visit.invitation.municipality.code
        footprints.announce(request, footprints.Visitor(ledger=ledger, actor=visit.actor, about=about))
        return view(request, visit, **rest)

    return login_not_required(handle)
