"""利用開始の準備: what is done and what is open before a body goes live."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from warifu import settings
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.operations import checklist
from warifu.operations import onboarding as verbs
from warifu.web import clock, fields, staff_door, step_up


class DeclarationForm(forms.Form):
    """What no table can show 申告."""

    item = forms.ChoiceField(
        label="事項",
        choices=checklist.Declared.choices,
        error_messages={"required": "事項を選んでください。", "invalid_choice": "事項を選び直してください。"},
    )
    name = fields.LineField(label="確認した人の氏名", max_length=80)
    done_on = fields.DayField(label="完了日")


class AskForm(forms.Form):
    """The day of go-live 利用開始の申請."""

    wanted_on = fields.DayField(label="希望する利用開始日")


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.SIGN_IN)
def onboarding(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The list, computed now, and the declarations 確認事項."""
    at = clock.now()
    form = DeclarationForm(request.POST if request.method == "POST" else None, initial={"name": person.staff.name})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            verbs.declare(
                item=checklist.Declared(typed["item"]),
                name=typed["name"],
                done_on=typed["done_on"],
                by=person,
                at=at,
            )
        except verbs.OnboardingRefused as refusal:
            form.add_error("done_on", refusal.message)
        else:
            messages.success(request, f"「{checklist.Declared(typed['item']).label}」の申告を保存しました。")
            return redirect("office:onboarding")
    items = verbs.items_of(person.municipality, mfa_by_default=settings.MFA_REQUIRED, at=at)
    context = {
        "items": [(item, reverse(item.route) if item.route else "") for item in items],
        "done": sum(item.done for item in items),
        "left": len(checklist.open_musts(items)),
        "asked": verbs.request_of(person.municipality),
        "stage": person.municipality.stage,
        "live_on": person.municipality.live_on,
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/onboarding.html", context, status=status)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def ask(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Ask to go live, once nothing that must be is open 利用開始の申請."""
    form = AskForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            verbs.ask_live(
                wanted_on=form.cleaned_data["wanted_on"],
                mfa_by_default=settings.MFA_REQUIRED,
                by=person,
                at=clock.now(),
            )
        except verbs.OnboardingRefused as refusal:
            form.add_error("wanted_on", refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, "利用の開始を申請しました。運用者が確認すると、利用開始日が決まります。")
            return redirect("office:onboarding")
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "office/onboarding_ask.html", {"form": form}, status=status)
