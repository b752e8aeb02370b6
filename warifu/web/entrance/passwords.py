"""パスワード: changed by its owner, or chosen by a link from a mail."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import actions, errors, queries
from warifu.web import clock, guard, origin, step_up

from . import account_page, pace

LINK = "account_link"


class NewPasswordForm(forms.Form):
    """The same password twice 新しいパスワード."""

    password = forms.CharField(
        label="新しいパスワード",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "新しいパスワードを入力してください。"},
    )
    repeated = forms.CharField(
        label="新しいパスワード（確認）",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "確認のため、新しいパスワードをもう一度入力してください。"},
    )

    def clean_repeated(self) -> str:
        """Both are the same, or what differs is asked again."""
        repeated = str(self.cleaned_data["repeated"])
        if "password" in self.cleaned_data and repeated != self.cleaned_data["password"]:
            raise ValidationError("2つの入力が違います。同じパスワードを、もう一度入力してください。")
        return repeated


class AddressForm(forms.Form):
    """Whose password is to be set anew 再設定の依頼."""

    mail = forms.EmailField(
        label="メールアドレス",
        error_messages={
            "required": "メールアドレスを入力してください。",
            "invalid": "メールアドレスの形になっていません。例：name@city.example.jp",
        },
    )


@guard.before_enrolment
@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def change(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """A new password; other browsers are signed out パスワードの変更."""
    account = visitor.account
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_password(
                account=account,
                password=form.cleaned_data["password"],
                letters=wiring.account_letters(),
                by=visitor.actor,
                at=clock.now(),
                but=visitor.session,
            )
        except ValidationError as refused:
            form.add_error("password", refused)
        else:
            update_session_auth_hash(request, account)
            messages.success(request, "パスワードを変更しました。ほかの端末は、すべてサインアウトしました。")
            return redirect("entrance:account")
    context = {"form": form, "demanded": account.password_suspected_at}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "entrance/password.html", visitor.context | context, status=status)


@login_not_required
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link by mail; the answer is the same for every address パスワードの再設定の依頼."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        began = pace.begin()
        if form.is_valid():
            actions.ask_reset(
                mail=form.cleaned_data["mail"],
                letters=wiring.account_letters(),
                ip=origin.address_of(request),
                at=clock.now(),
            )
            return pace.settle(began, redirect("entrance:asked"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "entrance/forgotten.html", {"form": form}, status=status)


@login_not_required
@require_GET
def asked(request: HttpRequest) -> HttpResponseBase:
    """What happens now, whoever asked 再設定の受付."""
    return render(request, "entrance/asked.html")


@login_not_required
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link from a mail becomes a place in the session, on an address without it (IPA 4-ii) リンクの受取り."""
    link = queries.link_of_token(token, at=clock.now())
    if link is None:
        request.session.pop(LINK, None)
    else:
        request.session[LINK] = link.pk
    return redirect("entrance:choose")


@login_not_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponseBase:
    """The password for the account of the link; opening the page uses nothing up パスワードの設定."""
    at = clock.now()
    link = queries.link(request.session.get(LINK, 0), at=at)
    if link is None:
        return render(request, "entrance/link_used.html", status=HTTPStatus.GONE)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password_by_link(
                link=link,
                password=form.cleaned_data["password"],
                letters=wiring.account_letters(),
                ip=origin.address_of(request),
                at=at,
            )
        except errors.LinkUsed:
            return render(request, "entrance/link_used.html", status=HTTPStatus.GONE)
        except ValidationError as refused:
            form.add_error("password", refused)
        else:
            request.session.flush()
            messages.success(request, "パスワードを設定しました。新しいパスワードでサインインしてください。")
            return redirect("entrance:signin")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "entrance/choose.html", {"form": form, "mail": link.account.mail}, status=status)
