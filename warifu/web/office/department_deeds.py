"""部署の登録: adding, changing and ending departments, and taking back what was planned."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import actions, errors, models
from warifu.directory import departments as directory
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door

from . import choices, departments, refused


class DepartmentForm(forms.Form):
    """部署の登録内容."""

    name = fields.LineField(label="名称", max_length=80)
    parent = choices.DepartmentField(label="上位の部署", empty="なし（団体の直下）", required=False)
    day = fields.DayField(label="設置日", required=False)
    code = fields.LineField(label="部署コード", max_length=20, required=False)
    phone = fields.LineField(label="電話番号", max_length=20, required=False)
    position = fields.CountField(label="表示順", example=10, required=False)

    def __init__(self, municipality: models.Municipality, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "parent", choices.DepartmentField).offer(municipality, today=today)


class EndForm(forms.Form):
    """部署の廃止."""

    day = fields.DayField(label="最終日")
    successor = choices.DepartmentField(label="後継の部署", empty="なし（引き継ぐものがない）", required=False)

    def __init__(self, municipality: models.Municipality, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "successor", choices.DepartmentField).offer(municipality, today=today)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """A department from a day on; `?below=` names what it stands below 部署の追加."""
    at = clock.now()
    today = calendar.day_in_japan(at)
    below = request.GET.get("below", "")
    parent = departments.of_or_404(person, int(below)) if below.isascii() and below.isdecimal() else None
    posted = request.POST if request.method == "POST" else None
    form = DepartmentForm(person.municipality, posted, today=today, initial={"parent": parent})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = actions.add_department(
                municipality=person.municipality, entry=_entry(values), begins_on=values["day"], by=person.actor, at=at
            )
        except errors.Refusal as refusal:
            return _page(request, form, status=refused.into(form, refusal))
        messages.success(request, f"「{made.path}」を登録しました。")
        return redirect("office:department", made.pk)
    return _page(request, form, status=refused.status_of(form))


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def change(request: HttpRequest, person: access.Person, department_id: int) -> HttpResponseBase:
    """Name and place from a day on; code, telephone and order at once 部署の変更."""
    at, found = clock.now(), departments.of_or_404(person, department_id)
    today = calendar.day_in_japan(at)
    form = DepartmentForm(
        person.municipality,
        request.POST if request.method == "POST" else None,
        today=today,
        initial={name: getattr(found, name) for name in ("name", "parent", "code", "phone", "position")},
    )
    form.fields["day"].label = "変更日"
    if request.method == "POST" and form.is_valid():
        try:
            later = _change(found, form.cleaned_data, person, today)
        except errors.Refusal as refusal:
            return _page(request, form, found, status=refused.into(form, refusal))
        if later.begins_on is not None and later.begins_on > today:
            messages.success(request, f"{calendar.wareki(later.begins_on)}の0時から「{later.path}」になります。")
        else:
            messages.success(request, f"「{later.path}」の登録を変更しました。")
        return redirect("office:department", later.pk)
    return _page(request, form, found, status=refused.status_of(form))


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def end(request: HttpRequest, person: access.Person, department_id: int) -> HttpResponseBase:
    """A department ends and, where one is named, another takes over from it 部署の廃止."""
    at, found = clock.now(), departments.of_or_404(person, department_id)
    today = calendar.day_in_japan(at)
    form = EndForm(person.municipality, request.POST if request.method == "POST" else None, today=today)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.end_department(
                department=found, last_day=values["day"], successor=values["successor"], by=person.actor, at=at
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{found.path}」は、{calendar.wareki(values['day'])}を最終日として廃止します。")
            return redirect("office:department", found.pk)
    whole = directory.tree_of(person.municipality)
    context = {
        "form": form,
        "department": found,
        "people": directory.posts_in(found, on=today).count(),
        "below": [row.name for row in whole.children_on(today).get(found.pk, [])],
        "earliest": today - timedelta(days=1),
    }
    return render(request, "office/department_end.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def cancel(request: HttpRequest, person: access.Person, department_id: int) -> HttpResponseBase:
    """What was planned for a day to come does not come 予定の取消し."""
    at, found = clock.now(), departments.of_or_404(person, department_id)
    today, refusal = calendar.day_in_japan(at), None
    stays = found.continues or found
    gone = found.begins_on is not None and found.begins_on > today and found.continues is None
    if request.method == "POST":
        try:
            actions.cancel_change(department=found, by=person.actor, at=at)
        except errors.Refusal as problem:
            refusal = problem
        else:
            messages.success(request, f"「{found.path}」の予定を取り消しました。")
            return redirect("office:departments") if gone else redirect("office:department", stays.pk)
    context = {"department": found, "stays": stays, "gone": gone, "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "office/department_cancel.html", context, status=status)


def _entry(values: dict[str, Any]) -> actions.DepartmentEntry:
    return actions.DepartmentEntry(
        values["name"], values["parent"], values["code"], values["phone"], values["position"] or 0
    )


def _change(found: models.Department, values: dict[str, Any], person: access.Person, today: date) -> models.Department:
    at, entry = clock.now(), _entry(values)
    if (entry.code, entry.phone, entry.position) != (found.code, found.phone, found.position):
        found = actions.describe_department(
            department=found, code=entry.code, phone=entry.phone, position=entry.position, by=person.actor, at=at
        )
    if (entry.name, entry.parent) == (found.name, found.parent):
        return found
    return actions.change_department(
        department=found,
        name=entry.name,
        parent=entry.parent,
        starts_on=values["day"] or today,
        by=person.actor,
        at=at,
    )


def _page(
    request: HttpRequest, form: DepartmentForm, department: models.Department | None = None, *, status: HTTPStatus
) -> HttpResponseBase:
    return render(request, "office/department_form.html", {"form": form, "department": department}, status=status)
