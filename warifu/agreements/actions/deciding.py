"""Verbs between the draft and the first consent: submit, approve, return, send, withdraw 承認と送信."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from warifu.access import actions as access_actions
from warifu.access import person as access
from warifu.audit import actions as audit

from .. import completeness, errors, lifecycle, models, policies, queries
from ..lifecycle import Event, State
from ..post import Post
from ..transition import locked, move, target

JST = ZoneInfo("Asia/Tokyo")


def submit(*, agreement_id: UUID, post: Post, by: access.Person, at: datetime) -> models.Agreement:
    """Ask the approver; where the municipality needs none and none was named, the draft is ready at once 承認の依頼.

    Raises `errors.Incomplete` with everything that is missing.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        lifecycle.after(State(agreement.state), Event.SUBMIT)
        _require_complete(agreement)
        if agreement.approver is None:
            move(agreement, Event.SKIP_APPROVAL, at=at, submitted_at=at, reason="")
        else:
            move(agreement, Event.SUBMIT, at=at, submitted_at=at, reason="")
            post.approval_request(agreement, at=at)
        _note(agreement, "submit", by, at, digest=queries.agreed_digest(queries.documents_of(agreement)))
    return agreement


def approve(
    *, agreement_id: UUID, same_as_decided: bool, post: Post, by: access.Person, at: datetime
) -> models.Agreement:
    """The approver confirms that this is what was decided 承認（決裁済の内容と同一であることの確認）.

    `same_as_decided` is that confirmation; without it nothing is approved. The ledger keeps the digest confirmed.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_approver(by, agreement)
        lifecycle.after(State(agreement.state), Event.APPROVE)
        if not same_as_decided:
            raise errors.Incomplete(
                [
                    errors.Missing(
                        "same_as_decided", "決裁済の内容と同一であることを確かめ、確認欄に印を付けてください。"
                    )
                ]
            )
        move(agreement, Event.APPROVE, at=at, approved_by=by.staff, approved_at=at)
        post.approved(agreement, at=at)
        _note(agreement, "approve", by, at, digest=queries.agreed_digest(queries.documents_of(agreement)))
    return agreement


def return_to_draft(
    *, agreement_id: UUID, reason: str, post: Post, by: access.Person, at: datetime
) -> models.Agreement:
    """Back to the officer, with a reason 差戻し."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        if agreement.state == State.IN_APPROVAL:
            policies.require_approver(by, agreement)
        else:
            policies.require_officer(by, agreement)
        lifecycle.after(State(agreement.state), Event.RETURN)
        _require_reason(reason, "差戻しの理由を入力してください。起案した職員に、そのまま伝わります。")
        move(agreement, Event.RETURN, at=at, reason=reason, approved_by=None, approved_at=None)
        if agreement.drafted_by_id != by.staff.pk:
            post.returned(agreement, by=by.staff.name, at=at)
        _note(agreement, "return", by, at, reason=reason)
    return agreement


def send(*, agreement_id: UUID, post: Post, by: access.Person, at: datetime) -> models.Agreement:
    """The parties are fixed and the first of them is asked for consent 送信."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        lifecycle.after(State(agreement.state), Event.SEND)
        if agreement.municipality.approval_required and agreement.approved_at is None:
            raise errors.Incomplete(
                [errors.Missing("approver", "承認を受けていないため、送信できません。承認を依頼してください。")]
            )
        days = agreement.municipality.consent_days
        last_day = at.astimezone(JST).date() + timedelta(days=days)
        respond_by = datetime.combine(last_day, time(23, 59, 59), JST)
        move(agreement, Event.SEND, at=at, sent_at=at, respond_by=respond_by)
        parties = _fix_parties(agreement)
        _note(
            agreement,
            "send",
            by,
            at,
            digest=queries.agreed_digest(queries.documents_of(agreement)),
            respond_by=respond_by.isoformat(),
        )
        post.invite(agreement, parties[0], at=at)
    return agreement


def reissue_link(*, agreement_id: UUID, party_id: UUID, post: Post, by: access.Person, at: datetime) -> models.Party:
    """A new link and a new access code for a party whose turn it is; the old link dies 再送."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        if agreement.state != State.SENT:
            raise errors.NotNow(state=lifecycle.WORDS[State(agreement.state)], event="reissue")
        turn = queries.whose_turn(queries.parties_of(agreement))
        if turn is None or turn.pk != party_id:
            raise errors.NotYourTurn
        _note(agreement, "reissue_link", by, at, party=str(party_id))
        post.invite(agreement, turn, at=at)
    return turn


def withdraw(*, agreement_id: UUID, reason: str, post: Post, by: access.Person, at: datetime) -> models.Agreement:
    """The municipality takes the agreement back before it is agreed; every link dies at once 取下げ."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        was_sent = agreement.state == State.SENT
        lifecycle.after(State(agreement.state), Event.WITHDRAW)
        _require_reason(reason, "取下げの理由を入力してください。理由は庁内の記録に残ります。")
        move(agreement, Event.WITHDRAW, at=at, reason=reason)
        if was_sent:
            post.withdrawn(agreement, at=at)
        for party in queries.parties_of(agreement):
            access_actions.revoke_invitations(subject=f"party:{party.pk}", at=at)
        _note(agreement, "withdraw", by, at, reason=reason)
    return agreement


def _fix_parties(agreement: models.Agreement) -> list[models.Party]:
    """Copy both halves as they stand today: later changes of a register do not change what was sent."""
    municipality, counterparty, authority = agreement.municipality, agreement.counterparty, agreement.authority
    if counterparty is None or authority is None:
        raise errors.Incomplete([errors.Missing("parties", "相手方と契約名義を選んでください。")])
    theirs = models.Party(
        agreement=agreement,
        side=models.Side.COUNTERPARTY,
        organisation=counterparty.name,
        title=counterparty.signatory_title,
        name=counterparty.signatory_name,
        mail=counterparty.mail,
    )
    ours = models.Party(
        agreement=agreement, side=models.Side.MUNICIPALITY, organisation=municipality.name, title=authority.title
    )
    parties = [theirs, ours] if agreement.counterparty_first else [ours, theirs]
    for position, party in enumerate(parties, start=1):
        party.position = position
        party.save()
    return parties


def _require_complete(agreement: models.Agreement) -> None:
    missing = completeness.missing_from(
        agreement, documents=agreement.documents.count(), refused=agreement.refused_uploads.count()
    )
    if missing:
        raise errors.Incomplete(missing)


def _require_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise errors.Incomplete([errors.Missing("reason", sentence)])


def _note(agreement: models.Agreement, verb: str, by: access.Person, at: datetime, **facts: str) -> None:
    audit.append(
        ledger=agreement.municipality.code,
        action=f"agreements.{verb}",
        target=target(agreement),
        by=by.actor,
        at=at,
        facts=facts,
    )
