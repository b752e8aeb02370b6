"""認証アプリ, パスキー and リカバリーコード: registered and removed by their owner."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from warifu import wiring
from warifu.access import actions, devices, errors, totp
from warifu.access import keeper as keepers
from warifu.web import clock, fields, guard, signed_in, step_up

from . import account_page, challenge

ISSUER = "割符"
BEGUN = "new_authenticator"
ELSEWHERE = "ほかの端末でサインインしたままのときは、「サインイン中の端末」からサインアウトできます。"
LAST = "多要素認証が必須のため、ただ一つの方法は削除できません。ほかの方法を登録してから、もう一度操作してください。"


class PasskeyForm(forms.Form):
    """What a passkey is called パスキーの名前."""

    name = fields.LineField(label="パスキーの名前", max_length=60)


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def authenticator(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Show a new secret as QR code and letters, and take the first password of the app 認証アプリの登録."""
    at, account, box, problem = clock.now(), visitor.account, wiring.sign_in_box(), ""
    if request.method == "POST" and BEGUN in request.session:
        secret = keepers.unseal(box, request.session[BEGUN])
        typed = challenge.digits(request.POST.get("code", ""))
        try:
            actions.add_authenticator(
                account=account,
                secret=secret,
                typed=typed,
                keeper=box,
                letters=wiring.account_letters(),
                by=visitor.actor,
                at=at,
            )
        except errors.NotProven:
            problem = "数字が認証アプリのものと違います。端末の時刻を確かめ、次に出る6桁を入力してください。"
        else:
            del request.session[BEGUN]
            messages.success(request, f"認証アプリを登録しました。{ELSEWHERE}")
            return _registered(request, visitor)
    else:
        held = request.session.get(BEGUN)
        secret = keepers.unseal(box, held) if held else totp.new_secret()
        request.session[BEGUN] = held or keepers.seal(box, secret, at=at)
    context = {
        # Drawn by segno from our own text: nothing of anybody's typing is in it but the address, as black squares.
        "picture": mark_safe(totp.picture(totp.address(secret, account=account.mail, issuer=ISSUER))),  # noqa: S308
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "problems": [problem] if problem else [],
        "summary": [{"text": problem, "href": "#id_code"}] if problem else [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "entrance/authenticator.html", visitor.context | context, status=status)


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def new_passkey(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Let the browser make a passkey, and give it a name パスキーの登録."""
    at, account, service = clock.now(), visitor.account, wiring.passkey_service()
    named = devices.spoken(request.headers.get("User-Agent", ""))
    form = PasskeyForm(request.POST if request.method == "POST" else None, initial={"name": named})
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_passkey(
                account=account,
                made=service.made(request.session.pop(challenge.STATE, {}), request.POST.get("credential", "")),
                name=form.cleaned_data["name"],
                letters=wiring.account_letters(),
                by=visitor.actor,
                at=at,
            )
        except errors.NotProven:
            problem = "パスキーを登録できませんでした。画面の案内に従って、もう一度お試しください。"
        else:
            messages.success(request, f"パスキーを登録しました。次から、サインインに使えます。{ELSEWHERE}")
            return _registered(request, visitor)
    context = {"form": form, "problem": problem, "possible": service.possible, "origin": service.origin}
    if service.possible:
        context["options"], request.session[challenge.STATE] = service.ask_to_make(account, account.passkeys.all())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem or form.errors else HTTPStatus.OK
    return render(request, "entrance/new_passkey.html", visitor.context | context, status=status)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def remove_passkey(request: HttpRequest, visitor: account_page.Visitor, passkey_id: int) -> HttpResponseBase:
    """Say what will happen, then do it パスキーの削除."""
    passkey = visitor.account.passkeys.filter(pk=passkey_id).first()
    if passkey is None:
        raise Http404
    if request.method == "POST" and not _is_last(visitor):
        actions.remove_passkey(passkey=passkey, letters=wiring.account_letters(), by=visitor.actor, at=clock.now())
        messages.success(request, f"パスキー「{passkey.name}」を削除しました。{ELSEWHERE}")
        return redirect("entrance:account")
    return _confirm(request, visitor, f"パスキー「{passkey.name}」の削除", "このパスキーでサインインできなくなります。")


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def remove_authenticator(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Say what will happen, then do it 認証アプリの削除."""
    if not hasattr(visitor.account, "authenticator"):
        raise Http404
    if request.method == "POST" and not _is_last(visitor):
        actions.remove_authenticator(
            account=visitor.account, letters=wiring.account_letters(), by=visitor.actor, at=clock.now()
        )
        messages.success(request, f"認証アプリを削除しました。{ELSEWHERE}")
        return redirect("entrance:account")
    return _confirm(request, visitor, "認証アプリの削除", "ワンタイムパスワードでサインインできなくなります。")


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def recovery_codes(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Ten codes on a page to print, shown this once リカバリーコードの発行."""
    codes: list[str] = []
    if request.method == "POST":
        codes = actions.make_recovery_codes(
            account=visitor.account, letters=wiring.account_letters(), by=visitor.actor, at=clock.now()
        )
    context = {"codes": codes, "at": clock.now(), "had": visitor.account.recovery_codes.exists()}
    return render(request, "entrance/recovery_codes.html", visitor.context | context)


def _registered(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """A stronger session has a new key (IPA 4-iv-a); without codes for the worst case, these come next."""
    signed_in.renew_key(request)
    return redirect("entrance:account" if visitor.account.recovery_codes.exists() else "entrance:recovery_codes")


def _is_last(visitor: account_page.Visitor) -> bool:
    account = visitor.account
    have = account.passkeys.count() + hasattr(account, "authenticator")
    return have <= 1 and signed_in.rules_for(account).mfa_required


def _confirm(request: HttpRequest, visitor: account_page.Visitor, what: str, then: str) -> HttpResponseBase:
    refused = LAST if _is_last(visitor) else ""
    status = HTTPStatus.CONFLICT if refused and request.method == "POST" else HTTPStatus.OK
    context = {"what": what, "then": then, "refused": refused}
    return render(request, "entrance/remove.html", visitor.context | context, status=status)
