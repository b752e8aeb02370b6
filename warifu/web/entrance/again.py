"""本人の確認: once more, before what matters most."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import actions, errors
from warifu.access.sso import queries as sso
from warifu.web import clock, guard, signed_in, sso_rounds

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
    context["identities"] = sso.identities_of(account).filter(provider__is_on=True)
    return render(request, "entrance/again.html", visitor.context | context, status=status)


@guard.before_enrolment
@require_GET
@account_page.account_page
def by_provider(request: HttpRequest, visitor: account_page.Visitor, provider_id: UUID) -> HttpResponseBase:
    """Off to the provider that vouched for this person before, to be asked anew there 職員認証での再認証."""
    identity = sso.identities_of(visitor.account).filter(provider=provider_id, provider__is_on=True).first()
    if identity is None:
        raise Http404
    wanted = request.GET.get("next", "")
    purpose = sso_rounds.Purpose.PROVE
    return redirect(sso_rounds.begin(request, identity.provider, purpose=purpose, wanted=wanted, at=clock.now()))
