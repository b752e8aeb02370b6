"""サインイン中の端末: where one is signed in, and how to end it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import actions, devices, methods, queries, sessions
from warifu.web import clock, signed_in, step_up

from . import account_page


@require_GET
@account_page.account_page
def browsers(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Each browser with its last use, its place on the network, and how its session began サインイン中の端末."""
    limits = signed_in.rules_of(request).limits
    rows = [
        {
            "session": one,
            "device": devices.spoken(one.agent),
            "methods": methods.spoken(methods.read(one.methods)),
            "here": one.pk == visitor.session.pk,
        }
        for one in queries.sessions_of(visitor.account, limits=limits, at=clock.now())
    ]
    context = {"rows": rows, "others": len(rows) > 1, "limits": limits}
    return render(request, "entrance/browsers.html", visitor.context | context)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def end(request: HttpRequest, visitor: account_page.Visitor, session_id: UUID) -> HttpResponseBase:
    """One browser is asked to sign in again 端末のサインアウト."""
    session = queries.session(session_id, visitor.account)
    if session is None:
        raise Http404
    if request.method == "POST":
        actions.end_session(session=session, why=sessions.End.OWN, by=visitor.actor, at=clock.now())
        messages.success(request, f"{devices.spoken(session.agent)}をサインアウトしました。")
    return redirect("entrance:browsers")


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def end_others(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Every browser but this one すべての端末からのサインアウト."""
    if request.method == "POST":
        ended = actions.end_sessions(
            account=visitor.account, why=sessions.End.OWN, by=visitor.actor, at=clock.now(), but=visitor.session
        )
        messages.success(request, f"ほかの{ended}台の端末をサインアウトしました。")
    return redirect("entrance:browsers")
