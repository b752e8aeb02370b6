"""Verbs on a draft 起案."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from warifu.access import person as access
from warifu.audit import changes
from warifu.directory import models as directory
from warifu.directory import titles
from warifu.japan import calendar
from warifu.pades import intake
from warifu.vault import custody as vault

from .. import capacity, errors, lifecycle, models, policies, queries, recipient
from ..lifecycle import State
from ..transition import locked, note

_FIELDS = (
    "title",
    "number",
    "kind",
    "amount",
    "no_total",
    "contract_on",
    "term_from",
    "term_to",
    "decision_number",
    "authority",
)


@dataclass(frozen=True)
class Contents:
    """What an officer writes about the contract 契約の内容.

    Dates are calendar days in Japan, `amount` is yen with tax.
    """

    title: str
    number: str
    kind: str
    amount: int | None
    no_total: bool
    contract_on: date | None
    term_from: date | None
    term_to: date | None
    decision_number: str
    authority: directory.ContractingAuthority | None


def draft(*, by: access.Person, at: datetime) -> models.Agreement:
    """Begin an empty draft in the person's own department 起案."""
    policies.require_drafter(by)
    policies.require_begun(by.municipality, at=at)
    with transaction.atomic():
        agreement = models.Agreement.objects.create(
            municipality=by.municipality,
            department=by.department,
            drafted_by=by.staff,
            counterparty_first=by.municipality.counterparty_first,
            seal_style=by.municipality.seal_style,
            drafted_at=at,
            changed_at=at,
        )
        note(agreement, "draft", by=by.actor, at=at)
    return agreement


def add_document(
    *,
    agreement_id: UUID,
    name: str,
    original: bytes,
    normalised: bytes,
    examination: intake.Examination,
    custody: vault.Custody,
    by: access.Person,
    at: datetime,
) -> models.Document:
    """Keep an accepted PDF: the normalised file that everybody sees, the original beside it 契約書の登録.

    Raises `errors.NoRoom` when the agreement is full.
    """
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        files, size = queries.documents_held(agreement)
        full = capacity.refusal(files=files, size=size, adding=len(normalised))
        if full is not None:
            raise full
        owner = agreement.municipality.code
        last = agreement.documents.order_by("-position").first()
        document = models.Document.objects.create(
            agreement=agreement,
            position=last.position + 1 if last else 1,
            name=name,
            original=custody.store(owner=owner, content=original, media_type="application/pdf", at=at),
            agreed=(kept := custody.store(owner=owner, content=normalised, media_type="application/pdf", at=at)),
            digest=kept.digest,
            size=kept.size,
            pages=examination.pages,
            last_sheet=asdict(examination.last_sheet) if examination.last_sheet else None,
            notes=[_told(note) for note in examination.notes],
            added_at=at,
        )
        models.RefusedUpload.objects.filter(agreement=agreement, name=name).delete()
        note(agreement, "add_document", by=by.actor, at=at, document=str(document.pk), digest=document.digest)
    return document


def _told(note: intake.Finding) -> dict[str, str | bool]:
    next_step = note.next_step if note.asks else ""
    return {"code": note.code, "message": note.message, "next_step": next_step, "repair": note.repair}


def refuse_upload(
    *, agreement_id: UUID, name: str, finding: intake.Finding, by: access.Person, at: datetime
) -> models.RefusedUpload:
    """Remember that a file was not taken in and why; nothing of it is stored 使用できないファイル."""
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        models.RefusedUpload.objects.filter(agreement=agreement, name=name).delete()
        refused = models.RefusedUpload.objects.create(
            agreement=agreement,
            name=name,
            code=finding.code,
            message=finding.message,
            next_step=finding.next_step,
            refused_at=at,
        )
        note(agreement, "refuse_upload", by=by.actor, at=at, reason=finding.code)
    return refused


def drop_refused_upload(*, agreement_id: UUID, upload_id: int, by: access.Person, at: datetime) -> None:
    """Leave a refused file out of this agreement この契約から外す."""
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        agreement.refused_uploads.filter(pk=upload_id).delete()
        note(agreement, "drop_refused_upload", by=by.actor, at=at)


def remove_document(*, agreement_id: UUID, document_id: UUID, by: access.Person, at: datetime) -> None:
    """Take a document out of a draft; its bytes stay in custody until disposal 契約書を外す."""
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        agreement.documents.filter(pk=document_id).delete()
        for position, document in enumerate(agreement.documents.order_by("position"), start=1):
            models.Document.objects.filter(pk=document.pk).update(position=position)
        note(agreement, "remove_document", by=by.actor, at=at, document=str(document_id))


