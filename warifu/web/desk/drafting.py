"""契約を起案する: the steps, each kept when it is sent."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu import wiring
from warifu.access import person as access
from warifu.agreements import actions, completeness, errors, lifecycle, models, policies, recipient, seals, standing
from warifu.agreements.actions.drafting import Contents
from warifu.agreements.lifecycle import State
from warifu.directory.models import SealStyle
from warifu.japan import calendar
from warifu.web import clock

from . import door, forms, pages, uploads

STEPS = [
    ("files", "ファイル"),
    ("contents", "契約の内容"),
    ("parties", "相手方と順序"),
    ("seals", "署名欄"),
    ("confirm", "確認"),
]


def steps(agreement: models.Agreement | None, current: str) -> list[dict[str, str]]:
    """The steps with what is missing in each; 署名欄 only for who wants visible seals 手順."""
    wanted = [(key, label) for key, label in STEPS if key != "seals" or current == "seals" or shows_seals(agreement)]
    missing = {} if agreement is None else {item.place: item.message for item in _missing(agreement)}
    number_of_current = [key for key, _ in wanted].index(current)
    shown = []
    for number, (key, label) in enumerate(wanted):
        begun = agreement is not None and (number < number_of_current or key == current)
        state = "current" if key == current else ("wrong" if begun and key in missing else "")
        done = begun and key not in missing and key not in {"confirm", current}
        note = {"current": "入力中", "wrong": "確認が残っています"}.get(state, "済み" if done else "これから")
        url = f"/agreements/{agreement.pk}/{key}/" if agreement is not None and key != current else ""
        shown.append(
            {
                "number": str(number + 1),
                "label": label,
                "note": note,
                "state": state or ("done" if done else ""),
                "url": url,
            }
        )
    return shown


def shows_seals(agreement: models.Agreement | None) -> bool:
    """Whether consents are to show on the paper 署名を表示する契約."""
    return agreement is not None and agreement.seal_style != SealStyle.NONE


@require_http_methods(["GET", "POST"])
@door.staff_page
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """The first step of a new draft; nothing is stored before a file comes 起案の始め."""
    files = request.FILES.getlist("files")
    if request.method == "POST" and files:
        at = clock.now()
        agreement = actions.draft(by=person, at=at)
        return _taken_in(request, agreement.pk, person)
    problem = "PDFファイルが選ばれていません。1つ以上選んでください。" if request.method == "POST" else ""
    context = {
        "steps": steps(None, "files"),
        "problem": problem,
        "limits": uploads.limits(),
        "agreement": None,
        "documents": [],
        "refused": [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "desk/draft/files.html", context, status=status)


@require_http_methods(["GET", "POST"])
@door.staff_page
def files(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 1: what was found in each file ファイル."""
    agreement = draft_or_refusal(person, agreement_id)
    problem = ""
    if request.method == "POST":
        if request.FILES.getlist("files"):
            return _taken_in(request, agreement.pk, person)
        problem = "PDFファイルが選ばれていません。1つ以上選んでください。"
    context = {
        "steps": steps(agreement, "files"),
        "problem": problem,
        "limits": uploads.limits(),
        "agreement": agreement,
        "documents": agreement.documents.all(),
        "refused": agreement.refused_uploads.all(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "desk/draft/files.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page
def remove_document(
    request: HttpRequest, person: access.Person, agreement_id: UUID, document_id: UUID
) -> HttpResponseBase:
    """この契約から外す."""
    agreement = door.agreement_or_404(person, agreement_id)
    if request.method == "POST":
        actions.remove_document(agreement_id=agreement.pk, document_id=document_id, by=person, at=clock.now())
    return redirect("desk:files", agreement.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page
def drop_refused(request: HttpRequest, person: access.Person, agreement_id: UUID, upload_id: int) -> HttpResponseBase:
    """使用できないファイルを外す."""
    agreement = door.agreement_or_404(person, agreement_id)
    if request.method == "POST":
        actions.drop_refused_upload(agreement_id=agreement.pk, upload_id=upload_id, by=person, at=clock.now())
    return redirect("desk:files", agreement.pk)


@require_http_methods(["GET", "POST"])
@door.staff_page
def contents(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 2: what the contract is about; what is readable is kept even while something is wrong 契約の内容."""
    agreement = draft_or_refusal(person, agreement_id)
    names, at = list(forms.ContentsForm.base_fields), clock.now()
    days: dict[str, Any] = {"contract_on": agreement.contract_on, "today": calendar.day_in_japan(at)}
    if request.method == "POST":
        form = forms.ContentsForm(person.staff, request.POST, **days)
        complete = form.is_valid()
        kept = {name: getattr(agreement, name) for name in names} | form.cleaned_data
        if "amount" in form.errors:
            # The amount and "no total" contradict each other or one is unreadable: neither replaces what was kept.
            kept |= {"amount": agreement.amount, "no_total": agreement.no_total}
        actions.describe(agreement_id=agreement.pk, contents=Contents(**kept), by=person, at=at)
        if complete:
            return redirect("desk:parties", agreement.pk)
    else:
        initial = {name: getattr(agreement, name) for name in names}
        form = forms.ContentsForm(person.staff, initial=initial, **days)
    context = {
        "steps": steps(agreement, "contents"),
        "agreement": agreement,
        "form": form,
        "title_warnings": standing.warnings(agreement, at=at),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/draft/contents.html", context, status=status)


@require_http_methods(["GET", "POST"])
@door.staff_page
def parties(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 3: the other half of the tally, the approver, and who consents first 相手方と順序."""
    agreement = draft_or_refusal(person, agreement_id)
    at = clock.now()
    today = calendar.day_in_japan(at)
    if request.method == "POST":
        form = forms.PartiesForm(agreement, request.POST, today=today)
        complete = form.is_valid()
        given = form.cleaned_data
        actions.choose_parties(
            agreement_id=agreement.pk,
            counterparty=agreement.counterparty,
            approver=given.get("approver", agreement.approver),
            counterparty_first=given.get("counterparty_first", agreement.counterparty_first),
            by=person,
            at=at,
        )
        if "choose" in request.POST:
            return redirect("desk:choose_firm", agreement.pk)
        if agreement.counterparty is None:
            form.add_error(None, "相手方を選んでください。「相手方を選ぶ」を押すと、取引先の一覧から選べます。")
        elif complete:
            return redirect("desk:seals" if shows_seals(agreement) else "desk:confirm", agreement.pk)
    else:
        initial = {
            "approver": agreement.approver,
            "counterparty_first": "1" if agreement.counterparty_first else "0",
        }
        form = forms.PartiesForm(agreement, initial=initial, today=today)
    context = {
        "steps": steps(agreement, "parties"),
        "agreement": agreement,
        "form": form,
        "firm_warnings": recipient.warnings(agreement, at=at),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/draft/parties.html", context, status=status)


@require_http_methods(["GET", "POST"])
@door.staff_page
def confirm(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Step 4: everything at one look, then submit 確認."""
    agreement = draft_or_refusal(person, agreement_id)
    missing = _missing(agreement)
    if request.method == "POST":
        try:
            submitted = actions.submit(agreement_id=agreement.pk, post=wiring.post(), by=person, at=clock.now())
        except errors.Incomplete as incomplete:
            missing = incomplete.missing
        else:
            waiting = submitted.state == State.IN_APPROVAL
            messages.success(
                request, "承認を依頼しました。" if waiting else "起案を終えました。内容を確かめて送信してください。"
            )
            return redirect("desk:agreement", agreement.pk)
    context = {
        "steps": steps(agreement, "confirm"),
        "agreement": agreement,
        "documents": agreement.documents.all(),
        "missing": [{"message": item.message, "url": f"/agreements/{agreement.pk}/{item.place}/"} for item in missing],
        "title_warnings": standing.warnings(agreement, at=clock.now()),
        "firm_warnings": recipient.warnings(agreement, at=clock.now()),
        "named": standing.nominal_party(agreement),
        "mail_warning": pages.mail_warning(agreement),
        "needs_approval": person.municipality.approval_required or agreement.approver is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if missing and request.method == "POST" else HTTPStatus.OK
    return render(request, "desk/draft/confirm.html", context, status=status)


def draft_or_refusal(person: access.Person, agreement_id: UUID) -> models.Agreement:
    """A draft that this officer may change; a refusal for anything else 起案中の契約案件."""
    agreement = door.agreement_or_404(person, agreement_id)
    policies.require_officer(person, agreement)
    if agreement.state != State.DRAFT:
        raise errors.NotNow(state=lifecycle.WORDS[State(agreement.state)], event="edit")
    return agreement


def _missing(agreement: models.Agreement) -> list[errors.Missing]:
    return completeness.missing_from(
        agreement,
        documents=agreement.documents.count(),
        refused=agreement.refused_uploads.count(),
        seals_current=seals.are_current(agreement),
    )


def _taken_in(request: HttpRequest, agreement_id: UUID, person: access.Person) -> HttpResponseBase:
    kept, refused = uploads.take_in(
        agreement_id=agreement_id, files=request.FILES.getlist("files"), by=person, at=clock.now()
    )
    if kept and not refused:
        messages.success(request, f"{kept}件のファイルを検査し、すべて使用できることを確かめました。")
    return redirect("desk:files", agreement_id)
