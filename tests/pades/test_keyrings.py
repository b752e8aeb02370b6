"""From one key to the next without a pause, and none near its end. 署名鍵束の試験"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.pades import pki as pkis
from tests.pades import samples, smithy
from warifu.pades import errors, keys, reports, sealing, validation
from warifu.pades.transports import keyrings

AT = pkis.SEALED


def sealer(pki: pkis.Pki, ring: keys.Keyring) -> sealing.Sealer:
    return sealing.Sealer(keyring=ring, trust=pki.trust, timestamper=pki.timestamper(), revocation=pki.revocation)


def signers(sealed: bytes) -> list[bytes]:
    found = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures
    return [signature.signer_cert.sha256 for signature in found]


def test_a_key_near_its_end_does_not_seal(pki: pkis.Pki, tmp_path: Path) -> None:
    held = smithy.entry(pki, "pem", tmp_path, "p-256").load()
    ring = keys.Keyring([held])
    last = held.term.expires_at - keys.REFUSED_BEFORE_EXPIRY
    assert ring.at(last - timedelta(seconds=1)) is held.key
    with pytest.raises(errors.CertificateUnusable, match="none signs within 30 days"):
        ring.at(last)
    with pytest.raises(errors.CertificateUnusable, match="within 30 days"):
        sealer(pki, ring).single_seal(samples.plain(), field="Seal", party=None, at=last)
    with pytest.raises(errors.CertificateUnusable, match="none has begun"):
        ring.at(pkis.FOUNDED - timedelta(days=1))


# -- from one key to the next --------------------------------------------------------------------------------------


def test_the_next_key_takes_over_at_its_moment(pki: pkis.Pki, tmp_path: Path) -> None:
    old = smithy.entry(pki, "pem", tmp_path, "p-256").load()
    moment = AT + timedelta(days=10)
    new = dataclasses.replace(smithy.entry(pki, "pem", tmp_path, "p-384", at=AT).load(), takes_over_at=moment)
    ring = keys.Keyring([new, old])
    assert ring.at(moment - timedelta(seconds=1)) is old.key
    assert ring.at(moment) is new.key
    born = dataclasses.replace(new, takes_over_at=None)
    assert keys.Keyring([old, born]).at(born.term.signs_from) is born.key
    early = dataclasses.replace(new, takes_over_at=pkis.FOUNDED)
    assert early.term.signs_from == born.term.signs_from, "not before its certificate is valid"


def test_the_end_of_sealing_is_the_end_of_the_last_key_without_a_gap() -> None:
    day, margin = timedelta(days=1), timedelta(days=30)

    def term(begins: int, ends: int) -> keys.Term:
        return keys.Term(AT + begins * day, AT + ends * day)

    def until(*terms: keys.Term) -> float | None:
        end = keys.sealing_ends_at(terms, margin=margin, at=AT)
        return None if end is None else (end - AT) / day

    assert until(term(-10, 100)) == 70
    assert until(term(-10, 100), term(60, 300)) == 270
    assert until(term(-10, 100), term(70, 300)) == 270
    assert until(term(-10, 100), term(71, 300)) == 70, "a day without a key"
    assert until(term(-10, 20)) is None
    assert until(term(1, 300)) is None


@pytest.fixture
def listed(pki: pkis.Pki, tmp_path: Path) -> Iterator[Path]:
    old = smithy.entry(pki, "pem", tmp_path, "p-256")
    assert old.key is not None
    (tmp_path / "chain.pem").write_bytes((pki.directory / "chain.pem").read_bytes())
    file = tmp_path / "keys.toml"
    file.write_text(_table("旧", "p-256"), encoding="utf-8")
    yield file


def _table(name: str, stem: str, more: str = "") -> str:
    return (
        f'[[key]]\nname = "{name}"\ncertificate = "{stem}.pem"\nkey = "{stem}.key"\nchain = "chain.pem"\n'
        f'password_file = "{stem}.password"\n{more}\n'
    )


def watched(file: Path) -> keyrings.WatchedKeyring:
    return keyrings.WatchedKeyring(lambda: keyrings.read(file), list_file=file, margin=keys.REFUSED_BEFORE_EXPIRY)


def test_a_running_service_goes_over_to_a_new_key_without_a_pause(pki: pkis.Pki, tmp_path: Path, listed: Path) -> None:
    keyring = watched(listed)
    at_work = sealer(pki, keyring.current())
    source, old = samples.plain(), keyring.current().at(AT)
    one = at_work.consent_revision(source, field="Consent1", party=samples.statement("甲", source=source, at=AT), at=AT)
    before = at_work.single_seal(source, field="Seal", party=None, at=AT)

    # The operator puts the next key beside the present one; it takes over an hour later.
    smithy.entry(pki, "pem", tmp_path, "p-384", at=AT)
    takes_over = AT + timedelta(hours=1)
    listed.write_text(
        _table("旧", "p-256") + _table("新", "p-384", f"takes_over_at = {takes_over.isoformat()}"), encoding="utf-8"
    )
    keyring.current()
    pki.now = AT + timedelta(minutes=30)
    during = at_work.single_seal(source, field="Seal", party=None, at=pki.now)
    pki.now = takes_over
    after = at_work.single_seal(source, field="Seal", party=None, at=pki.now)
    new = keyring.current().at(takes_over)
    assert [len(held.name) for held in keyring.current().held] == [1, 1]
    assert new.certificate.sha256 != old.certificate.sha256
    for sealed, key in ((before, old), (during, old), (after, new)):
        assert signers(sealed) == [key.certificate.sha256]
        report = validation.validate(sealed, trust=pki.trust, at=pki.now)
        assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)

    # One contract: the first consent by the old key, the second by the new one, the archive over both.
    statement = samples.statement("乙", source=source, at=pki.now)
    two = at_work.consent_revision(one, field="Consent2", party=statement, at=pki.now)
    done = at_work.archive_revision(two, at=pki.now)
    report = validation.check_revision(
        two, done, expected_fields=["Consent1", "Consent2"], trust=pki.trust, at=pki.now, final=True
    )
    assert report.level is reports.Level.B_LTA
    assert signers(done) == [old.certificate.sha256, new.certificate.sha256]


def test_a_new_list_that_cannot_be_used_leaves_the_present_key_at_work(
    pki: pkis.Pki, tmp_path: Path, listed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keyring = watched(listed)
    key = keyring.current().at(AT)
    for text, word in (
        ("[[key", "TOMLDecodeError"),
        (_table("旧", "p-256") + _table("新", "missing"), "missing.password: FileNotFoundError"),
    ):
        listed.write_text(text, encoding="utf-8")
        assert keyring.current().at(AT) is key
        assert keyring.problem is not None
        assert word in keyring.problem.detail
        assert word in caplog.text
    told = len(caplog.records)
    keyring.current()
    assert len(caplog.records) == told, "told once"
    listed.write_text(_table("別名", "p-256"), encoding="utf-8")
    assert [held.name for held in keyring.current().held] == ["別名"]
    assert keyring.problem is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", r"no \[\[key\]\]"),
        ('[[key]]\ncertificate = "a"', "name"),
        ('[[key]]\nname = "a"\npassword = "x"', "unknown password"),
        ('[[key]]\nname = "a"\ncertificate = "a.pem"', "one of"),
        ('[[key]]\nname = "a"\nkey = "a.key"', "certificate is missing"),
        ('[[key]]\nname = "a"\nkey = "a.key"\npkcs12 = "a.p12"\ncertificate = "a"', "one of"),
        ('[[key]]\nname = "a"\ncertificate = "a"\npkcs11_module = "m"\npkcs11_token = "t"', "pin_file"),
        (
            '[[key]]\nname = "a"\ncertificate = "a"\npkcs11_module = "m"\npkcs11_token = "t"\npkcs11_id = "xy"\n'
            'pin_file = "p"',
            "hexadecimal",
        ),
        ('[[key]]\nname = "a"\npkcs12 = "a"\ntakes_over_at = 2026-01-01', "time zone"),
        ('[[key]]\nname = "a"\npkcs12 = "a"\n[[key]]\nname = "a"\npkcs12 = "b"', "same name"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(errors.KeyUnusable, match=word):
        keyrings.read(file)
