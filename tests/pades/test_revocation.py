"""A revoked key stops within minutes, and a silent authority stops nobody whose data still holds. 失効情報の試験"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp as responses
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.pades import chains, errors, keys, proofs, rehearsal, sealing, trust

AT = pkis.SEALED
NOW = rehearsal.MOMENT
GOOD, REVOKED, UNKNOWN = (
    responses.OCSPCertStatus.GOOD,
    responses.OCSPCertStatus.REVOKED,
    responses.OCSPCertStatus.UNKNOWN,
)


@dataclass
class Office:
    """An authority with a responder and lists at several addresses, and a signer whose certificate names both."""

    list_url: str = "http://lists.test/one"
    status: responses.OCSPCertStatus = GOOD
    forged: bool = False
    silent: bool = False
    without_lists: bool = False
    now: datetime = NOW
    lag: timedelta = timedelta()
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.trial = rehearsal.Authority()
        self.root = self.trial._root
        self.trust = self.trial.trust
        self.signer = self.issue()

    def issue(self) -> rehearsal._Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        point = pyca.DistributionPoint([pyca.UniformResourceIdentifier(self.list_url)], None, None, None)
        responder = pyca.AccessDescription(
            AuthorityInformationAccessOID.OCSP, pyca.UniformResourceIdentifier("http://ocsp.test/")
        )
        made = (
            pyca.CertificateBuilder()
            .subject_name(pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "signer")]))
            .issuer_name(self.root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(pyca.random_serial_number())
            .not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=900))
            .add_extension(pyca.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(rehearsal._usage(authority=False), critical=True)
            .add_extension(pyca.CRLDistributionPoints([point]), critical=False)
            .add_extension(pyca.AuthorityInformationAccess([responder]), critical=False)
            .sign(self.root.key, hashes.SHA256())
        )
        return rehearsal._Issued(made, key)

    def ocsp(self, url: str, request: bytes) -> bytes:
        self.asked.append("ocsp")
        if self.silent:
            raise errors.RevocationUnavailable("silence")
        revoked = self.status is REVOKED
        builder = (
            responses.OCSPResponseBuilder()
            .add_response(
                cert=self.signer.certificate,
                issuer=self.root.certificate,
                algorithm=hashes.SHA1(),  # noqa: S303 - the identifier of RFC 5019, 2.1.1
                cert_status=self.status,
                this_update=self.now,
                next_update=self.now + timedelta(days=1),
                revocation_time=self.now if revoked else None,
                revocation_reason=None,
            )
            .responder_id(responses.OCSPResponderEncoding.HASH, self.root.certificate)
        )
        answer = builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        # The signature ends the answer.
        return answer[:-1] + bytes([answer[-1] ^ 1]) if self.forged else answer

    def crl(self, url: str) -> bytes:
        self.asked.append(url)
        if self.silent or self.without_lists:
            raise errors.RevocationUnavailable("silence")
        builder = (
            pyca.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(self.now - self.lag)
            .next_update(self.now + timedelta(days=1))
        )
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def ledger(self) -> chains.RevocationLedger:
        return chains.RevocationLedger(trust=self.trust, source=self)

    def proven(
        self,
        ledger: chains.RevocationLedger,
        *,
        after: timedelta = timedelta(),
        signed_at: datetime | None = None,
        about: rehearsal._Issued | None = None,
    ) -> chains.Chain:
        self.now = NOW + after
        work = ledger.chain(
            (about or self.signer).asn1, others=(), at=self.now, timestamping=False, signed_at=signed_at
        )
        return asyncio.run(work)


def test_a_key_that_was_revoked_stops_within_a_quarter_of_an_hour(pki: pkis.Pki) -> None:
    sealer = pki.sealer()

    def sealed(after: timedelta) -> None:
        pki.now = AT + after
        sealer.single_seal(samples.plain(), field="Seal", party=None, at=pki.now)

    sealed(timedelta())
    pki.status.mode = "revoked"
    with pytest.raises(errors.CertificateRevoked):
        sealed(proofs.LONGEST_FOR_SIGNER)
    with pytest.raises(errors.CertificateRevoked):
        sealed(proofs.LONGEST_FOR_SIGNER)


def test_an_authority_whose_key_was_revoked_stamps_no_longer_than_an_hour(pki: pkis.Pki) -> None:
    ledger = chains.RevocationLedger(trust=pki.trust, source=pki.revocation)
    certificate, *others = trust.certificates_in((pki.directory / "tsa.pem").read_bytes())
    others += trust.certificates_in((pki.directory / "tsa-chain.pem").read_bytes())

    def proven(after: timedelta) -> None:
        pki.now = AT + after
        asyncio.run(ledger.chain(certificate, others=others, at=pki.now, timestamping=True))

    proven(timedelta())
    pki.status.mode = "revoked"
    with pytest.raises(errors.CertificateRevoked):
        proven(proofs.LONGEST_FOR_TIMESTAMPS)


@pytest.mark.parametrize("fault", [{"silent": True}, {"status": UNKNOWN, "without_lists": True}])
def test_while_nobody_answers_what_is_held_counts_to_its_end_and_the_question_is_repeated_each_minute(
    fault: dict[str, object],
) -> None:
    office = Office()
    ledger = office.ledger()
    office.proven(ledger)
    for name, value in fault.items():
        setattr(office, name, value)
    office.asked.clear()
    office.proven(ledger, after=timedelta(minutes=20))
    first = len(office.asked)
    office.proven(ledger, after=timedelta(minutes=20, seconds=30))
    assert len(office.asked) == first
    office.proven(ledger, after=timedelta(hours=23))
    assert len(office.asked) > first
    with pytest.raises(errors.RevocationUnavailable):
        office.proven(ledger, after=timedelta(days=2))


def test_a_revocation_that_is_learnt_counts_at_once_for_all_that_share_the_chain() -> None:
    office = Office()
    ledger = office.ledger()
    office.proven(ledger)
    office.status = REVOKED
    with pytest.raises(errors.SignedAfterRevocation):
        office.proven(ledger, after=timedelta(seconds=1), signed_at=NOW + timedelta(seconds=1))
    with pytest.raises(errors.CertificateRevoked):
        office.proven(ledger, after=timedelta(seconds=2))


def test_proof_for_an_archive_is_asked_for_after_the_signature_and_only_once() -> None:
    office = Office()
    ledger = office.ledger()
    office.proven(ledger)
    stamped = NOW + timedelta(minutes=2)
    assert office.proven(ledger, after=timedelta(minutes=3)).proofs[0].this_update == NOW
    chain = office.proven(ledger, after=timedelta(minutes=3), signed_at=stamped)
    assert chain.proofs[0].this_update >= stamped
    before = len(office.asked)
    assert office.proven(ledger, after=timedelta(minutes=4), signed_at=stamped) is chain
    office.silent = True
    later = NOW + timedelta(minutes=4)
    with pytest.raises(errors.RevocationOutdated):
        office.proven(ledger, after=timedelta(minutes=5), signed_at=later)
    assert len(office.asked) > before
    assert office.proven(ledger, after=timedelta(minutes=5)) is not None, (
        "what is held still proves that a key may sign"
    )
    office.silent = False
    assert office.proven(ledger, after=timedelta(minutes=7), signed_at=later).proofs[0].this_update >= later


def test_a_list_that_is_published_once_a_day_is_asked_for_after_the_signature_and_not_waited_for() -> None:
    office = Office(status=UNKNOWN, lag=timedelta(hours=20))
    ledger = office.ledger()
    office.proven(ledger)
    before = len(office.asked)
    chain = office.proven(ledger, after=timedelta(minutes=2), signed_at=NOW + timedelta(minutes=1))
    assert len(office.asked) > before
    assert chain.proofs[0].this_update < NOW


@pytest.mark.parametrize("fault", [{"status": UNKNOWN}, {"forged": True}])
def test_a_response_that_proves_nothing_does_not_stand_before_a_good_list(fault: dict[str, object]) -> None:
    office = Office()
    for name, value in fault.items():
        setattr(office, name, value)
    chain = office.proven(office.ledger())
    assert office.asked == ["ocsp", office.list_url]
    assert [bool(proof.crl) for proof in chain.proofs] == [True]


def test_a_list_is_held_once_for_all_certificates_that_name_it() -> None:
    office = Office(status=UNKNOWN)
    ledger = office.ledger()
    chain = office.proven(ledger)
    other = office.proven(ledger, about=office.issue(), after=timedelta(seconds=1))
    assert other.proofs[0].crl is chain.proofs[0].crl


def test_strangers_certificates_do_not_fill_the_memory() -> None:
    kept: proofs.Kept[int, int] = proofs.Kept(lambda size: size, most=10, octets=100)
    for number in range(50):
        kept.put(number, 1)
        assert kept.get(0) == 1, "what is used stays"
    assert len(kept) == 10
    kept.put(99, 95)
    assert len(kept) == 6
    kept.put(100, 1000)
    assert len(kept) == 1


@dataclass
class TwoLists:
    ours: rehearsal.Authority
    theirs: rehearsal.Authority

    def ocsp(self, url: str, request: bytes) -> bytes:
        return self.ours.ocsp(url, request)

    def crl(self, url: str) -> bytes:
        return (self.theirs if "theirs" in url else self.ours).crl(url)


def test_a_root_that_is_believed_about_signers_only_vouches_for_no_timestamp(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = rehearsal.Authority()
    monkeypatch.setattr(rehearsal, "_LIST", "http://theirs.test/list")
    theirs = rehearsal.Authority()
    anchors = replace(ours.trust, timestamp_roots=(theirs._root.asn1,))
    key = keys.FileKey(ours._signer.asn1, ours._signer.key, (ours._root.asn1,))

    def seal(stamps: rehearsal.Authority) -> None:
        ring, source = keys.Keyring.of(key), TwoLists(ours, theirs)
        sealer = sealing.Sealer(keyring=ring, trust=anchors, timestamper=stamps, revocation=source)
        sealer.single_seal(samples.plain(), field="Seal", party=None, at=NOW)

    seal(theirs)
    with pytest.raises(errors.TimestampRejected, match="certificate"):
        seal(ours)
