"""アカウント: who can sign in, and what an administrator does when somebody cannot."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import devices, methods, queries
from warifu.access import person as access
from warifu.access.errors import LastAdministrator
from warifu.access.rights import Right
from warifu.access.sso.errors import NotReady
from warifu.web import clock, signed_in, staff_door, step_up

from .account_deeds import DEEDS, possible

PAGE_SIZE = 50


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def accounts(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Every member of staff, with or without an account, found by name, address or department アカウントの一覧."""
    words, which = request.GET.get("q", "").strip(), request.GET.get("which", "")
    found = queries.staff_with_accounts(person.municipality, words=words, which=which)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "q": words, "which": which, "filters": queries.WHICH, "narrowed": words or which}
    return render(request, "office/accounts.html", context)


@require_GET
@staff_door.staff_page
def account(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """One person: how they sign in, where they are signed in, and what can be done アカウント."""
    at = clock.now()
    staff = queries.staff_with_account(person.municipality, staff_id)
    if staff is None:
        raise Http404
    found = queries.account_of_staff(staff)
    context: dict[str, Any] = {
        "staff": staff,
        "account": found,
        "deeds": possible(found, is_self=staff.pk == person.staff.pk, at=at),
    }
    if found is not None:
        limits = signed_in.rules_for(found).limits
        context |= {
            "passkeys": found.passkeys.count(),
            "authenticator": queries.authenticator_of(found) is not None,
            "codes_left": found.recovery_codes.filter(used_at__isnull=True).count(),
            "paused_until": queries.paused_until(found.mail, ip=None, at=at),
            "sessions": [
                (one, devices.spoken(one.agent), methods.spoken(methods.read(one.methods)))
                for one in queries.sessions_of(found, limits=limits, at=at)
            ],
        }
    return render(request, "office/account.html", context)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.staff_page
def deed(request: HttpRequest, person: access.Person, staff_id: UUID, deed: str) -> HttpResponseBase:
    """Say what will happen, then do it アカウントの操作."""
    at = clock.now()
    staff = queries.staff_with_account(person.municipality, staff_id)
    if staff is None or deed not in DEEDS:
        raise Http404
    chosen, found = DEEDS[deed], queries.account_of_staff(staff)
    if chosen not in possible(found, is_self=staff.pk == person.staff.pk, at=at):
        context = {"staff": staff, "deed": chosen, "refused": True}
        return render(request, "office/account_deed.html", context, status=HTTPStatus.CONFLICT)
    if request.method == "POST":
        try:
            chosen.perform(staff, found, person.actor, at)
        except (NotReady, LastAdministrator) as refusal:
            context = {"staff": staff, "deed": chosen, "refused": True, "refusal": refusal.message}
            return render(request, "office/account_deed.html", context, status=HTTPStatus.CONFLICT)
        messages.success(request, chosen.done)
        return redirect("office:account", staff.pk)
    return render(request, "office/account_deed.html", {"staff": staff, "deed": chosen, "refused": False})
