"""The sealing cycle: what is stored before what is signed 封緘の手順.

    (1) the consent is stored, with the digest of what the party saw            actions.consent
    (2) the exact bytes to seal are fixed: their digest and the intention        _intend
    (3) key and timestamp authority are called, outside any transaction          _sign
    (4) the result is read again and validated                                   _check
    (5) in one transaction: bytes into the vault, step done, ledger              _keep
    (6) after the last party the same for revocation data + archive timestamp    (2) to (5) with an ARCHIVE step
    (7) every final file is read back from the vault and validated in full       _final_files
    (8) the certificate of conclusion is made, sealed, validated and kept        _certificate
    (9) in one transaction: accession into the archive, `concluded`, ledger, messages   _conclude

The process may die between any two of them: a step that is not done is done again from the same bytes, and a unique
constraint lets only one result stand. `docs/development/sealing-cycle.md` tells it at length.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.pades import anatomy, reports, validation
from warifu.pades import errors as pades_errors
from warifu.pades import sealing as pades

from . import accession, leases, models, queries, seals
from .lifecycle import State
from .tools import Tools
from .transition import target

log = structlog.get_logger(__name__)
SERVICE = Actor.service("sealing")
# Tokens, responses and lists carry the clocks of their authorities, which may be ahead of ours by so much; asked for
# the moment of our own clock, a validator would find them not issued yet.
AHEAD = timedelta(minutes=1)


class Outcome(StrEnum):
    """How one visit to an agreement ended 処理の結果."""

    IDLE = "idle"
    BUSY = "busy"
    WAITING = "waiting"
    CONCLUDED = "concluded"


def advance(*, agreement_id: UUID, tools: Tools, at: datetime) -> Outcome:
    """Do every seal step of an agreement that is due, and conclude it after the last 封緘を進める.

    Safe to call at any time, from any number of workers. WAITING means that the timestamp or revocation service did not
    give what is needed; the agreement stays as it is and is tried again.
    """
    began = tools.clock()

    def now() -> datetime:
        return at + (tools.clock() - began)

    while (lease := leases.take(agreement_id=agreement_id, at=now(), length=tools.lease)) is not None:
        try:
            outcome = _work(lease, tools, now)
        except leases.Lost:
            return Outcome.BUSY
        except pades_errors.PadesError as problem:
            lease.wait(problem, at=now())
            return Outcome.WAITING
        except Exception as fault:  # a damaged object, a full disk: nobody may find it waiting without a reason
            log.exception("sealing failed", agreement=str(agreement_id))
            lease.wait(pades_errors.InternalFault(type(fault).__name__), at=now())
            return Outcome.WAITING
        lease.release()
        if outcome is Outcome.CONCLUDED or not queries.has_seal_work(agreement_id):
            return outcome
    return Outcome.BUSY


def postpone(*, agreement_id: UUID, problem: pades_errors.PadesError, at: datetime, lease: timedelta) -> None:
    """The tools themselves cannot be made (a key file is unreadable, say): remember why, and come back 封緘の保留."""
    taken = leases.take(agreement_id=agreement_id, at=at, length=lease)
    if taken is not None:
        taken.wait(problem, at=at)


def _work(lease: leases.Lease, tools: Tools, now: Callable[[], datetime]) -> Outcome:
    """The lease is renewed before anything is bought: an authority may have taken longer than it lasts."""
    agreement_id = lease.key
    for step in queries.seal_steps_due(agreement_id):
        lease.renew(at=now())
        _seal(step, tools)
        lease.advance()
    agreement = models.Agreement.objects.select_related("municipality").get(pk=agreement_id)
    if agreement.state != State.AGREED or queries.seal_steps_due(agreement_id):
        return Outcome.IDLE
    lease.renew(at=now())
    _conclude(agreement, tools)
    return Outcome.CONCLUDED


def _seal(step: models.SealStep, tools: Tools) -> None:
    """Each part asks what time it is: an authority may take its time between them."""
    source = _source(step, tools)
    _intend(step, source)
    sealed = _sign(step, source, tools)
    with pades_errors.paid_for():
        report = _check(step, source, sealed, tools)
        _keep(step, sealed, report, tools)


def _source(step: models.SealStep, tools: Tools) -> bytes:
    """The bytes this step adds to: the revision before it, or the file that was agreed to."""
    agreement = step.document.agreement
    before = (
        models.SealStep.objects.filter(document=step.document, position__lt=step.position).order_by("-position").first()
    )
    kept = before.result_id if before else step.document.agreed_id
    if kept is None:
        raise pades_errors.SealingFailed("the revision before this step is not done")
    return tools.custody.read(owner=agreement.municipality.code, object_id=kept)


def _intend(step: models.SealStep, source: bytes) -> None:
    """(2) From here on the database knows which bytes we were about to sign, and how often we tried."""
    digest = hashlib.sha256(source).hexdigest()
    models.SealStep.objects.filter(pk=step.pk, source_digest__in=["", digest]).update(
        source_digest=digest, attempts=F("attempts") + 1
    )
    step.refresh_from_db(fields=["source_digest", "attempts"])
    if step.source_digest != digest:
        raise pades_errors.SealingFailed("the bytes to seal are not those of the intention")


def _sign(step: models.SealStep, source: bytes, tools: Tools) -> bytes:
    """(3) The only place where a key is used for a contract; a consent, or the end of all of them, leads here."""
    if step.consent is None:
        return tools.sealer.archive_revision(source, at=tools.clock())
    statement, document = statement_of(step), step.document
    look = seals.appearance_of(document.agreement, document, statement, fonts=tools.name_fonts)
    return tools.sealer.consent_revision(
        source, field=field_name(step), party=statement, at=tools.clock(), appearance=look
    )


def _check(step: models.SealStep, source: bytes, sealed: bytes, tools: Tools) -> reports.ValidationReport:
    """(4) Nothing is kept that we would not accept from a stranger."""
    fields = [f"Consent{number}" for number in range(1, step.position + (step.consent is not None))]
    return validation.check_revision(
        source,
        sealed,
        expected_fields=fields,
        trust=tools.trust,
        at=tools.clock() + AHEAD,
        final=step.consent is None,
        agreed_size=step.document.size,
    )


def _keep(step: models.SealStep, sealed: bytes, report: reports.ValidationReport, tools: Tools) -> None:
    """(5) All of it or nothing of it; a second worker's result of the same step does not stand."""
    agreement = step.document.agreement
    owner = agreement.municipality.code
    at = tools.clock()
    done_at = max(at, report.signatures[-1].time or at)
    stamp = anatomy.last_stamp(io.BytesIO(sealed))
    if stamp is None:
        raise pades_errors.SealNotValid("the revision ends without a token")
    with transaction.atomic():
        kept = tools.custody.store(owner=owner, content=sealed, media_type="application/pdf", at=at)
        mine = models.SealStep.objects.filter(pk=step.pk, done_at__isnull=True).update(
            result=kept,
            result_digest=kept.digest,
            timestamped_at=report.signatures[-1].time,
            timestamp_authority=stamp.authority,
            timestamp_serial=stamp.serial,
            done_at=done_at,
        )
        if not mine:
            transaction.set_rollback(True)
            return
        audit.append(
            ledger=owner,
            action=f"agreements.seal_{step.kind}",
            target=target(agreement),
            by=SERVICE,
            at=at,
            facts={
                "document": str(step.document_id),
                "party": str(step.consent.party_id) if step.consent else "",
                "before": step.source_digest,
                "after": kept.digest,
                "attempts": step.attempts,
                "timestamp_authority": stamp.authority,
                "timestamp_serial": stamp.serial,
                "timestamp_policy": stamp.policy,
            },
        )


