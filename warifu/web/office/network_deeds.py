"""Changes of the networks from which staff may come; each may be tried for a quarter of an hour 接続元の制限の変更."""

import secrets
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from warifu.access import actions, errors, network_queries
from warifu.access import networks as rules
from warifu.access import person as access
from warifu.access.rights import Right, Role
from warifu.directory import people
from warifu.japan.errors import Unreadable
from warifu.web import clock, fields, staff_door, step_up

KEPT = "接続元の制限を変更しました。次の操作から、この内容になります。"
TRIED = "15分間の試行を始めました。許可された接続元から「確定する」を選ぶまで、試行のままです。"


class ChangeForm(forms.Form):
    """What every change asks: on which list it was made, and whether it is a trial 変更の共通欄."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, required=True)
    on_trial = forms.BooleanField(label="15分間の試行として適用する", required=False)


class EntryForm(ChangeForm):
    """One network 接続元."""

    network = fields.LineField(label="IPアドレス又は範囲（CIDR）", max_length=60)
    note = fields.LineField(label="説明", max_length=80, required=False)
    begins_on = fields.DayField(label="開始日", required=False)
    ends_on = fields.DayField(label="終了日", required=False)
    field_order = ("network", "note", "begins_on", "ends_on", "on_trial")

    def clean_network(self) -> str:
        try:
            return rules.read_network(self.cleaned_data["network"])
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        begins_on, ends_on = typed.get("begins_on"), typed.get("ends_on")
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", "終了日は、開始日と同じ日か、その後の日にしてください。")
        return typed

    def entry(self, key: str) -> rules.Entry:
        """What was typed, under this key 入力された接続元."""
        typed = self.cleaned_data
        return rules.Entry(key, typed["network"], typed["note"], typed["begins_on"], typed["ends_on"])


class RulesForm(ChangeForm):
    """Whether the list binds, and whom not 制限の対象."""

    enforced = forms.BooleanField(label="一覧の接続元だけから、職員の画面を利用できるようにする", required=False)
    free_roles = forms.MultipleChoiceField(
        label="制限の対象外とする役割",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    free_groups = forms.MultipleChoiceField(
        label="制限の対象外とするグループ", widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("enforced", "free_roles", "free_groups", "on_trial")


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Another network comes onto the list 接続元の追加."""
    at = clock.now()
    policy = network_queries.policy_of(person.municipality, at=at)
    form = EntryForm(request.POST or None, initial={"seen": network_queries.last_number(person.municipality)})
    if request.method == "POST" and form.is_valid():
        if any(one.network == form.cleaned_data["network"] for one in policy.entries):
            form.add_error("network", "この接続元は一覧にあります。期間や説明を変えるときは、一覧から選んでください。")
        elif _applied(request, person, form, policy.with_entry(form.entry(secrets.token_hex(4))), at=at):
            return redirect("office:networks")
    return _shown(request, "office/network_form.html", {"form": form, "entry": None, "own": person.ip})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def change(request: HttpRequest, person: access.Person, network_key: str) -> HttpResponseBase:
    """Another note or other days for a network 接続元の変更."""
    at = clock.now()
    policy, entry = _of_or_404(person, network_key, at=at)
    initial = {
        "seen": network_queries.last_number(person.municipality),
        "network": entry.network,
        "note": entry.note,
        "begins_on": entry.begins_on,
        "ends_on": entry.ends_on,
    }
    form = EntryForm(request.POST or None, initial=initial)
    changed = request.method == "POST" and form.is_valid()
    if changed and _applied(request, person, form, policy.with_entry(form.entry(network_key)), at=at):
        return redirect("office:networks")
    return _shown(request, "office/network_form.html", {"form": form, "entry": entry, "own": person.ip})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def remove(request: HttpRequest, person: access.Person, network_key: str) -> HttpResponseBase:
    """A network goes off the list 接続元の削除."""
    at = clock.now()
    policy, entry = _of_or_404(person, network_key, at=at)
    form = ChangeForm(request.POST or None, initial={"seen": network_queries.last_number(person.municipality)})
    removed = request.method == "POST" and form.is_valid()
    if removed and _applied(request, person, form, policy.without(network_key), at=at):
        return redirect("office:networks")
    return _shown(request, "office/network_remove.html", {"form": form, "entry": entry, "policy": policy})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def binding(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Whether the list binds, and whom it does not 制限の有無と対象."""
    at = clock.now()
    policy = network_queries.policy_of(person.municipality, at=at)
    initial = {
        "seen": network_queries.last_number(person.municipality),
        "enforced": policy.enforced,
        "free_roles": sorted(policy.free_roles),
        "free_groups": [str(number) for number in policy.free_groups],
    }
    form = RulesForm(request.POST or None, initial=initial)
    groups = fields.named(form, "free_groups", forms.MultipleChoiceField)
    groups.choices = [(str(one.pk), one.name) for one in people.groups_of(person.municipality)]
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        wanted = replace(
            policy,
            enforced=chosen["enforced"],
            free_roles=frozenset(Role(role) for role in chosen["free_roles"]),
            free_groups=frozenset(int(number) for number in chosen["free_groups"]),
        )
        if _applied(request, person, form, wanted, at=at):
            return redirect("office:networks")
    return _shown(request, "office/network_rules.html", {"form": form, "policy": policy, "own": person.ip})


@require_POST
@step_up.recent_proof
@staff_door.page_with(Right.SIGN_IN)
def trial(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What is on trial is confirmed, or stopped 試行の確定と中止."""
    at = clock.now()
    try:
        if request.POST.get("deed") == "confirm":
            actions.confirm_networks(by=person, at=at)
            messages.success(request, "試行していた内容を確定しました。")
        else:
            actions.stop_network_trial(by=person, at=at)
            messages.success(request, "試行を中止し、前の内容に戻しました。")
    except errors.NetworksRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("office:networks")


def _applied(
    request: HttpRequest, person: access.Person, form: ChangeForm, policy: rules.Policy, *, at: datetime
) -> bool:
    """Make the change; a refusal is said on the form, which keeps what was typed."""
    on_trial = form.cleaned_data["on_trial"]
    try:
        actions.set_networks(policy=policy, seen=form.cleaned_data["seen"], on_trial=on_trial, by=person, at=at)
    except errors.NetworksRefused as refusal:
        form.add_error("on_trial" if isinstance(refusal, errors.ShutsOut) else None, refusal.message)
        return False
    messages.success(request, TRIED if on_trial else KEPT)
    return True


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["form"].errors else HTTPStatus.OK
    return render(request, template, context, status=status)


def _of_or_404(person: access.Person, key: str, *, at: datetime) -> tuple[rules.Policy, rules.Entry]:
    policy = network_queries.policy_of(person.municipality, at=at)
    for entry in policy.entries:
        if entry.key == key:
            return policy, entry
    raise Http404
