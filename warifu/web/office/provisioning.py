"""連携用トークン: with which a system of this body keeps its staff up to date (SCIM)."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import settings
from warifu.access import actions
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.access.sso import queries
from warifu.web import clock, fields, staff_door, step_up


class TokenForm(forms.Form):
    """For which system, and how long トークンの発行."""

    name = fields.LineField(label="連携するシステムの名称", max_length=60)
    days = fields.CountField(label="有効な日数", example=365, largest=730)

    def clean_days(self) -> int:
        """A day at least."""
        days = int(self.cleaned_data["days"])
        if days < 1:
            raise forms.ValidationError("有効な日数は、1から730までの数字で入力してください。例：365")
        return days


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def tokens(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Every token with its last use; a new one is shown once 連携用トークン."""
    at, text = clock.now(), ""
    form = TokenForm(request.POST if request.method == "POST" else None, initial={"days": 365})
    if request.method == "POST" and form.is_valid():
        _, text = actions.issue_provisioning_token(
            municipality=person.municipality,
            name=form.cleaned_data["name"],
            expires_at=at + timedelta(days=form.cleaned_data["days"]),
            by=person.actor,
            at=at,
        )
        form = TokenForm(initial={"days": 365})
    context = {
        "form": form,
        "text": text,
        "tokens": queries.tokens_of(person.municipality),
        "now": at,
        "address": f"{settings.PUBLIC_URL.rstrip('/')}/scim/v2/{person.municipality.slug}/",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "office/tokens.html", context, status=status)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def revoke(request: HttpRequest, person: access.Person, provisioning_id: UUID) -> HttpResponseBase:
    """Say what will happen, then let it open nothing any more トークンの無効化."""
    token = queries.tokens_of(person.municipality).filter(pk=provisioning_id).first()
    if token is None:
        raise Http404
    if request.method == "POST":
        actions.revoke_provisioning_token(token=token, by=person.actor, at=clock.now())
        messages.success(request, f"「{token.name}」のトークンを無効にしました。")
        return redirect("office:tokens")
    return render(request, "office/token_revoke.html", {"token": token})
