"""The last step of the sealing cycle: certificate, archive, `concluded`, ledger and messages 締結と収蔵."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from warifu.archive import actions as archive
from warifu.archive import facts, marks
from warifu.audit import actions as audit
from warifu.audit import queries as ledger
from warifu.audit.actor import Actor
from warifu.pades import anatomy, explanations, reports, statements
from warifu.vault import models as vault

from . import certificate, models, queries
from .lifecycle import Event, State
from .tools import Tools
from .transition import locked, move, target

SERVICE = Actor.service("sealing")
_MOST_EARLIER = 20


@dataclass(frozen=True)
class FinalFile:
    """A document with its last revision, as read back from the vault and validated 締結済みのファイル."""

    document: models.Document
    kept: vault.StoredObject
    report: reports.ValidationReport
    pieces: tuple[anatomy.Piece, ...]

    @property
    def stamp(self) -> anatomy.Stamp:
        """The archive timestamp that ends it. 最後のタイムスタンプ"""
        last = self.pieces[-1].stamp
        if last is None:
            raise ValueError("a final file ends with a timestamp")
        return last


@dataclass(frozen=True)
class SealedCertificate:
    """The certificate of conclusion with its own seal, kept and validated; the moment it names 封緘済みの締結証明書."""

    kept: vault.StoredObject
    content: bytes
    report: reports.ValidationReport
    concluded_at: datetime


def conclude(
    *, agreement: models.Agreement, files: Sequence[FinalFile], sealed: SealedCertificate, tools: Tools, at: datetime
) -> None:
    """All of it or nothing of it: record, state, ledger, messages 締結.

    A second worker that comes here finds the state changed and leaves without a trace. `at` is the moment of this deed;
    the agreement counts as concluded at the moment that its certificate names.
    """
    owner = agreement.municipality.code
    with transaction.atomic():
        agreement = locked(agreement.pk)
        if agreement.state != State.AGREED:
            return
        sealed_until = min((file.report.sealed_until for file in files if file.report.sealed_until), default=None)
        record = archive.accession(
            municipality=agreement.municipality,
            facts=_facts(agreement, sealed_until, concluded_at=sealed.concluded_at, verified_at=at),
            files=[*_contracts(files), _certificate_file(agreement, sealed), *_originals(files)],
            by=SERVICE,
            at=at,
        )
        move(agreement, Event.SEAL, at=at, concluded_at=sealed.concluded_at, record=record, sealing_problem="")
        audit.append(
            ledger=owner,
            action="agreements.conclude",
            target=target(agreement),
            by=SERVICE,
            at=at,
            facts={
                "record": str(record.pk),
                "digests": [file.kept.digest for file in files],
                "timestamps": [file.stamp.serial for file in files],
            },
        )
        tools.post.concluded(agreement, at=at)


def certificate_page(
    *, agreement: models.Agreement, files: Sequence[FinalFile], trial: bool, verify_url: str, at: datetime
) -> bytes:
    """The unsealed 締結証明書 of an agreement whose files are final 締結証明書の紙面."""
    if agreement.contract_on is None or agreement.agreed_at is None:
        raise ValueError("an agreed agreement has a contract day and a moment of agreement")
    parties = queries.parties_of(agreement)
    return certificate.render(
        certificate.CertificateFacts(
            agreement_id=agreement.pk,
            number=agreement.number,
            title=agreement.title,
            kind=agreement.get_kind_display(),
            municipality=agreement.municipality.name,
            contract_on=agreement.contract_on,
            agreed_at=agreement.agreed_at,
            concluded_at=at,
            approval=_approval(agreement),
            files=tuple(_certified(file, parties) for file in files),
            parties=tuple(_party(party) for party in parties),
            trail=_trail(agreement),
            verify_url=verify_url,
            trial=trial,
        )
    )


def _approval(agreement: models.Agreement) -> certificate.Approval | None:
    staff = agreement.approved_by
    if staff is None or agreement.approved_at is None:
        return None
    if not agreement.approved_post:
        # Approved before both were kept with the approval.
        return certificate.Approval(staff.department.path, staff.title, staff.name, agreement.approved_at)
    return certificate.Approval(agreement.approved_post, "", agreement.approved_name, agreement.approved_at)


def _trail(agreement: models.Agreement) -> marks.Trail:
    """The ledger up to the last seal; what follows (conclusion, accession) cannot stand in a certificate before it."""
    told = ledger.entries_about(agreement.municipality.code, target(agreement))
    first, last = told.first(), told.last()
    if first is None or last is None:
        raise ValueError("an agreement without a line in the ledger")
    return marks.Trail(agreement.municipality.code, first.sequence, last.sequence, last.digest)


def _certified(file: FinalFile, parties: Sequence[models.Party]) -> certificate.CertifiedFile:
    if file.report.sealed_until is None or not file.pieces or file.pieces[-1].kind != "timestamp":
        raise ValueError("a final file ends with a timestamp")
    consents = {f"Consent{party.position}": f"{party.organisation}の合意" for party in parties}
    ours = [(consents[piece.field], piece) for piece in file.pieces if piece.field in consents]
    return certificate.CertifiedFile(
        name=file.document.name,
        agreed_digest=file.document.digest,
        agreed_size=file.document.size,
        sealed_digest=file.kept.digest,
        size=file.kept.size,
        pages=file.document.pages,
        earlier=tuple(_earlier(one) for one in file.report.signatures[:_MOST_EARLIER] if one.earlier),
        timestamps=tuple(
            certificate.Timestamp(purpose, stamp.authority, stamp.generated_at, stamp.valid_until, stamp.serial)
            for purpose, piece in [*ours, ("長期署名", file.pieces[-1])]
            if (stamp := piece.stamp)
        ),
    )


def _earlier(one: reports.SignatureReport) -> str:
    """Who the certificate says signed, as the stranger's file has it, and how far that was believed."""
    return f"証明書の名義「{statements.line(one.signer)[:60]}」　{explanations.of_signature(one)}"