def _conclude(agreement: models.Agreement, tools: Tools) -> None:
    files = _final_files(agreement, tools)
    sealed = _certificate(agreement, files, tools)
    accession.conclude(agreement=agreement, files=files, sealed=sealed, tools=tools, at=tools.clock())


def _final_files(agreement: models.Agreement, tools: Tools) -> list[accession.FinalFile]:
    """(7) What is in the vault, not what we remember: read back, decrypted, validated with fresh revocation data."""
    files = []
    for document in queries.documents_of(agreement):
        last = models.SealStep.objects.select_related("result").get(document=document, kind=models.StepKind.ARCHIVE)
        if last.result is None:
            raise pades_errors.SealingFailed("the archive step is not done")
        content = tools.custody.read(owner=agreement.municipality.code, object_id=last.result.pk)
        report = _proven(content, tools, agreed_size=document.size)
        parts = anatomy.dissect(io.BytesIO(content))
        files.append(accession.FinalFile(document=document, kept=last.result, report=report, pieces=parts.pieces))
    return files


def _certificate(
    agreement: models.Agreement, files: Sequence[accession.FinalFile], tools: Tools
) -> accession.SealedCertificate:
    """(8) The certificate is sealed like the contract itself, once: an accession that fails finds it again."""
    row, _ = models.Certificate.objects.select_related("result").get_or_create(
        agreement=agreement, defaults={"concluded_at": tools.clock()}
    )
    if row.result is not None:
        content = tools.custody.read(owner=agreement.municipality.code, object_id=row.result.pk)
        try:
            return accession.SealedCertificate(row.result, content, _proven(content, tools), row.concluded_at)
        except pades_errors.SealNotValid as problem:
            # Nobody has seen it: an authority whose certificate was revoked meanwhile takes nothing but this one along.
            log.warning("certificate sealed anew", agreement=str(agreement.pk), detail=problem.detail)
            models.Certificate.objects.filter(pk=row.pk, result=row.result).update(result=None)
    return _sealed_certificate(row, agreement, files, tools)


