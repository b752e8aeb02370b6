"""Between the sign-in and every page: does the session live, and may it go on サインインの確認."""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from warifu.access import actions, enrolment, methods, models, queries, sessions

from . import clock, kept, origin, premises, signed_in

View = Callable[..., HttpResponseBase]
EARLY = "before_enrolment"


def before_enrolment(view: View) -> View:
    """A page that opens although a second factor or a new password is still demanded 登録の前に使える画面."""
    setattr(view, EARLY, True)
    return view


class SignedInGuard:
    """Ends sessions at their limits, and leads through what is demanded before anything else opens サインインの番."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], rest: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        account, at = request.user, clock.now()
        if not isinstance(account, models.Account):
            return None
        why = signed_in.why_ended(request, account, at=at)
        if why is not None:
            return _to_sign_in(request, account, why)
        # Before the session's last use is noted: who is outside does not keep it awake, nor make their network known.
        if (stopped := premises.stopped(request, signed_in.session_of(request).account, at=at)) is not None:
            return stopped
        actions.see(session=signed_in.session_of(request), ip=origin.address_of(request), at=at)
        if getattr(view, EARLY, False):
            return None
        if account.password_suspected_at is not None:
            return redirect("entrance:password")
        shown = methods.read(signed_in.session_of(request).methods)
        demand = must_enrol(account, signed_in.rules_of(request), shown=shown)
        return redirect("entrance:enrol") if demand is enrolment.Demand.NOW else None


def must_enrol(
    account: models.Account, rules: enrolment.Rules, *, shown: Collection[methods.Method]
) -> enrolment.Demand:
    """Whether a second factor is demanded of this account now; not where its provider has asked for one 登録の求め."""
    if not rules.mfa_required or methods.Method.SSO_MULTI in shown:
        return enrolment.Demand.NONE
    has = queries.has_second_factor(account)
    return enrolment.demand(rules, has_second_factor=has, enrol_by=account.enrol_by, at=clock.now())


def _to_sign_in(request: HttpRequest, account: models.Account, why: sessions.End) -> HttpResponse:
    """Back to the entrance, which says why, and afterwards to this page with what was typed."""
    held = kept.hold(request, account)
    signed_in.close_session(request, why=why, at=clock.now())
    kept.put(request, held)
    asked = {"next": request.get_full_path(), "why": why.value}
    return redirect(f"{reverse('entrance:signin')}?{urlencode(asked)}")
