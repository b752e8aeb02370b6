"""A record to renew, and the renewal of it."""

from datetime import timedelta

from django.db import transaction

from tests.archive import people
from tests.pades import decades
from warifu.archive import actions, models, renewing
from warifu.archive.facts import FileFacts
from warifu.archive.renewing import Outcome
from warifu.audit import models as audit
from warifu.directory import models as directory

SEALED = decades.november(2026)


def filed(
    department: directory.Department,
    tools: renewing.Tools,
    content: bytes,
    *,
    known: bool = True,
    agreed_size: int = 0,
) -> models.Record:
    """A concluded record whose one file is really in the vault."""
    asked = SEALED + timedelta(minutes=1)
    report = tools.validate(content, at=asked, agreed_size=agreed_size) if known else None
    with transaction.atomic():
        kept = tools.custody.store(
            owner=department.municipality.code, content=content, media_type="application/pdf", at=SEALED
        )
        file = FileFacts(
            role="contract",
            name="契約書.pdf",
            object_id=kept.pk,
            digest=kept.digest,
            size=kept.size,
            sealed_until=report.sealed_until if report else None,
            algorithms=report.algorithms if report else (),
            agreed_size=agreed_size or None,
        )
        return actions.accession(
            municipality=department.municipality,
            facts=people.facts(department, sealed_until=None, concluded_at=SEALED),
            files=[file],
            by=people.SEALING,
            at=SEALED,
        )


def renew(record: models.Record, tools: renewing.Tools, *, later: timedelta = timedelta(0)) -> Outcome:
    outcome = renewing.renew(record_id=record.pk, tools=tools, at=tools.clock() + later)
    record.refresh_from_db()
    return outcome


def ledger_lines(action: str) -> list[audit.Entry]:
    return list(audit.Entry.objects.filter(action=action))