def describe(*, agreement_id: UUID, contents: Contents, by: access.Person, at: datetime) -> models.Agreement:
    """Write down what the contract is about; incomplete contents are kept too 契約の内容."""
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        if contents.authority and contents.authority.municipality_id != agreement.municipality_id:
            raise errors.NotYours("この契約名義は使えません。")
        if contents.authority and contents.authority != agreement.authority:
            _require_use(by, contents.authority, at)
        if contents.no_total and contents.amount is not None:
            sentence = "総額を定めない契約に印があるため、金額は入力できません。どちらかにしてください。"
            raise errors.Incomplete([errors.Missing("contents", sentence)])
        before = _described(agreement)
        for field in _FIELDS:
            setattr(agreement, field, getattr(contents, field))
        agreement.changed_at = at
        agreement.save()
        changed = changes.between(before, _described(agreement))
        note(agreement, "describe", by=by.actor, at=at, **changed)
    return agreement


def choose_parties(
    *,
    agreement_id: UUID,
    counterparty: directory.Counterparty | None,
    approver: directory.StaffMember | None,
    counterparty_first: bool,
    by: access.Person,
    at: datetime,
) -> models.Agreement:
    """Choose the other half of the tally, the approver and the signing order 相手方と順序.

    Another firm than before is asked through its representative, until `choose_counterparty` says otherwise.
    """
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        for chosen in (counterparty, approver):
            if chosen and chosen.municipality_id != agreement.municipality_id:
                raise errors.NotYours("ほかの団体の登録は使えません。")
        before = _chosen(agreement)
        if counterparty != agreement.counterparty:
            agreement.contact_address = agreement.delegate = None
        agreement.counterparty = counterparty
        agreement.approver = approver
        agreement.counterparty_first = counterparty_first
        agreement.changed_at = at
        agreement.save()
        changed = changes.between(before, _chosen(agreement))
        note(agreement, "choose_parties", by=by.actor, at=at, **changed)
    return agreement


def choose_counterparty(
    *,
    agreement_id: UUID,
    counterparty: directory.Counterparty,
    contact_address: directory.ContactAddress | None = None,
    delegate: directory.Delegate | None = None,
    by: access.Person,
    at: datetime,
) -> models.Agreement:
    """Choose the firm and who of it is asked: its representative, another signatory, or a delegate 相手方の選択.

    Raises `errors.Incomplete` for a firm or address that is stopped, for an address that the municipality's rules deny,
    and for a delegate whose power does not reach to the contract's day.
    """
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        if counterparty.municipality_id != agreement.municipality_id:
            raise errors.NotYours("ほかの団体の登録は使えません。")
        before = _chosen(agreement)
        agreement.counterparty = counterparty
        agreement.contact_address, agreement.delegate = contact_address, delegate
        agreement.changed_at = at
        if told := list(recipient.problems(agreement)):
            raise errors.Incomplete([errors.Missing("parties", sentence) for sentence in told])
        agreement.save()
        note(agreement, "choose_counterparty", by=by.actor, at=at, **changes.between(before, _chosen(agreement)))
    return agreement


def _require_use(by: access.Person, title: directory.ContractingAuthority, at: datetime) -> None:
    if not titles.may_use(by.staff, title, today=calendar.day_in_japan(at)):
        raise errors.NotYours(
            f"「{title}」を起案で使える職員に指定されていません。必要な場合は、運用管理者へ依頼してください。"
        )


def _described(agreement: models.Agreement) -> dict[str, object]:
    """What `describe` may change, in words that stay true when the register changes."""
    authority = agreement.authority
    return {field: getattr(agreement, field) for field in _FIELDS} | {"authority": authority and authority.title}


def _chosen(agreement: models.Agreement) -> dict[str, object]:
    firm, approver, asked = agreement.counterparty, agreement.approver, recipient.recipient_of(agreement)
    return {
        "counterparty": firm and firm.name,
        "recipient": asked and f"{asked.title} {asked.name} {asked.mail}".strip(),
        "approver": approver and approver.name,
        "counterparty_first": agreement.counterparty_first,
    }


def open_draft(agreement_id: UUID, by: access.Person) -> models.Agreement:
    """The draft, held until the transaction ends; `NotYours` or `NotNow` for anything else 起案中の契約案件."""
    agreement = locked(agreement_id)
    policies.require_officer(by, agreement)
    if agreement.state != State.DRAFT:
        raise errors.NotNow(state=lifecycle.WORDS[State(agreement.state)], event="edit")
    return agreement
