"""The sealing cycle: from two consents to a concluded contract, and what it survives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import city, samples
from trialpki import profiles
from warifu.agreements import actions, models, queries, sealing
from warifu.agreements.lifecycle import State
from warifu.agreements.sealing import Outcome
from warifu.archive import marks
from warifu.archive import models as archive
from warifu.audit import queries as ledger
from warifu.audit import verification
from warifu.notifications import models as notifications

pytestmark = pytest.mark.django_db


def now() -> datetime:
    """The stand-ins read the real clock, so the cycle does too."""
    return datetime.now(UTC)


def advance(agreement: models.Agreement, bench: city.Trial, *, later: timedelta = timedelta(0)) -> Outcome:
    return sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now() + later)


def test_two_consents_become_a_concluded_contract(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    assert advance(agreement, bench) is Outcome.IDLE
    assert city.state_of(agreement) is State.SENT
    city.municipality_consents(agreement, at=now())
    assert city.state_of(agreement) is State.AGREED
    assert advance(agreement, bench) is Outcome.CONCLUDED
    assert city.state_of(agreement) is State.CONCLUDED

    record = archive.Record.objects.get(municipality__code=city.MORIOKA)
    contract = record.files.get(role="contract")
    content = bench.tools.custody.read(owner=city.MORIOKA, object_id=contract.object_id)
    report = bench.tools.validate(content, at=now())
    assert (report.result, report.level, report.covers_whole_file) == ("passed", "B-LTA", True)
    consents = [one for one in report.signatures if one.kind == "signature"]
    assert [one.party for one in consents] == ["工藤 正一", "小野寺 隆"]
    assert [one.organisation for one in consents] == ["岩手建設株式会社", "盛岡市"]
    assert str(agreement.pk) in (consents[0].reason or "")
    document = agreement.documents.get()
    assert content.startswith(bench.tools.custody.read(owner=city.MORIOKA, object_id=document.agreed_id)), (
        "what was shown is what was sealed"
    )
    certificate = record.files.get(role="certificate")
    sealed = bench.tools.custody.read(owner=city.MORIOKA, object_id=certificate.object_id)
    assert bench.tools.validate(sealed, at=now()).result == "passed"
    assert verification.verify_ledger(city.MORIOKA).intact
    told = notifications.Message.objects.filter(kind__startswith="concluded").values_list("to_mail", flat=True)
    assert sorted(told) == ["kudo@iwate-kensetsu.example.jp", "sato@morioka.example.jp"]


def test_several_documents_each_carry_every_consent(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now(), files=(samples.contract(), samples.hybrid_xref()))
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    assert advance(agreement, bench) is Outcome.CONCLUDED
    for file in archive.RecordFile.objects.filter(role="contract"):
        content = bench.tools.custody.read(owner=city.MORIOKA, object_id=file.object_id)
        fields = [one.field for one in bench.tools.validate(content, at=now()).signatures if one.kind == "signature"]
        assert fields == ["Consent1", "Consent2"]


def test_the_municipality_first_when_that_order_was_chosen(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now(), counterparty_first=False)
    city.municipality_consents(agreement, at=now())
    city.counterparty_consents(agreement, at=now())
    assert advance(agreement, bench) is Outcome.CONCLUDED
    steps = models.SealStep.objects.filter(document__agreement=agreement, consent__isnull=False).order_by("position")
    assert [step.consent.party.side for step in steps if step.consent] == ["municipality", "counterparty"]


@pytest.mark.parametrize(
    "mode", ["down", "html", "random", "http500", "truncated", "wrong_nonce", "wrong_imprint", "rejection", "hang"]
)
def test_a_failing_timestamp_authority_only_makes_it_wait(
    cast: None, bench: city.Trial, objects: Path, mode: str
) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    bench.tsa.mode = mode
    assert advance(agreement, bench) is Outcome.WAITING
    assert city.state_of(agreement) is State.AGREED
    assert agreement.sealing_problem in {"timestamp_unavailable", "timestamp_refused", "timestamp_rejected"}
    assert not archive.Record.objects.exists()
    bench.tsa.mode = "ok"
    assert advance(agreement, bench, later=timedelta(minutes=2)) is Outcome.CONCLUDED
    assert city.state_of(agreement) is State.CONCLUDED
    assert agreement.sealing_problem == ""


def test_a_slow_timestamp_authority_does_not_keep_it_from_being_concluded(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    bench.tsa.mode, bench.revocation.mode = "slow", "slow"
    try:
        assert advance(agreement, bench) is Outcome.CONCLUDED
    finally:
        bench.tsa.mode = bench.revocation.mode = "ok"
    assert city.state_of(agreement) is State.CONCLUDED
    last = models.SealStep.objects.filter(document__agreement=agreement).order_by("-position").first()
    assert last is not None and last.timestamped_at is not None and agreement.concluded_at is not None
    assert agreement.concluded_at >= last.timestamped_at


@pytest.mark.parametrize("mode", ["down", "html", "try_later", "unknown", "stale"])
def test_a_failing_revocation_service_only_makes_it_wait(
    cast: None, bench: city.Trial, objects: Path, mode: str
) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    bench.revocation.mode = mode
    assert advance(agreement, bench) is Outcome.WAITING
    assert city.state_of(agreement) is State.AGREED
    bench.revocation.mode = "ok"
    assert advance(agreement, bench, later=timedelta(minutes=2)) is Outcome.CONCLUDED


def test_a_second_worker_finds_it_busy(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    models.Agreement.objects.filter(pk=agreement.pk).update(sealing_until=now() + timedelta(seconds=20))
    assert advance(agreement, bench) is Outcome.BUSY
    assert not models.SealStep.objects.filter(done_at__isnull=False).exists()


def test_the_sweep_finds_what_no_task_stands_for(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now())
    assert queries.due_for_sealing(at=now()) == []
    city.counterparty_consents(agreement, at=now())
    assert queries.due_for_sealing(at=now()) == [agreement.pk]
    advance(agreement, bench)
    assert queries.due_for_sealing(at=now()) == []


def test_nothing_is_sealed_after_a_withdrawal(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    actions.withdraw(agreement_id=agreement.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=now())
    assert queries.due_for_sealing(at=now()) == []
    assert advance(agreement, bench) is Outcome.IDLE
    assert not models.SealStep.objects.filter(done_at__isnull=False).exists()


def test_the_certificate_ties_files_and_ledger_to_its_own_seal(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = city.sent(objects, at=now())
    theirs = city.party(agreement, models.Side.COUNTERPARTY)
    actions.view(party_id=theirs.pk, by=city.visitor(agreement), at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    assert advance(agreement, bench) is Outcome.CONCLUDED
    files = archive.RecordFile.objects.filter(record__municipality__code=city.MORIOKA)
    kept, document = files.get(role="contract"), agreement.documents.get()
    sealed = bench.tools.custody.read(owner=city.MORIOKA, object_id=files.get(role="certificate").object_id)
    found = marks.Marks.read(sealed)
    assert found.origin == f"agreement:{agreement.pk}"
    assert found.files == (marks.MarkedFile(kept.digest, kept.size, document.digest, document.size),)
    told = list(ledger.entries_about(city.MORIOKA, found.origin))
    assert told[-1].action == "agreements.conclude"
    assert told[-2].action == "agreements.seal_archive"
    expected = marks.Trail(city.MORIOKA, told[0].sequence, told[-2].sequence, told[-2].digest)
    assert found.trail == expected
    assert "agreements.view" in [line.action for line in told]


def test_who_issued_each_timestamp_stands_at_its_step_its_file_and_in_the_ledger(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    agreement = city.sent(objects, at=now())
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    assert advance(agreement, bench) is Outcome.CONCLUDED
    steps = list(models.SealStep.objects.filter(document__agreement=agreement).order_by("position"))
    lines = ledger.entries_about(agreement.municipality.code, f"agreement:{agreement.pk}")
    told = [line.facts for line in lines if line.action.startswith("agreements.seal_")]
    assert [one["timestamp_serial"] for one in told] == [step.timestamp_serial for step in steps]
    assert len({step.timestamp_serial for step in steps}) == 3
    assert {step.timestamp_authority for step in steps} == {"割符 試験用タイムスタンプ局"}
    assert {one["timestamp_policy"] for one in told} == {profiles.TIMESTAMP_POLICY}
    agreement.refresh_from_db()
    files = {file.role: file for file in archive.RecordFile.objects.filter(record=agreement.record)}
    assert files["contract"].timestamp_serial == steps[-1].timestamp_serial
    assert files["certificate"].timestamp_authority == "割符 試験用タイムスタンプ局"
    assert files["original"].timestamp_serial == ""
