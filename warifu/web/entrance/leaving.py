"""サインアウトしました: what is left to do where an identity provider stands behind the session."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from warifu import wiring
from warifu.access import keeper
from warifu.access.sso import oidc, queries
from warifu.web import signed_in, sso_rounds

KEY = "farewell"


def farewell(request: HttpRequest) -> dict[str, str]:
    """What the next page needs to lead to the provider's own sign-out; taken before our session ends 別れの行き先."""
    session = signed_in.kept(request)
    behind = queries.behind(session) if session is not None else None
    if behind is None:
        return {}
    return {"provider": str(behind.provider_id), "hint": behind.sealed_hint}


def after(request: HttpRequest, held: dict[str, str]) -> HttpResponseBase:
    """Where a browser goes that has just signed out サインアウトの後の画面."""
    if not held:
        return redirect("entrance:signin")
    request.session[KEY] = held
    return redirect("entrance:left")


@login_not_required
@require_GET
def left(request: HttpRequest) -> HttpResponseBase:
    """Signed out here; at the provider only who follows the link サインアウトの案内."""
    held = request.session.pop(KEY, None)
    provider = queries.provider(held["provider"]) if held else None
    if held is None or provider is None:
        return redirect("entrance:signin")
    hint = keeper.unseal(wiring.sign_in_box(), held["hint"]) if held["hint"] else ""
    address = oidc.farewell(provider, hint=hint, back_to=sso_rounds.after_farewell())
    return render(request, "entrance/left.html", {"provider": provider, "address": address})
