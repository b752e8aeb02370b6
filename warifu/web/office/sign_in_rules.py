"""サインインの設定: what this municipality demands of those who sign in."""

from datetime import timedelta
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import settings
from warifu.access import actions, enrolment, queries, sessions
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.web import clock, fields, staff_door, step_up


def within(least: int, most: int, unit: str) -> list[object]:
    """A validator whose sentence says what can be entered 範囲の検査."""

    def check(value: int) -> None:
        if not least <= value <= most:
            raise ValidationError(f"{least}から{most}までの数字（{unit}）で入力してください。")

    return [check]


class RulesForm(forms.Form):
    """Second factor and limits of sessions サインインの設定."""

    mfa_required = forms.BooleanField(label="職員全員に多要素認証を必須とする", required=False)
    grace_days = fields.CountField(label="登録までの猶予（日）", example=14, validators=within(0, 90, "日"))
    idle_minutes = fields.CountField(label="操作がない時間の上限（分）", example=30, validators=within(5, 240, "分"))
    absolute_hours = fields.CountField(
        label="サインインからの時間の上限（時間）", example=12, validators=within(1, 24, "時間")
    )


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def rules(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The rules of now, and new ones from the next request on サインインの設定."""
    kept = queries.rules_in(person.municipality, mfa_by_default=settings.MFA_REQUIRED)
    now = {
        "mfa_required": kept.mfa_required,
        "grace_days": kept.grace.days,
        "idle_minutes": kept.limits.idle // timedelta(minutes=1),
        "absolute_hours": kept.limits.absolute // timedelta(hours=1),
    }
    form = RulesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        actions.set_rules(
            municipality=person.municipality,
            rules=enrolment.Rules(
                mfa_required=chosen["mfa_required"],
                grace=timedelta(days=chosen["grace_days"]),
                limits=sessions.Limits(
                    idle=timedelta(minutes=chosen["idle_minutes"]), absolute=timedelta(hours=chosen["absolute_hours"])
                ),
            ),
            by=person.actor,
            at=clock.now(),
        )
        messages.success(request, "サインインの設定を保存しました。次の操作から、この設定になります。")
        return redirect("office:sign_in_rules")
    without = queries.staff_with_accounts(person.municipality, words="", which="one_factor").count()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/sign_in_rules.html", {"form": form, "without": without}, status=status)
