"""Reads of agreements; each one starts from a municipality or from a party's own link 契約案件の照会."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from warifu import leases
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.japan import characters

from . import lifecycle, models, recipient, sights, standing
from .lifecycle import State

_SEALING = [State.SENT.value, State.AGREED.value]
_APPROVED_FACTS = (
    "title",
    "number",
    "kind",
    "amount",
    "no_total",
    "contract_on",
    "term_from",
    "term_to",
    "decision_number",
    "counterparty_first",
    "seal_style",
)
_FIRM_FACTS = ("pk", "name", "corporate_number", "signatory_title", "signatory_name", "mail")
OPEN = [state.value for state in State if state not in lifecycle.ENDED]


def agreements_of(municipality: directory.Municipality) -> QuerySet[models.Agreement]:
    """All agreements of one body, the last changed first 契約案件."""
    return (
        models.Agreement.objects.filter(municipality=municipality)
        .select_related("department", "counterparty", "authority", "drafted_by", "officer", "approver")
        .order_by("-changed_at")
    )


def reached_by(person: access.Person, right: Right) -> QuerySet[models.Agreement]:
    """Agreements of the departments over which this right of theirs reaches 権限の及ぶ契約案件."""
    return agreements_of(person.municipality).filter(person.reach(right).condition())


def may_be_read_by(person: access.Person) -> Q:
    """The condition that this person may know of an agreement of their body 閲覧できる条件.

    Of their departments; what a folder opens to them, once it is concluded; and, whatever their roles, what was sent in
    a name in which they consent. What a confidential folder shuts is not there for any of these.
    """
    sight = sights.of(person, Right.READ)
    seen = sight.departments.condition()
    if not sight.everywhere:
        names = list(directory_queries.authorities_consented_by(person.staff).values_list("pk", flat=True))
        if names:
            seen |= Q(authority__in=names, sent_at__isnull=False)
        if sight.opened:
            seen |= sight.opening("record__")
    return seen & sight.not_shut("record__")


def readable_by(person: access.Person) -> QuerySet[models.Agreement]:
    """Everything that exists for this person; the rest is not found 閲覧できる契約案件."""
    return agreements_of(person.municipality).filter(may_be_read_by(person))


def agreement_of(person: access.Person, agreement_id: UUID) -> models.Agreement | None:
    """One agreement that this person may know of, with its parts, or None 契約案件."""
    return (
        readable_by(person)
        .select_related("municipality", "approved_by", "record", "contact_address", "delegate")
        .prefetch_related(
            "documents",
            "refused_uploads",
            Prefetch("parties", models.Party.objects.select_related("consent__staff")),
        )
        .filter(pk=agreement_id)
        .first()
    )


def open_agreements(
    person: access.Person, *, words: str = "", counterparty: str = "", state: str = ""
) -> QuerySet[models.Agreement]:
    """What they may read in progress, narrowed by words in title or number, counterparty and state 進行中の契約."""
    found = readable_by(person).filter(state__in=[state] if state in OPEN else OPEN)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(number__icontains=word))
    if counterparty.strip():
        found = found.filter(counterparty__search_key__contains=characters.search_key(counterparty))
    return found


def page_of(found: QuerySet[models.Agreement], *, first: int, number: int) -> list[models.Agreement]:
    """So many of them from this place on, in their order 一覧の一部.

    Their keys are looked up alone: what lies before a late page is then counted, not read with all that hangs on it.
    """
    keys = list(found.values_list("pk", flat=True)[first : first + number])
    rows = {one.pk: one for one in found.filter(pk__in=keys)}
    return [rows[key] for key in keys if key in rows]


def count_by_state(person: access.Person) -> dict[str, int]:
    """How many agreements they may read in each open state, in the order of the lifecycle 状態ごとの件数."""
    counted = dict(
        models.Agreement.objects.filter(may_be_read_by(person), municipality=person.municipality, state__in=OPEN)
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    return {state: counted.get(state, 0) for state in OPEN}


def waiting_for_approval(person: access.Person) -> QuerySet[models.Agreement]:
    """What this person is asked to approve, and may 承認待ち."""
    return reached_by(person, Right.APPROVE).filter(state=State.IN_APPROVAL, approver=person.staff)


def waiting_for_consent(staff: directory.StaffMember) -> QuerySet[models.Agreement]:
    """What waits for this person's consent in the name of a contracting authority 合意待ち."""
    undecided = models.Party.objects.filter(consent__isnull=True)
    earlier = undecided.filter(agreement=OuterRef("agreement"), position__lt=OuterRef("position"))
    turn = undecided.filter(agreement=OuterRef("pk"), side=models.Side.MUNICIPALITY).filter(~Exists(earlier))
    return agreements_of(staff.municipality).filter(Exists(turn), state=State.SENT, authority__consenters=staff)


def party(party_id: UUID) -> models.Party | None:
    """One party with its agreement; reached only through that party's own invitation 当事者."""
    return (
        models.Party.objects.select_related(
            "agreement__municipality",
            "agreement__department",
            "agreement__drafted_by",
            "agreement__officer",
            "agreement__authority",
            "agreement__record",
            "consent",
        )
        .filter(pk=party_id)
        .first()
    )


