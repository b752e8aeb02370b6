"""The persons, bodies and papers of the archive's tests."""

import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from django.db import transaction

from warifu.archive import actions, models
from warifu.archive.facts import FileFacts, RecordFacts
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import models as directory
from warifu.vault import models as vault

SEALING = Actor.service("sealing")
SATO = Actor(ActorKind.STAFF, "staff:1", "佐藤 美咲", "契約検査課", "192.0.2.10")
JST = timezone(timedelta(hours=9))


def jst(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST).astimezone(UTC)


END_OF_YEAR = jst(2026, 3, 31, 23, 59)


def town(code: str, name: str, slug: str, section: str) -> directory.Department:
    body = directory.Municipality.objects.create(code=code, name=name, slug=slug)
    return directory.Department.objects.create(municipality=body, name=section)


def kept(owner: directory.Municipality, content: bytes) -> vault.StoredObject:
    """A row of the vault; the archive never looks at the bytes behind it."""
    keyring, _ = vault.Keyring.objects.get_or_create(
        owner=owner.code, defaults={"wrapped_key": b"key", "made_at": END_OF_YEAR}
    )
    return vault.StoredObject.objects.create(
        keyring=keyring,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type="application/pdf",
        stored_at=END_OF_YEAR,
    )


def paper(owner: directory.Municipality, content: bytes = b"%PDF sealed", role: str = "contract") -> FileFacts:
    stored = kept(owner, content)
    return FileFacts(
        role=role, name="契約書.pdf", object_id=stored.pk, digest=stored.digest, size=stored.size, pages=24
    )


def facts(department: directory.Department, **other: object) -> RecordFacts:
    """市道加賀野線側溝改修工事, but for what the test says."""
    usual = RecordFacts(
        origin=f"agreement:{uuid.uuid4()}",
        number="2026-0148",
        title="市道加賀野線側溝改修工事",
        kind="工事請負契約書",
        amount=18_700_000,
        transaction_on=date(2026, 4, 1),
        term_from=date(2026, 4, 2),
        term_to=date(2026, 10, 30),
        counterparty_name="株式会社髙﨑設備",
        counterparty_number="8700110005901",
        department=department,
        authority_title="盛岡市長",
        decision_number="契検第48号",
        concluded_at=END_OF_YEAR,
        verified_at=END_OF_YEAR,
        sealed_until=jst(2036, 3, 31),
        level="B-LTA",
    )
    return replace(usual, **other)  # type: ignore[arg-type]  # the names are those of RecordFacts


def file(department: directory.Department, **other: object) -> models.Record:
    """Accession of one record in a transaction of its own."""
    body = department.municipality
    content = uuid.uuid4().bytes
    with transaction.atomic():
        return actions.accession(
            municipality=body,
            facts=facts(department, **other),
            files=[paper(body, content)],
            by=SEALING,
            at=END_OF_YEAR,
        )
