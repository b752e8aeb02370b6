"""役割: who holds what, by person and by role; granted and taken back for others, never for oneself."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import actions, administrators, errors, grants, models, queries
from warifu.access import person as access
from warifu.access.rights import FOR_DEPARTMENTS, Grant, Right, Role, holding
from warifu.agreements import handover
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.web import clock, fields, staff_door, step_up

from . import choices, people, refused

PAGE_SIZE = 50


class RoleForm(forms.Form):
    """役割の付与."""

    role = forms.ChoiceField(
        label="役割",
        choices=[("", "選んでください"), *Role.choices],
        error_messages={"required": "役割を選んでください。", "invalid_choice": "役割を一覧から選んでください。"},
    )
    department = choices.DepartmentField(label="範囲の部署", empty="団体の全体", required=False)
    begins_on = fields.DayField(label="開始日", required=False)
    ends_on = fields.DayField(label="終了日", required=False)

    def __init__(self, municipality: directory.Municipality, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "department", choices.DepartmentField).offer(municipality, today=today)


@dataclass(frozen=True)
class Held:
    """One grant as the pages show it 付与されている役割."""

    grant: models.RoleGrant
    role: str
    rights: tuple[str, ...]
    word: str
    tone: str

    @classmethod
    def of(cls, grant: models.RoleGrant, today: date) -> "Held":
        """With what it gives, and whether it holds today 役割の状態."""
        role = Role(grant.role)
        known = Grant(role, grant.department_id, grant.begins_on, grant.ends_on)
        word, tone = ("有効", "done") if known.holds(today) else ("終了", "void")
        if grant.begins_on is not None and today < grant.begins_on:
            word, tone = "開始前", "moving"
        given = tuple(right.label for right in holding(role) if known.gives(right))
        return cls(grant, role.label, given, word, tone)


@require_GET
@staff_door.page_with(Right.ROLES)
def roles(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Who holds a role; with words, everybody in whom they are found 役割の一覧."""
    today = calendar.day_in_japan(clock.now())
    words, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    role = role if role in Role.values else ""
    found = grants.people(person.municipality, words=words, role=role, on=today)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = grants.count_by_role(person.municipality, on=today)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "page": page,
        "rows": [(one, [Held.of(grant, today) for grant in one.role_grants.all()]) for one in page],
        "q": words,
        "role": role,
        "roles": [(one.value, one.label, count) for one, count in counts.items()],
        "narrowed": bool(words or role),
        "query": asked.urlencode(),
    }
    return render(request, "office/roles.html", context)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.ROLES)
def holder(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """What one person holds, and one more role for them 職員の役割."""
    found, at = people.of_or_404(person, staff_id), clock.now()
    today = calendar.day_in_japan(at)
    form = RoleForm(person.municipality, request.POST if request.method == "POST" else None, today=today)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        try:
            actions.grant_role(staff=found, **values, letters=wiring.account_letters(), by=person, at=at)
        except errors.RoleRefused as refusal:
            status = _told(form, refusal)
        else:
            messages.success(
                request, f"{found.name}さんに役割を付与しました。本人と全体管理者にメールでお知らせします。"
            )
            return redirect("office:role_holder", found.pk)
    context = {
        "staff": found,
        "held": [Held.of(grant, today) for grant in queries.grants_of(found)],
        "names": found.authorities.order_by("position"),
        "form": form,
        "own": found.pk == person.staff.pk,
        "others": administrators.administrators(person.municipality, on=today).exclude(pk=person.staff.pk),
        "within": "、".join(role.label for role in Role if role in FOR_DEPARTMENTS),
    }
    return render(request, "office/role_holder.html", context, status=status)


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@staff_door.page_with(Right.ROLES)
def revoke(request: HttpRequest, person: access.Person, staff_id: UUID, grant_id: int) -> HttpResponseBase:
    """Says what will be possible no more, then takes the role back 役割の取消し."""
    found, at = people.of_or_404(person, staff_id), clock.now()
    grant = grants.grant_of(found, grant_id)
    if grant is None:
        raise Http404
    refusal, status = None, HTTPStatus.OK
    if request.method == "POST":
        try:
            actions.revoke_role(grant=grant, letters=wiring.account_letters(), by=person, at=at)
        except errors.RoleRefused as problem:
            refusal, status = problem, _status_of(problem)
        else:
            messages.success(request, f"{found.name}さんの「{Role(grant.role).label}」の役割を取り消しました。")
            return redirect("office:role_holder", found.pk)
    in_hand = handover.of(found)
    context = {
        "staff": found,
        "held": Held.of(grant, calendar.day_in_japan(at)),
        "in_charge": in_hand.in_charge.count(),
        "to_approve": in_hand.to_approve.count(),
        "refusal": refusal,
        "own": found.pk == person.staff.pk,
    }
    return render(request, "office/role_revoke.html", context, status=status)


def _told(form: RoleForm, refusal: errors.RoleRefused) -> HTTPStatus:
    form.add_error(refusal.about if refusal.about in form.fields else None, refusal.message)
    return _status_of(refusal)


def _status_of(refusal: errors.RoleRefused) -> HTTPStatus:
    not_you = isinstance(refusal, errors.OwnRoles | errors.NotAdministrator)
    return HTTPStatus.FORBIDDEN if not_you else HTTPStatus.CONFLICT
