"""契約を起案する：署名欄. Whether consents show on the paper, and where."""

import tempfile
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import settings, wiring
from warifu.access import person as access
from warifu.agreements import actions, models, queries
from warifu.agreements import seals as seal_facts
from warifu.directory.models import SealStyle
from warifu.pades import errors as pades_errors
from warifu.pades import places, placing
from warifu.web import clock, documents

from . import door, drafting, forms

_PLACES = ("first", "second")
Corners = Mapping[models.Side, seal_facts.Corner]


@require_http_methods(["GET", "POST"])
@door.staff_page
def seals(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 4 for who wants it: keep the places, try them, show them on the next page 署名欄."""
    agreement = drafting.draft_or_refusal(person, agreement_id)
    document = _first(agreement)
    if document is None:
        return redirect("desk:files", agreement.pk)
    if request.method == "POST":
        form = forms.SealsForm(request.POST)
        if form.is_valid():
            try:
                _place(agreement, document, form, person)
            except pades_errors.PlaceUnusable as problem:
                _tell(form, problem)
            else:
                shown = form.cleaned_data["style"] != SealStyle.NONE
                messages.success(
                    request,
                    "署名欄を設け、試しの署名に成功しました。" if shown else "紙面に表示しない署名にしました。",
                )
                return redirect("desk:confirm", agreement.pk)
    else:
        form = forms.SealsForm(initial=_initial(agreement, document))
    context = {
        "steps": drafting.steps(agreement, "seals"),
        "agreement": agreement,
        "document": document,
        "form": form,
        "several": agreement.documents.count() > 1,
        "boxes": [_box(agreement, side, form, place) for place, side in _sides(agreement)],
        "width": places.WIDTH,
        "height": places.HEIGHT,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/draft/seals.html", context, status=status)


@require_GET
@door.staff_page
def bare_document(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """The first document without places, on which they are chosen 署名欄を設ける前の契約書."""
    document = _first(door.agreement_or_404(person, agreement_id))
    if document is None:
        raise Http404
    return documents.as_file(_bare(document), name=document.name)


def _first(agreement: models.Agreement) -> models.Document | None:
    return next(iter(queries.documents_of(agreement)), None)


def _bare(document: models.Document) -> bytes:
    owner = document.agreement.municipality.code
    return wiring.custody().read(owner=owner, object_id=document.without_seals_id or document.agreed_id)


def _sides(agreement: models.Agreement) -> list[tuple[str, models.Side]]:
    return list(zip(_PLACES, seal_facts.order_of(agreement), strict=True))


def _box(agreement: models.Agreement, side: models.Side, form: forms.SealsForm, place: str) -> dict[str, Any]:
    return {
        "id": place,
        "name": seal_facts.label_of(agreement, side).removeprefix("署名欄　"),
        "page": form[f"{place}_page"],
        "left": form[f"{place}_left"],
        "top": form[f"{place}_top"],
    }


def _initial(agreement: models.Agreement, document: models.Document) -> dict[str, Any]:
    """What was chosen, else the last page's lower right corner."""
    chosen = seal_facts.corners_of(agreement)
    if len(chosen) < len(_PLACES):
        chosen = dict(zip(seal_facts.order_of(agreement), _preset(document), strict=True))
    values: dict[str, Any] = {"style": agreement.seal_style}
    for place, side in _sides(agreement):
        corner = chosen[side]
        values |= {f"{place}_page": corner.page, f"{place}_left": corner.left, f"{place}_top": corner.top}
    return values


def _preset(document: models.Document) -> list[seal_facts.Corner]:
    found = places.preset(document.pages, seal_facts.last_sheet_of(document))
    return [seal_facts.Corner(*corner) for corner in found]


def _place(
    agreement: models.Agreement, document: models.Document, form: forms.SealsForm, person: access.Person
) -> None:
    style = SealStyle(form.cleaned_data["style"])
    corners: Corners = {}
    reserved = None
    if style is not SealStyle.NONE:
        corners = {side: form.corner(place) for place, side in _sides(agreement)}
        reserved = _reserved(_bare(document), seal_facts.places_of(agreement, corners))
    actions.place_seals(
        agreement_id=agreement.pk,
        style=style,
        corners=corners,
        reserved=reserved,
        basis=seal_facts.basis_of(agreement, style, corners, document),
        custody=wiring.custody(),
        by=person,
        at=clock.now(),
    )


def _reserved(bare: bytes, wanted: list[places.Place]) -> bytes:
    with _scratch() as folder:
        source, target = Path(folder, "bare.pdf"), Path(folder, "reserved.pdf")
        source.write_bytes(bare)
        placing.reserve(source, target, wanted)
        return target.read_bytes()


def _scratch() -> "tempfile.TemporaryDirectory[str]":
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR)


def _tell(form: forms.SealsForm, problem: pades_errors.PlaceUnusable) -> None:
    """The sentence stands at the party's first number, or at the choice when no place would do."""
    number = problem.field.removeprefix("Consent")
    field = f"{_PLACES[int(number) - 1]}_page" if number in {"1", "2"} else "style"
    form.add_error(field, f"{problem.message}{problem.next_step}")
