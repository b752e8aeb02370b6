"""Mails that did not arrive, as the desk tells them 不達."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import models, queries, transition
from warifu.agreements.lifecycle import State
from warifu.notifications import models as notifications
from warifu.notifications import queries as messages
from warifu.notifications import reasons, wording

REACHABLE = (State.SENT, State.AGREED, State.CONCLUDED)
"""States in which a counterparty can be sent a new link."""


@dataclass(frozen=True)
class Undelivered:
    """One mail: to whom, what it was, why it did not arrive, what to do 届かなかったメール."""

    name: str
    mail: str
    what: str
    why: str
    then: str


def of(agreement: models.Agreement) -> list[Undelivered]:
    """Those about one agreement that nothing has mended since, newest first 契約案件の不達."""
    found = messages.undelivered_about(agreement.municipality, transition.target(agreement))
    return [_told(message, agreement) for message in found]


def agreements_with(person: access.Person, *, limit: int) -> Sequence[models.Agreement]:
    """Agreements whose counterparty did not get a mail, and whom this officer can send a new one 不達の契約案件."""
    failed = messages.undelivered_of(person.municipality).filter(kind__in=wording.OUTSIDE)
    # `transition.target` made these names.
    named = {UUID(urn.partition(":")[2]) for urn in failed.values_list("subject_urn", flat=True)}
    return list(queries.reached_by(person, Right.DRAFT).filter(pk__in=named, state__in=REACHABLE)[:limit])


def _told(message: notifications.Message, agreement: models.Agreement) -> Undelivered:
    reason, outside = reasons.of(message.last_problem), message.kind in wording.OUTSIDE
    name = f"{message.to_name}様" if outside else f"{message.to_name}さん"
    if not outside:
        then = "登録のメールアドレスと送信の状態を、運用管理者へ確かめてください。内容は、ご本人へお伝えください。"
    elif agreement.state in REACHABLE:
        then = reason.then
    else:
        then = "この契約の手続は終わっています。内容は、電話などで直接お伝えください。"
    return Undelivered(name, message.to_mail, wording.name_of(message.kind), reason.why, then)
