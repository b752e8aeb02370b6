"""引継ぎ: who takes over what movers and leavers have in hand, one by one or in bulk."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import wiring
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.agreements import handover as agreements
from warifu.directory import models as directory_models
from warifu.directory import queries as directory
from warifu.transfers import actions, errors, looks, queries
from warifu.transfers.looks import HandedOver
from warifu.transfers.models import Part, State
from warifu.web import clock, fields, staff_door
from warifu.web.staff_choice import StaffChoiceField

from . import transfers
from .transfer_forms import SuccessorForm

PAGE_SIZE = 50
WHICH = {"": "すべて", "none": "引継ぎ先が決まっていない", "chosen": "選んだ引継ぎ先"}


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def handover(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """The list with a proposal for each, and a choice for those that are marked 引継ぎの一覧."""
    kept = transfers.of_or_404(person, plan_id)
    form = SuccessorForm(request.POST if request.method == "POST" else None)
    offered = directory.staff_of(person.municipality).exclude(left_on__lt=kept.effective_on).order_by("name", "pk")
    may = [
        access_queries.staff_who_may(person.municipality, right, on=kept.effective_on).values("pk")
        for right in (Right.DRAFT, Right.APPROVE)
    ]
    able = offered.filter(pk__in=may[0]) | offered.filter(pk__in=may[1])
    fields.named(form, "successor", StaffChoiceField).offer(able)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            count = _choose(request, person, kept.pk, form)
        except errors.Refusal as refusal:
            form.add_error("successor" if refusal.about else None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(
                request, f"{count}件の引継ぎ先を{'選び' if form.cleaned_data['successor'] else '提案に戻し'}ました。"
            )
            return redirect(request.get_full_path())
    elif request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    words, which = request.GET.get("q", "").split(), request.GET.get("which", "")
    rows = looks.look(kept).hand_overs if kept.state != State.CANCELLED else ()
    found = [row for row in rows if _fits(row, words, which)]
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "plan": kept,
        "form": form,
        "page": page,
        "rows": _rows(list(page.object_list), person.municipality),
        "filters": _filters(rows, which),
        "q": " ".join(words),
        "which": which,
        "narrowed": bool(words or which),
        "query": asked.urlencode(),
        "reads": person.may(Right.READ),
        "open": kept.state in {State.DRAFT, State.CONFIRMED, State.DONE},
        "done": kept.state == State.DONE,
        "problems": queries.unfinished(kept)[:PAGE_SIZE] if kept.state == State.DONE else [],
    }
    return render(request, "office/transfer_handover.html", context, status=status)


def _choose(request: HttpRequest, person: access.Person, plan_id: UUID, form: SuccessorForm) -> int:
    keys = set[tuple[UUID, Part]]()
    for word in request.POST.getlist("task"):
        agreement, _, part = word.partition(":")
        try:
            keys.add((UUID(agreement), Part(part)))
        except ValueError:
            continue
    successor = None if request.POST.get("deed") == "propose" else form.cleaned_data["successor"]
    if successor is None and request.POST.get("deed") != "propose":
        raise errors.Unfit("引き継ぐ職員を選んでください。", about="successor")
    return actions.choose(
        plan_id=plan_id,
        tasks=keys,
        successor=successor,
        municipality=person.municipality,
        post=wiring.post(),
        by=person.actor,
        at=clock.now(),
    )


def _rows(found: Sequence[HandedOver], municipality: directory_models.Municipality) -> list[dict[str, object]]:
    """The lines of one page, with what is only asked for those: title and state of the agreement."""
    asked = {UUID(one.agreement_id) for one in found}
    matters = {one.agreement_id: one for one in agreements.matters_of(municipality, agreements=asked)}
    return [
        {
            "key": f"{one.agreement_id}:{one.part}",
            "of": one,
            "part": one.key[1].label,
            "matter": matters.get(UUID(one.agreement_id)),
        }
        for one in found
    ]


def _fits(one: HandedOver, words: list[str], which: str) -> bool:
    text = f"{one.number} {one.holder} {one.department} {one.successor}"
    if which == "none" and one.successor:
        return False
    if which == "chosen" and not one.chosen:
        return False
    return all(word in text for word in words)


def _filters(rows: Sequence[HandedOver], which: str) -> list[dict[str, object]]:
    counts = {
        "": len(rows),
        "none": sum(1 for row in rows if not row.successor),
        "chosen": sum(1 for row in rows if row.chosen),
    }
    return [
        {"label": label, "count": counts[value], "url": f"?which={value}", "current": value == which}
        for value, label in WHICH.items()
        if counts[value] or not value
    ]