def _party(party: models.Party) -> certificate.CertifiedParty:
    consent = party.consent
    return certificate.CertifiedParty(
        order=party.position,
        side=party.get_side_display(),
        organisation=party.organisation,
        authority=(consent.nominal or party.title) if party.side == models.Side.MUNICIPALITY else "",
        deputising=consent.deputising,
        ground=consent.ground,
        signer_title=consent.title,
        signer_name=consent.name,
        mail=consent.mail,
        viewed_at=party.viewed_at,
        consented_at=consent.at,
        authenticated_by=consent.authenticated_by,
        ip=consent.ip,
        redirections=_redirections(party),
    )


def _redirections(party: models.Party) -> tuple[certificate.Redirection, ...]:
    """From the ledger: it alone keeps the addresses before a correction."""
    agreement = party.agreement
    told = ledger.entries_about(agreement.municipality.code, target(agreement))
    return tuple(
        certificate.Redirection(line.at, str(line.facts["old_mail"]), str(line.facts["new_mail"]))
        for line in told.filter(action="agreements.reissue_link")
        if line.facts.get("party") == str(party.pk) and "new_mail" in line.facts
    )


def _facts(
    agreement: models.Agreement, sealed_until: datetime | None, *, concluded_at: datetime, verified_at: datetime
) -> facts.RecordFacts:
    if agreement.contract_on is None:
        raise ValueError("an agreed agreement has a contract day")
    # As they were when the agreement was sent; registers may have changed since.
    parties = queries.parties_of(agreement)
    theirs = [party for party in parties if party.side == models.Side.COUNTERPARTY]
    ours = next(party for party in parties if party.side == models.Side.MUNICIPALITY)
    return facts.RecordFacts(
        origin=target(agreement),
        number=agreement.number,
        title=agreement.title,
        kind=agreement.get_kind_display(),
        amount=agreement.amount,
        transaction_on=agreement.contract_on,
        counterparty_name="、".join(party.organisation for party in theirs),
        counterparty_number=theirs[0].corporate_number,
        department=agreement.department,
        authority_title=ours.title,
        nominal_party=ours.consent.nominal or ours.title,
        acting_officer=f"{ours.consent.title} {ours.consent.name}".strip(),
        acting_ground=ours.consent.ground,
        decision_number=agreement.decision_number,
        term_from=agreement.term_from,
        term_to=agreement.term_to,
        concluded_at=concluded_at,
        verified_at=verified_at,
        sealed_until=sealed_until,
        level=reports.Level.B_LTA.value,
    )


def _contracts(files: Sequence[FinalFile]) -> list[facts.FileFacts]:
    return [
        facts.FileFacts(
            role="contract",
            name=file.document.name,
            object_id=file.kept.pk,
            digest=file.kept.digest,
            size=file.kept.size,
            pages=file.document.pages,
            timestamp_authority=file.stamp.authority,
            timestamp_serial=file.stamp.serial,
            sealed_until=file.report.sealed_until,
            algorithms=file.report.algorithms,
            agreed_size=file.document.size,
        )
        for file in files
    ]


def _certificate_file(agreement: models.Agreement, sealed: SealedCertificate) -> facts.FileFacts:
    stamp = anatomy.last_stamp(io.BytesIO(sealed.content))
    if stamp is None:
        raise ValueError("a sealed certificate ends with a timestamp")
    return facts.FileFacts(
        role="certificate",
        name=f"締結証明書（{agreement.number}）.pdf",
        object_id=sealed.kept.pk,
        digest=sealed.kept.digest,
        size=sealed.kept.size,
        timestamp_authority=stamp.authority,
        timestamp_serial=stamp.serial,
        sealed_until=sealed.report.sealed_until,
        algorithms=sealed.report.algorithms,
    )


def _originals(files: Sequence[FinalFile]) -> list[facts.FileFacts]:
    return [
        facts.FileFacts(
            role="original",
            name=file.document.name,
            object_id=file.document.original.pk,
            digest=file.document.original.digest,
            size=file.document.original.size,
        )
        for file in files
    ]
