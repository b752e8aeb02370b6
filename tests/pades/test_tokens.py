"""What a timestamp authority answers is believed only when every rule holds. タイムスタンプトークンの試験"""

from __future__ import annotations

import hashlib
import random
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes

from tests.pades import pki as pkis
from trialpki import lies, profiles
from warifu.pades import chains, errors, rehearsal, responses, signed_tokens, tokens

AT = pkis.SEALED
DIGEST = hashlib.sha256(b"contract").digest()
STRICT = tokens.Authority(
    "strict", policies=(profiles.TIMESTAMP_POLICY,), max_accuracy=timedelta(seconds=1), max_skew=timedelta(minutes=1)
)
CORPUS = Path(__file__).resolve().parents[3] / "shared/corpora/tsa-response"


class Asked:
    """The trial authority through the production transport, under a name with conditions."""

    def __init__(self, pki: pkis.Pki, authority: tokens.Authority) -> None:
        self._http, self.authority = pki.timestamper(), authority
        self.faults: list[errors.PadesError | None] = []
        self.answers: list[bytes] = []
        self.queries: list[bytes] = []

    def candidates(self, at: object) -> tuple[tokens.Authority, ...]:
        return (self.authority,)

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        (inner,) = self._http.candidates(AT)
        self.queries.append(query)
        self.answers.append(self._http.ask(query, authority=inner))
        return self.answers[-1]

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: object,
        token: tokens.Token | None = None,
    ) -> None:
        self.faults.append(fault)


def requested(pki: pkis.Pki, authority: tokens.Authority = STRICT, asked: Asked | None = None) -> tokens.Token:
    ledger = chains.RevocationLedger(trust=pki.trust, source=pki.revocation)
    return tokens.request(
        DIGEST, "sha256", timestamper=asked or Asked(pki, authority), ledger=ledger, trust=pki.trust, at=AT
    )


def test_a_token_says_who_issued_it_when_and_under_which_number(pki: pkis.Pki) -> None:
    asked = Asked(pki, STRICT)
    token = requested(pki, asked=asked)
    assert asked.faults == [None]
    assert (token.authority, token.policy, token.generated_at) == ("strict", profiles.TIMESTAMP_POLICY, AT)
    assert "割符 試験用タイムスタンプ局" in token.subject
    info = token.content["content"]["encap_content_info"]["content"].parsed
    assert info["serial_number"].native == token.serial_number


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        ("granted_with_mods", "grantedWithMods"),
        ("waiting", "waiting"),
        ("rejection", "systemFailure"),
        ("unaccepted_policy", "unacceptedPolicy"),
        ("wrong_nonce", "nonce"),
        ("no_nonce", "nonce"),
        ("wrong_imprint", "imprint"),
        ("sha1_imprint", "imprint"),
        ("sha1_token", "digest 1.3.14.3.2.26"),
        ("bad_signature", "does not verify"),
        ("other_policy", lies.OTHER_POLICY),
        ("no_accuracy", "accuracy none"),
        ("coarse_accuracy", "accuracy 600 s"),
        ("gentime_off", r"\+86400 s"),
        ("no_certificate", "does not carry"),
        ("untrusted_chain", "certificate"),
        ("expired_cert", "certificate"),
        ("weak_key", "1024|not accepted"),
        ("wrong_eku", "not for timestamps alone"),
    ],
)
def test_each_lie_is_refused_for_its_own_reason(pki: pkis.Pki, mode: str, word: str) -> None:
    pki.tsa.mode = mode
    asked = Asked(pki, STRICT)
    with pytest.raises((errors.TimestampRefused, errors.TimestampRejected), match=word) as caught:
        requested(pki, asked=asked)
    assert caught.value.retry
    assert asked.faults == [caught.value]


def test_the_table_of_lies_is_tested_whole() -> None:
    tested = test_each_lie_is_refused_for_its_own_reason.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {mode for mode, _ in tested} == set(lies.LIES)


def test_an_authority_without_conditions_may_choose_policy_and_accuracy(pki: pkis.Pki) -> None:
    pki.tsa.mode = "other_policy"
    assert requested(pki, tokens.Authority("any")).policy == lies.OTHER_POLICY
    pki.tsa.mode = "no_accuracy"
    assert requested(pki, tokens.Authority("any")).policy == profiles.TIMESTAMP_POLICY


