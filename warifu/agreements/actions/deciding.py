"""Verbs between the draft and the first consent: submit, approve, return, send, withdraw 承認と送信."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from warifu.access import actions as access_actions
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import recipient_rules, recipients
from warifu.notifications import addresses

from .. import completeness, errors, leases, lifecycle, models, policies, queries, reasons, recipient, seals, standing
from ..lifecycle import Event, State
from ..post import Post
from ..transition import locked, move, note

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
            move(agreement, Event.SKIP_APPROVAL, at=at, submitted_at=at, submitted_by=by.staff, reason="")
        else:
            if by.staff.pk == agreement.approver.pk:
                raise errors.Incomplete([errors.Missing("parties", completeness.OWN_APPROVAL)])
            policies.require_able(agreement.approver, Right.APPROVE, agreement, at=at, place="parties")
            move(agreement, Event.SUBMIT, at=at, submitted_at=at, submitted_by=by.staff, reason="")
            post.approval_request(agreement, at=at)
        note(agreement, "submit", by=by.actor, at=at, digest=queries.agreed_digest(queries.documents_of(agreement)))
    return agreement


def approve(
    *, agreement_id: UUID, same_as_decided: bool, shown_facts: str, post: Post, by: access.Person, at: datetime
) -> models.Agreement:
    """The approver confirms that this is what was decided 承認（決裁済の内容と同一であることの確認）.

    `same_as_decided` is that confirmation; without it nothing is approved. `shown_facts` is `queries.facts_digest` of
    what the approver's page showed. The ledger keeps the digest confirmed.
    Raises `errors.ShownOtherFacts` when anything has changed since.
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
        if shown_facts != queries.facts_digest(agreement):
            raise errors.ShownOtherFacts
        move(
            agreement,
            Event.APPROVE,
            at=at,
            approved_by=by.staff,
            approved_name=by.staff.name,
            approved_post=by.actor.post,
            approved_at=at,
            approved_facts=shown_facts,
        )
        post.approved(agreement, at=at)
        note(agreement, "approve", by=by.actor, at=at, digest=queries.agreed_digest(queries.documents_of(agreement)))
    return agreement


def return_to_draft(
    *, agreement_id: UUID, reason: str, post: Post, by: access.Person, at: datetime
) -> models.Agreement:
    """Back to the officer, with a reason 差戻し."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        # The approver returns it; an officer may take it back as well, while the approver is away.
        if agreement.state != State.IN_APPROVAL or not policies.may_approve(by, agreement):
            policies.require_officer(by, agreement)
        lifecycle.after(State(agreement.state), Event.RETURN)
        reasons.require(reason, empty="差戻しの理由を入力してください。起案した職員に、そのまま伝わります。")
        unapproved = {"approved_by": None, "approved_name": "", "approved_post": "", "approved_at": None}
        move(agreement, Event.RETURN, at=at, reason=reason, approved_facts="", **unapproved)
        if agreement.in_charge.pk != by.staff.pk:
            post.returned(agreement, by=by.staff.name, at=at)
        note(agreement, "return", by=by.actor, at=at, reason=reason)
    return agreement


def send(*, agreement_id: UUID, post: Post, by: access.Person, at: datetime) -> models.Agreement:
    """The parties are fixed and the first of them is asked for consent 送信."""
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        lifecycle.after(State(agreement.state), Event.SEND)
        policies.require_live(agreement.municipality, at=at)
        if agreement.municipality.approval_required and agreement.approved_at is None:
            raise errors.Incomplete(
                [errors.Missing("approver", "承認を受けていないため、送信できません。承認を依頼してください。")]
            )
        if agreement.approved_at is not None and agreement.approved_facts != queries.facts_digest(agreement):
            raise errors.ChangedSinceApproval
        _require_complete(agreement)
        days = agreement.municipality.consent_days
        last_day = at.astimezone(JST).date() + timedelta(days=days)
        respond_by = datetime.combine(last_day, time(23, 59, 59), JST)
        move(agreement, Event.SEND, at=at, sent_at=at, respond_by=respond_by)
        parties = _fix_parties(agreement)
        note(
            agreement,
            "send",
            by=by.actor,
            at=at,
            digest=queries.agreed_digest(queries.documents_of(agreement)),
            respond_by=respond_by.isoformat(),
        )
        post.invite(agreement, parties[0], at=at)
    return agreement


def reissue_link(
    *, agreement_id: UUID, party_id: UUID, mail: str | None = None, post: Post, by: access.Person, at: datetime
) -> models.Party:
    """A new link and a new access code for a counterparty; the old link dies 再送.

    For whoever is asked now, and for whoever consented and wants to see how it stands or to keep the files. `mail`
    corrects that party's address; both addresses stay in the ledger.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        state = State(agreement.state)
        if state not in {State.SENT, State.AGREED, State.CONCLUDED}:
            raise errors.NotNow(state=lifecycle.WORDS[state], event="reissue")
        parties = queries.parties_of(agreement)
        party = next((one for one in parties if one.pk == party_id), None)
        turn = queries.whose_turn(parties)
        asked = party is not None and (hasattr(party, "consent") or party == turn)
        if party is None or not asked or party.side != models.Side.COUNTERPARTY:
            raise errors.NotYourTurn
        if mail is not None and not addresses.is_deliverable(mail):
            sentence = "このメールアドレスへは送信できません。「@」の前後を確かめてください。"
            raise errors.Incomplete([errors.Missing("mail", sentence)])
        if mail is not None and mail != party.mail:
            found = recipient_rules.judgement_of(agreement.municipality, mail)
            if found.verdict is recipients.Verdict.DENY:
                raise errors.Incomplete([errors.Missing("mail", found.sentence)])
        facts = {"party": str(party_id)}
        if mail is not None and mail != party.mail:
            facts |= {"old_mail": party.mail, "new_mail": mail}
            party.mail = mail
            party.save(update_fields=["mail"])
        post.invite(agreement, party, at=at)
        note(agreement, "reissue_link", by=by.actor, at=at, **facts)
    return party


