"""本人の確認: once more, before what matters most."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import actions, errors
from warifu.web import clock, guard, signed_in

from . import account_page, challenge, signin, ways


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@account_page.account_page
def again(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """The strongest thing that this person has, and then back to what they were doing 再認証."""
    at, account = clock.now(), visitor.account
    methods = challenge.possible(account)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    problem, way, status = "", "", HTTPStatus.OK
    if request.method == "POST" and methods:
        try:
            answer = challenge.look(request, account, methods, at=at)
        except errors.SignInPaused as paused:
            problem, status = signin.paused_sentence(paused.until, at=at), HTTPStatus.TOO_MANY_REQUESTS
        else:
            if answer.right:
                actions.prove(session=visitor.session, method=answer.method, by=visitor.actor, at=at)
                signed_in.renew_key(request)
                return redirect(ways.onward(request, account, wanted))
            problem, way, status = answer.problem, answer.method.value, HTTPStatus.UNPROCESSABLE_ENTITY
    context = challenge.asked(request, account, methods) | challenge.told(problem, way) | {"next": wanted}
    return render(request, "entrance/again.html", visitor.context | context, status=status)
