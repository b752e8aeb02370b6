"""契約案件の状況 and the page of one agreement, with what one may do there."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from warifu import wiring
from warifu.access import person as access
from warifu.agreements import actions, errors, lifecycle, models, policies, queries
from warifu.agreements.lifecycle import State
from warifu.web import clock, documents, waiting

from . import door, pages, timeline

PAGE_SIZE = 50


@require_GET
@door.staff_page
def home(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What has stopped first, then what is in progress 契約案件の状況."""
    at = clock.now()
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "party", "state")}
    found = queries.open_agreements(
        person.municipality, words=asked["q"], counterparty=asked["party"], state=asked["state"]
    )
    page = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdigit() else 1
    rows = list(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE + 1])
    counts = queries.count_by_state(person.municipality)
    context = {
        "queue": pages.needs_attention(person, at=at),
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


@require_POST
@door.staff_page
def send(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """送信する."""
    found = door.agreement_or_404(person, agreement_id)
    actions.send(agreement_id=found.pk, post=wiring.post(), by=person, at=clock.now())
    messages.success(request, "送信しました。最初に合意する方へ、依頼のメールをお届けします。")
    return redirect("desk:agreement", found.pk)


@require_POST
@door.staff_page
def reissue(request: HttpRequest, person: access.Person, agreement_id: UUID, party_id: UUID) -> HttpResponseBase:
    """A new mail to the same party; the earlier link dies 依頼のメールを送り直す."""
    found = door.agreement_or_404(person, agreement_id)
    actions.reissue_link(agreement_id=found.pk, party_id=party_id, post=wiring.post(), by=person, at=clock.now())
    messages.success(request, "新しいリンクでメールを送り直します。前のメールのリンクは使えなくなりました。")
    return redirect("desk:agreement", found.pk)


@require_POST
@door.staff_page
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


@require_POST
@door.staff_page
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
) -> HttpResponseBase:
    parties = queries.parties_of(found)
    state = State(found.state)
    turn = queries.whose_turn(parties) if state is State.SENT else None
    officer = policies.may_draft(person)
    context = {
        "agreement": found,
        "parties": [
            {
                "party": party,
                "side": party.get_side_display(),
                "consent": getattr(party, "consent", None),
                "turn": turn is not None and turn.pk == party.pk,
                "code": wiring.post().code_of(party)
                if officer and turn is not None and turn.pk == party.pk and party.sealed_code
                else "",
                "may_reissue": officer
                and turn is not None
                and turn.pk == party.pk
                and party.side == models.Side.COUNTERPARTY,
            }
            for party in parties
        ],
        "documents": queries.documents_of(found),
        "digest": queries.agreed_digest(queries.documents_of(found)),
        "events": timeline.of(found),
        "waiting": waiting.sentence(found) if state is State.AGREED else "",
        "may_send": officer and state is State.APPROVED,
        "may_reopen": officer and state is State.APPROVED,
        "reopen_problems": [reopen_problem] if reopen_problem else [],
        "may_withdraw": officer and (state, lifecycle.Event.WITHDRAW) in lifecycle.TABLE,
        "may_edit": officer and state is State.DRAFT,
        "may_approve": state is State.IN_APPROVAL and policies.may_approve(person, found),
        "may_consent": turn is not None
        and turn.side == models.Side.MUNICIPALITY
        and policies.may_consent(person, found),
        "problem": problem,
        "problems": [problem] if problem else [],
        "typed": typed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem or reopen_problem else HTTPStatus.OK
    return render(request, "desk/agreement.html", context, status=status)
