"""What is refused: every changed byte, every addition, every chain that we do not know. 検証の試験"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.pades import pki as pkis
from tests.pades import samples
from tests.pades.test_sealing import concluded
from trialpki import certificates as trial_certificates
from trialpki import profiles
from warifu.pades import boxed, rehearsal, reports, sunsets, trust, validation

AT = pkis.SEALED
Change = Callable[[bytes], bytes]


@functools.cache
def rehearsed() -> bytes:
    return rehearsal.rehearse(samples.plain())


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 0x01]) + data[position + 1 :]


@pytest.mark.parametrize("share", [step / 24 for step in range(24)])
def test_one_changed_bit_anywhere_is_found(pki: pkis.Pki, share: float) -> None:
    final = concluded_once(pki)
    changed = flipped(final, int(len(final) * share))
    assert validation.validate(changed, trust=pki.trust, at=AT).result is not reports.Result.PASSED


@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_no_bit_of_the_last_container_may_change(pki: pkis.Pki, bit: int) -> None:
    final = concluded_once(pki)
    start = final.rindex(b"/Contents <") + len(b"/Contents <")
    end = final.index(b">", start)
    for position in range(start, end, 1531):
        changed = final[:position] + bytes([final[position] ^ bit]) + final[position + 1 :]
        report = validation.validate(changed, trust=pki.trust, at=AT)
        assert report.result is not reports.Result.PASSED, position - start


def test_a_changed_bit_in_the_text_is_total_failed(pki: pkis.Pki) -> None:
    final = concluded_once(pki)
    position = final.index(b"/MediaBox")
    report = validation.validate(flipped(final, position + 12), trust=pki.trust, at=AT)
    assert report.result is reports.Result.FAILED


def test_a_hidden_signature_is_not_called_unsigned(pki: pkis.Pki) -> None:
    final = concluded_once(pki)
    changed = final.replace(b"/SigFlags", b"/SigFlagz").replace(b"/Fields", b"/Fieldz").replace(b"/FT", b"/FZ")
    report = validation.validate(changed, trust=pki.trust, at=AT)
    assert report.result is reports.Result.FAILED


def new_root_key(data: bytes) -> bytes:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root["/Changed"] = writer.root["/Pages"]
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def another_page_text(data: bytes) -> bytes:
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = page["/MediaBox"].raw_get(0)
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    "change",
    [lambda data: data + b" ", lambda data: data + b"\n%%EOF", lambda data: data + b"x" * 9, new_root_key],
    ids=["space", "second end", "junk", "new revision"],
)
def test_anything_appended_after_the_archive_timestamp_fails(pki: pkis.Pki, change: Change) -> None:
    report = validation.validate(change(concluded_once(pki)), trust=pki.trust, at=AT)
    assert report.result is reports.Result.FAILED
    assert report.problem in {"not_covered", "modified_after_signing", "unreadable"}
    assert not report.covers_whole_file


@pytest.mark.parametrize("change", [new_root_key, another_page_text])
def test_a_change_slipped_in_before_the_archive_timestamp_fails(pki: pkis.Pki, change: Change) -> None:
    source = samples.plain()
    sealer = pki.sealer()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    signed = sealer.consent_revision(source, field="Consent1", party=party, at=AT)
    sealed = sealer.archive_revision(change(signed), at=AT)
    report = validation.validate(sealed, trust=pki.trust, at=AT)
    assert report.covers_whole_file
    assert report.result is reports.Result.FAILED
    assert report.problem == "modified_after_signing"


def test_an_unknown_root_is_indeterminate(pki: pkis.Pki) -> None:
    report = validation.validate(rehearsed(), trust=pki.trust, at=rehearsal.MOMENT)
    assert report.result is reports.Result.INDETERMINATE
    assert report.signatures[0].sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


@pytest.mark.parametrize("first", [True, False])
def test_a_root_may_have_a_namesake_with_a_key_of_another_kind(pki: pkis.Pki, first: bool) -> None:
    """As when a root gets a new key under its old name."""
    profile = replace(next(one for one in profiles.PROFILES if one.name == "root"), key=profiles.KeyKind.P_384)
    made = trial_certificates.issue(profile, issuer=None, at=pkis.FOUNDED)
    (other,) = trust.certificates_in(made.certificate.public_bytes(serialization.Encoding.DER))
    roots = (other, *pki.trust.roots) if first else (*pki.trust.roots, other)
    report = validation.validate(concluded_once(pki), trust=trust.TrustAnchors(roots=roots), at=AT)
    assert (report.result, report.problem) == ("passed", None)
    # And the namesake alone proves nothing.
    stranger = validation.validate(concluded_once(pki), trust=trust.TrustAnchors(roots=(other,)), at=AT)
    assert stranger.result is reports.Result.INDETERMINATE
    assert stranger.problem != "unreadable"


def test_an_unsigned_file_is_indeterminate_and_says_so(pki: pkis.Pki) -> None:
    report = validation.validate(samples.plain(), trust=pki.trust, at=AT)
    assert (report.result, report.problem) == (reports.Result.INDETERMINATE, "unsigned")


def test_a_consent_revision_alone_is_not_passed_until_revocation_is_asked(pki: pkis.Pki) -> None:
    source = samples.plain()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    signed = pki.sealer().consent_revision(source, field="Consent1", party=party, at=AT)
    offline = validation.validate(signed, trust=pki.trust, at=AT)
    assert (offline.result, offline.level) == (reports.Result.INDETERMINATE, reports.Level.B_T)
    assert offline.signatures[0].time == AT
    online = validation.validate(signed, trust=pki.trust, at=AT, revocation=pki.revocation)
    assert (online.result, online.level) == (reports.Result.PASSED, reports.Level.B_T)


def test_later_revocation_data_replaces_the_assumption(pki: pkis.Pki) -> None:
    final = concluded_once(pki)
    pki.now = AT + timedelta(days=400)
    asked = validation.validate(final, trust=pki.trust, at=pki.now, revocation=pki.revocation)
    assert (asked.result, asked.assumed) == (reports.Result.PASSED, ())
    not_asked = validation.validate(final, trust=pki.trust, at=pki.now)
    assert not_asked.assumed == ("last_timestamp_not_revoked",)


def test_the_report_survives_its_json_form(pki: pkis.Pki) -> None:
    report = validation.validate(concluded_once(pki), trust=pki.trust, at=AT)
    assert reports.ValidationReport.from_json(report.as_json()) == report


def test_the_boxed_validator_gives_the_same_report(pki: pkis.Pki, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(concluded_once(pki))
    root = pki.directory / "root.pem"
    report = boxed.validate_boxed(file, trust_files=[root], at=AT)
    assert report == validation.validate(file.read_bytes(), trust=pki.trust, at=AT)


def test_the_box_honours_a_day_that_was_brought_forward(pki: pkis.Pki, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(concluded_once(pki))
    table = sunsets.Sunsets({"128": AT.date() - timedelta(days=1)})
    report = boxed.validate_boxed(file, trust_files=[pki.directory / "root.pem"], at=AT, table=table)
    assert report == validation.validate(file.read_bytes(), trust=pki.trust, at=AT, table=table)
    assert report.result is reports.Result.INDETERMINATE


def test_a_file_that_keeps_the_validator_busy_is_stopped(pki: pkis.Pki, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(concluded_once(pki))
    report = boxed.validate_boxed(file, trust_files=[pki.directory / "root.pem"], at=AT, seconds=0.05)
    assert (report.result, report.problem) == (reports.Result.INDETERMINATE, "check_stopped")


def test_an_encrypted_file_is_indeterminate() -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.plain())) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(user="u", owner="o"))
    report = validation.validate(output.getvalue(), trust=trust.TrustAnchors(roots=()), at=AT)
    assert report.result is reports.Result.INDETERMINATE


_KEPT: dict[Path, bytes] = {}


def concluded_once(pki: pkis.Pki) -> bytes:
    if pki.directory not in _KEPT:
        _KEPT[pki.directory] = concluded(pki, samples.plain())[-1]
    return _KEPT[pki.directory]
