"""締結済みの契約を探す: by day, amount, counterparty, and any combination (電帳法施行規則2条6項5号)."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import models as agreements
from warifu.agreements import policies, sights
from warifu.archive import criteria, folders, models, queries
from warifu.archive.bundles import making
from warifu.web import documents, fields
from warifu.web import evidence as evidence_download

from . import door, filing, periods, validity


class SearchForm(forms.Form):
    """検索の条件."""

    words = fields.LineField(label="件名・契約番号", max_length=100, required=False)
    counterparty = fields.LineField(label="取引先", max_length=120, required=False)
    date_from = fields.DayField(label="取引年月日（から）", required=False)
    date_to = fields.DayField(label="取引年月日（まで）", required=False)
    amount_from = fields.YenField(label="金額（から）", required=False)
    amount_to = fields.YenField(label="金額（まで）", required=False)
    kind = forms.ChoiceField(
        label="文書の種類",
        choices=[("", "すべて"), *((label, label) for label in agreements.Kind.labels)],
        required=False,
    )
    sealed_by = fields.DayField(label="有効性期限（まで）", required=False)
    folder = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            for sentence in criteria_of(values).problems():
                self.add_error(None, sentence)
        return values


def criteria_of(values: dict[str, Any]) -> criteria.Criteria:
    """What was typed, as the archive understands it 検索条件."""
    given = {name: value for name, value in values.items() if value not in (None, "") and name != "folder"}
    return criteria.Criteria(**given)


@require_GET
@door.staff_page
def records(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Search and list; every address of a result page can be kept and sent to a colleague 検索."""
    form = SearchForm(request.GET)
    good = form.is_valid()
    given = form.cleaned_data if good else {}
    within = sights.of(person, Right.READ)
    place = filing.place_of(person, within, given.get("folder", ""))
    page = (
        queries.search(
            person.municipality,
            replace(criteria_of(given), folders=place.below, unfiled=place.unfiled),
            within=within,
            after=criteria.Cursor.read(request.GET.get("after", "")),
        )
        if good
        else None
    )
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, validity.of_record(one)) for one in page.records] if page else [],
        "narrowed": any(value not in (None, "") for value in given.values()),
        "query": kept.urlencode(),
        "place": place,
        "may_file": person.may(Right.FILE) and folders.folders_of(person.municipality).exists(),
        "may_validate": periods.may_ask(person),
    }
    status = HTTPStatus.OK if good else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/records.html", context, status=status)


@require_GET
@door.staff_page
def record(request: HttpRequest, person: access.Person, record_id: UUID) -> HttpResponseBase:
    """One concluded contract with its files and evidence 締結済みの契約."""
    found = _record(person, record_id)
    if found is None:
        raise Http404
    kind, _, name = found.origin.partition(":")
    context = {
        "record": found,
        "files": queries.files_of(found),
        "agreement_id": name if kind == "agreement" else "",
        "until": validity.of_record(found),
        "renewals": queries.renewals_of(found),
        "lineage": folders.lineage(found.folder) if found.folder else [],
        "filings": _filings(person, found),
        "may_file": sights.filer(person).may_take(found) and folders.folders_of(person.municipality).exists(),
        "may_take_evidence": kind == "agreement" and policies.may_take_evidence(person, found),
    }
    return render(request, "desk/record.html", context)


@require_GET
@door.staff_page
def file(request: HttpRequest, person: access.Person, record_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The same bytes that the counterparty gets 締結済みの文書."""
    found = _record(person, record_id)
    kept = queries.file_of(found, file_id) if found else None
    if kept is None:
        raise Http404
    return documents.archived_pdf(person.municipality.code, kept)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page
def evidence(request: HttpRequest, person: access.Person, record_id: UUID) -> HttpResponseBase:
    """Everything that proves a contract, as one ZIP for a court's expert 証拠一式を保存."""
    found = _record(person, record_id)
    kind, _, name = found.origin.partition(":") if found else ("", "", "")
    if found is None or kind != "agreement":
        raise Http404
    if request.method != "POST":
        return redirect("desk:record", found.pk)
    agreement = door.agreement_or_404(person, UUID(name))
    policies.require_evidence(person, agreement)
    return evidence_download.as_download(agreement, copy=making.Copy.MUNICIPALITY, by=person.actor)


def _filings(person: access.Person, found: models.Record) -> list[tuple[models.Filing, str, str]]:
    """Where it has lain; a folder that is shut to the person has no name there."""
    shut = sights.of(person, Right.READ).shut

    def called(key: int | None, path: str) -> str:
        return "親展のフォルダ" if key in shut else path or "未整理"

    return [
        (one, called(one.before_id, one.before_path), called(one.after_id, one.after_path))
        for one in folders.filings_of(found)
    ]


def _record(person: access.Person, record_id: UUID) -> models.Record | None:
    """A record within the sight of the person; anything else does not exist for them."""
    return queries.record_of(person.municipality, record_id, within=sights.of(person, Right.READ))
