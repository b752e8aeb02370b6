"""団体の設定: all that a municipality decides for itself, each explained, with what was decided before."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.audit import models as audit
from warifu.audit import queries as ledger
from warifu.directory import actions, models
from warifu.directory.actions import SettingsEntry
from warifu.web import clock, fields, staff_door

from . import ledger_members

EARLIER = 10
_ACTS = ("directory.change_settings", "directory.choose_seal_style")
_YES_NO = {True: "はい", False: "いいえ", None: "—"}
_LABELS = dict([*models.SealStyle.choices, *models.RecipientVerdict.choices])


class SettingsForm(forms.Form):
    """団体の設定."""

    approval_required = forms.BooleanField(label="承認者を必須とする", required=False)
    counterparty_first = forms.BooleanField(label="事業者が先に合意する（初期値）", required=False)
    access_code_required = forms.BooleanField(label="確認コードを必須とする", required=False)
    consent_days = fields.CountField(label="同意の期限（送信からの日数）", example=14)
    seal_style = forms.ChoiceField(
        label="署名の表示（初期値）",
        choices=models.SealStyle.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "署名の表示を選んでください。", "invalid_choice": "署名の表示を選んでください。"},
    )
    recipients_listed_only = forms.BooleanField(label="許可した宛先だけに送る", required=False)
    free_mail = forms.ChoiceField(
        label="フリーメール・携帯電話のアドレスへの送信",
        choices=models.RecipientVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "フリーメールへの送信の扱いを選んでください。"},
    )

    def clean_consent_days(self) -> int:
        days = int(self.cleaned_data["consent_days"])
        if not 1 <= days <= 90:
            raise ValidationError("同意の期限は、1から90までの日数で入力してください。例：14")
        return days

    def entry(self) -> SettingsEntry:
        """The valid form as the verb wants it 設定の内容."""
        values = dict(self.cleaned_data)
        values["seal_style"] = models.SealStyle(values["seal_style"])
        values["free_mail"] = models.RecipientVerdict(values["free_mail"])
        return SettingsEntry(**values)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.SETTINGS)
def edit(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What holds now, what may be decided, and who decided what before 団体の設定."""
    body = person.municipality
    initial = {name: getattr(body, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_settings(municipality=body, entry=form.entry(), by=person.actor, at=clock.now())
        messages.success(request, "団体の設定を保存しました。")
        return redirect("office:settings")
    told = ledger.entries_about(body.code, f"municipality:{body.code}").filter(action__in=_ACTS).order_by("-sequence")
    page = Paginator(told, EARLIER).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "earlier": [(one, _changes(one)) for one in page]}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "office/settings.html", context, status=status)


def _changes(entry: audit.Entry) -> list[tuple[str, str, str]]:
    names, before, after = (entry.facts.get(key, []) for key in ("changed", "before", "after"))
    return [
        (ledger_members.member_of(str(name)), _word(old), _word(new))
        for name, old, new in zip(names, before, after, strict=False)
    ]


def _word(value: object) -> str:
    if value is None or isinstance(value, bool):
        return _YES_NO[value]
    return str(_LABELS.get(str(value), value))
