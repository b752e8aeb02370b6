"""Sealing with working doubles of TSA, OCSP and CRL, through the production transports. 封緘の試験"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import errors, reports, sealing, validation

AT = pkis.SEALED
PARTIES = (("Consent1", "岩手 太郎"), ("Consent2", "盛岡市長　内舘　茂"))


def concluded(pki: pkis.Pki, source: bytes) -> list[bytes]:
    """All revisions of a concluded file: two consents, then the archive timestamp."""
    sealer = pki.sealer()
    revisions = [source]
    for field, name in PARTIES:
        party = samples.statement(name, source=source, at=AT)
        revisions.append(sealer.consent_revision(revisions[-1], field=field, party=party, at=AT))
    revisions.append(sealer.archive_revision(revisions[-1], at=AT))
    return revisions


def test_two_consents_and_an_archive_timestamp_give_level_lta(pki: pkis.Pki) -> None:
    source, first, second, final = concluded(pki, samples.contract())
    fields = [field for field, _ in PARTIES]
    for before, after, expected in ((source, first, fields[:1]), (first, second, fields)):
        report = validation.check_revision(before, after, expected_fields=expected, trust=pki.trust, at=AT, final=False)
        assert report.level is reports.Level.B_T
    report = validation.check_revision(second, final, expected_fields=fields, trust=pki.trust, at=AT, final=True)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)
    assert report.covers_whole_file
    assert [one.kind for one in report.signatures] == ["signature", "signature", "timestamp"]


def test_each_signature_names_its_party_in_japanese(pki: pkis.Pki) -> None:
    source, *_, final = concluded(pki, samples.plain())
    report = validation.validate(final, trust=pki.trust, at=AT)
    assert [one.party for one in report.signatures] == ["岩手 太郎", "盛岡市長　内舘　茂", None]
    first = report.signatures[0]
    assert first.organisation == "岩手建設株式会社"
    assert first.reason is not None
    party = samples.statement("岩手 太郎", source=source, at=AT)
    assert party.document_digest in first.reason
    assert "2026-11-23T11:00:00+09:00" in first.reason
    assert first.signer == "割符 試験用署名者"


def test_a_single_seal_is_lta_with_or_without_a_party(pki: pkis.Pki) -> None:
    source = samples.plain()
    sealed = pki.sealer().single_seal(source, field="Seal", party=None, at=AT)
    report = validation.check_revision(source, sealed, expected_fields=["Seal"], trust=pki.trust, at=AT, final=True)
    assert report.level is reports.Level.B_LTA
    assert report.signatures[0].party is None


def test_the_sealed_file_holds_for_ten_years_and_not_beyond_the_timestamp_certificate(pki: pkis.Pki) -> None:
    final = concluded(pki, samples.plain())[-1]
    in_ten_years = validation.validate(final, trust=pki.trust, at=AT + timedelta(days=3653))
    assert in_ten_years.result is reports.Result.PASSED
    assert in_ten_years.assumed == ("last_timestamp_not_revoked",)
    assert in_ten_years.sealed_until is not None
    after_the_end = in_ten_years.sealed_until + timedelta(days=1)
    assert validation.validate(final, trust=pki.trust, at=after_the_end).result is reports.Result.INDETERMINATE


def test_the_revocation_data_is_fetched_once_for_many_seals(pki: pkis.Pki) -> None:
    sealer = pki.sealer()
    sealer.single_seal(samples.plain(), field="Seal", party=None, at=AT)
    asked = pki.status.hits
    sealer.single_seal(samples.plain(), field="Seal", party=None, at=AT + timedelta(minutes=3))
    assert pki.status.hits == asked


def test_archiving_a_file_without_signature_is_refused(pki: pkis.Pki) -> None:
    with pytest.raises(errors.SealingFailed):
        pki.sealer().archive_revision(samples.plain(), at=AT)


def test_something_that_is_not_a_pdf_is_refused_with_a_named_error(pki: pkis.Pki) -> None:
    with pytest.raises(errors.SealingFailed):
        pki.sealer().single_seal(b"hello", field="Seal", party=None, at=AT)


def test_a_control_character_in_a_name_cannot_draw_a_line_into_the_panel() -> None:
    party = samples.statement("岩手\r\n太郎\x00", source=b"", at=AT)
    assert party.name == "岩手  太郎"


def test_the_revision_must_continue_the_bytes_before_it(pki: pkis.Pki) -> None:
    source, first, *_ = concluded(pki, samples.plain())
    with pytest.raises(errors.SealNotValid):
        validation.check_revision(
            source[:-1] + b"x", first, expected_fields=["Consent1"], trust=pki.trust, at=AT, final=False
        )
    with pytest.raises(errors.SealNotValid):
        validation.check_revision(source, first, expected_fields=["Other"], trust=pki.trust, at=AT, final=False)
    with pytest.raises(errors.SealNotValid):
        validation.check_revision(source, first, expected_fields=["Consent1"], trust=pki.trust, at=AT, final=True)


def test_the_sealer_class_is_reachable_under_its_public_names() -> None:
    assert sealing.SigningKey is not None
    assert sealing.PartyStatement is not None
