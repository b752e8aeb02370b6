"""職員認証: identity providers of this body, set up step by step, tested, switched on."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import settings, wiring
from warifu.access import actions, models
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.access.sso import metadata, oidc, queries
from warifu.access.sso.errors import SENTENCES, NotReady, ProviderRefused
from warifu.access.sso.tables import IdentityProvider, Kind
from warifu.japan import calendar
from warifu.web import clock, sso_rounds, staff_door, step_up

from .provider_forms import ProviderForm

SWITCHES = {
    "on": (
        "職員認証の利用の開始",
        "サインインの画面に、この職員認証のボタンが表示されます。パスワードでのサインインも、これまでどおり使えます。",
        "利用を始める",
    ),
    "off": (
        "職員認証の利用の停止",
        "サインインの画面から、この職員認証のボタンがなくなります。いまサインインしている職員は、そのまま操作できます。",
        "利用を停止する",
    ),
    "remove": (
        "職員認証の削除",
        "接続の設定と、利用者との対応がなくなります。職員とアカウントの登録は残ります。元に戻すときは、登録し直してください。",
        "削除する",
    ),
}


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def providers(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Every provider of this body, and whether a password opens anything beside them 職員認証."""
    at = clock.now()
    found = [(one, queries.ending(one, at=at)) for one in queries.providers_of(person.municipality)]
    context = {
        "providers": found,
        "sso_only": queries.sso_only(person.municipality),
        "glass": queries.break_glass_of(person.municipality),
        "waiting": queries.waiting_in(person.municipality).count(),
        "tokens": queries.tokens_of(person.municipality).count(),
    }
    return render(request, "office/providers.html", context)


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def provider(request: HttpRequest, person: access.Person, provider_id: UUID) -> HttpResponseBase:
    """One of them: what to copy into it, how far it is, and what ends soon 職員認証の詳細."""
    found = _own(person, provider_id)
    is_saml = found.kind == Kind.SAML
    context = {
        "provider": found,
        "is_saml": is_saml,
        "place": sso_rounds.place_of(found) if is_saml else None,
        "redirect_uri": "" if is_saml else sso_rounds.redirect_uri(found),
        "logout_uri": "" if is_saml else sso_rounds.logout_uri(found),
        "after_farewell": sso_rounds.after_farewell(),
        "certificates": [(metadata.fingerprint(pem), metadata.end_of(pem)) for pem in found.certificates],
        "ending": queries.ending(found, at=clock.now()),
        "now": clock.now(),
    }
    return render(request, "office/provider.html", context)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def new(request: HttpRequest, person: access.Person, kind: str) -> HttpResponseBase:
    """A new one, switched off until it was tested 職員認証の登録."""
    if kind not in Kind.values:
        raise Http404
    return _form_page(request, person, Kind(kind), None)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def change(request: HttpRequest, person: access.Person, provider_id: UUID) -> HttpResponseBase:
    """Other settings; what proves people only while it is off 職員認証の変更."""
    found = _own(person, provider_id)
    return _form_page(request, person, Kind(found.kind), found)


@require_GET
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def test(request: HttpRequest, person: access.Person, provider_id: UUID) -> HttpResponseBase:
    """Off to the provider; what comes back is shown and opens nothing 試験のサインイン."""
    found = _own(person, provider_id)
    purpose = sso_rounds.Purpose.TEST
    return redirect(sso_rounds.begin(request, found, purpose=purpose, wanted="", at=clock.now()))


@require_GET
@staff_door.page_with(Right.SIGN_IN)
def tested(request: HttpRequest, person: access.Person, provider_id: UUID) -> HttpResponseBase:
    """What came of the last test in this browser 試験の結果."""
    found = _own(person, provider_id)
    result = request.session.get(sso_rounds.TEST_RESULT, {})
    if result.get("provider") != str(found.pk):
        return redirect("office:provider", found.pk)
    return render(request, "office/provider_tested.html", {"provider": found, "result": result})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def switch(request: HttpRequest, person: access.Person, provider_id: UUID, switch: str) -> HttpResponseBase:
    """Say what will happen, then switch it on, off, or remove it 職員認証の切替え."""
    found, at = _own(person, provider_id), clock.now()
    if switch not in SWITCHES:
        raise Http404
    title, then, button = SWITCHES[switch]
    refusal = ""
    if request.method == "POST":
        try:
            if switch == "remove":
                actions.remove_provider(provider=found, by=person.actor, at=at)
            else:
                actions.switch_provider(provider=found, on=switch == "on", by=person.actor, at=at)
        except NotReady as not_ready:
            refusal = not_ready.message
        else:
            messages.success(request, f"「{found.name}」について、「{title}」を行いました。")
            return redirect("office:providers") if switch == "remove" else redirect("office:provider", found.pk)
    context = {"provider": found, "switch": switch, "title": title, "then": then, "button": button, "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "office/provider_switch.html", context, status=status)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def only(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Whether people of this body sign in by the provider alone, or by a password too 職員認証だけの利用."""
    account, now, refusal = request.user, queries.sso_only(person.municipality), ""
    if not isinstance(account, models.Account):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.choose_sso_only(
                municipality=person.municipality,
                on=request.POST.get("only") == "1",
                account=account,
                mfa_by_default=settings.MFA_REQUIRED,
                by=person.actor,
                at=clock.now(),
            )
        except NotReady as not_ready:
            refusal = not_ready.message
        else:
            messages.success(request, "サインインの方法を切り替えました。次のサインインから、この設定になります。")
            return redirect("office:providers")
    context = {"now": now, "glass": queries.break_glass_of(person.municipality), "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "office/provider_only.html", context, status=status)


def _form_page(
    request: HttpRequest, person: access.Person, kind: Kind, found: IdentityProvider | None
) -> HttpResponseBase:
    at = clock.now()
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProviderForm(kind, found, *posted)
    form.offer(person.municipality, today=calendar.day_in_japan(at))
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            kept = _save(form, person, kind, found)
        except ProviderRefused as refusal:
            form.add_error("issuer", SENTENCES[refusal.why])
        except NotReady as not_ready:
            form.add_error(None, not_ready.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, "職員認証の設定を保存しました。")
            return redirect("office:provider", kept.pk)
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context: dict[str, Any] = {"form": form, "provider": found, "is_saml": kind == Kind.SAML, "kind": kind}
    return render(request, "office/provider_form.html", context, status=status)


def _save(form: ProviderForm, person: access.Person, kind: Kind, found: IdentityProvider | None) -> IdentityProvider:
    entry = form.entry()
    discovered = oidc.discovered(entry.issuer, outside_=wiring.outside()) if kind == Kind.OIDC else None
    return actions.save_provider(
        municipality=person.municipality,
        provider=found,
        kind=kind,
        entry=entry,
        secret=form.cleaned_data.get("secret") or "",
        keeper=wiring.sign_in_box(),
        discovered=discovered,
        described=form.cleaned_data.get("metadata_file"),
        by=person.actor,
        at=clock.now(),
    )


def _own(person: access.Person, provider_id: UUID) -> IdentityProvider:
    found = queries.provider_of(person.municipality, provider_id)
    if found is None:
        raise Http404
    return found
