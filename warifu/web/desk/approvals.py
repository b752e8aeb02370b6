"""承認する and 合意する: the two decisions that staff take."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu import wiring
from warifu.access import person as access
from warifu.agreements import actions, errors, lifecycle, models, policies, queries, recipient, standing
from warifu.agreements.actions.consenting import Hand
from warifu.agreements.lifecycle import State
from warifu.directory import titles
from warifu.web import clock, signed_in, step_up

from . import door, pages

SHOWN = 50


@require_GET
@door.staff_page
def approvals(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What this person is asked to approve 承認する."""
    at = clock.now()
    found = queries.waiting_for_approval(person)
    rows = [pages.row(agreement, at=at) for agreement in found[:SHOWN]]
    return render(request, "desk/approvals.html", {"rows": rows, "total": found.count(), "shown": SHOWN})


@require_http_methods(["GET", "POST"])
@door.staff_page
def approve(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """See what was decided, then approve it or return it 承認."""
    agreement = door.agreement_or_404(person, agreement_id)
    policies.require_approver(person, agreement)
    lifecycle.after(State(agreement.state), lifecycle.Event.APPROVE)
    problem, returning, reason = "", request.POST.get("decision") == "return", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            if returning:
                actions.return_to_draft(
                    agreement_id=agreement.pk, reason=reason, post=wiring.post(), by=person, at=clock.now()
                )
                messages.success(request, "差し戻しました。起案した職員に、理由をメールでお知らせします。")
            else:
                actions.approve(
                    agreement_id=agreement.pk,
                    same_as_decided=request.POST.get("same_as_decided") == "1",
                    shown_facts=request.POST.get("facts", ""),
                    post=wiring.post(),
                    by=person,
                    at=clock.now(),
                )
                messages.success(request, "承認しました。起案した職員に、送信できることをお知らせします。")
            return redirect("desk:approvals")
        except errors.Incomplete as incomplete:
            problem = incomplete.message
    typed = {"returning": returning, "reason": reason}
    facts = {"facts": queries.facts_digest(agreement)}
    context = _shown(agreement) | facts | _problem_of(problem, turned_down=returning) | typed
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "desk/approve.html", context, status=status)


@require_GET
@door.staff_page
def consents(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What waits for this person's consent in a contracting authority's name 合意する."""
    at = clock.now()
    found = queries.waiting_for_consent(person.staff)
    rows = [pages.row(agreement, at=at) for agreement in found[:SHOWN]]
    return render(request, "desk/consents.html", {"rows": rows, "total": found.count(), "shown": SHOWN})


@require_http_methods(["GET", "POST"])
@step_up.recent_proof
@door.staff_page
def consent(request: HttpRequest, person: access.Person, agreement_id: UUID) -> HttpResponseBase:
    """The municipality's half: read, confirm, consent or decline 発注者の合意."""
    agreement = door.agreement_or_404(person, agreement_id)
    policies.require_consenter(person, agreement)
    party = next(
        (one for one in queries.parties_of(agreement) if one.side == models.Side.MUNICIPALITY and _open(one)), None
    )
    if party is None:
        raise errors.AlreadyConsented
    problem, declining, reason = "", request.POST.get("decision") == "decline", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            if declining:
                actions.decline(party_id=party.pk, reason=reason, post=wiring.post(), by=person.actor, at=clock.now())
                told = "相手方に理由をお知らせします。" if agreement.counterparty_first else ""
                messages.success(request, f"却下しました。{told}")
                return redirect("desk:agreement", agreement.pk)
            if request.POST.get("read") != "1":
                raise errors.Incomplete([errors.Missing("read", "契約書の内容を確かめ、確認欄に印を付けてください。")])
            actions.consent(
                party_id=party.pk,
                hand=Hand(
                    name=person.staff.name,
                    title=person.title,
                    mail=person.staff.mail,
                    agent=request.headers.get("User-Agent", ""),
                    authenticated_by=signed_in.evidence(request),
                    staff=person.staff,
                ),
                shown_digest=request.POST.get("digest", ""),
                post=wiring.post(),
                by=person.actor,
                at=clock.now(),
            )
        except errors.Incomplete as incomplete:
            problem = incomplete.message
        except errors.AlreadyConsented:
            # A double click or a second tab: the same answer as the first.
            return redirect("desk:agreement", agreement.pk)
        else:
            messages.success(request, "合意を受け付けました。")
            return redirect("desk:agreement", agreement.pk)
    else:
        _require_turn(agreement, party)
        actions.view(party_id=party.pk, by=person.actor, at=clock.now())
    answered = {"declining": declining, "reason": reason, "party": party} | _hand(agreement, person)
    context = _shown(agreement) | _problem_of(problem, turned_down=declining) | answered
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "desk/consent.html", context, status=status)


def _hand(agreement: models.Agreement, person: access.Person) -> dict[str, object]:
    """In whose name a consent of now is given, and by which rule; nobody's while the title is not in force."""
    title = agreement.authority
    if title is None:
        return {}
    try:
        now = standing.require_in_force(title, at=clock.now())
    except errors.TitleNotInForce:
        return {}
    entry = titles.consenter_of(title, person.staff)
    return {"now": now, "ground": (entry.ground if entry else "") or title.whole_ground}


def _problem_of(problem: str, *, turned_down: bool) -> dict[str, object]:
    """The sentence stands on top, and again at the one of the two forms that was sent."""
    found = [problem] if problem else []
    yes, no = ([], found) if turned_down else (found, [])
    return {"problem": problem, "yes_problems": yes, "no_problems": no}


def _open(party: models.Party) -> bool:
    return not hasattr(party, "consent")


def _require_turn(agreement: models.Agreement, party: models.Party) -> None:
    lifecycle.after(State(agreement.state), lifecycle.Event.CONSENT)
    turn = queries.whose_turn(queries.parties_of(agreement))
    if turn is None or turn.pk != party.pk:
        raise errors.NotYourTurn


def _shown(agreement: models.Agreement) -> dict[str, object]:
    documents = queries.documents_of(agreement)
    return {
        "agreement": agreement,
        "documents": documents,
        "digest": queries.agreed_digest(documents),
        "title_warnings": standing.warnings(agreement, at=clock.now()),
        "firm_warnings": recipient.warnings(agreement, at=clock.now()),
        "named": standing.nominal_party(agreement),
        "mail_warning": pages.mail_warning(agreement),
    }
