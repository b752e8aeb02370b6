"""発令の登録: a person is put into a plan, changed there and taken out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.transfers import actions, errors, models, queries
from warifu.transfers.models import Kind
from warifu.web import clock, staff_door

from . import refused, transfers
from .transfer_forms import MoveForm


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def new(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """Somebody more 発令の登録."""
    return _page(request, person, transfers.of_or_404(person, plan_id), None)


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def change(request: HttpRequest, person: access.Person, plan_id: UUID, move_id: int) -> HttpResponseBase:
    """Another thing about somebody who is in the plan 発令の変更."""
    kept = transfers.of_or_404(person, plan_id)
    return _page(request, person, kept, _move(kept, move_id))


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def drop(request: HttpRequest, person: access.Person, plan_id: UUID, move_id: int) -> HttpResponseBase:
    """Somebody is taken out again 発令の取下げ."""
    kept = transfers.of_or_404(person, plan_id)
    move = _move(kept, move_id)
    refusal, status = None, 200
    if request.method == "POST":
        try:
            actions.drop(
                plan_id=kept.pk, move_id=move.pk, municipality=person.municipality, by=person.actor, at=clock.now()
            )
        except errors.Refusal as told:
            refusal, status = told, 409
        else:
            messages.success(request, f"{move.name}さんを計画から外しました。")
            return redirect("office:transfer", kept.pk)
    context = {"plan": kept, "move": move, "kind": Kind(move.kind).label, "refusal": refusal}
    return render(request, "office/transfer_move_drop.html", context, status=status)


def _page(request: HttpRequest, person: access.Person, kept: models.Plan, move: models.Move | None) -> HttpResponseBase:
    form = MoveForm(
        person.municipality,
        request.POST if request.method == "POST" else None,
        today=transfers.today(),
        with_roles=person.may(Right.ROLES),
        move=move,
    )
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            entered = actions.enter(
                plan_id=kept.pk, municipality=person.municipality, entry=form.entry(), by=person.actor, at=clock.now()
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"{entered.name}さんの{Kind(entered.kind).label}を登録しました。")
            return redirect("office:transfer", kept.pk)
    context = {"plan": kept, "move": move, "form": form, "row": transfers.row_of(move) if move else None}
    return render(request, "office/transfer_move.html", context, status=status)


def _move(kept: models.Plan, move_id: int) -> models.Move:
    found = queries.move_of(kept, move_id)
    if found is None:
        raise Http404
    return found