def withdraw(*, agreement_id: UUID, reason: str, post: Post, by: access.Person, at: datetime) -> models.Agreement:
    """The municipality takes the agreement back before it is agreed; every link dies at once 取下げ.

    An agreed one only when it cannot be sealed (`leases.is_stopped`), so that it can be sent anew; else `NotNow`.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        policies.require_officer(by, agreement)
        was_sent = agreement.state in {State.SENT, State.AGREED}
        lifecycle.after(State(agreement.state), Event.WITHDRAW)
        if agreement.state == State.AGREED and not leases.is_stopped(agreement):
            raise errors.NotNow(state=lifecycle.WORDS[State.AGREED], event=Event.WITHDRAW.value)
        reasons.require(reason, empty="取下げの理由を入力してください。理由は庁内の記録に残ります。")
        move(agreement, Event.WITHDRAW, at=at, reason=reason)
        if was_sent:
            post.withdrawn(agreement, at=at)
        for party in queries.parties_of(agreement):
            access_actions.revoke_invitations(subject=f"party:{party.pk}", at=at)
        note(agreement, "withdraw", by=by.actor, at=at, reason=reason)
    return agreement


def _fix_parties(agreement: models.Agreement) -> list[models.Party]:
    """Copy both halves as they stand today: later changes of a register do not change what was sent."""
    municipality, counterparty, authority = agreement.municipality, agreement.counterparty, agreement.authority
    named = standing.nominal_party(agreement)
    asked = recipient.recipient_of(agreement)
    if counterparty is None or asked is None or authority is None:
        raise errors.Incomplete([errors.Missing("parties", "相手方と契約名義を選んでください。")])
    theirs = models.Party(
        agreement=agreement,
        side=models.Side.COUNTERPARTY,
        organisation=counterparty.name,
        corporate_number=counterparty.corporate_number,
        title=asked.title,
        name=asked.name,
        ground=asked.ground,
        mail=asked.mail,
    )
    ours = models.Party(
        agreement=agreement,
        side=models.Side.MUNICIPALITY,
        organisation=municipality.name,
        title=authority.title,
        nominal=named.words if named else "",
    )
    parties = [theirs, ours] if agreement.counterparty_first else [ours, theirs]
    for position, party in enumerate(parties, start=1):
        party.position = position
        party.save()
    return parties


def _require_complete(agreement: models.Agreement) -> None:
    missing = completeness.missing_from(
        agreement,
        documents=agreement.documents.count(),
        refused=agreement.refused_uploads.count(),
        seals_current=seals.are_current(agreement),
    )
    if missing:
        raise errors.Incomplete(missing)
