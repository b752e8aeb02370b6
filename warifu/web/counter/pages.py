"""The contractor's way: landing, reading, deciding, waiting, done 事業者の手順."""

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from warifu import wiring
from warifu.access import actions as access_actions
from warifu.access import errors as access_errors
from warifu.access import queries as access_queries
from warifu.access.actions import invitations
from warifu.agreements import actions, errors, lifecycle, models, queries
from warifu.agreements.actions.consenting import Hand
from warifu.agreements.lifecycle import State
from warifu.archive import expiring
from warifu.archive import models as records
from warifu.archive import queries as archive
from warifu.archive.bundles import making
from warifu.japan import calendar
from warifu.web import clock, documents, waiting
from warifu.web import evidence as evidence_download

from . import door, refusals

_OUTCOMES = {
    State.CONCLUDED: "契約の締結が完了しました",
    State.WITHDRAWN: "契約の手続が取り下げられました",
    State.DECLINED: "契約の手続が終了しました",
    State.EXPIRED: "合意の期限が過ぎました",
}
LOCKED = (
    "確認コードの誤りが5回続いたため、このリンクは使えなくなりました。"
    "送り主の市町へ電話し、送り直しを依頼してください。"
)


@login_not_required
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponseBase:
    """The address in the mail: the invitation goes into a cookie, the visitor to an address without the token 入口."""
    invitation = access_queries.invitation_of_token(token, at=clock.now())
    if invitation is None or door.party_of(invitation) is None:
        return refusals.link_dead(request)
    response = redirect("counter:landing", invitation.pk)
    held = door.visit_of(request, invitation.pk)
    if held is None or not held.verified:
        door.leave_cookie(request, response, invitation_id=invitation.pk, verified=False)
    return response


