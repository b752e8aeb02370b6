"""What the parties do: view, consent, decline; and what time does: expire 合意・却下・期限切れ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from warifu.access import actions as access_actions
from warifu.audit.actor import Actor
from warifu.directory import models as directory
from warifu.directory import titles

from .. import errors, lifecycle, models, queries, reasons, signals, standing
from ..lifecycle import Event, State
from ..post import Post
from ..transition import locked, move, note

TWO_NAMES = 2
"""Version of what a consent keeps: from here on also in whose name it was given, and by which rule."""


@dataclass(frozen=True)
class Hand:
    """Whose hand it was, and how we know 合意した人."""

    name: str
    title: str
    mail: str
    agent: str
    authenticated_by: str
    staff: directory.StaffMember | None = None


def view(*, party_id: UUID, by: Actor, at: datetime) -> None:
    """A party opens the contract that it is asked to agree to; the first time is kept 閲覧.

    Later looks, and looks after the consent or the end, write nothing.
    """
    asked = models.Party.objects.filter(pk=party_id, viewed_at__isnull=True, consent__isnull=True)
    if not asked.filter(agreement__state=State.SENT).exists():
        return
    with transaction.atomic():
        party = models.Party.objects.get(pk=party_id)
        agreement = locked(party.agreement_id)
        if agreement.state == State.SENT and models.Party.objects.filter(pk=party_id, viewed_at__isnull=True).update(
            viewed_at=at
        ):
            digest = queries.agreed_digest(queries.documents_of(agreement))
            note(agreement, "view", by=by, at=at, party=str(party.pk), side=party.side, digest=digest)


def consent(*, party_id: UUID, hand: Hand, shown_digest: str, post: Post, by: Actor, at: datetime) -> models.Consent:
    """One party says yes to the bytes they were shown 合意.

    Stores the consent and plans its seal revisions; the key is touched later, by a task that this consent alone causes
    (電子署名法2条1項: the signature follows mechanically from the party's will).
    Raises `AlreadyConsented`, `NotNow`, `NotYourTurn`, `ShownOtherBytes`, and `TitleNotInForce` for a municipality
    whose title is not in force at this moment.
    """
    with transaction.atomic():
        party = models.Party.objects.get(pk=party_id)
        agreement = locked(party.agreement_id)
        if models.Consent.objects.filter(party=party).exists():
            raise errors.AlreadyConsented
        _require_open(agreement, at)
        parties = queries.parties_of(agreement)
        turn = queries.whose_turn(parties)
        if turn is None or turn.pk != party.pk:
            raise errors.NotYourTurn
        documents = queries.documents_of(agreement)
        if shown_digest != queries.agreed_digest(documents):
            raise errors.ShownOtherBytes
        given = models.Consent.objects.create(
            **(
                _in_whose_name(agreement, hand, at)
                if party.side == models.Side.MUNICIPALITY
                else {"ground": party.ground}
            ),
            party=party,
            at=at,
            name=hand.name,
            title=hand.title,
            mail=hand.mail,
            ip=by.ip,
            agent=hand.agent[:300],
            authenticated_by=hand.authenticated_by,
            shown_digest=shown_digest,
            staff=hand.staff,
        )
        _plan(documents, position=party.position, kind=models.StepKind.CONSENT, consent=given, at=at)
        following = queries.whose_turn(queries.parties_of(agreement))
        if following is None:
            move(agreement, Event.LAST_CONSENT, at=at, agreed_at=at)
            _plan(documents, position=len(parties) + 1, kind=models.StepKind.ARCHIVE, consent=None, at=at)
        else:
            move(agreement, Event.CONSENT, at=at)
            post.invite(agreement, following, at=at)
        note(
            agreement,
            "consent",
            by=by,
            at=at,
            party=str(party.pk),
            side=party.side,
            digest=shown_digest,
            authenticated_by=hand.authenticated_by,
            **(
                {"nominal": given.nominal, "ground": given.ground, "deputising": given.deputising}
                if given.nominal
                else {}
            ),
        )
        signals.sealing_due.send(sender=models.Agreement, agreement_id=agreement.pk)
    return given


def decline(*, party_id: UUID, reason: str, post: Post, by: Actor, at: datetime) -> models.Agreement:
    """A party says no, with a reason; the agreement ends and every link dies 却下."""
    with transaction.atomic():
        party = models.Party.objects.get(pk=party_id)
        agreement = locked(party.agreement_id)
        if models.Consent.objects.filter(party=party).exists():
            raise errors.AlreadyConsented
        _require_open(agreement, at)
        turn = queries.whose_turn(queries.parties_of(agreement))
        if turn is None or turn.pk != party.pk:
            raise errors.NotYourTurn
        reasons.require(reason, empty="却下する理由を入力してください。送り主に、そのまま伝わります。")
        move(agreement, Event.DECLINE, at=at, reason=reason)
        post.declined(agreement, party, at=at)
        _revoke_links(agreement, at)
        note(agreement, "decline", by=by, at=at, party=str(party.pk), reason=reason)
    return agreement


def expire(*, agreement_id: UUID, post: Post, at: datetime) -> None:
    """The time to respond is over 期限切れ.

    Raises `NotNow` when it is not, or no longer.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        if agreement.respond_by is None or at <= agreement.respond_by:
            raise errors.NotNow(state=lifecycle.WORDS[State(agreement.state)], event=Event.EXPIRE.value)
        move(agreement, Event.EXPIRE, at=at, reason="")
        post.expired(agreement, at=at)
        _revoke_links(agreement, at)
        note(agreement, "expire", by=Actor.service("sweep"), at=at)


def _require_open(agreement: models.Agreement, at: datetime) -> None:
    state = State(agreement.state)
    if state != State.SENT:
        raise errors.NotNow(state=lifecycle.WORDS[state], event=Event.CONSENT.value)
    if agreement.respond_by is not None and at > agreement.respond_by:
        raise errors.NotNow(state=lifecycle.WORDS[State.EXPIRED], event=Event.CONSENT.value)


def _in_whose_name(agreement: models.Agreement, hand: Hand, at: datetime) -> dict[str, Any]:
    """Both halves of the evidence (S-09): the nominal party of this moment, and the rule by which this hand acted."""
    title = agreement.authority
    if title is None:
        return {}
    party = standing.require_in_force(title, at=at)
    named = titles.consenter_of(title, hand.staff) if hand.staff else None
    deputising = f"{party.reason}（{party.ground}）" if party.acting else ""
    ground = (named.ground if named else "") or title.whole_ground
    return {"statement": TWO_NAMES, "nominal": party.words, "deputising": deputising, "ground": ground}


def _plan(
    documents: Sequence[models.Document],
    *,
    position: int,
    kind: models.StepKind,
    consent: models.Consent | None,
    at: datetime,
) -> None:
    """Write down, for each document, the revision that follows from this consent, before any key is touched."""
    models.SealStep.objects.bulk_create(
        models.SealStep(document=document, position=position, kind=kind, consent=consent, planned_at=at)
        for document in documents
    )


def _revoke_links(agreement: models.Agreement, at: datetime) -> None:
    for party in queries.parties_of(agreement):
        access_actions.revoke_invitations(subject=f"party:{party.pk}", at=at)
