"""The second factor after the password, and the passkey instead of it 二つ目の要素."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import wiring
from warifu.access import actions, errors, queries
from warifu.access.methods import Method
from warifu.access.sso import queries as sso
from warifu.web import clock, origin, signed_in

from . import arrivals, challenge, half, signin, ways


@login_not_required
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """After the password: a one-time password, a passkey or a recovery code 二つ目の要素の確認."""
    at = clock.now()
    account = half.account_of(request, at=at)
    if account is None:
        return redirect("entrance:signin")
    methods = challenge.possible(account)
    problem, way, status = "", "", HTTPStatus.OK
    if request.method == "POST":
        try:
            answer = challenge.look(request, account, methods, at=at)
        except errors.SignInPaused as paused:
            problem, status = signin.paused_sentence(paused.until, at=at), HTTPStatus.TOO_MANY_REQUESTS
        else:
            if answer.right:
                wanted, first, vouched = half.wanted(request), half.first(request), half.vouched(request)
                half.end(request)
                session = signed_in.open_session(request, account, shown=[first, answer.method], at=at)
                if vouched is not None:
                    arrivals.remember(session, vouched, at=at)
                return redirect(ways.after_sign_in(request, account, wanted))
            problem, way, status = answer.problem, answer.method.value, HTTPStatus.UNPROCESSABLE_ENTITY
    context = challenge.asked(request, account, methods) | challenge.told(problem, way)
    return render(request, "entrance/second.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponseBase:
    """A passkey alone: it is something that one has, opened by what one knows or is パスキーでのサインイン."""
    at, service = clock.now(), wiring.passkey_service()
    wanted = request.POST.get("next") or request.GET.get("next", "")
    problem = ""
    if request.method == "POST":
        account = challenge.passkey_owner(request, at=at)
        if account is not None and not sso.may_use_password(account):
            problem = signin.BY_PROVIDER
        elif account is not None and not queries.has_left(account, at=at):
            half.end(request)
            signed_in.open_session(request, account, shown=[Method.PASSKEY], at=at)
            return redirect(ways.after_sign_in(request, account, wanted))
        claimed = challenge.claimed_owner(request) if not problem else None
        if claimed is not None:
            actions.refuse(account=claimed, method=Method.PASSKEY, ip=origin.address_of(request), at=at)
        problem = problem or (
            challenge.WRONG[Method.PASSKEY] if request.POST.get("credential") else challenge.NO_SCRIPT
        )
    context = {"next": wanted, "problem": problem, "possible": service.possible, "origin": service.origin}
    if service.possible:
        context["options"], request.session[challenge.STATE] = service.ask_to_show()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "entrance/passkey.html", context, status=status)
