"""サインイン of staff and operators."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from warifu.access import actions as access_actions
from warifu.access import models as access
from warifu.access import queries as access_queries
from warifu.audit.actor import Actor, ActorKind
from warifu.web import clock, origin

PAUSED = "サインインの失敗が続いたため、一時的に受け付けていません。15分ほど待ってから、もう一度お試しください。"
WRONG = "メールアドレスまたはパスワードが違います。大文字と小文字を確かめて、もう一度入力してください。"


class SignInForm(AuthenticationForm):
    """Mail address and password; one sentence for every kind of mistake サインイン."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "メールアドレス"
        self.fields["username"].error_messages["required"] = "メールアドレスを入力してください。"
        self.fields["password"].label = "パスワード"
        self.fields["password"].error_messages["required"] = "パスワードを入力してください。"


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Check the password, begin a fresh session, write the ledger line サインイン."""
    at, ip = clock.now(), origin.address_of(request)
    if request.method == "GET":
        if isinstance(request.user, access.Account):
            return redirect(_next(request, request.user))
        return render(request, "desk/signin.html", {"form": SignInForm(request), "next": request.GET.get("next", "")})
    typed = request.POST.get("username", "")
    form = SignInForm(request, request.POST)
    if access_queries.sign_in_paused(typed, at=at):
        context = {"form": SignInForm(request), "next": request.POST.get("next", ""), "problem": PAUSED, "typed": typed}
        return render(request, "desk/signin.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    if not form.is_valid():
        access_actions.note_failure(mail=typed, ip=ip, at=at)
        context = {"form": form, "next": request.POST.get("next", "")}
        return render(request, "desk/signin.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    account = form.get_user()
    if not isinstance(account, access.Account):
        raise TypeError("the user model is access.Account")
    login(request, account)
    person = access_queries.person_of(account, ip=ip, at=at)
    actor = person.actor if person else Actor(kind=ActorKind.OPERATOR, id=str(account.pk), name=account.mail, ip=ip)
    access_actions.note_sign_in(
        account=account, by=actor, ledger=person.municipality.code if person else "service", at=at
    )
    return redirect(_next(request, account))


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session on the server; the address alone ends nothing サインアウト."""
    if request.method != "POST":
        return redirect("desk:home")
    logout(request)
    return redirect("desk:signin")


def _next(request: HttpRequest, account: access.Account) -> str:
    """Where the person wanted to go, if it is a page of ours; operators have one page only."""
    if account.is_operator:
        return reverse("console:status")
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else "/"