def _sealed_certificate(
    row: models.Certificate, agreement: models.Agreement, files: Sequence[accession.FinalFile], tools: Tools
) -> accession.SealedCertificate:
    # Not before the last timestamp of the files it concludes, should the authority's clock be ahead of ours.
    at = max([tools.clock(), *(stamped for file in files if (stamped := file.report.signatures[-1].time))])
    page = accession.certificate_page(
        agreement=agreement, files=files, trial=tools.trial, verify_url=tools.post.verify_url, at=at
    )
    intention = {"page_digest": hashlib.sha256(page).hexdigest(), "concluded_at": at}
    pending = models.Certificate.objects.filter(pk=row.pk, result__isnull=True)
    pending.update(attempts=F("attempts") + 1, **intention)
    sealed = tools.sealer.single_seal(page, field="Certificate", party=None, at=tools.clock())
    with pades_errors.paid_for():
        report = _proven(sealed, tools)
        with transaction.atomic():
            kept = tools.custody.store(
                owner=agreement.municipality.code, content=sealed, media_type="application/pdf", at=tools.clock()
            )
            mine = pending.filter(**intention).update(result=kept)
            if not mine:
                transaction.set_rollback(True)
    if not mine:
        raise leases.Lost
    return accession.SealedCertificate(kept, sealed, report, at)


def _proven(content: bytes, tools: Tools, *, agreed_size: int = 0) -> reports.ValidationReport:
    report = tools.validate(content, at=tools.clock() + AHEAD, agreed_size=agreed_size)
    validation.require_conclusive(report)
    return report


def field_name(step: models.SealStep) -> str:
    """The signature field of a consent step 署名フィールド名."""
    return f"Consent{step.position}"


def statement_of(step: models.SealStep) -> pades.PartyStatement:
    """What the signature says about the party whose consent it follows 合意表示."""
    consent = step.consent
    if consent is None:
        raise ValueError("an archive step names no party")
    agreement, party = step.document.agreement, consent.party
    ours = party.side == models.Side.MUNICIPALITY
    return pades.PartyStatement(
        party_name=consent.name,
        organisation=party.organisation,
        title=f"{party.title}　{consent.title}" if ours and consent.statement == 1 else consent.title,
        mail=consent.mail,
        agreement_id=str(agreement.pk),
        agreement_number=agreement.number,
        consented_at=consent.at,
        document_digest=step.document.digest,
        authenticated_by=consent.authenticated_by,
        nominal=consent.nominal,
        deputising=consent.deputising,
        ground=consent.ground,
    )