def test_the_reason_of_a_rejection_is_told_in_words(pki: pkis.Pki) -> None:
    wanted = tokens.Authority("other", policies=(lies.OTHER_POLICY,))
    with pytest.raises(errors.TimestampRefused) as caught:
        requested(pki, wanted)
    assert caught.value.detail == "the authority answered rejection: unacceptedPolicy"
    assert "求めたポリシーを扱っていません" in caught.value.message


def test_a_text_of_the_authority_reaches_the_log_without_control_characters() -> None:
    # rejection, statusString "no\n<b>", failInfo badAlg
    answer = bytes.fromhex("3014 3012 020102 3009 0c07 6e6f0a3c623e21 03020780".replace(" ", ""))
    with pytest.raises(errors.TimestampRefused, match=r"badAlg 'no<b>!'"):
        responses.token_of(answer)


@pytest.mark.parametrize("rubbish", [b"", b"\x30", b"\x30\x80\x00\x00", b"<html>", b"\x30\x03\x02\x01\x00", b"\0" * 99])
def test_rubbish_is_rejected_with_a_named_error(rubbish: bytes) -> None:
    with pytest.raises(errors.TimestampRejected):
        responses.token_of(rubbish)
    with pytest.raises(errors.TimestampRejected):
        signed_tokens.read(rubbish)


def test_a_changed_octet_never_changes_what_a_token_says(pki: pkis.Pki) -> None:
    asked = Asked(pki, STRICT)
    requested(pki, asked=asked)
    honest = responses.token_of(asked.answers[0])
    whole = signed_tokens.read(honest)
    chance, refused = random.Random(3161), 0
    for _ in range(400):
        changed = bytearray(honest)
        changed[chance.randrange(len(honest))] ^= 1 << chance.randrange(8)
        try:
            read = signed_tokens.read(bytes(changed))
        except errors.TimestampRejected:
            refused += 1
            continue
        # A certificate that only came along may differ: the chain to our roots decides about it.
        assert (read.info, read.certificate.dump()) == (whole.info, whole.certificate.dump())
    assert refused > 200


def test_the_chain_of_an_authority_is_proven_once(pki: pkis.Pki) -> None:
    ledger = chains.RevocationLedger(trust=pki.trust, source=pki.revocation)
    asked = Asked(pki, STRICT)

    def once(at_offset: timedelta) -> None:
        pki.now = AT + at_offset
        tokens.request(DIGEST, "sha256", timestamper=asked, ledger=ledger, trust=pki.trust, at=AT + at_offset)

    once(timedelta())
    before = pki.status.hits
    once(timedelta(minutes=1))
    assert pki.status.hits == before
    pki.status.mode = "revoked"
    once(timedelta(minutes=2))
    with pytest.raises(errors.TimestampRejected, match="revoked"):
        once(timedelta(days=4))


def sample(name: str) -> bytes:
    found = CORPUS / name
    if not found.is_file():
        pytest.skip("the corpus of timestamp responses is not here")
    return responses.token_of(found.read_bytes())


def test_a_strangers_token_with_a_broken_signature_is_rejected() -> None:
    with pytest.raises(errors.TimestampRejected, match="does not verify"):
        signed_tokens.read(sample("5a0cab3fd161.tsr"))


def test_a_strangers_token_over_sha512_is_read() -> None:
    token = signed_tokens.read(sample("6982abfcff85.tsr"))
    assert token.info.algorithm == "sha512"
    assert token.info.digest == hashlib.sha512(b"hello").digest()
    assert token.info.accuracy == timedelta(seconds=1)
    assert (token.info.nonce, len(token.others)) == (0x06D2A9B668AC5B1E887833C6C1E8F1B975AE3D6C, 0)


