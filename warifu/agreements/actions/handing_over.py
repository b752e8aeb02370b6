"""Work under way goes from one person to another 担当の引継ぎ."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.access.rights import Right
from warifu.agreements import errors, lifecycle, models, policies, queries
from warifu.agreements.lifecycle import State
from warifu.agreements.post import Post
from warifu.agreements.transition import locked, note, target
from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models as directory


def hand_over(
    *,
    agreement_id: UUID,
    officer: directory.StaffMember | None = None,
    approver: directory.StaffMember | None = None,
    post: Post,
    by: Actor,
    at: datetime,
) -> models.Agreement:
    """Another officer in charge, another approver, or both; who drafted it stays who drafted it 担当の引継ぎ.

    None leaves it as it is. An approver who is named while approval is asked for gets the request by mail. Raises
    `errors.Incomplete` when somebody may not do that work, or would approve what they have in hand; `errors.NotNow`
    when the agreement has ended, or is decided and an approver is named.
    """
    with transaction.atomic():
        agreement = locked(agreement_id)
        state = State(agreement.state)
        decided = state not in {State.DRAFT, State.IN_APPROVAL}
        if agreement.state not in queries.OPEN or (approver is not None and decided):
            raise errors.NotNow(state=lifecycle.WORDS[state], event="hand_over")
        before = _named(agreement)
        if officer is not None:
            policies.require_able(officer, Right.DRAFT, agreement, at=at)
            agreement.officer = officer
        if approver is not None:
            policies.require_able(approver, Right.APPROVE, agreement, at=at)
            agreement.approver = approver
        _require_four_eyes(agreement)
        agreement.save(update_fields=["officer", "approver"])
        note(agreement, "hand_over", by=by, at=at, **changes.between(before, _named(agreement)))
        if approver is not None and state is State.IN_APPROVAL:
            post.approval_request(agreement, at=at)
    return agreement


@dataclass(frozen=True)
class Assignment:
    """Who takes over what in one agreement; None leaves it as it is 引継ぎの割当て."""

    agreement_id: UUID
    officer: directory.StaffMember | None = None
    approver: directory.StaffMember | None = None


def hand_over_all(
    *,
    municipality: directory.Municipality,
    assignments: Sequence[Assignment],
    post: Post,
    by: Actor,
    at: datetime,
) -> dict[UUID, str]:
    """Many agreements of one body at once, each as `hand_over` does it, with a line each 担当の一括引継ぎ.

    One that cannot be handed over stops no other; returns why, in words, by agreement.
    """
    if not assignments:
        return {}
    with transaction.atomic():
        rows = models.Agreement.objects.select_for_update(of=("self",)).filter(municipality=municipality)
        rows = rows.select_related("municipality", "department", "counterparty", "approver", "drafted_by", "officer")
        found = rows.in_bulk([one.agreement_id for one in assignments])
        heirs = [staff.pk for one in assignments for staff in (one.officer, one.approver) if staff is not None]
        able = policies.Able(municipality, heirs, at=at)
        refused: dict[UUID, str] = {}
        changed, lines, asked = list[models.Agreement](), list[audit.Line](), list[models.Agreement]()
        for one in assignments:
            agreement = found[one.agreement_id]
            before, kept = _named(agreement), (agreement.officer, agreement.approver)
            try:
                _require_open(agreement, one)
                for staff, right in ((one.officer, Right.DRAFT), (one.approver, Right.APPROVE)):
                    if staff is not None:
                        able.require(staff, right, agreement)
                agreement.officer, agreement.approver = one.officer or kept[0], one.approver or kept[1]
                _require_four_eyes(agreement)
            except errors.Refusal as refusal:
                agreement.officer, agreement.approver = kept
                refused[one.agreement_id] = refusal.message
                continue
            changed.append(agreement)
            facts = changes.between(before, _named(agreement))
            lines.append(audit.Line("agreements.hand_over", target(agreement), facts))
            if one.approver is not None and agreement.state == State.IN_APPROVAL:
                asked.append(agreement)
        _keep(changed)
        audit.append_all(ledger=municipality.code, lines=lines, by=by, at=at)
        for agreement in asked:
            post.approval_request(agreement, at=at)
    return refused


def _keep(changed: Sequence[models.Agreement]) -> None:
    """Few take over much: a statement for each pair of them."""
    taken = defaultdict[tuple[UUID | None, UUID | None], list[UUID]](list)
    for agreement in changed:
        taken[agreement.officer_id, agreement.approver_id].append(agreement.pk)
    for (officer, approver), keys in taken.items():
        models.Agreement.objects.filter(pk__in=keys).update(officer=officer, approver=approver)


def _require_open(agreement: models.Agreement, one: Assignment) -> None:
    state = State(agreement.state)
    decided = state not in {State.DRAFT, State.IN_APPROVAL}
    if agreement.state not in queries.OPEN or (one.approver is not None and decided):
        raise errors.NotNow(state=lifecycle.WORDS[state], event="hand_over")


def _named(agreement: models.Agreement) -> dict[str, object]:
    return {
        "officer": agreement.in_charge.name,
        "approver": agreement.approver.name if agreement.approver else None,
    }


def _require_four_eyes(agreement: models.Agreement) -> None:
    own = {agreement.drafted_by_id, agreement.submitted_by_id, agreement.officer_id}
    if agreement.approver is not None and agreement.approver_id in own and State(agreement.state) is not State.DRAFT:
        raise errors.Incomplete(
            [
                errors.Missing(
                    "approver",
                    f"{agreement.approver.name}さんは「{agreement}」を起案し、又は担当するため、承認者になれません。"
                    "別の職員を選んでください。",
                )
            ]
        )
