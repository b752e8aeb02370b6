"""What others signed before us: which files may be added to, and what the rehearsal promises. 先行署名の試験"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyhanko.sign import fields

from tests import earlier, samples
from tests.pades import forging
from warifu.pades import errors, examination, explanations, findings, rehearsal, signed_files, validation


@pytest.mark.parametrize("kind", earlier.KINDS)
def test_what_is_open_to_another_signature_passes_the_checks_of_the_cycle(kind: str) -> None:
    source = earlier.signed(kind)
    found = signed_files.require_open(source, names=rehearsal.FIELDS)
    assert found.names == ("架空設計事務所",)
    assert not found.unclear
    sealed = rehearsal.rehearse(source)
    assert sealed.startswith(source)
    assert signed_files.are_kept(source, sealed)


def test_our_seals_lend_no_proof_to_an_authority_that_nobody_here_knows() -> None:
    source = earlier.signed("B-LTA")
    report = validation.validate(
        rehearsal.rehearse(source), trust=rehearsal._authority().trust, at=forging.AT, agreed_size=len(source)
    )
    assert [(one.field, one.result) for one in report.signatures if one.earlier] == [
        (earlier.FIELD, validation.Result.INDETERMINATE),
        ("Timestamp1", validation.Result.INDETERMINATE),
    ]
    assert report.result is validation.Result.PASSED


def refused(source: bytes) -> str:
    with pytest.raises(signed_files.Closed) as raised:
        signed_files.require_open(source, names=rehearsal.FIELDS)
    assert raised.value.code in findings.REFUSALS
    return raised.value.code


def test_a_file_certified_against_every_change_is_refused() -> None:
    assert refused(earlier.by_pyhanko(samples.contract(), permits=fields.MDPPerm.NO_CHANGES)) == "changes_forbidden"


def test_a_lock_that_a_new_field_would_break_is_refused() -> None:
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    assert refused(earlier.by_pyhanko(samples.contract(), lock=lock)) == "changes_forbidden"


def test_a_file_changed_after_its_signature_is_told_to_be_changed_and_not_to_be_locked() -> None:
    source = earlier.by_pyhanko(forging.document(forging.CONTRACT))
    assert refused(forging.updated(source, {4: forging.stream(forging.OTHER_TEXT)})) == "changed_after_signature"


def test_a_signature_over_other_bytes_is_broken() -> None:
    source = earlier.signed("B-B")
    place = source.index(b"/MediaBox") + 11
    assert refused(source[:place] + b"1" + source[place + 1 :]) == "signature_broken"


def test_what_we_sealed_before_is_not_sealed_again_under_the_same_names() -> None:
    sealed = rehearsal.rehearse(samples.contract())
    assert refused(sealed) == "sealed_before"


def test_the_officer_reads_whose_signature_is_there_and_what_was_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(earlier.signed("B-LTA"))
    outcome = examination.examine(tmp_path / "in.pdf", tmp_path / "out.pdf", pages=100)
    assert (outcome.lane, outcome.reason) == ("append", None)
    told = {code: findings.note(code, level=value or "") for code, value in outcome.notes}
    assert "「架空設計事務所」" in told["signed_before"].message
    assert "名義が本人のものかは、確認していません" in told["signed_before"].message
    assert told["signed_before"].asks


def test_a_signature_that_was_whole_and_is_not_any_more_is_noticed() -> None:
    source = earlier.by_pyhanko(forging.document(forging.CONTRACT))
    ours = forging.consented(source)
    assert signed_files.are_kept(source, ours)
    assert not signed_files.are_kept(source, forging.updated(ours, {4: forging.stream(forging.OTHER_TEXT)}))
    assert not signed_files.are_kept(source, forging.consented(forging.document(forging.CONTRACT)))


def test_what_was_there_before_counts_for_nobody_s_consent() -> None:
    """A file of strangers alone proves no agreement, and their names stand in for none of ours."""
    source = earlier.signed("B-LTA")
    report = validation.validate(source, trust=earlier.authority().trust, at=forging.AT)
    assert report.result is validation.Result.PASSED
    report = validation.validate(source, trust=earlier.authority().trust, at=forging.AT, agreed_size=len(source))
    assert report.result is validation.Result.INDETERMINATE
    with pytest.raises(errors.SealNotValid, match="signature fields"):
        validation.check_revision(
            source,
            forging.consented(source),
            expected_fields=["Consent1"],
            trust=forging.authority().trust,
            at=forging.AT,
            final=False,
        )


def test_a_broken_signature_of_others_breaks_the_file() -> None:
    sealed = bytearray(rehearsal.rehearse(earlier.signed("B-B")))
    sealed[sealed.index(b"/MediaBox") + 11] ^= 1
    report = validation.validate(
        bytes(sealed), trust=forging.authority().trust, at=forging.AT, agreed_size=len(earlier.signed("B-B"))
    )
    assert report.result is validation.Result.FAILED


def test_a_form_that_the_standard_does_not_allow_accuses_nobody_of_a_change() -> None:
    report = validation.validate(earlier.signed("B-B"), trust=forging.authority().trust, at=forging.AT)
    odd = replace(report.signatures[0], result=validation.Result.FAILED, sub_indication="FORMAT_FAILURE")
    assert explanations.of_signature(odd) == "この署名は正しくありません。署名の形式が規格に合っていません。"
    assert "変更が加えられています" in explanations.of_signature(replace(odd, modified_after=True))
