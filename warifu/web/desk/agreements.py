"""契約案件の状況 and the page of one agreement, with what one may do there."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import actions, errors, leases, lifecycle, models, policies, queries, recipient, sights, standing
from warifu.agreements.lifecycle import State
from warifu.directory import queries as directory
from warifu.web import clock, documents, waiting

from . import door, forms, pages, timeline, undelivered

PAGE_SIZE = 50
MOST_DIGITS = 6
_BEFORE_CONSENT = {State.DRAFT, State.IN_APPROVAL, State.APPROVED, State.SENT}
P = ParamSpec("P")


def deed(view: Callable[Concatenate[HttpRequest, access.Person, P], HttpResponseBase]) -> door.Page[P]:
    """A button of the agreement's page; who only opens its address, by a reload, sees that page 操作."""

    @wraps(view)
    def answer(request: HttpRequest, person: access.Person, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, person, *args, **kwargs)
        found = door.agreement_or_404(person, UUID(str(kwargs["agreement_id"])))
        return redirect("desk:agreement", found.pk)

    return require_http_methods(["GET", "HEAD", "POST"])(door.staff_page(answer))


def page_number(asked: str) -> int:
    """The page that an address asks for; the first one for what is no such number ページ番号."""
    return max(1, int(asked)) if asked.isdecimal() and len(asked) <= MOST_DIGITS else 1


