"""メールアドレスの変更: asked for by its owner, done by whoever reads the mail at the new address."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import actions, errors, queries
from warifu.notifications import addresses
from warifu.web import clock, origin, step_up

from . import account_page, pace

CHANGE = "mail_change"


class NewAddressForm(forms.Form):
    """新しいメールアドレス."""

    mail = forms.EmailField(
        label="新しいメールアドレス",
        error_messages={
            "required": "新しいメールアドレスを入力してください。",
            "invalid": "メールアドレスの形になっていません。「@」の前後を確かめてください。例：name@city.example.jp",
        },
    )

    def clean_mail(self) -> str:
        """An address to which the outbox can send."""
        mail = str(self.cleaned_data["mail"])
        if not addresses.is_deliverable(mail):
            raise ValidationError(
                "このメールアドレスには送信できません。半角の英数字によるアドレスを入力してください。"
            )
        return mail


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@account_page.account_page
def ask(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """The answer is the same, whether somebody else has that address or not アドレスの変更の申込み."""
    account = visitor.account
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and account.has_usable_password():
        began = pace.begin()
        if form.is_valid():
            mail = form.cleaned_data["mail"]
            letters = wiring.account_letters()
            actions.ask_mail_change(account=account, mail=mail, letters=letters, by=visitor.actor, at=clock.now())
            messages.success(
                request,
                "申込みを受け付けました。新しいメールアドレスに届くメールのリンクから、変更を確定してください。",
            )
            return pace.settle(began, redirect("entrance:account"))
    context = {"form": form, "account": account, "possible": account.has_usable_password()}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "entrance/mail.html", visitor.context | context, status=status)


@login_not_required
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link from a mail becomes a place in the session, on an address without it (IPA 4-ii) リンクの受取り."""
    change = queries.mail_change(token=token, at=clock.now())
    if change is None:
        request.session.pop(CHANGE, None)
    else:
        request.session[CHANGE] = change.pk
    return redirect("entrance:mail_confirm")


@login_not_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Opening the page changes nothing: mail scanners open links too アドレスの変更の確定."""
    at = clock.now()
    change = queries.mail_change(change_id=request.session.get(CHANGE, 0), at=at)
    if change is not None and request.method == "POST":
        try:
            actions.confirm_mail(change=change, letters=wiring.account_letters(), ip=origin.address_of(request), at=at)
        except errors.LinkUsed:
            change = None
        else:
            request.session.pop(CHANGE, None)
            messages.success(
                request, "メールアドレスを変更しました。次からは、新しいアドレスでサインインしてください。"
            )
            return redirect("entrance:account" if request.user.is_authenticated else "entrance:signin")
    if change is None:
        return render(request, "entrance/mail_used.html", status=HTTPStatus.GONE)
    return render(request, "entrance/mail_confirm.html", {"mail": change.mail})
