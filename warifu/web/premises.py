"""Who of the staff comes from a network that their municipality does not list: stopped, and told why 接続元の確認.

Only pages behind a sign-in are looked at; counterparties' links, the verification page, static files and health checks
never are. A session that moves outside goes on living, and what was typed waits in it.
"""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse

from warifu import settings
from warifu.access import actions, errors, models, network_queries, networks

from . import kept, origin, refusals

ALWAYS = frozenset({"entrance:signout"})
"""Who is outside may still sign out."""
TOLD = "warifu_network_refusal"


def stopped(request: HttpRequest, account: models.Account, *, at: datetime) -> HttpResponse | None:
    """The page for a living session that is outside, or None 接続元による停止."""
    address = origin.address_of(request)
    if refusals.route_of(request) in ALWAYS or not _is_outside(account, address, at=at):
        return None
    actions.block(account=account, ip=address, at_sign_in=False, at=at)
    held = kept.hold(request, account)
    kept.put(request, held)
    back = reverse("entrance:resume") if held else request.get_full_path() if request.method == "GET" else "/"
    return _page(request, account, address, back=back, held=held is not None)


def require_inside(request: HttpRequest, account: models.Account, *, at: datetime) -> None:
    """Nobody signs in from outside; raises `errors.OutsideNetwork`, which becomes a page サインインの接続元."""
    address = origin.address_of(request)
    if _is_outside(account, address, at=at):
        actions.block(account=account, ip=address, at_sign_in=True, at=at)
        raise errors.OutsideNetwork(account)


def refused(request: HttpRequest, account: models.Account) -> HttpResponse:
    """The page for who has tried to sign in from outside サインインの接続元の断り."""
    return _page(request, account, origin.address_of(request), back="", held=False)


def was_told(response: object) -> bool:
    """Whether this answer is such a page; its line is in the ledger already 記録済み."""
    return getattr(response, TOLD, False) is True


def _is_outside(account: models.Account, address: str | None, *, at: datetime) -> bool:
    return network_queries.answer_for(account, address=address, at=at) is networks.Answer.OUTSIDE


def _page(request: HttpRequest, account: models.Account, address: str | None, *, back: str, held: bool) -> HttpResponse:
    said = {
        "municipality": account.staff.municipality.name if account.staff else "",
        "address": address,
        "back": back,
        "held": held,
        "reference": request.META.get("WARIFU_REFERENCE", ""),
        "helpdesk_phone": settings.HELPDESK_PHONE,
    }
    page = loader.render_to_string("outside.html", said, request)
    response = HttpResponse(page, status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"})
    setattr(response, TOLD, True)
    return response
