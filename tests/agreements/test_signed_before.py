"""A contract that an architect's office signed before is concluded like any other, and their signature stays whole."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import city, earlier
from warifu.agreements import evidence, models, sealing
from warifu.agreements.lifecycle import State
from warifu.agreements.sealing import Outcome
from warifu.archive import models as archive
from warifu.archive.bundles import checking, making
from warifu.pades import explanations, reports, validation

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def concluded(bench: city.Trial, objects: Path, kind: str) -> models.Agreement:
    agreement = city.sent(objects, at=now(), files=(earlier.signed(kind),))
    city.counterparty_consents(agreement, at=now())
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now()) is Outcome.IDLE
    city.municipality_consents(agreement, at=now())
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now()) is Outcome.CONCLUDED
    assert city.state_of(agreement) is State.CONCLUDED
    return agreement


def contract_of(agreement: models.Agreement, bench: city.Trial) -> tuple[archive.RecordFile, bytes]:
    assert agreement.record is not None
    file = agreement.record.files.get(role="contract")
    return file, bench.tools.custody.read(owner=city.MORIOKA, object_id=file.object_id)


USUAL = ("B-LTA", "certified")


@pytest.mark.parametrize(
    "kind", [kind if kind in USUAL else pytest.param(kind, marks=pytest.mark.long) for kind in earlier.KINDS]
)
def test_what_somebody_signed_before_is_concluded_with_their_signature_whole(
    cast: None, bench: city.Trial, objects: Path, kind: str
) -> None:
    agreement = concluded(bench, objects, kind)
    file, content = contract_of(agreement, bench)
    assert content.startswith(earlier.signed(kind))
    assert file.agreed_size == len(earlier.signed(kind))
    report = bench.tools.validate(content, at=now(), agreed_size=file.agreed_size)
    assert (report.result, report.level, report.problem) == ("passed", "B-LTA", None)
    ours = [one for one in report.signatures if not one.earlier]
    assert [one.field for one in ours if one.kind == "signature"] == ["Consent1", "Consent2"]
    assert all(one.result is reports.Result.PASSED for one in ours)
    before = [one for one in report.signatures if one.earlier]
    alone = validation.validate(earlier.signed(kind), trust=bench.tools.trust, at=now())
    assert [(one.field, one.covers) for one in before] == [(one.field, one.covers) for one in alone.signatures]
    assert not any(one.modified_after or one.broken for one in before)
    assert before[0].result is reports.Result.INDETERMINATE, "nobody here knows the office's authority"
    told = explanations.of_report(report, concluded=True)
    assert told.heading == "この文書は締結後に変更されていません"
    assert f"合意の前から付いていた署名{len(before)}個のうち{len(before)}個は、有効と判定できません" in told.lead


def test_without_knowing_what_was_agreed_a_reader_is_told_whose_signature_is_in_doubt(bench: city.Trial) -> None:
    source = earlier.signed("B-B")
    signed = bench.tools.sealer.consent_revision(source, field="Consent1", party=earlier.statement(), at=now())
    content = bench.tools.sealer.archive_revision(signed, at=now())
    report = bench.tools.validate(content, at=now())
    assert (report.result, report.problem) == ("indeterminate", "earlier_not_proven")
    told = explanations.of_report(report)
    assert told.heading == "後の署名は有効ですが、先に付いた署名を判定できません"
    assert "後から付いた署名と、その後に変更がないことは確認しました" in told.lead
    assert not explanations.of_report(report).heading.startswith("この文書は有効と認められません")


def test_its_bundle_passes_too(
    cast: None, bench: city.Trial, objects: Path, tmp_path: Path, authority_directory: Path
) -> None:
    agreement = concluded(bench, objects, "B-LTA")
    anchors = [authority_directory / "root.pem"]

    def validate(path: Path, *, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(path, trust=bench.tools.trust, at=now(), agreed_size=agreed_size)

    kit = making.Kit(custody=bench.tools.custody, validate=validate, trust=bench.tools.trust, trial=True)
    target = io.BytesIO()
    evidence.bundle(agreement=agreement, copy=making.Copy.MUNICIPALITY, target=target, kit=kit, at=now())
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(target.getvalue())
    found = checking.verify(
        bundle, trust_files=anchors, examine=checking.in_the_box(trust_files=anchors, at=now() + timedelta(minutes=1))
    )
    assert [check.sentence for check in found.checks if not check.passed] == []
