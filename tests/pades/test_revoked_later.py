"""A key that is revoked after a consent, before it, or while nobody tells (EN 319 102-1, 5.5). 失効と署名の先後"""

from __future__ import annotations

import dataclasses
import io
import itertools
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.pades import pki as pkis
from tests.pades import samples, smithy
from trialpki import revocations
from warifu.pades import chains, cms, errors, keys, proofs, sealing, trust, validation

AT = pkis.SEALED
ARCHIVED = AT + timedelta(hours=2)
LONG_AFTER = AT + timedelta(days=365 * 4)
NUMBERS = itertools.count(100)


def new_key(pki: pkis.Pki) -> keys.FileKey:
    """A key of its own for each test: what is revoked stays so."""
    private = smithy.fresh("p-256", next(NUMBERS))
    certificate = smithy.certify(pki, private)
    (asn1,) = trust.certificates_in(certificate.public_bytes(serialization.Encoding.PEM))
    return keys.FileKey(asn1, private, tuple(trust.certificates_in((pki.directory / "chain.pem").read_bytes())))


def sealer(pki: pkis.Pki, *ring: keys.FileKey, kind: type[sealing.Sealer] = sealing.Sealer) -> sealing.Sealer:
    return kind(
        keyring=keys.Keyring.of(*ring), trust=pki.trust, timestamper=pki.timestamper(), revocation=pki.revocation
    )


def consented(made: sealing.Sealer, at: datetime) -> bytes:
    source = samples.plain()
    return made.consent_revision(
        source, field="Consent1", party=samples.statement("岩手 太郎", source=source, at=at), at=at
    )


def revoke(
    pki: pkis.Pki, key: keys.FileKey, at: datetime, reason: pyca.ReasonFlags = pyca.ReasonFlags.key_compromise
) -> None:
    revocations.record(
        pki.directory,
        revocations.Revocation("signer", key.certificate.serial_number, at.replace(microsecond=0), reason),
    )


def checked(before: bytes, after: bytes, pki: pkis.Pki) -> None:
    at = pki.now + timedelta(minutes=1)
    validation.check_revision(before, after, expected_fields=["Consent1"], trust=pki.trust, at=at, final=True)


def verdict(content: bytes, pki: pkis.Pki, at: datetime, *, asked: bool = False) -> tuple[str, str | None]:
    source = pki.revocation if asked else None
    report = validation.validate(content, trust=pki.trust, at=at, revocation=source)
    return report.result.value, report.signatures[0].sub_indication


@pytest.mark.parametrize("minutes", [1, 60, 119, 120])
def test_a_consent_before_the_revocation_is_archived_and_passes_without_a_network(pki: pkis.Pki, minutes: int) -> None:
    key = new_key(pki)
    made = sealer(pki, key)
    one = consented(made, AT)
    revoke(pki, key, AT + timedelta(minutes=minutes))
    pki.now = ARCHIVED
    assert verdict(one, pki, ARCHIVED, asked=True) == ("passed", None)
    done = made.archive_revision(one, at=ARCHIVED)
    checked(one, done, pki)
    for moment in (ARCHIVED, LONG_AFTER):
        assert verdict(done, pki, moment) == ("passed", None)
    # The file itself says that the certificate was revoked, and when.
    described = validation.validate(done, trust=pki.trust, at=ARCHIVED).signatures[0].chain[0].revocation
    assert (described.status, described.revoked_at) == ("revoked", AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [0, -1, -60])
def test_a_consent_that_was_signed_after_the_revocation_is_never_archived(pki: pkis.Pki, minutes: int) -> None:
    key = new_key(pki)
    made = sealer(pki, key)
    one = consented(made, AT)  # the sealer was told "good" within the last quarter of an hour
    revoke(pki, key, AT + timedelta(minutes=minutes))
    pki.now = ARCHIVED
    before = pki.tsa.hits
    with pytest.raises(errors.SignedAfterRevocation) as caught:
        made.archive_revision(one, at=ARCHIVED)
    assert (pki.tsa.hits, caught.value.paid) == (before, False)
    if minutes:
        assert verdict(one, pki, ARCHIVED, asked=True) == ("indeterminate", "REVOKED_NO_POE")


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (pyca.ReasonFlags.key_compromise, "timestamp_revoked"),
        (pyca.ReasonFlags.certificate_hold, "certificate_revoked"),  # it may come back
    ],
)
def test_a_consent_whose_timestamp_authority_is_revoked_is_told_as_such(
    tmp_path: Path, reason: pyca.ReasonFlags, code: str
) -> None:
    pki = pkis.Pki(tmp_path / "pki")
    try:
        made = pki.sealer()
        one = consented(made, AT)
        (tsa,) = trust.certificates_in((pki.directory / "tsa.pem").read_bytes())
        moment = AT + timedelta(minutes=1)
        revocations.record(pki.directory, revocations.Revocation("tsa", tsa.serial_number, moment, reason))
        pki.now = ARCHIVED
        before = pki.tsa.hits
        with pytest.raises(errors.CertificateRevoked) as caught:
            made.archive_revision(one, at=ARCHIVED)
        assert (caught.value.code, caught.value.paid, pki.tsa.hits) == (code, False, before)
    finally:
        pki.close()