@require_GET
@door.staff_page
def home(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What has stopped first, then what is in progress; who reads no contract begins elsewhere 契約案件の状況."""
    if not policies.may_read(person):
        return redirect("desk:consents" if directory.is_consenter(person.staff) else "desk:me")
    at = clock.now()
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "party", "state")}
    found = queries.open_agreements(person, words=asked["q"], counterparty=asked["party"], state=asked["state"])
    page = page_number(request.GET.get("page", ""))
    rows = queries.page_of(found, first=(page - 1) * PAGE_SIZE, number=PAGE_SIZE + 1)
    counts = queries.count_by_state(person)
    queue, goes_on = pages.needs_attention(person, at=at)
    context = {
        "queue": queue,
        "queue_goes_on": goes_on,
        "rows": [pages.row(agreement, at=at) for agreement in rows[:PAGE_SIZE]],
        "asked": asked,
        "narrowed": any(asked.values()),
        "states": [
            {"value": value, "word": lifecycle.WORDS[State(value)], "count": count, "current": value == asked["state"]}
            for value, count in counts.items()
        ],
        "total": sum(counts.values()),
        "page": page,
        "has_next": len(rows) > PAGE_SIZE,
        "may_draft": policies.may_draft(person),
    }
    return render(request, "desk/home.html", context)


@require_GET
@door.staff_page
def agreement(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """One agreement: parties, documents, time line, evidence, actions 契約案件."""
    return _page(request, person, door.agreement_or_404(person, agreement_id))


@deed
def send(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """送信する."""
    found = door.agreement_or_404(person, agreement_id)
    actions.send(agreement_id=found.pk, post=wiring.post(), by=person, at=clock.now())
    messages.success(request, "送信しました。最初に合意する方へ、依頼のメールをお届けします。")
    return redirect("desk:agreement", found.pk)


@deed
def reissue(request: HttpRequest, person: access.Person, agreement_id: UUID, party_id: UUID) -> HttpResponseBase:
    """A new mail to the counterparty, to a corrected address if need be; the earlier link dies メールを送り直す."""
    found = door.agreement_or_404(person, agreement_id)
    policies.require_officer(person, found)
    form = forms.AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, person, found, address=form)
    mail = form.cleaned_data["mail"]
    try:
        actions.reissue_link(
            agreement_id=found.pk, party_id=party_id, mail=mail, post=wiring.post(), by=person, at=clock.now()
        )
    except errors.Incomplete as incomplete:
        form.add_error("mail", incomplete.message)
        return _page(request, person, found, address=form)
    messages.success(request, f"新しいリンクのメールを {mail} へ送り直します。前のメールのリンクは使えなくなりました。")
    return redirect("desk:agreement", found.pk)


@deed
def withdraw(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """Take it back, with a reason 取り下げる."""
    found = door.agreement_or_404(person, agreement_id)
    reason = request.POST.get("reason", "")
    try:
        actions.withdraw(agreement_id=found.pk, reason=reason, post=wiring.post(), by=person, at=clock.now())
    except errors.Incomplete as incomplete:
        return _page(request, person, found, problem=incomplete.message, typed=reason)
    messages.success(request, "取り下げました。相手方のリンクは使えなくなりました。")
    return redirect("desk:agreement", found.pk)


@deed
def reopen(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """An approved agreement goes back to its draft, with a reason; it must be approved again 起案に戻す."""
    found = door.agreement_or_404(person, agreement_id)
    reason = request.POST.get("reason", "")
    try:
        actions.return_to_draft(agreement_id=found.pk, reason=reason, post=wiring.post(), by=person, at=clock.now())
    except errors.Incomplete as incomplete:
        return _page(request, person, found, reopen_problem=incomplete.message, typed=reason)
    messages.success(request, "起案に戻しました。内容を直して、もう一度承認を依頼してください。")
    return redirect("desk:contents", found.pk)


@require_GET
@door.staff_page
def document(request: HttpRequest, person: access.Person, agreement_id: UUID, document_id: UUID) -> HttpResponseBase:
    """The normalised PDF, exactly the bytes that the parties agree to 契約書."""
    found = door.agreement_or_404(person, agreement_id)
    return documents.agreed_pdf(found, document_id)


def _page(
    request: HttpRequest,
    person: access.Person,
    found: models.Agreement,
    *,
    problem: str = "",
    reopen_problem: str = "",
    typed: str = "",
    address: forms.AddressForm | None = None,
) -> HttpResponseBase:
    parties = queries.parties_of(found)
    state = State(found.state)
    turn = queries.whose_turn(parties) if state is State.SENT else None
    officer = policies.may_draft(person, found)
    context = {
        "agreement": found,
        "title_warnings": standing.warnings(found, at=clock.now()) if state in _BEFORE_CONSENT else [],
        "firm_warnings": recipient.warnings(found, at=clock.now()) if state in _BEFORE_CONSENT else [],
        "named": standing.nominal_party(found),
        "mail_warning": pages.mail_warning(found),
        "parties": [_party(found, party, turn=turn, officer=officer, address=address) for party in parties],
        "undelivered": undelivered.of(found),
        "address": address,
        "documents": queries.documents_of(found),
        "digest": queries.agreed_digest(queries.documents_of(found)),
        "events": timeline.of(found),
        "drafter": timeline.drafter_of(found),
        "waiting": waiting.sentence_for_staff(found),
        "may_send": officer and state is State.APPROVED,
        "may_reopen": officer and state in {State.IN_APPROVAL, State.APPROVED},
        "reopen_problems": [reopen_problem] if reopen_problem else [],
        "may_withdraw": officer
        and (state, lifecycle.Event.WITHDRAW) in lifecycle.TABLE
        and (state is not State.AGREED or leases.is_stopped(found)),
        "may_edit": officer and state is State.DRAFT,
        "may_approve": state is State.IN_APPROVAL and policies.may_approve(person, found),
        "may_consent": turn is not None
        and turn.side == models.Side.MUNICIPALITY
        and policies.may_consent(person, found),
        "may_open_record": found.record is not None and sights.of(person, Right.READ).covers(found.record),
        "problem": problem,
        "problems": [problem] if problem else [],
        "typed": typed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem or reopen_problem or address else HTTPStatus.OK
    return render(request, "desk/agreement.html", context, status=status)


def _party(
    agreement: models.Agreement,
    party: models.Party,
    *,
    turn: models.Party | None,
    officer: bool,
    address: forms.AddressForm | None,
) -> dict[str, Any]:
    consent = getattr(party, "consent", None)
    asked = party.side == models.Side.COUNTERPARTY and (consent is not None or party == turn)
    return {
        "party": party,
        "side": party.get_side_display(),
        "consent": consent,
        "turn": party == turn,
        "code": wiring.post().code_to_tell(party, at=clock.now()) if officer and asked else "",
        "address": (address or forms.AddressForm(initial={"mail": party.mail}))
        if officer and asked and agreement.state in undelivered.REACHABLE
        else None,
    }