@partial(door.counter_page, verified=False)
@require_http_methods(["GET", "HEAD", "POST"])
def landing(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """Who sends what to whom; the code opens it 確認コードの入力."""
    if visit.verified and request.method != "POST":
        return redirect(_next_page(visit), visit.invitation.pk)
    problem = LOCKED if visit.invitation.failures >= invitations.CODE_TRIES else ""
    typed = request.POST.get("code", "")
    if request.method == "POST" and not problem:
        try:
            access_actions.present_code(
                invitation=visit.invitation, code=_digits(typed), by=visit.actor, at=clock.now()
            )
        except access_errors.CodeRefused as refused:
            problem = f"確認コードが違います。数字を確かめて、もう一度入力してください（あと{refused.left}回）。"
        except access_errors.InvitationLocked:
            problem = LOCKED
        else:
            response = redirect(_next_page(visit), visit.invitation.pk)
            door.leave_cookie(request, response, invitation_id=visit.invitation.pk, verified=True)
            return response
    consented, code_sent = hasattr(visit.party, "consent"), request.GET.get("sent") == "1"
    context = (
        _shown(visit)
        | _told(problem, place="code")
        | {
            "heading": _greeting(visit.party.agreement, consented=consented),
            "typed": typed,
            "consented": consented,
            "one_time": not visit.invitation.code_digest,
            "code_sent": code_sent,
            "code_asked": code_sent or bool(problem),
            "locked": problem == LOCKED,
        }
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem and request.method == "POST" else HTTPStatus.OK
    return render(request, "counter/landing.html", context, status=status)


@partial(door.counter_page, verified=False)
@require_http_methods(["GET", "HEAD", "POST"])
def send_code(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """Send a one-time code to the invited address 確認コードの送信."""
    if request.method != "POST":
        return redirect("counter:landing", visit.invitation.pk)
    if visit.invitation.code_digest:
        raise Http404
    # Pressed twice: the code sent a moment ago is the answer to both.
    with suppress(access_errors.CodeTooSoon):
        wiring.post().one_time_code(visit.party, invitation=visit.invitation, by=visit.actor, at=clock.now())
    return redirect(f"{request.path.removesuffix('code/')}?sent=1")


@door.counter_page
@require_http_methods(["GET", "HEAD"])
def read(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """The contract itself, and the one decision 内容の確認."""
    return _reading(request, visit, problem="")


@door.counter_page
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """A POST with token, tick and the digest of what was shown; the bare address leads back to it 合意する."""
    if request.method != "POST":
        return redirect("counter:read", visit.invitation.pk)
    if request.POST.get("read") != "1":
        return _reading(
            request,
            visit,
            problem="内容を確かめ、「内容を確認しました」に印を付けてから、「合意する」を押してください。",
        )
    # A double click, the back button, a second device: the same answer as the first.
    with suppress(errors.AlreadyConsented):
        actions.consent(
            party_id=visit.party.pk,
            hand=Hand(
                name=visit.party.name,
                title=visit.party.title,
                mail=visit.invitation.mail,
                agent=request.headers.get("User-Agent", ""),
                authenticated_by=visit.authenticated_by,
            ),
            shown_digest=request.POST.get("digest", ""),
            post=wiring.post(),
            by=visit.actor,
            at=clock.now(),
        )
    return redirect("counter:state", visit.invitation.pk)


@door.counter_page
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """No, with a reason 却下する."""
    problem, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            actions.decline(party_id=visit.party.pk, reason=reason, post=wiring.post(), by=visit.actor, at=clock.now())
        except errors.Incomplete as incomplete:
            problem = incomplete.message
        else:
            return render(request, "counter/declined.html", _shown(visit) | {"reason": reason})
    elif hasattr(visit.party, "consent"):
        return redirect("counter:state", visit.invitation.pk)
    else:
        lifecycle.after(State(visit.party.agreement.state), lifecycle.Event.DECLINE)
    context = _shown(visit) | _told(problem, place="reason") | {"reason": reason}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "counter/decline.html", context, status=status)


@door.counter_page
@require_GET
def state(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """Where the matter stands: accepted, sealing, concluded with downloads 合意後の状況."""
    agreement = visit.party.agreement
    if not hasattr(visit.party, "consent"):
        return redirect("counter:read", visit.invitation.pk)
    now = State(agreement.state)
    parties = queries.parties_of(agreement)
    context = _shown(visit) | {
        "heading": _OUTCOMES.get(now, "合意を受け付けました"),
        "parties": parties,
        "turn": queries.whose_turn(parties) if now is State.SENT else None,
        "concluded": now is State.CONCLUDED,
        "agreed": now in {State.AGREED, State.CONCLUDED},
        "ended": now in {State.WITHDRAWN, State.DECLINED, State.EXPIRED},
        "waiting": waiting.sentence(agreement) if now is State.AGREED else "",
    }
    if agreement.record is not None:
        context |= _kept(agreement.record)
    return render(request, "counter/state.html", context)


def _kept(record: records.Record) -> dict[str, object]:
    files = list(record.files.exclude(role="original"))
    known = expiring.valid_until(record, wiring.sunset_table())
    return {
        "files": [(file, archive.newest(file)) for file in files],
        "contracts": sum(file.role == "contract" for file in files),
        "valid_until": known.moment if known else None,
        "renewed": archive.renewals_of(record).exists(),
        "renewable": not record.renewal_problem,
    }


@door.counter_page
@require_GET
def document(request: HttpRequest, visit: door.Visit, document_id: UUID) -> HttpResponse:
    """The PDF to be agreed to, for our viewer or to keep 契約書."""
    return documents.agreed_pdf(visit.party.agreement, document_id)


@door.counter_page
@require_GET
def file(request: HttpRequest, visit: door.Visit, file_id: UUID) -> HttpResponse:
    """A concluded file: the very bytes that the municipality keeps 締結済みの文書."""
    record = visit.party.agreement.record
    kept = archive.file_of(record, file_id) if record else None
    if kept is None or kept.role == "original":
        raise Http404
    return documents.archived_pdf(visit.invitation.municipality.code, kept)


@door.counter_page
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, visit: door.Visit) -> HttpResponseBase:
    """The firm's own copy of all evidence; lines by the municipality's staff are withheld in it 証拠一式を保存."""
    if request.method != "POST":
        return redirect("counter:state", visit.invitation.pk)
    return evidence_download.as_download(visit.party.agreement, copy=making.Copy.COUNTERPARTY, by=visit.actor)


def _reading(request: HttpRequest, visit: door.Visit, *, problem: str) -> HttpResponseBase:
    agreement = visit.party.agreement
    if hasattr(visit.party, "consent"):
        return redirect("counter:state", visit.invitation.pk)
    lifecycle.after(State(agreement.state), lifecycle.Event.CONSENT)
    turn = queries.whose_turn(queries.parties_of(agreement))
    if turn is None or turn.pk != visit.party.pk:
        raise errors.NotYourTurn
    actions.view(party_id=visit.party.pk, by=visit.actor, at=clock.now())
    shown = queries.documents_of(agreement)
    context = _shown(visit) | _told(problem, place="read") | {"digest": queries.agreed_digest(shown)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "counter/read.html", context, status=status)


def _shown(visit: door.Visit) -> dict[str, object]:
    agreement = visit.party.agreement
    shown = queries.documents_of(agreement)
    days = 0
    if agreement.respond_by:
        today = calendar.day_in_japan(clock.now())
        days = (calendar.day_in_japan(agreement.respond_by) - today).days
    return {
        "municipality_name": agreement.municipality.name,
        "agreement": agreement,
        "contracts_as": _contracts_as(agreement),
        "party": visit.party,
        "invitation": visit.invitation,
        "documents": shown,
        "pages": sum(document.pages for document in shown),
        "days_left": max(0, days),
    }


def _contracts_as(agreement: models.Agreement) -> str:
    """In whose name the municipality contracts: as it consented, else as it stood when it was sent."""
    ours = next(party for party in queries.parties_of(agreement) if party.side == models.Side.MUNICIPALITY)
    consent = getattr(ours, "consent", None)
    return (consent.nominal if consent else "") or ours.nominal or ours.title


def _greeting(agreement: models.Agreement, *, consented: bool) -> str:
    if agreement.state == State.CONCLUDED:
        return f"{agreement.municipality.name}との契約の締結が完了しました"
    if consented:
        return f"{agreement.municipality.name}との契約の状況をご覧いただけます"
    return f"{agreement.municipality.name}から契約書の確認のお願いです"


def _told(problem: str, *, place: str) -> dict[str, object]:
    """One refusal, for the summary on top (with a link to the field) and for the field itself."""
    summary = [{"href": f"#{place}", "text": problem}] if problem else []
    return {"problem": problem, "problems": [problem] if problem else [], "summary": summary}


def _next_page(visit: door.Visit) -> str:
    consented = hasattr(visit.party, "consent")
    return "counter:state" if consented else "counter:read"


def _digits(typed: str) -> str:
    """Full-width digits, spaces and hyphens are how people copy numbers from the telephone."""
    return "".join(str(int(mark)) for mark in typed if mark.isdecimal())
