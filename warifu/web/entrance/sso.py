"""職員認証でのサインイン: to an identity provider and back."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warifu import wiring
from warifu.access import actions, keeper
from warifu.access.sso import exchanges, identity, keys, metadata, oidc, queries, saml
from warifu.access.sso.errors import ProviderRefused, Why
from warifu.access.sso.identity import Identity
from warifu.access.sso.tables import IdentityProvider, Kind
from warifu.web import clock, origin, sso_rounds
from warifu.web.sso_rounds import Begun, Purpose

from . import arrivals

log = structlog.get_logger(__name__)
SAY = {
    Why.WAITING: "職員の登録が、所属の管理者の承認を待っています。承認の後に、もう一度サインインしてください。",
    Why.UNKNOWN_PERSON: "割符に、職員として登録されていません。所属の管理者に、登録を依頼してください。",
    Why.CLOSED: "このアカウントは利用できません。所属の管理者へ確認してください。",
    Why.DENIED: "職員認証で、割符の利用が認められませんでした。職員認証の管理者へ確認してください。",
    Why.NO_ANSWER: "職員認証の応答がありません。しばらく待ってから、もう一度サインインしてください。",
}
NOT_NOW = {Why.OTHER_BROWSER, Why.SWITCHED_OFF, Why.REPLAYED, Why.NOT_ASKED}
OTHERWISE = "最初からやり直してください。続くときは、所属の管理者へご連絡ください。"


@login_not_required
@require_GET
def start(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """Off to the provider 職員認証の開始."""
    provider = _provider(provider_id)
    if not provider.is_on:
        return refused(request, provider, Why.SWITCHED_OFF)
    wanted = request.GET.get("next", "")
    return redirect(sso_rounds.begin(request, provider, purpose=Purpose.ENTER, wanted=wanted, at=clock.now()))


@login_not_required
@require_GET
def back(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """The answer of an OpenID provider, brought by the browser that asked OpenID Connectの戻り先."""
    at, provider = clock.now(), _provider(provider_id, Kind.OIDC)
    begun = sso_rounds.take(request, request.GET.get("state", ""), provider, at=at)
    try:
        if begun is None:
            raise ProviderRefused(Why.OTHER_BROWSER)
        code = oidc.code_in(request.GET.dict(), provider)
        token = oidc.token_for(
            code,
            provider,
            begun.round,
            secret=_secret(provider),
            redirect_uri=sso_rounds.redirect_uri(provider),
            outside_=wiring.outside(),
        )
        known = keys.for_token(provider, token, outside_=wiring.outside(), at=at)
        found = oidc.identity_in(token, provider, known, nonce=begun.round.nonce, at=at)
    except ProviderRefused as refusal:
        return _not_let_in(request, provider, begun, refusal, at=at)
    return _arrived(request, provider, begun, found, at=at)


@csrf_exempt  # it comes from the provider's page; the assertion's signature says what a form token would
@login_not_required
@require_POST
def consume(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """The answer of a SAML provider; without a cookie, so it waits until the browser fetches it SAMLの戻り先."""
    at, provider, box = clock.now(), _provider(provider_id, Kind.SAML), wiring.sign_in_box()
    posted, exchange = request.POST.get("SAMLResponse", ""), None
    try:
        request_id = saml.answered_request(posted)
        exchange = queries.exchange_of(request_id)
        if exchange is not None and exchange.provider_id != provider.pk:
            exchange = None
        unasked = not request_id and provider.idp_initiated and provider.is_on
        if exchange is None and not unasked:
            raise ProviderRefused(Why.NOT_ASKED)
        place = sso_rounds.place_of(provider)
        answer = saml.answer(posted, provider, place, request_id=request_id, at=at)
        actions.use_up(provider=provider, message_id=answer.assertion_id, until=answer.until, at=at)
        if exchange is None:
            request_id = saml.new_request_id()
            exchange = exchanges.ask(provider=provider, request_id=request_id, fresh=False, unasked=True, at=at)
        exchanges.answer(exchange=exchange, found=answer.identity, keeper=box, at=at)
    except ProviderRefused as refusal:
        _note(request, provider, refusal, at=at)
        # A refusal is told where the question came from, unless the exchange has had its answer.
        if exchange is None or exchange.answered_at is not None or refusal.why is Why.REPLAYED:
            return refused(request, provider, refusal.why)
        exchanges.answer(exchange=exchange, found=refusal.why, keeper=box, at=at)
    return redirect(f"{sso_rounds.finish_path(provider)}?round={exchange.request_id}")


@login_not_required
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """The browser that asked a SAML provider fetches the answer; who did not ask is asked to confirm 回答の受取り."""
    at, provider, box = clock.now(), _provider(provider_id, Kind.SAML), wiring.sign_in_box()
    key = (request.POST if request.method == "POST" else request.GET).get("round", "")
    exchange = queries.exchange_of(key)
    begun = sso_rounds.take(request, key, provider, at=at)
    try:
        if exchange is None or exchange.provider_id != provider.pk:
            raise ProviderRefused(Why.OTHER_BROWSER)
        if begun is None and exchange.unasked and provider.idp_initiated:
            if request.method == "GET":
                found = exchanges.look(exchange=exchange, keeper=box, at=at)
                return render(request, "entrance/sso_confirm.html", {"provider": provider, "found": found, "key": key})
            begun = Begun(Purpose.ENTER, "", "", at, oidc.Round.new())
        if begun is None:
            raise ProviderRefused(Why.OTHER_BROWSER)
        found = exchanges.fetch(exchange=exchange, keeper=box, at=at)
    except ProviderRefused as refusal:
        return _not_let_in(request, provider, begun, refusal, at=at, noted=exchange is not None)
    return _arrived(request, provider, begun, found, at=at)


@login_not_required
@require_GET
def our_metadata(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """Who we are to this SAML provider, as it wants to read it 自らのメタデータ."""
    provider = _provider(provider_id, Kind.SAML)
    written = metadata.written(sso_rounds.place_of(provider))
    return HttpResponse(written, content_type="application/samlmetadata+xml")


@csrf_exempt  # it comes from the provider itself; its signature says what a form token would
@login_not_required
@require_POST
def signed_out(request: HttpRequest, provider_id: UUID) -> HttpResponseBase:
    """An OpenID provider tells that somebody has signed out there (Back-Channel Logout §2.5) 一斉サインアウト."""
    at, provider = clock.now(), _provider(provider_id, Kind.OIDC)
    token = request.POST.get("logout_token", "")[:20_000]
    try:
        known = keys.for_token(provider, token, outside_=wiring.outside(), at=at)
        subject, index, message_id = oidc.signed_out(token, provider, known, at=at)
        until = at + oidc.OLDEST + 2 * identity.SKEW
        actions.use_up(provider=provider, message_id=f"logout:{message_id}", until=until, at=at)
    except ProviderRefused as refusal:
        _note(request, provider, refusal, at=at)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    actions.end_by_provider(provider=provider, subject=subject, index=index, at=at)
    return HttpResponse(status=HTTPStatus.OK)


def refused(request: HttpRequest, provider: IdentityProvider, why: Why) -> HttpResponseBase:
    """One calm page for everything that did not let somebody in; the ledger knows more 職員認証の断り."""
    context: dict[str, Any] = {"provider": provider, "told": SAY.get(why, OTHERWISE)}
    status = HTTPStatus.CONFLICT if why in NOT_NOW else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "entrance/sso_refused.html", context, status=status)


def _arrived(
    request: HttpRequest, provider: IdentityProvider, begun: Begun, found: Identity, *, at: datetime
) -> HttpResponseBase:
    try:
        if begun.purpose is Purpose.TEST:
            return arrivals.test(request, provider, begun, found, at=at)
        if not provider.is_on:
            raise ProviderRefused(Why.SWITCHED_OFF)
        if begun.purpose is Purpose.PROVE:
            return arrivals.prove(request, provider, begun, found, at=at)
        return arrivals.enter(request, provider, begun, found, at=at)
    except ProviderRefused as refusal:
        return _not_let_in(request, provider, begun, refusal, at=at)


def _not_let_in(
    request: HttpRequest,
    provider: IdentityProvider,
    begun: Begun | None,
    refusal: ProviderRefused,
    *,
    at: datetime,
    noted: bool = False,
) -> HttpResponseBase:
    if not noted:
        _note(request, provider, refusal, at=at)
    if begun is not None and begun.purpose is Purpose.TEST:
        return arrivals.test_failed(request, provider, refusal)
    return refused(request, provider, refusal.why)


def _note(request: HttpRequest, provider: IdentityProvider, refusal: ProviderRefused, *, at: datetime) -> None:
    log.info("identity provider refused", provider=str(provider.pk), why=refusal.why.value, detail=refusal.detail)
    actions.refuse_identity(provider=provider, why=refusal.why, ip=origin.address_of(request), at=at)


def _provider(provider_id: UUID, kind: Kind | None = None) -> IdentityProvider:
    provider = queries.provider(provider_id)
    if provider is None or (kind is not None and provider.kind != kind):
        raise Http404
    return provider


def _secret(provider: IdentityProvider) -> str:
    return keeper.unseal(wiring.sign_in_box(), provider.sealed_secret) if provider.sealed_secret else ""
