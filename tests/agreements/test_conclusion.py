"""The last steps: a certificate that is bought once, and keys that are revoked on the way to it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests import city
from tests.pades import smithy
from trialpki import revocations
from warifu.agreements import models, sealing
from warifu.agreements.lifecycle import State
from warifu.agreements.sealing import Outcome
from warifu.agreements.tools import Tools
from warifu.archive import models as archive
from warifu.pades import errors, keys, trust, validation
from warifu.pades import sealing as pades
from warifu.web import waiting

pytestmark = pytest.mark.django_db
NUMBERS = count(200)


def now() -> datetime:
    return datetime.now(UTC)


def agreed(objects: Path) -> models.Agreement:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    return agreement


def advance(agreement: models.Agreement, tools: Tools, *, later: timedelta = timedelta(0)) -> Outcome:
    outcome = sealing.advance(agreement_id=agreement.pk, tools=tools, at=now() + later)
    agreement.refresh_from_db()
    return outcome


def certificate(agreement: models.Agreement) -> archive.RecordFile:
    agreement.refresh_from_db()
    return archive.RecordFile.objects.get(record=agreement.record, role="certificate")


@dataclass
class FullOutbox:
    """Lets the accession fail at its very end, so many times."""

    post: Any
    left: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.post, name)

    def concluded(self, agreement: models.Agreement, *, at: datetime) -> None:
        if self.left:
            self.left -= 1
            raise OSError("no space is left")
        self.post.concluded(agreement, at=at)


def test_the_certificate_is_sealed_once_although_the_accession_fails_twice(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = agreed(objects)
    tools: Any = replace(bench.tools, post=FullOutbox(bench.tools.post, left=2))  # type: ignore[arg-type]  # it quacks
    before = bench.tsa.hits
    for attempt in range(2):
        assert advance(agreement, tools, later=attempt * timedelta(minutes=2)) is Outcome.WAITING
        assert (agreement.sealing_problem, agreement.sealing_paid) == ("internal_fault", 0)
        assert not archive.Record.objects.exists()
    kept = models.Certificate.objects.get(agreement=agreement)
    assert advance(agreement, tools, later=timedelta(minutes=10)) is Outcome.CONCLUDED
    assert bench.tsa.hits - before == 5, "two consents, one archive timestamp, one certificate with two"
    assert kept.attempts == 1
    assert certificate(agreement).object_id == kept.result_id
    # What the certificate says is what the record says, although the accession came later.
    assert agreement.concluded_at == kept.concluded_at
    record = agreement.record
    assert record is not None and record.concluded_at == kept.concluded_at < record.verified_at


def test_a_certificate_that_proves_itself_no_longer_is_sealed_anew(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = agreed(objects)
    tools: Any = replace(bench.tools, post=FullOutbox(bench.tools.post, left=1))  # type: ignore[arg-type]  # it quacks
    assert advance(agreement, tools) is Outcome.WAITING
    gone = models.Certificate.objects.get(agreement=agreement).result_id
    models.Certificate.objects.update(result=agreement.documents.get().agreed)  # no seal at all
    assert advance(agreement, tools, later=timedelta(minutes=2)) is Outcome.CONCLUDED
    assert certificate(agreement).object_id not in (gone, agreement.documents.get().agreed_id)
    assert models.Certificate.objects.get(agreement=agreement).attempts == 2


@dataclass
class Interrupted:
    """A sealer whose authority fails when the archive timestamp is due."""

    sealer: pades.Sealer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sealer, name)

    def archive_revision(self, source: bytes, *, at: datetime) -> bytes:
        raise errors.TimestampUnavailable


def new_key(bench: city.Trial) -> keys.FileKey:
    """A key of its own: what is revoked stays so for all tests."""
    service: Any = bench.revocation.service
    pki: Any = SimpleNamespace(authority=service.trial, status=bench.revocation)
    private = smithy.fresh("p-256", next(NUMBERS))
    made = smithy.certify(pki, private, at=now() - timedelta(days=1))
    (asn1,) = trust.certificates_in(made.public_bytes(serialization.Encoding.PEM))
    chain = trust.certificates_in((bench.revocation.directory / "chain.pem").read_bytes())
    return keys.FileKey(asn1, private, tuple(chain))


def with_keys(bench: city.Trial, objects: Path, *ring: keys.FileKey) -> Tools:
    """The tools of another process, which has asked nobody yet."""
    made = city.sealing_tools(bench.revocation.directory, bench.tsa, bench.revocation, objects)
    made.sealer._keyring = keys.Keyring.of(*ring)
    return made


def consented_by(key: keys.FileKey, bench: city.Trial, objects: Path) -> models.Agreement:
    """Both consents are signed, and the archive timestamp cannot be had yet."""
    agreement, tools = agreed(objects), with_keys(bench, objects, key)
    assert advance(agreement, replace(tools, sealer=Interrupted(tools.sealer))) is Outcome.WAITING  # type: ignore[arg-type]  # it quacks
    assert agreement.sealing_problem == "timestamp_unavailable"
    return agreement


def revoke(bench: city.Trial, key: keys.FileKey, at: datetime) -> None:
    serial, reason = key.certificate.serial_number, x509.ReasonFlags.key_compromise
    moment = at.replace(microsecond=0)
    revocations.record(bench.revocation.directory, revocations.Revocation("signer", serial, moment, reason))


def test_a_key_that_is_revoked_after_the_consents_keeps_no_contract_open(
    cast: None, bench: city.Trial, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = new_key(bench), new_key(bench)
    monkeypatch.setattr(bench.tsa.service, "now", lambda: now() - timedelta(minutes=2))
    agreement = consented_by(old, bench, objects)
    monkeypatch.undo()
    revoke(bench, old, now() - timedelta(minutes=1))
    # The contract is archived; its certificate of conclusion needs a key that may sign.
    assert advance(agreement, with_keys(bench, objects, old), later=timedelta(minutes=2)) is Outcome.WAITING
    assert (agreement.state, agreement.sealing_problem) == (State.AGREED, "certificate_revoked")
    assert "運用者が新しい証明書を用意しています" in waiting.sentence(agreement)
    assert not models.SealStep.objects.filter(done_at__isnull=True).exists()
    assert advance(agreement, with_keys(bench, objects, old, new), later=timedelta(hours=2)) is Outcome.CONCLUDED
    contract = archive.RecordFile.objects.get(record=agreement.record, role="contract")
    content = bench.tools.custody.read(owner=city.MORIOKA, object_id=contract.object_id)
    report = validation.validate(content, trust=bench.tools.trust, at=now())
    assert (report.result, report.level) == ("passed", "B-LTA"), "from its own data alone"


def test_consents_that_were_signed_after_the_revocation_are_never_sealed_and_the_officer_reads_why(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    old, new = new_key(bench), new_key(bench)
    agreement = consented_by(old, bench, objects)
    revoke(bench, old, now() - timedelta(minutes=1))
    before = bench.tsa.hits
    for attempt in range(1, 4):
        tools = with_keys(bench, objects, old, new)
        assert advance(agreement, tools, later=attempt * timedelta(hours=2)) is Outcome.WAITING
    assert (agreement.sealing_problem, agreement.sealing_paid, bench.tsa.hits) == ("signed_after_revocation", 0, before)
    assert (agreement.state, agreement.record) == (State.AGREED, None)
    told = waiting.sentence(agreement)
    assert "署名に使った証明書が署名の前に失効していた" in told
    assert "自動では再開しません" in told


def test_while_nobody_tells_since_the_consents_the_officer_reads_what_is_waited_for(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = agreed(objects)
    tools: Any = replace(bench.tools, sealer=Interrupted(bench.tools.sealer))  # type: ignore[arg-type]  # it quacks
    assert advance(agreement, tools) is Outcome.WAITING
    bench.revocation.mode = "down"
    assert advance(agreement, bench.tools, later=timedelta(minutes=2)) is Outcome.WAITING
    assert agreement.sealing_problem == "revocation_outdated"
    assert "署名より後の失効情報を、認証局が示すのを待っています" in waiting.sentence(agreement)
    bench.revocation.mode = "ok"
    assert sealing_resumes(agreement, bench)


def sealing_resumes(agreement: models.Agreement, bench: city.Trial) -> bool:
    """A question that found no answer is repeated after a minute of the tools' clock."""
    tools = replace(bench.tools, clock=lambda: now() + timedelta(minutes=2))
    return advance(agreement, tools, later=timedelta(minutes=4)) is Outcome.CONCLUDED


@pytest.mark.parametrize(
    "code",
    sorted(
        {
            one.code
            for one in errors.kinds()
            if issubclass(one, errors.RevocationUnavailable | errors.CertificateUnusable)
        }
    ),
)
def test_every_reason_about_certificates_has_its_words(code: str) -> None:
    assert waiting.reason(code) != waiting.reason("")
