"""Work under way goes from one person to another 担当の引継ぎ."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.access.rights import Right
from warifu.agreements import errors, lifecycle, models, policies, queries
from warifu.agreements.lifecycle import State
from warifu.agreements.post import Post
from warifu.agreements.transition import locked, note
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