def test_an_archive_made_by_who_does_not_look_does_not_pass(pki: pkis.Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key(pki)
    made = sealer(pki, key)
    one = consented(made, AT)
    revoke(pki, key, AT - timedelta(minutes=1))
    pki.now = ARCHIVED
    monkeypatch.setattr(chains, "_require_signed_before", lambda revoked, signed_at: None)
    done = made.archive_revision(one, at=ARCHIVED)
    with pytest.raises(errors.SealNotValid):
        checked(one, done, pki)
    for moment in (ARCHIVED, LONG_AFTER):
        assert verdict(done, pki, moment)[0] == "indeterminate"


class Forger(sealing.Sealer):
    """Writes a response into the file whose signature is not the responder's."""

    def _chain_of(
        self, held: cms.Carried, at: datetime, *, ours: bool, signed_at: datetime | None
    ) -> chains.Chain | None:
        chain = super()._chain_of(held, at, ours=ours, signed_at=signed_at)
        if chain is None or signed_at is None:
            return chain
        return dataclasses.replace(chain, proofs=tuple(_forged(proof) for proof in chain.proofs))


def _forged(proof: proofs.Proof) -> proofs.Proof:
    if proof.ocsp is None:
        return proof
    changed = proof.ocsp.copy()
    basic = changed["response_bytes"]["response"].parsed
    octets = bytes(basic["signature"].native)
    basic["signature"] = octets[:-1] + bytes([octets[-1] ^ 1])
    changed["response_bytes"]["response"] = basic
    return dataclasses.replace(proof, ocsp=ocsp.OCSPResponse.load(changed.dump(force=True)))


def test_a_forged_revocation_after_the_signature_proves_nothing(pki: pkis.Pki) -> None:
    key = new_key(pki)
    made = sealer(pki, key, kind=Forger)
    one = consented(made, AT)
    revoke(pki, key, AT + timedelta(hours=1))
    pki.now = ARCHIVED
    done = made.archive_revision(one, at=ARCHIVED)
    for moment in (ARCHIVED, LONG_AFTER):
        assert verdict(done, pki, moment)[0] == "indeterminate"


def test_a_certificate_on_hold_may_come_back_and_is_waited_for(pki: pkis.Pki) -> None:
    key = new_key(pki)
    made = sealer(pki, key)
    one = consented(made, AT)
    revoke(pki, key, AT + timedelta(hours=1), pyca.ReasonFlags.certificate_hold)
    pki.now = ARCHIVED
    with pytest.raises(errors.CertificateRevoked) as caught:
        made.archive_revision(one, at=ARCHIVED)
    assert caught.value.code == "certificate_revoked"


def test_while_nobody_tells_since_the_signature_it_is_not_archived(pki: pkis.Pki) -> None:
    made = sealer(pki, new_key(pki))
    made.warm_up(at=AT)
    pki.now = AT + timedelta(minutes=1)
    one = consented(made, pki.now)
    pki.now = AT + timedelta(minutes=5)
    before = pki.tsa.hits
    pki.status.mode = "down"
    with pytest.raises(errors.RevocationOutdated) as caught:
        made.archive_revision(one, at=pki.now)
    assert (caught.value.retry, caught.value.paid, pki.tsa.hits) == (True, False, before)
    # What is held still proves that the key may sign, and its end is not near.
    consented(made, pki.now)
    pki.status.mode, pki.now = "ok", AT + timedelta(minutes=7)
    checked(one, made.archive_revision(one, at=pki.now), pki)


def test_an_authority_with_a_clock_ahead_of_ours_keeps_nobody_waiting(pki: pkis.Pki) -> None:
    made = sealer(pki, new_key(pki))
    pki.now = AT + timedelta(minutes=2)
    one = consented(made, AT)
    checked(one, made.archive_revision(one, at=AT), pki)


def test_after_a_revocation_is_learnt_no_consent_is_signed_under_that_key(pki: pkis.Pki) -> None:
    key = new_key(pki)
    made = sealer(pki, key)
    made.warm_up(at=AT)
    pki.now = AT + timedelta(minutes=1)
    one = consented(made, pki.now)
    revoke(pki, key, AT + timedelta(minutes=2))
    pki.now = AT + timedelta(minutes=3)
    checked(one, made.archive_revision(one, at=pki.now), pki)
    before = pki.tsa.hits
    with pytest.raises(errors.CertificateRevoked):
        consented(made, pki.now)
    assert pki.tsa.hits == before


def test_the_next_key_signs_when_the_first_is_revoked(pki: pkis.Pki) -> None:
    first, second = new_key(pki), new_key(pki)
    made = sealer(pki, first, second)
    one = consented(made, AT)
    revoke(pki, first, AT + timedelta(minutes=10))
    pki.now = ARCHIVED
    statement = samples.statement("盛岡 花子", source=one, at=ARCHIVED)
    two = made.consent_revision(one, field="Consent2", party=statement, at=ARCHIVED)
    found = PdfFileReader(io.BytesIO(two)).embedded_regular_signatures
    assert [signature.signer_cert.sha256 for signature in found] == [
        first.certificate.sha256,
        second.certificate.sha256,
    ]
    done = made.archive_revision(two, at=ARCHIVED)
    at = ARCHIVED + timedelta(minutes=1)
    validation.check_revision(two, done, expected_fields=["Consent1", "Consent2"], trust=pki.trust, at=at, final=True)
    revoke(pki, second, ARCHIVED)
    pki.now = ARCHIVED + timedelta(hours=1)
    with pytest.raises(errors.CertificateRevoked):
        consented(made, pki.now)
