"""Somebody comes back from an identity provider, which vouches for them 職員認証からの到着."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from warifu import wiring
from warifu.access import actions, keeper, models, queries, recognising
from warifu.access.methods import Method
from warifu.access.sso import identity
from warifu.access.sso import queries as sso
from warifu.access.sso.errors import SENTENCES, ProviderRefused, Why
from warifu.access.sso.identity import Identity
from warifu.access.sso.tables import IdentityProvider
from warifu.web import origin, signed_in, sso_rounds
from warifu.web.sso_rounds import Begun

from . import half, ways


def enter(
    request: HttpRequest, provider: IdentityProvider, begun: Begun, found: Identity, *, at: datetime
) -> HttpResponseBase:
    """The session begins, after our own second factor where the provider asked for none サインイン.

    Raises `ProviderRefused`.
    """
    account = recognising.account_for(provider, found, letters=wiring.account_letters(), at=at)
    method = method_of(provider, found)
    if method is Method.SSO and queries.has_second_factor(account):
        half.begin(request, account, wanted=begun.wanted, at=at, first=method, vouched=_vouched(provider, found, at=at))
        return redirect("entrance:second")
    session = signed_in.open_session(request, account, shown=[method], at=at)
    remember(session, _vouched(provider, found, at=at), at=at)
    return redirect(ways.after_sign_in(request, account, begun.wanted))


def remember(session: models.Session, vouched: dict[str, str], *, at: datetime) -> None:
    """Keep which session of the provider stands behind ours 紐付けの記録."""
    provider = sso.provider(vouched["provider"])
    if provider is not None:
        found = Identity(subject=vouched["subject"], index=vouched["index"])
        actions.remember_behind(session=session, provider=provider, found=found, sealed_hint=vouched["hint"], at=at)


def prove(
    request: HttpRequest, provider: IdentityProvider, begun: Begun, found: Identity, *, at: datetime
) -> HttpResponseBase:
    """The same person has shown once more who they are, a moment ago 再認証.

    Raises `ProviderRefused` for anybody else, and where the provider has asked nothing anew.
    """
    identity.require_fresh(found, asked_at=begun.asked_at)
    account = _still_here(request, begun, at=at)
    known = sso.identity_of(provider, found.subject)
    if known is None or known.account_id != account.pk:
        raise ProviderRefused(Why.OTHER_SUBJECT)
    by = queries.actor_of(account, ip=origin.address_of(request), at=at)
    actions.prove(session=signed_in.session_of(request), method=method_of(provider, found), by=by, at=at)
    signed_in.renew_key(request)
    return redirect(ways.onward(request, account, begun.wanted))


def test(
    request: HttpRequest, provider: IdentityProvider, begun: Begun, found: Identity, *, at: datetime
) -> HttpResponseBase:
    """An administrator has tried it: what came is shown to them, and nothing else follows 試験のサインイン."""
    account = _still_here(request, begun, at=at)
    problem = ""
    try:
        staff = recognising.meant(provider, found)
    except ProviderRefused as refusal:
        staff, problem = None, SENTENCES[refusal.why]
    by = queries.actor_of(account, ip=origin.address_of(request), at=at)
    actions.note_test(provider=provider, found_person=staff is not None, by=by, at=at)
    request.session[sso_rounds.TEST_RESULT] = {
        "provider": str(provider.pk),
        "problem": problem or ("" if staff else SENTENCES[Why.UNKNOWN_PERSON]),
        "meant": f"{staff.department.path}　{staff.name}" if staff else "",
        "own": staff is not None and staff.pk == account.staff_id,
        "multi_factor": identity.is_multi_factor(found.contexts, provider),
        "came": [
            ["識別子", found.subject],
            ["職員番号", found.number],
            ["メールアドレス", found.mail],
            ["氏名", found.name],
            ["部署コード", found.department_code],
            ["職名", found.title],
            ["認証の方法", "、".join(found.contexts)],
        ],
    }
    return redirect("office:provider_tested", provider.pk)


def test_failed(request: HttpRequest, provider: IdentityProvider, refusal: ProviderRefused) -> HttpResponseBase:
    """The same when nothing usable came 試験の不成立."""
    request.session[sso_rounds.TEST_RESULT] = {"provider": str(provider.pk), "problem": SENTENCES[refusal.why]}
    return redirect("office:provider_tested", provider.pk)


def method_of(provider: IdentityProvider, found: Identity) -> Method:
    """One factor or several, by what the provider says and its municipality counts サインインの方法."""
    return Method.SSO_MULTI if identity.is_multi_factor(found.contexts, provider) else Method.SSO


def _vouched(provider: IdentityProvider, found: Identity, *, at: datetime) -> dict[str, str]:
    sealed = keeper.seal(wiring.sign_in_box(), found.hint, at=at) if found.hint else ""
    return {"provider": str(provider.pk), "subject": found.subject, "index": found.index, "hint": sealed}


def _still_here(request: HttpRequest, begun: Begun, *, at: datetime) -> models.Account:
    """Who began it, signed in still."""
    account = request.user
    if not isinstance(account, models.Account) or str(account.pk) != begun.account:
        raise ProviderRefused(Why.OTHER_BROWSER)
    if signed_in.why_ended(request, account, at=at) is not None:
        raise ProviderRefused(Why.OTHER_BROWSER)
    return account