def parties_of(agreement: models.Agreement) -> Sequence[models.Party]:
    """Parties in their order, with their consents 当事者."""
    return list(models.Party.objects.filter(agreement=agreement).select_related("consent__staff").order_by("position"))


def whose_turn(parties: Iterable[models.Party]) -> models.Party | None:
    """The first party that has not consented yet, or None 次に合意する当事者."""
    return next((party for party in parties if not hasattr(party, "consent")), None)


def parties_in(found: QuerySet[models.Agreement]) -> QuerySet[models.Party, UUID]:
    """The keys of all parties of these agreements 当事者の識別子."""
    return models.Party.objects.filter(agreement__in=found.order_by().values("pk")).values_list("pk", flat=True)


def documents_of(agreement: models.Agreement) -> Sequence[models.Document]:
    """Documents in their order 契約書."""
    return list(models.Document.objects.filter(agreement=agreement).order_by("position"))


def documents_held(agreement: models.Agreement) -> tuple[int, int]:
    """How many documents an agreement holds, and their bytes in all 登録済みの件数と容量."""
    found = models.Document.objects.filter(agreement=agreement).aggregate(files=Count("pk"), size=Sum("size"))
    return found["files"], found["size"] or 0


def document_of(agreement: models.Agreement, document_id: UUID) -> models.Document | None:
    """One document of this agreement, or None 契約書."""
    return models.Document.objects.filter(agreement=agreement, pk=document_id).first()


def agreed_digest(documents: Iterable[models.Document]) -> str:
    """What a party agrees to, as one SHA-256: of the single document, or of the list of digests 契約書のハッシュ値.

    With several documents it is the SHA-256 of their hex digests in order, each followed by a line feed (UTF-8).
    """
    digests = [document.digest for document in documents]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def facts_digest(agreement: models.Agreement) -> str:
    """All that an approver confirms, as one SHA-256: facts, parties as registered now, documents 承認の内容.

    It changes when any of them changes, and with every new submission.
    """
    firm, authority, named = agreement.counterparty, agreement.authority, standing.nominal_party(agreement)
    facts = [
        agreement.submitted_at.isoformat() if agreement.submitted_at else "",
        *(str(getattr(agreement, name)) for name in _APPROVED_FACTS),
        *(str(getattr(firm, name, "")) for name in _FIRM_FACTS),
        *recipient.further_facts(agreement),
        str(authority.pk) + named.words if authority and named else "",
        agreed_digest(documents_of(agreement)),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def owner_of(agreement_id: UUID) -> directory.Municipality | None:
    """Whose agreement it is; for a task, which works for that body alone 契約案件の団体."""
    found = models.Agreement.objects.select_related("municipality").filter(pk=agreement_id).first()
    return found.municipality if found else None


def due_for_sealing(*, at: datetime) -> list[UUID]:
    """Agreements with a seal step to do and nobody at work on them; for the sweep 署名処理の残り."""
    with_steps = models.SealStep.objects.filter(done_at__isnull=True).values("document__agreement")
    return list(
        models.Agreement.objects.filter(Q(pk__in=with_steps, state=State.SENT) | Q(state=State.AGREED))
        .filter(leases.free("sealing_until", at))
        .order_by("changed_at")
        .values_list("pk", flat=True)[:500]
    )


def overdue(*, at: datetime) -> list[UUID]:
    """Agreements still waiting for a consent after their time; for the sweep 期限切れ."""
    return list(models.Agreement.objects.filter(state=State.SENT, respond_by__lt=at).values_list("pk", flat=True)[:500])


def seal_steps_due(agreement_id: UUID) -> list[models.SealStep]:
    """Steps not done yet, in the order in which they must be done; none once an agreement has ended 封緘の残り."""
    return list(
        models.SealStep.objects.filter(
            document__agreement=agreement_id, document__agreement__state__in=_SEALING, done_at__isnull=True
        )
        .select_related("document__agreement__municipality", "consent__party")
        .order_by("position", "document__position")
    )


def has_seal_work(agreement_id: UUID) -> bool:
    """Whether a step or the conclusion itself remains 封緘の残りの有無."""
    agreed = models.Agreement.objects.filter(pk=agreement_id, state=State.AGREED)
    return bool(seal_steps_due(agreement_id)) or agreed.exists()


def unsent_with(firm: directory.Counterparty) -> tuple[int, int]:
    """How many drafts name this firm, and how many agreements that were submitted but not sent 未送信の契約案件の数."""
    named = models.Agreement.objects.filter(municipality=firm.municipality, counterparty=firm)
    submitted = named.filter(state__in=[State.IN_APPROVAL, State.APPROVED])
    return named.filter(state=State.DRAFT).count(), submitted.count()


def approved_count(municipality: directory.Municipality) -> int:
    """How many agreements of this body were ever approved 承認された件数."""
    return models.Agreement.objects.filter(municipality=municipality, approved_at__isnull=False).count()
