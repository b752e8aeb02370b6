"""人事異動の操作: a plan is confirmed, taken up again, cancelled, and led back by another one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.transfers import actions, contents, errors, looks, models, queries
from warifu.transfers.models import State
from warifu.web import clock, fields, staff_door

from . import refused, transfers

FIRST = 50
"""So many of the remarks that stand in the way are shown; the others follow when these are mended."""


class UndoForm(forms.Form):
    """元に戻す計画."""

    day = fields.DayField(label="発令日")


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def confirm(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """What will happen at 0:00 of the day, and what somebody should have looked at 確定."""
    kept = transfers.of_or_404(person, plan_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            actions.confirm(
                plan_id=kept.pk,
                despite_warnings=request.POST.get("seen") == "on",
                shown=request.POST.get("shown", ""),
                by=person,
                at=clock.now(),
            )
        except errors.Refusal as told:
            refusal, status = transfers.say(told), 403 if isinstance(told, errors.NotYours) else 409
            looks.forget(kept)
            kept = transfers.of_or_404(person, plan_id)
        else:
            when = (
                "まもなく実施を始めます"
                if kept.effective_on <= transfers.today()
                else "発令日の0時に、自動で実施します"
            )
            messages.success(request, f"計画を確定しました。{when}。")
            return redirect("office:transfer", kept.pk)
    told_of = looks.findings_of(kept) if kept.state == State.DRAFT else ()
    blocking = [one for one in told_of if one.blocks]
    context = {
        "plan": kept,
        "counts": queries.counts_of(kept),
        "blocking": blocking[:FIRST],
        "more_blocking": max(0, len(blocking) - FIRST),
        "count_blocking": len(blocking),
        "warnings": [one for one in told_of if not one.blocks],
        "shown": contents.digest(contents.of(kept), told_of),
        "is_draft": kept.state == State.DRAFT,
        "at_once": kept.effective_on <= transfers.today(),
        "refusal": refusal,
    }
    return render(request, "office/transfer_confirm.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def reopen(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """A confirmed plan is worked on again 確定の取消し."""
    return _plain(request, person, plan_id, "reopen", actions.reopen, "確定を取り消しました。計画を変更できます。")


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def cancel(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """Nothing of it happens 人事異動の取りやめ."""
    return _plain(request, person, plan_id, "cancel", actions.cancel, "計画を取りやめました。")


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def undo(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """A new plan that leads back, filled in and still to be looked over 元に戻す計画の作成."""
    kept = transfers.of_or_404(person, plan_id)
    tomorrow = transfers.today() + timedelta(days=1)
    form = UndoForm(request.POST if request.method == "POST" else None, initial={"day": tomorrow})
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.undo(plan_id=kept.pk, effective_on=form.cleaned_data["day"], by=person, at=clock.now())
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, "元に戻す計画を作成しました。内容を確かめて、確定してください。")
            return redirect("office:transfer", made.pk)
    context = {"plan": kept, "form": form, "is_done": kept.state == State.DONE}
    return render(request, "office/transfer_undo.html", context, status=status)


def _plain(
    request: HttpRequest,
    person: access.Person,
    plan_id: UUID,
    deed: str,
    verb: Callable[..., models.Plan],
    done: str,
) -> HttpResponseBase:
    kept = transfers.of_or_404(person, plan_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            verb(plan_id=kept.pk, municipality=person.municipality, by=person.actor, at=clock.now())
        except errors.Refusal as told:
            refusal, status = told.message, 409
            kept = transfers.of_or_404(person, plan_id)
        else:
            messages.success(request, done)
            return redirect("office:transfer", kept.pk)
    may = kept.state == State.CONFIRMED or (deed == "cancel" and kept.state == State.DRAFT)
    context = {"plan": kept, "counts": queries.counts_of(kept), "deed": deed, "refusal": refusal, "may": may}
    return render(request, "office/transfer_deed.html", context, status=status)
