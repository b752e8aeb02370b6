"""Times that cannot be, keys that may not, revocations that somebody hides: what is no proof. 存在時刻の試験"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.sign.validation import DocumentSecurityStore

from tests.pades import outsiders, samples
from tests.pades import pki as pkis
from trialpki import faults, timestamping
from warifu.pades import explanations, proofs, reports, sealing, validation

AT = pkis.SEALED
LATER = AT + timedelta(hours=1)
DAY = timedelta(days=1)


def judged(data: bytes, pki: pkis.Pki, *, at: datetime = LATER, asked: bool = True) -> reports.ValidationReport:
    return validation.validate(data, trust=pki.trust, at=at, revocation=pki.revocation if asked else None)


def told(report: reports.ValidationReport) -> list[tuple[str, str | None]]:
    return [(one.result.value, one.sub_indication) for one in report.signatures]


def honest(pki: pkis.Pki) -> outsiders.Token:
    return outsiders.stamped_at(pki, AT)


def stamped(pki: pkis.Pki, token: outsiders.Token | None = None, **certificate: object) -> bytes:
    issued = outsiders.issue(pki, **certificate)  # type: ignore[arg-type] # keywords of `issue`, from a table
    return outsiders.signed(pki, samples.plain(), issued, token=token or honest(pki))


_SEALERS: dict[Path, sealing.Sealer] = {}


def archived(pki: pkis.Pki, data: bytes) -> bytes:
    """Our own archive timestamp; who archives asks the authorities once."""
    return _SEALERS.setdefault(pki.directory, pki.sealer()).archive_revision(data, at=AT)


def store_added(pki: pkis.Pki, data: bytes, lists: list[bytes]) -> bytes:
    """With a DSS of the authorities and these lists."""
    writer: Any = outsiders.Quiet(io.BytesIO(data))
    above = [pki.authority.issued(name).certificate for name in ("issuing", "tsa-ca")]
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in above],
        crls=[asn1_crl.CertificateList.load(one) for one in lists],
    )
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def listed(pki: pkis.Pki, issuer: str, at: datetime) -> bytes:
    """A list from which nothing is missing that was revoked by `at`."""
    by = pki.authority.issued(issuer)
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(at).next_update(at + 7 * DAY)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_an_ordinary_stranger_passes_with_and_without_our_archive(pki: pkis.Pki) -> None:
    one = stamped(pki)
    report = judged(one, pki)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_T)
    report = judged(archived(pki, one), pki, asked=False)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)


# -- the signer's certificate (5.5.4, 5.6.2.4) -------------------------------------------------------------------------


@pytest.mark.parametrize("revoked", [False, True])
def test_a_key_that_had_expired_signs_nothing(pki: pkis.Pki, revoked: bool) -> None:
    issued = outsiders.issue(pki, born=pkis.FOUNDED - 800 * DAY, days=730)
    if revoked:
        outsiders.revoke(pki, issued, issued.certificate.not_valid_after_utc - 100 * DAY)
    one = outsiders.signed(pki, samples.plain(), issued, token=honest(pki))
    stored = store_added(pki, one, [listed(pki, name, AT) for name in ("root", "tsa-ca", "issuing")])
    for file, asked in ((one, True), (stored, False), (stored, True), (archived(pki, one), False)):
        report = judged(file, pki, asked=asked)
        assert report.result is reports.Result.INDETERMINATE
        assert report.signatures[0].sub_indication == "EXPIRED"


def test_what_was_signed_in_time_passes_after_the_end_only_with_revocation_data_from_before(pki: pkis.Pki) -> None:
    one = stamped(pki, days=300)
    stored = store_added(pki, one, [listed(pki, name, LATER) for name in ("root", "tsa-ca", "issuing")])
    pki.now = ended = AT + 200 * DAY
    lists = [listed(pki, name, ended - DAY) for name in ("root", "tsa-ca")]
    known = store_added(pki, stored, lists)
    assert told(judged(store_added(pki, one, lists), pki, at=ended, asked=False)) == [
        ("indeterminate", "OUT_OF_BOUNDS_NO_POE")
    ]
    assert told(judged(known, pki, at=ended, asked=False)) == [("passed", None)]


@pytest.mark.parametrize("days", [1, 0])
def test_a_key_that_an_authority_calls_revoked_does_not_pass_by_an_older_list(pki: pkis.Pki, days: int) -> None:
    issued = outsiders.issue(pki)
    outsiders.revoke(pki, issued, AT - days * DAY)
    one = outsiders.signed(pki, samples.plain(), issued, token=honest(pki))
    lists = [listed(pki, name, AT - 3 * DAY) for name in ("root", "tsa-ca", "issuing")]
    stored = store_added(pki, one, lists)
    sealed = outsiders.document_stamped(stored, honest(pki))
    for file in (one, stored, sealed):
        assert told(judged(file, pki))[0] == ("indeterminate", "REVOKED_NO_POE")


def test_a_key_that_was_revoked_after_the_signature_does_no_harm(pki: pkis.Pki) -> None:
    issued = outsiders.issue(pki)
    one = outsiders.signed(pki, samples.plain(), issued, token=honest(pki))
    outsiders.revoke(pki, issued, AT + 30 * DAY)
    pki.now = AT + 60 * DAY
    assert told(judged(one, pki, at=pki.now)) == [("passed", None)]


USES = {
    "server": "1.3.6.1.5.5.7.3.1",
    "programs": "1.3.6.1.5.5.7.3.3",
    "timestamps": "1.3.6.1.5.5.7.3.8",
    "answers": "1.3.6.1.5.5.7.3.9",
}


@pytest.mark.parametrize("certificate", [{"purposes": [one]} for one in USES.values()] + [{"authority": True}])
def test_a_certificate_for_other_uses_signs_no_contract(pki: pkis.Pki, certificate: dict[str, object]) -> None:
    one = stamped(pki, **certificate)  # type: ignore[arg-type] # keywords of `issue`
    for file in (one, archived(pki, one)):
        assert told(judged(file, pki))[0] == ("indeterminate", "CHAIN_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize(
    "purpose",
    [
        "1.3.6.1.5.5.7.3.36",
        "1.2.840.113583.1.1.5",
        "1.3.6.1.4.1.311.10.3.12",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.2",
        "2.5.29.37.0",
    ],
)
def test_a_certificate_for_documents_mail_persons_or_anything_does(pki: pkis.Pki, purpose: str) -> None:
    assert judged(stamped(pki, purposes=[purpose]), pki).result is reports.Result.PASSED


# -- tokens (5.4) ------------------------------------------------------------------------------------------------------


def liar(pki: pkis.Pki) -> faults.TimestampService:
    service = pki.tsa.service
    assert isinstance(service, faults.TimestampService)
    return service


def _by(unit: str, at: Callable[[timestamping.TimestampUnit], datetime]) -> Callable[[pkis.Pki], outsiders.Token]:
    def made(pki: pkis.Pki) -> outsiders.Token:
        chosen = getattr(liar(pki).liar, unit)
        return outsiders.stamped_at(pki, at(chosen), chosen)

    return made


LIES: dict[str, tuple[Callable[[pkis.Pki], outsiders.Token], str]] = {
    "backdated by a unit that ended a year ago": (
        _by("expired", lambda unit: unit.certificate.not_valid_after_utc - 100 * DAY),
        "OUT_OF_BOUNDS_NO_POE",
    ),
    "by a weak unit": (_by("weak", lambda _: AT), "CRYPTO_CONSTRAINTS_FAILURE"),
    "before the signer's certificate": (_by("unit", lambda _: pkis.FOUNDED - DAY), "NOT_YET_VALID"),
    "ten years ahead": (_by("unit", lambda _: AT + 3650 * DAY), "TIMESTAMP_ORDER_FAILURE"),
    "a day ahead": (_by("unit", lambda _: AT + DAY), "TIMESTAMP_ORDER_FAILURE"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_time_that_cannot_be_is_neither_passed_nor_shown(pki: pkis.Pki, name: str) -> None:
    token, expected = LIES[name]
    one = stamped(pki, token(pki))
    for file in (one, archived(pki, one)):
        first = judged(file, pki).signatures[0]
        assert first.result is reports.Result.INDETERMINATE
        if file is not one:
            assert (first.sub_indication or "").startswith(expected)
        assert first.time is None


def test_a_time_before_the_signers_certificate_is_no_time_of_a_signature(pki: pkis.Pki) -> None:
    early = outsiders.stamped_at(pki, AT - 60 * DAY)
    one = stamped(pki, early, born=AT - 5 * DAY)
    for file in (one, archived(pki, one)):
        assert told(judged(file, pki))[0] == ("indeterminate", "NOT_YET_VALID")


@pytest.mark.parametrize("place", ["signature", "middle", "last"])
def test_a_token_later_than_the_next_one_or_than_now_is_out_of_order(pki: pkis.Pki, place: str) -> None:
    ahead = outsiders.stamped_at(pki, AT + DAY)
    one = stamped(pki, ahead if place == "signature" else honest(pki))
    two = outsiders.document_stamped(one, ahead) if place == "middle" else one
    three = archived(pki, two) if place != "last" else outsiders.document_stamped(archived(pki, two), ahead)
    report = judged(three, pki)
    assert report.result is reports.Result.INDETERMINATE
    assert ("indeterminate", "TIMESTAMP_ORDER_FAILURE") in told(report)


def test_before_its_time_nothing_is_proven(pki: pkis.Pki) -> None:
    sealed = archived(pki, stamped(pki))
    report = judged(sealed, pki, at=AT - timedelta(hours=1), asked=False)
    assert {sub for _, sub in told(report)} == {"TIMESTAMP_ORDER_FAILURE"}
    report = judged(sealed, pki, at=pkis.FOUNDED - 365 * DAY, asked=False)
    assert {sub for _, sub in told(report)} == {"NOT_YET_VALID"}


@pytest.mark.parametrize("place", ["signature", "last"])
def test_a_token_that_is_signed_with_sha_1_proves_nothing(pki: pkis.Pki, place: str) -> None:
    service = liar(pki)

    def weak(asked: timestamping.Query) -> bytes:
        return service.liar.answer("sha1_token", asked, AT) or b""

    one = stamped(pki, weak if place == "signature" else honest(pki))
    sealed = archived(pki, one)
    file = sealed if place == "signature" else outsiders.document_stamped(sealed, weak)
    report = judged(file, pki, asked=False)
    assert report.result is reports.Result.INDETERMINATE
    assert report.sealed_until is None
    assert "CRYPTO_CONSTRAINTS_FAILURE_NO_POE" in {sub for _, sub in told(report)}


# -- what is said of files without proof of time, and of their level ---------------------------------------------------


def test_without_a_timestamp_the_reason_is_the_missing_proof_of_time(pki: pkis.Pki) -> None:
    issued = outsiders.issue(pki)
    bare = outsiders.signed(pki, samples.plain(), issued, token=None)
    assert told(judged(bare, pki)) == [("indeterminate", "NO_POE")]
    assert told(judged(bare, pki, asked=False)) == [("indeterminate", "TRY_LATER")]
    assert "タイムスタンプ" in explanations.of_sub_indication("NO_POE")


def test_an_archive_proves_a_signature_that_had_no_timestamp(pki: pkis.Pki) -> None:
    bare = outsiders.signed(pki, samples.plain(), outsiders.issue(pki, days=600), token=None)
    sealed = pki.sealer().archive_revision(bare, at=AT)
    for moment in (LATER, AT + 700 * DAY):
        first = judged(sealed, pki, at=moment, asked=False).signatures[0]
        assert (first.sub_indication, first.time, first.level) == (None, None, reports.Level.B_B)


@pytest.mark.parametrize(
    ("subfilter", "without"),
    [(outsiders.PADES, "signing_certificate_v2"), (outsiders.ADOBE, ""), (outsiders.ADOBE, "signing_certificate_v2")],
)
def test_what_is_no_baseline_signature_has_no_level(pki: pkis.Pki, subfilter: object, without: str) -> None:
    issued = outsiders.issue(pki)
    one = outsiders.signed(pki, samples.plain(), issued, token=honest(pki), subfilter=subfilter, without=without)  # type: ignore[arg-type] # a member of pyHanko's enumeration
    for file in (one, archived(pki, one)):
        report = judged(file, pki)
        assert (report.result, report.level, report.signatures[0].level) == (reports.Result.PASSED, None, None)


def test_a_moment_long_after_the_end_has_its_own_reason(pki: pkis.Pki) -> None:
    sealed = archived(pki, stamped(pki))
    report = judged(sealed, pki, at=AT + timedelta(days=365 * 12), asked=False)
    assert {sub for _, sub in told(report)} <= {"OUT_OF_BOUNDS_NO_POE"}


def test_a_contract_under_an_authority_without_a_responder_outlives_its_certificate(
    pki: pkis.Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = outsiders.issue(pki, days=600)
    one = outsiders.signed(pki, samples.plain(), issued, token=honest(pki))
    with monkeypatch.context() as silence:
        silence.setattr(proofs.Answers, "_ask_responder", lambda *_: None)
        sealed = pki.sealer().archive_revision(one, at=AT)
    ended = AT + 700 * DAY
    assert told(judged(sealed, pki, at=ended, asked=False)) == [("passed", None), ("passed", None)]
