"""One concluded contract with two documents, made once, and its two bundles."""

import functools
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests import city, samples
from tests.standins import trial
from warifu.agreements import actions, evidence, models, sealing
from warifu.agreements.tools import Tools
from warifu.archive import models as archive
from warifu.archive.bundles import making
from warifu.cli import demo
from warifu.pades import reports, validation


@dataclass(frozen=True)
class Made:
    """A bundle of each side, one after a renewal of archive timestamps, a stranger's anchors, and when it was made."""

    municipality: bytes
    again: bytes
    counterparty: bytes
    renewed: bytes
    root: Path
    at: datetime


def now() -> datetime:
    return datetime.now(UTC)


def renew(file: archive.RecordFile, tools: Tools) -> None:
    """One more archive timestamp, as after some years, kept as `archive.renewing` keeps it."""
    content = tools.custody.read(owner=city.MORIOKA, object_id=file.object_id)
    longer = tools.sealer.renewal_revision(content, at=now())
    kept = tools.custody.store(owner=city.MORIOKA, content=longer, media_type="application/pdf", at=now())
    archive.FileRenewal.objects.create(
        file=file,
        position=1,
        object=kept,
        before_digest=file.digest,
        digest=kept.digest,
        size=kept.size,
        timestamp_authority="割符 試験用タイムスタンプ局",
        timestamp_serial="1f",
        timestamped_at=now(),
        sealed_until=now() + timedelta(days=4000),
        renewed_at=now(),
    )


@pytest.fixture(scope="session")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    authority_directory: Path,
    standin_tsa: trial.StandinTsa,
    standin_revocation: trial.StandinRevocation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    """Needs a test that is marked with django_db; leaves nothing behind in the database."""
    objects = tmp_path_factory.mktemp("objects")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=hashers), transaction.atomic():
        demo.plant(at=now(), password="katakata-natta-warifu")
        standin_tsa.mode = standin_revocation.mode = "ok"
        tools = city.sealing_tools(authority_directory, standin_tsa, standin_revocation, objects)
        other = city.sent(objects, at=now(), number="2026-0999", title="ほかの契約")
        agreement = city.sent(objects, at=now(), files=(samples.contract(), samples.hybrid_xref()))
        theirs = city.party(agreement, models.Side.COUNTERPARTY)
        actions.view(party_id=theirs.pk, by=city.visitor(agreement), at=now())
        city.counterparty_consents(other, at=now())
        city.counterparty_consents(agreement, at=now())
        city.municipality_consents(agreement, at=now())
        assert sealing.advance(agreement_id=agreement.pk, tools=tools, at=now()) is sealing.Outcome.CONCLUDED
        agreement.refresh_from_db()
        root = authority_directory / "root.pem"
        at = now()

        @functools.cache
        def judged(content: bytes, agreed_size: int) -> reports.ValidationReport:
            return validation.validate(content, trust=tools.trust, at=at, agreed_size=agreed_size)

        def validate(path: Path, *, agreed_size: int = 0) -> reports.ValidationReport:
            return judged(path.read_bytes(), agreed_size)

        kit = making.Kit(custody=tools.custody, validate=validate, trust=tools.trust, trial=True)

        def bundle(copy: making.Copy) -> bytes:
            target = io.BytesIO()
            evidence.bundle(agreement=agreement, copy=copy, target=target, kit=kit, at=at)
            return target.getvalue()

        found = Made(
            municipality=bundle(making.Copy.MUNICIPALITY),
            again=bundle(making.Copy.MUNICIPALITY),
            counterparty=bundle(making.Copy.COUNTERPARTY),
            renewed=b"",
            root=root,
            at=at,
        )
        assert agreement.record is not None
        for file in agreement.record.files.exclude(role="original"):
            renew(file, tools)
        at = now()
        found = replace(found, renewed=bundle(making.Copy.MUNICIPALITY), at=at)
        transaction.set_rollback(True)
    return found
