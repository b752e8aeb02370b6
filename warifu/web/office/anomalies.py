"""注意が必要な利用: what the ledger shows that somebody should look at, and from when on it does."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.audit import watching
from warifu.audit.anomalies import AnomalyKind, Rule
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door

from . import ledger

PAGE_SIZE = 50
LONGEST_NOTE = 400
STATES = {"": "すべて", "open": "未確認", "done": "確認済"}


class NoteForm(forms.Form):
    """確認の内容."""

    note = fields.LineField(
        label="確認の内容",
        max_length=LONGEST_NOTE,
        required_message="確認した内容を入力してください。例：年度末の契約の点検のため、本人に確認済み",
    )


class RuleForm(forms.Form):
    """One rule on the page of all of them 注意の基準."""

    enabled = forms.BooleanField(label="確認する", required=False)
    threshold = fields.CountField(label="件数", example=30)
    minutes = fields.CountField(label="時間（分）", example=10, largest=1440)

    def clean_threshold(self) -> int:
        """At least one: nothing happens nought times."""
        threshold = int(self.cleaned_data["threshold"])
        if threshold < 1:
            raise forms.ValidationError("件数は、1以上で入力してください。確認しないときは、印を外してください。")
        return threshold


@require_GET
@staff_door.staff_page
def listed(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What was found, newest first 注意が必要な利用の一覧."""
    ledger.require(person)
    asked = {"state": request.GET.get("state", ""), "kind": request.GET.get("kind", "")}
    found = watching.anomalies_of(person.municipality.code)
    if asked["state"] in {"open", "done"}:
        found = found.filter(confirmed_at__isnull=asked["state"] == "open")
    if asked["kind"] in AnomalyKind.values:
        found = found.filter(kind=asked["kind"])
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": page,
        "asked": asked,
        "states": STATES.items(),
        "kinds": AnomalyKind.choices,
        "narrowed": any(asked.values()),
        "query": kept.urlencode(),
        "may_set": person.may(Right.SETTINGS),
    }
    return render(request, "office/anomalies.html", context)


@require_http_methods(["GET", "POST"])
@staff_door.staff_page
def one(request: HttpRequest, person: access.Person, anomaly_id: int) -> HttpResponseBase:
    """One of them, with its lines, and what somebody found out about it 注意が必要な利用の確認."""
    ledger.require(person)
    found = watching.anomalies_of(person.municipality.code).filter(pk=anomaly_id).first()
    if found is None:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"note": found.note})
    if request.method == "POST" and form.is_valid():
        watching.confirm(anomaly=found, note=form.cleaned_data["note"], by=person.actor, at=clock.now())
        messages.success(request, "確認済としました。")
        return redirect("office:anomalies")
    day = f"{found.day:%Y/%m/%d}"
    context = {"found": found, "kind": AnomalyKind(found.kind), "form": form, "day": day, "rule": _rule(found)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/anomaly.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.staff_page
def rules(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """From when on each kind of use is worth a look 注意の基準."""
    if not person.may(Right.SETTINGS):
        raise PermissionDenied
    known = watching.rules_of(person.municipality.code)
    typed = request.POST if request.method == "POST" else None
    given = [
        (
            kind,
            RuleForm(
                typed,
                prefix=kind.value,
                initial={"enabled": rule.enabled, "threshold": rule.threshold, "minutes": rule.minutes},
            ),
        )
        for kind, rule in known.items()
    ]
    # Each form is asked, so that each says what is wrong with it.
    good = [form.is_valid() for _, form in given]
    if typed is not None and all(good):
        decided = {kind: Rule(**_values(form)) for kind, form in given}
        changed = {kind: rule for kind, rule in decided.items() if rule != known[kind]}
        if changed:
            watching.set_rules(ledger=person.municipality.code, rules=changed, by=person.actor, at=clock.now())
        messages.success(request, "注意の基準を保存しました。これからの利用に使います。")
        return redirect("office:anomalies")
    wrong = [(kind, form) for kind, form in given if form.errors]
    context = {
        "rules": given,
        "summary": [
            {"href": f"#{form[name].auto_id}", "text": f"{kind.label}：{sentences[0]}"}
            for kind, form in wrong
            for name, sentences in form.errors.items()
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "office/anomaly_rules.html", context, status=status)


def _values(form: RuleForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("threshold", "minutes", "enabled")}


def _rule(found: Any) -> str:
    rule = watching.rules_of(found.ledger)[AnomalyKind(found.kind)]
    within = f"{rule.minutes}分の間に" if rule.minutes else "1日に"
    return f"{within}{rule.threshold}件以上（{calendar.wareki(found.day)}）"
