"""取引先の重複と統合: entries that may be one firm, and what making them one does."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.agreements import queries as agreements
from warifu.directory import actions, errors, merging, models, register
from warifu.web import clock

from . import counterparty_forms as forms
from . import door
from .counterparties import firm_or_404, refused

MOST_FOUND = 20


@require_GET
@door.staff_page
def duplicates(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Firms with one 法人番号, or one name 重複の候補."""
    groups = register.duplicates_of(person.municipality)
    return render(request, "desk/counterparty_duplicates.html", {"groups": groups, "most": register.MOST_ALIKE})


@require_http_methods(["GET", "POST"])
@door.staff_page
def merge(request: HttpRequest, person: access.Person, counterparty_id: UUID) -> HttpResponseBase:
    """The other entry goes on in this one, after its preview was seen 取引先の統合."""
    kept = firm_or_404(person, counterparty_id)
    given = request.POST if request.method == "POST" else request.GET
    other = _other(person, given.get("with", ""))
    form = forms.MergeForm(request.POST if request.method == "POST" and other else None)
    status = (
        HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or (request.method == "POST" and not other) else HTTPStatus.OK
    )
    if other is not None and form.is_valid():
        try:
            actions.merge_counterparties(
                kept_id=kept.pk,
                merged_id=other.pk,
                reason=form.cleaned_data["reason"],
                by=person.actor,
                at=clock.now(),
            )
        except errors.Refusal as refusal:
            status = refused(form, refusal)
        else:
            messages.success(request, f"{other.name}の登録を、この取引先へ統合しました。")
            return redirect("desk:counterparty", kept.pk)
    words = request.GET.get("q", "").strip()
    wider = register.firms_of(person.municipality, words=words).exclude(pk=kept.pk)
    found = wider if words else register.alike(kept)
    context = {
        "firm": kept,
        "other": other,
        "form": form,
        "plan": merging.plan_of(kept, other) if other else None,
        "unsent": agreements.unsent_with(other) if other else None,
        "q": words,
        "found": [] if other else found[:MOST_FOUND],
    }
    return render(request, "desk/counterparty_merge.html", context, status=status)


def _other(person: access.Person, key: str) -> models.Counterparty | None:
    try:
        return register.firm_of(person.municipality, UUID(key)) if key else None
    except ValueError:
        return None
