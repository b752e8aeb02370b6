"""サインインの方法: what one has, and where one changes it."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import enrolment, methods, models, queries
from warifu.web import guard, signed_in

from . import account_page, ways


@guard.before_enrolment
@require_GET
@account_page.account_page
def overview(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Password, app, passkeys and recovery codes of this person サインインの方法."""
    account = visitor.account
    return render(request, "entrance/overview.html", visitor.context | _had(account) | {"account": account})


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@account_page.account_page
def enrol(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Lead to a second factor; whoever has days left may go on 多要素認証の登録."""
    account = visitor.account
    demand = guard.must_enrol(account, signed_in.rules_of(request), shown=signed_in.shown(request))
    if demand is enrolment.Demand.NONE or (request.method == "POST" and demand is enrolment.Demand.SOON):
        return redirect(ways.after_enrolment(request, account))
    context = {"until": account.enrol_by, "may_wait": demand is enrolment.Demand.SOON}
    return render(request, "entrance/enrol.html", visitor.context | _had(account) | context)


def _had(account: models.Account) -> dict[str, object]:
    codes = account.recovery_codes.all()
    return {
        "has_password": account.has_usable_password(),
        "authenticator": queries.authenticator_of(account),
        "passkeys": account.passkeys.all(),
        "codes_left": sum(code.used_at is None for code in codes),
        "codes_made": codes[0].made_at if codes else None,
        "passkeys_possible": wiring.passkey_service().possible,
        "passkey_origin": wiring.passkey_service().origin,
        "recovery_label": methods.Method.RECOVERY.label,
    }
