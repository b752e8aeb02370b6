"""送信先の規則: to which addresses the municipality lets its requests go, with exceptions and their reasons."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, models, recipient_rules
from warifu.web import clock, fields, staff_door

from . import refused

PAGE_SIZE = 50
RULED = [
    (models.RecipientVerdict.DENY.value, models.RecipientVerdict.DENY.label),
    (models.RecipientVerdict.ALLOW.value, models.RecipientVerdict.ALLOW.label),
]


class RuleForm(forms.Form):
    """送信先の規則の一行."""

    pattern = fields.LineField(label="メールアドレス又はドメイン", max_length=320)
    verdict = forms.ChoiceField(
        label="送信の可否",
        choices=RULED,
        widget=forms.RadioSelect,
        error_messages={"required": "送信の可否を選んでください。"},
    )
    below = forms.BooleanField(label="サブドメインも同じ扱いにする", required=False, initial=True)
    reason = fields.LineField(label="理由", max_length=200)


@require_GET
@staff_door.page_with(Right.RECIPIENTS)
def rules(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """All rules by pattern, and what they say of an address that is tried 送信先の規則の一覧."""
    words, tried = request.GET.get("q", "").strip(), request.GET.get("mail", "").strip()[:320]
    found = recipient_rules.rules_of(person.municipality, words=words)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "q": words,
        "tried": tried,
        "judged": recipient_rules.judgement_of(person.municipality, tried) if tried else None,
        "body": person.municipality,
        "may_set": person.may(Right.SETTINGS),
    }
    return render(request, "office/recipients.html", context)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.RECIPIENTS)
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """One more rule; an allowed address is an exception to all others 送信先の規則の追加."""
    form = RuleForm(request.POST if request.method == "POST" else None)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rule = actions.add_recipient_rule(
                municipality=person.municipality,
                pattern=values["pattern"],
                verdict=models.RecipientVerdict(values["verdict"]),
                below=values["below"],
                reason=values["reason"],
                by=person.actor,
                at=clock.now(),
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{rule.pattern}」の規則を追加しました。")
            return redirect("office:recipients")
    return render(request, "office/recipient_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.RECIPIENTS)
def remove(request: HttpRequest, person: access.Person, rule_id: int) -> HttpResponseBase:
    """The rule holds no more 送信先の規則の削除."""
    rule = recipient_rules.rule_of(person.municipality, rule_id)
    if rule is None:
        raise Http404
    if request.method == "POST":
        actions.remove_recipient_rule(rule=rule, by=person.actor, at=clock.now())
        messages.success(request, f"「{rule.pattern}」の規則を削除しました。")
        return redirect("office:recipients")
    return render(request, "office/recipient_remove.html", {"rule": rule}, status=HTTPStatus.OK)
