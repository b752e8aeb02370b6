"""The one table of states and events 契約案件の状態.

The manual's diagram and the developers' table are generated from it, and a test walks every pair.
"""

from enum import StrEnum

from . import errors


class State(StrEnum):
    """Where an agreement stands 状態."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    SENT = "sent"
    AGREED = "agreed"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to it 出来事."""

    SUBMIT = "submit"
    SKIP_APPROVAL = "skip_approval"
    APPROVE = "approve"
    RETURN = "return"
    SEND = "send"
    CONSENT = "consent"
    LAST_CONSENT = "last_consent"
    SEAL = "seal"
    WITHDRAW = "withdraw"
    DECLINE = "decline"
    EXPIRE = "expire"


WORDS: dict[State, str] = {
    State.DRAFT: "起案",
    State.IN_APPROVAL: "承認中",
    State.APPROVED: "承認済",
    State.SENT: "同意待ち",
    State.AGREED: "合意済",
    State.CONCLUDED: "締結完了",
    State.WITHDRAWN: "取下げ",
    State.DECLINED: "却下",
    State.EXPIRED: "期限切れ",
}

TABLE: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.SUBMIT): State.IN_APPROVAL,
    (State.DRAFT, Event.SKIP_APPROVAL): State.APPROVED,
    (State.DRAFT, Event.WITHDRAW): State.WITHDRAWN,
    (State.IN_APPROVAL, Event.APPROVE): State.APPROVED,
    (State.IN_APPROVAL, Event.RETURN): State.DRAFT,
    (State.IN_APPROVAL, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.SEND): State.SENT,
    (State.APPROVED, Event.RETURN): State.DRAFT,
    (State.APPROVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.SENT, Event.CONSENT): State.SENT,
    (State.SENT, Event.LAST_CONSENT): State.AGREED,
    (State.SENT, Event.WITHDRAW): State.WITHDRAWN,
    (State.SENT, Event.DECLINE): State.DECLINED,
    (State.SENT, Event.EXPIRE): State.EXPIRED,
    (State.AGREED, Event.SEAL): State.CONCLUDED,
    # Only when its seal is stopped (`leases.is_stopped`): what both sides want must not be lost without a way out.
    (State.AGREED, Event.WITHDRAW): State.WITHDRAWN,
}

ENDED = frozenset({State.CONCLUDED, State.WITHDRAWN, State.DECLINED, State.EXPIRED})


def after(state: State, event: Event) -> State:
    """The state that follows; `errors.NotNow` when the pair is not in the table 次の状態."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise errors.NotNow(state=WORDS[state], event=event.value) from None
