"""サインイン of staff and operators, by password; what must follow it is asked in `second`."""

import math
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import actions, errors, models, queries, sessions
from warifu.access.methods import Method
from warifu.access.sso import queries as sso
from warifu.web import clock, origin, signed_in

from . import half, leaving, pace, ways

WRONG = "メールアドレスまたはパスワードが違います。大文字と小文字を確かめて、もう一度入力してください。"
BY_PROVIDER = "あなたの団体では、職員認証でサインインします。「職員認証で入る」の中から、所属の団体を選んでください。"
WHY = {
    sessions.End.IDLE: "しばらく操作がなかったため、サインアウトしました。サインインすると、元の画面に戻ります。",
    sessions.End.ABSOLUTE: "サインインから長い時間が過ぎたため、サインアウトしました。もう一度サインインしてください。",
    sessions.End.OWN: "この端末のサインインは終了しています。もう一度サインインしてください。",
    sessions.End.PROVIDER: "職員認証でサインアウトしたため、割符からもサインアウトしました。",
    sessions.End.CLOSED: "このアカウントは利用できません。所属の管理者へ確認してください。",
}


class SignInForm(forms.Form):
    """Mail address and password; one sentence for every kind of mistake サインイン."""

    username = forms.CharField(
        label="メールアドレス", max_length=254, error_messages={"required": "メールアドレスを入力してください。"}
    )
    password = forms.CharField(
        label="パスワード",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "パスワードを入力してください。"},
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Check the password; then ask for the second factor, or begin the session サインイン."""
    at = clock.now()
    if request.method == "GET":
        account = request.user
        if isinstance(account, models.Account) and signed_in.why_ended(request, account, at=at) is None:
            return redirect(ways.after_sign_in(request, account, request.GET.get("next", "")))
        why = request.GET.get("why", "")
        told = WHY.get(sessions.End(why), "") if why in sessions.End.values else ""
        return render(
            request, "entrance/signin.html", _shown(SignInForm(), request.GET.get("next", "")) | {"told": told}
        )
    began = pace.begin()
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _again(request, form)
    mail, ip = form.cleaned_data["username"], origin.address_of(request)
    try:
        number = actions.begin_try(mail=mail, ip=ip, at=at)
    except errors.SignInPaused as paused:
        return pace.settle(began, _paused(request, paused.until, at=at))
    shown = authenticate(request, username=mail.strip(), password=form.cleaned_data["password"])
    if not isinstance(shown, models.Account) or queries.has_left(shown, at=at):
        known = queries.account_of_mail(mail)
        if known is not None:
            actions.refuse(account=known, method=Method.PASSWORD, ip=ip, at=at)
        form.add_error(None, WRONG)
        return pace.settle(began, _again(request, form))
    if not sso.may_use_password(shown):
        actions.take_back_try(number=number)
        form.add_error(None, BY_PROVIDER)
        return pace.settle(began, _again(request, form))
    wanted = request.POST.get("next", "")
    if queries.has_second_factor(shown):
        actions.take_back_try(number=number)
        half.begin(request, shown, wanted=wanted, at=at)
        return redirect("entrance:second")
    signed_in.open_session(request, shown, shown=[Method.PASSWORD], at=at)
    return redirect(ways.after_sign_in(request, shown, wanted))


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session on the server; the address alone ends nothing サインアウト."""
    if request.method != "POST":
        return redirect("desk:home")
    farewell = leaving.farewell(request)
    signed_in.close_session(request, why=sessions.End.SIGNED_OUT, at=clock.now())
    return leaving.after(request, farewell)


def minutes_until(until: datetime, *, at: datetime) -> str:
    """15分ほど, 2時間ほど 待ち時間の呼び方."""
    minutes = math.ceil((until - at).total_seconds() / 60)
    return f"{minutes}分ほど" if minutes <= 60 else f"{math.ceil(minutes / 60)}時間ほど"


def _shown(form: SignInForm, wanted: str) -> dict[str, Any]:
    return {"form": form, "next": wanted, "providers": sso.offered()}


def _again(request: HttpRequest, form: SignInForm) -> HttpResponseBase:
    context = _shown(form, request.POST.get("next", ""))
    return render(request, "entrance/signin.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def paused_sentence(until: datetime, *, at: datetime) -> str:
    """The same for every address, whether it has an account or not 一時停止の断り."""
    return (
        "サインインの失敗が続いたため、一時的に受け付けていません。"
        f"{minutes_until(until, at=at)}待ってから、もう一度お試しください。"
        "お急ぎのときは、所属の管理者へご連絡ください。"
    )


def _paused(request: HttpRequest, until: datetime, *, at: datetime) -> HttpResponseBase:
    problem = paused_sentence(until, at=at)
    # What was typed as an address stays; the password is asked again.
    form = SignInForm(initial={"username": request.POST.get("username", "")})
    context = _shown(form, request.POST.get("next", "")) | {"problem": problem}
    response = render(request, "entrance/signin.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(math.ceil((until - at).total_seconds()))
    return response
