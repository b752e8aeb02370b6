"""期間の一括検証: every sealed file of a period, validated in the background, with the answer as a sheet."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import sights
from warifu.archive import errors, models, periods
from warifu.web import clock, documents, fields

from . import door

SECONDS_BETWEEN = 5
MOST_SHOWN = 200


class PeriodForm(forms.Form):
    """一括検証の期間."""

    basis = forms.ChoiceField(
        label="期間の基準",
        choices=models.PeriodBasis.choices,
        widget=forms.RadioSelect,
        initial=models.PeriodBasis.TRANSACTION.value,
    )
    date_from = fields.DayField(label="期間の初日")
    date_to = fields.DayField(label="期間の末日")
    counterparty = fields.LineField(label="取引先", max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and values["date_from"] > values["date_to"]:
            self.add_error("date_to", "期間の末日が初日より前になっています。日付を入れ替えてください。")
        return values


def may_ask(person: access.Person) -> bool:
    """Those who answer for the contracts of their body, and nobody who only reads 一括検証の権限."""
    return person.may(Right.VALIDATE)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page
def validations(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Ask for a period, and find what was asked before 一括検証."""
    form = PeriodForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            period = periods.Period(**given | {"basis": models.PeriodBasis(given["basis"])})
            try:
                made = periods.ask(
                    municipality=person.municipality,
                    within=sights.of(person, Right.VALIDATE),
                    period=period,
                    by=person.actor,
                    at=clock.now(),
                )
                return redirect("desk:period", made.pk)
            except errors.Refused as refusal:
                form.add_error(None, str(refusal))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    asked = periods.validations_of(person.municipality, within=sights.of(person, Right.VALIDATE))[:50]
    return render(request, "desk/periods.html", {"form": form, "asked": asked}, status=status)


@require_GET
@door.staff_page
def validation(request: HttpRequest, person: access.Person, period_id: UUID) -> HttpResponseBase:
    """How far it is, and which files did not pass 一括検証の結果."""
    found = _found(person, period_id)
    counts = periods.counts(found)
    done = sum(counts.values())
    context = {
        "period": found,
        "counts": counts,
        "done": done,
        "amiss": periods.amiss(found)[:MOST_SHOWN],
        "seconds": SECONDS_BETWEEN,
    }
    page = render(request, "desk/period.html", context)
    if found.finished_at is None:
        page["Refresh"] = str(SECONDS_BETWEEN)
    return page


@require_GET
@door.staff_page
def sheet(request: HttpRequest, person: access.Person, period_id: UUID) -> HttpResponseBase:
    """The result as it was kept 結果のCSV."""
    found = _found(person, period_id)
    if found.sheet_id is None:
        messages.info(request, "検証を続けています。完了すると、結果のCSVを保存できます。")
        return redirect("desk:period", found.pk)
    content = wiring.custody().read(owner=person.municipality.code, object_id=found.sheet_id)
    name = f"一括検証_{found.date_from:%Y%m%d}-{found.date_to:%Y%m%d}.csv"
    return documents.as_file(content, name=name, media_type="text/csv")


def _found(person: access.Person, period_id: UUID) -> models.PeriodValidation:
    found = (
        periods.validations_of(person.municipality, within=sights.of(person, Right.VALIDATE))
        .filter(pk=period_id)
        .first()
    )
    if found is None:
        raise Http404
    return found