@pytest.mark.parametrize(
    ("name", "algorithm", "digest", "nonce", "word"),
    [
        # The same imprint as in the request of 6982abfcff85, another nonce.
        (
            "78974acff729.tsr",
            "sha512",
            hashlib.sha512(b"hello").digest(),
            0x06D2A9B668AC5B1E887833C6C1E8F1B975AE3D6C,
            "nonce",
        ),
        (
            "6982abfcff85.tsr",
            "sha512",
            hashlib.sha512(b"hello").digest(),
            0x06D2A9B668AC5B1E887833C6C1E8F1B975AE3D6C,
            "policy",
        ),
        ("914ce30178b4.tsr", "sha256", DIGEST, 0x499602D2, "does not carry"),
    ],
)
def test_a_strangers_answer_is_rejected(
    pki: pkis.Pki, name: str, algorithm: str, digest: bytes, nonce: int, word: str
) -> None:
    sample(name)
    ledger = chains.RevocationLedger(trust=pki.trust, source=pki.revocation)
    with pytest.raises(errors.TimestampRejected, match=word):
        tokens.check(
            (CORPUS / name).read_bytes(),
            authority=STRICT,
            digest=digest,
            algorithm=algorithm,
            nonce=nonce,
            ledger=ledger,
            trust=pki.trust,
            at=AT,
        )


class Units:
    """Timestamping units of a trial authority: each is asked in turn, the first may take its time. 時刻認証局の代役"""

    def __init__(self, *authorities: tokens.Authority, slow: float = 0.0) -> None:
        self.authorities, self.slow = authorities, slow
        self.trial = rehearsal.Authority()
        self.unit = {one.name: self.trial._tsa for one in authorities}
        self.noted: list[tuple[str, str]] = []
        self.began = time.monotonic()

    def candidates(self, at: datetime) -> tuple[tokens.Authority, ...]:
        return self.authorities

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        if self.slow and authority is self.authorities[0]:
            time.sleep(self.slow)
            raise errors.TimestampUnavailable("time-out")
        self.trial._tsa = self.unit[authority.name]
        return self.trial.ask(query, authority=authority)

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: datetime,
        token: tokens.Token | None = None,
    ) -> None:
        self.noted.append((authority.name, fault.code if fault else ""))

    def asked(self) -> tokens.Token:
        ledger = chains.RevocationLedger(trust=self.trial.trust, source=self.trial)
        return tokens.request(
            DIGEST, "sha256", timestamper=self, ledger=ledger, trust=self.trial.trust, at=rehearsal.MOMENT
        )


def test_waiting_for_one_authority_does_not_make_the_next_ones_clock_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    skew = timedelta(milliseconds=400)
    units = Units(tokens.Authority("slow", max_skew=skew), tokens.Authority("good", max_skew=skew), slow=0.6)
    truth = rehearsal.MOMENT
    ask = units.trial.ask

    def on_time(query: bytes, *, authority: tokens.Authority) -> bytes:
        monkeypatch.setattr(rehearsal, "MOMENT", truth + timedelta(seconds=time.monotonic() - units.began))
        answer = ask(query, authority=authority)
        monkeypatch.setattr(rehearsal, "MOMENT", truth)
        return answer

    monkeypatch.setattr(units.trial, "ask", on_time)
    units.began = time.monotonic()
    assert units.asked().authority == "good"
    assert units.noted == [("slow", "timestamp_unavailable"), ("good", "")]


def test_an_authority_with_a_certificate_that_no_parser_expects_is_passed_over() -> None:
    units = Units(tokens.Authority("odd"), tokens.Authority("good"))
    good = units.trial._tsa
    odd = (
        pyca.CertificateBuilder()
        .subject_name(good.certificate.subject)
        .issuer_name(good.certificate.issuer)
        .public_key(good.key.public_key())
        .serial_number(78)
        .not_valid_before(rehearsal.MOMENT - timedelta(days=1))
        .not_valid_after(rehearsal.MOMENT + timedelta(days=900))
        # An OCTET STRING where a BIT STRING is due.
        .add_extension(pyca.UnrecognizedExtension(pyca.ObjectIdentifier("2.5.29.15"), b"\x04\x01\x00"), critical=True)
        .sign(units.trial._root.key, hashes.SHA256())
    )
    units.unit["odd"] = rehearsal._Issued(odd, good.key)
    assert units.asked().authority == "good"
    assert units.noted == [("odd", "timestamp_rejected"), ("good", "")]


def test_a_rejected_token_was_still_paid_for(pki: pkis.Pki) -> None:
    for mode, paid in (("wrong_nonce", True), ("rejection", False), ("html", False)):
        pki.tsa.mode = mode
        with pytest.raises(errors.PadesError) as caught:
            requested(pki)
        assert caught.value.paid is paid, mode
