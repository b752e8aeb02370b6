"""職員の登録: who comes, is called otherwise, gets another post, leaves and comes back."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import wiring
from warifu.access import actions as access_actions
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.agreements import actions as agreements
from warifu.agreements import errors as agreement_errors
from warifu.agreements import handover
from warifu.agreements.models import Agreement
from warifu.directory import actions, errors, models
from warifu.directory import people as directory
from warifu.japan import calendar
from warifu.web import clock, staff_door

from . import people, refused
from .people_forms import EndPostForm, LeaveForm, NewPersonForm, NewPostForm, PersonForm, PostForm


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Somebody comes, and may get the mail with which their account begins 職員の登録."""
    at, today = _now()
    form = NewPersonForm(person.municipality, request.POST if request.method == "POST" else None, today=today)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            staff = actions.add_person(
                municipality=person.municipality,
                entry=_entry(values),
                department=values["department"],
                title=values["title"],
                begins_on=values["day"] or today,
                by=person.actor,
                at=at,
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            if values["invite"]:
                access_actions.open_account(staff=staff, letters=wiring.account_letters(), by=person.actor, at=at)
            sent = "利用開始の案内をメールで送りました。" if values["invite"] else ""
            messages.success(request, f"{staff.name}さんを登録しました。{sent}")
            return redirect("office:person", staff.pk)
    return render(request, "office/person_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def change(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """Another name, address or number; the address to sign in with follows 職員の登録の変更."""
    at, found = clock.now(), people.of_or_404(person, staff_id)
    initial = {name: getattr(found, name) for name in PersonForm.base_fields}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_person(staff=found, entry=_entry(form.cleaned_data), by=person.actor, at=at)
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            _follow_mail(changed, person, at)
            messages.success(request, f"{changed.name}さんの登録を変更しました。")
            return redirect("office:person", found.pk)
    return render(request, "office/person_change.html", {"form": form, "staff": found}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def post(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """Another main post, or one more beside it 所属の発令."""
    at, today = _now()
    found = people.of_or_404(person, staff_id)
    form = NewPostForm(person.municipality, request.POST if request.method == "POST" else None, today=today)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.begin_post(
                staff=found,
                department=values["department"],
                title=values["title"],
                is_main=values["kind"] == "main",
                begins_on=values["day"] or today,
                ends_on=values["until"],
                by=person.actor,
                at=at,
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"{found.name}さんの所属を登録しました。")
            return redirect("office:person", found.pk)
    return render(request, "office/person_post.html", {"form": form, "staff": found}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def end_post(request: HttpRequest, person: access.Person, staff_id: UUID, post_id: int) -> HttpResponseBase:
    """A concurrent post ends 兼務の終了."""
    found = people.of_or_404(person, staff_id)
    held = directory.post_of(found, post_id)
    if held is None:
        raise Http404
    form = EndPostForm(request.POST if request.method == "POST" else None)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_post(post=held, last_day=form.cleaned_data["day"], by=person.actor, at=clock.now())
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{held}」の兼務の最終日を登録しました。")
            return redirect("office:person", found.pk)
    return render(request, "office/person_post_end.html", {"form": form, "staff": found, "post": held}, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def leave(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """Nobody leaves with work in hand: who takes it over is chosen here 退職."""
    at, today = _now()
    found = people.of_or_404(person, staff_id)
    in_hand = handover.of(found)
    heirs = (
        _heirs(found, Right.DRAFT, in_hand.in_charge, on=today),
        _heirs(found, Right.APPROVE, in_hand.to_approve, on=today),
    )
    form = LeaveForm(*heirs, request.POST if request.method == "POST" else None)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            _leave(found, form.cleaned_data, person, at)
        except errors.Refusal as refusal:
            form.add_error("officer" if refusal.about == "successor" else None, refusal.message)
            status = HTTPStatus.CONFLICT
        except agreement_errors.Refusal as refusal:
            form.add_error(None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{found.name}さんの退職を登録しました。最終日の翌日からサインインできません。")
            return redirect("office:person", found.pk)
    context = {
        "form": form,
        "staff": found,
        "in_charge": in_hand.in_charge.count(),
        "to_approve": in_hand.to_approve.count(),
        "matters": {one.pk: one for one in [*in_hand.in_charge[:20], *in_hand.to_approve[:20]]}.values(),
        "reads": person.may(Right.READ),
        "titles": found.authorities.order_by("position"),
    }
    return render(request, "office/person_leave.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def come_back(request: HttpRequest, person: access.Person, staff_id: UUID) -> HttpResponseBase:
    """Who has left works here again, or does not leave after all 復職."""
    at, today = _now()
    found = people.of_or_404(person, staff_id)
    initial = {"department": found.department, "title": found.title}
    form = PostForm(
        person.municipality, request.POST if request.method == "POST" else None, today=today, initial=initial
    )
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.come_back(
                staff=found,
                department=values["department"],
                title=values["title"],
                begins_on=values["day"] or today,
                by=person.actor,
                at=at,
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"{found.name}さんの復職を登録しました。")
            return redirect("office:person", found.pk)
    return render(request, "office/person_back.html", {"form": form, "staff": found}, status=status)


def _heirs(
    staff: models.StaffMember, right: Right, matters: QuerySet[Agreement], *, on: date
) -> QuerySet[models.StaffMember]:
    """Whoever may do that work in every department where there is some."""
    found = access_queries.staff_who_may(staff.municipality, right, on=on).exclude(pk=staff.pk)
    for place in set(matters.order_by().values_list("department", flat=True)):
        able = access_queries.staff_who_may(staff.municipality, right, on=on, over=place)
        found = found.filter(pk__in=able.order_by().values("pk"))
    return found


@transaction.atomic
def _leave(staff: models.StaffMember, values: dict[str, Any], person: access.Person, at: datetime) -> None:
    """All is handed over and the person leaves, or nothing happens."""
    in_hand, letters = handover.of(staff), wiring.post()
    mine, asked = (set(found.values_list("pk", flat=True)) for found in (in_hand.in_charge, in_hand.to_approve))
    officer, approver = values["officer"], values["approver"]
    mine, asked = mine if officer else set(), asked if approver else set()
    for agreement_id in mine | asked:
        agreements.hand_over(
            agreement_id=agreement_id,
            officer=officer if agreement_id in mine else None,
            approver=approver if agreement_id in asked else None,
            post=letters,
            by=person.actor,
            at=at,
        )
    actions.leave(staff=staff, last_day=values["day"], by=person.actor, at=at)


def _follow_mail(staff: models.StaffMember, person: access.Person, at: datetime) -> None:
    account = access_queries.account_of_staff(staff)
    if account is not None and account.mail != staff.mail:
        letters = wiring.account_letters()
        access_actions.change_mail(account=account, mail=staff.mail, letters=letters, by=person.actor, at=at)


def _entry(values: dict[str, Any]) -> actions.PersonEntry:
    return actions.PersonEntry(values["name"], values["mail"], values["number"])


def _now() -> tuple[datetime, date]:
    at = clock.now()
    return at, calendar.day_in_japan(at)
