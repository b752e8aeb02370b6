"""Kits of roots from files: what can be used is named, what cannot is told. 信頼リストの試験"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem as armour
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.pades import forging
from warifu.pades import reports, trust, trustlists, validation

AT = forging.AT
KEYS: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "weak": rsa.generate_private_key(65537, 1024),  # noqa: S505 - to be refused
}


def pem(name: str, *, kind: str = "ec", ca: bool = True, ends: datetime = AT + timedelta(days=3650)) -> bytes:
    """A root made by hand. 証明書の見本"""
    key = KEYS[kind]
    subject = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        pyca.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(min(AT, ends) - timedelta(days=3650))
        .not_valid_after(ends)
        .add_extension(pyca.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def by_sha1(name: str) -> bytes:
    """Libraries refuse to sign with SHA-1, so the algorithm is written over. SHA-1の証明書の見本"""
    made = x509.Certificate.load(trust.certificates_in(pem(name))[0].dump())
    for place in (made["tbs_certificate"]["signature"], made["signature_algorithm"]):
        place["algorithm"] = "sha1_ecdsa"
    return armoured(made)


def armoured(certificate: x509.Certificate) -> bytes:
    return bytes(armour.armor("CERTIFICATE", certificate.dump(force=True)))


def kit(directory: Path, manifest: str, **files: bytes) -> Path:
    """One list in a kit. 信頼リストの見本"""
    place = directory / "list"
    place.mkdir()
    (place / trustlists.MANIFEST).write_text(manifest, encoding="utf-8")
    for name, content in files.items():
        (place / f"{name}.pem").write_bytes(content)
    return directory


MANIFEST = """
name = "試験の一覧"
version = "2026-10"
issued_on = 2026-10-01
source = "試験"
[[anchors]]
file = "roots.pem"
"""


def only(directory: Path) -> trustlists.TrustList:
    (found,) = trustlists.read_kit(directory, at=AT)
    return found


def test_a_list_names_itself_its_issue_and_its_roots(tmp_path: Path) -> None:
    found = only(kit(tmp_path, MANIFEST, roots=pem("Root A") + pem("Root B")))
    assert (found.name, found.version, str(found.issued_on), found.refusals) == (
        "試験の一覧",
        "2026-10",
        "2026-10-01",
        (),
    )
    assert [one.certificate.subject.native["common_name"] for one in found.anchors] == ["Root A", "Root B"]


@pytest.mark.parametrize(
    ("bad", "flaw"),
    [
        (pem("Old", ends=AT - timedelta(days=1)), trustlists.Flaw.EXPIRED),
        (pem("Short", kind="weak"), trustlists.Flaw.WEAK),
        (by_sha1("Weak"), trustlists.Flaw.WEAK),
        (pem("End", ca=False), trustlists.Flaw.NOT_AUTHORITY),
        (b"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n", trustlists.Flaw.UNREADABLE),
        (b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", trustlists.Flaw.UNREADABLE),
    ],
    ids=["expired", "short key", "SHA-1", "no authority", "no certificate", "no base64"],
)
def test_what_cannot_be_used_is_told_and_hides_no_other(tmp_path: Path, bad: bytes, flaw: trustlists.Flaw) -> None:
    found = only(kit(tmp_path, MANIFEST, roots=pem("Before") + bad + pem("After")))
    assert len(found.anchors) == 2
    assert [one.flaw for one in found.refusals] == [flaw]
    assert found.refusals[0].message


def test_an_expired_root_is_kept_only_where_the_list_says_so(tmp_path: Path) -> None:
    old = pem("Old", ends=AT - timedelta(days=1))
    assert len(only(kit(tmp_path, "accept_expired = true\n" + MANIFEST, roots=old)).anchors) == 1


def test_a_file_that_differs_from_the_digests_of_its_list_is_not_used(tmp_path: Path) -> None:
    content = pem("Root A")
    digest = trust.certificates_in(content)[0].sha256.hex()
    good = only(kit(tmp_path, MANIFEST + f'sha256 = ["{digest}"]', roots=content))
    assert (len(good.anchors), good.refusals) == (1, ())
    swapped = tmp_path / "swapped"
    swapped.mkdir()
    bad = only(kit(swapped, MANIFEST + f'sha256 = ["{digest}"]', roots=pem("Root A")))
    assert bad.anchors == ()
    assert {one.flaw for one in bad.refusals} == {trustlists.Flaw.NOT_LISTED}


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "name = ",
        'name = "x"',
        'name = "x"\n[[anchors]]\nfile = "../roots.pem"',
        'name = "x"\n[[anchors]]\nfile = "roots.pem"\npurpose = ["all"]',
        'name = "x"\nissued_on = "soon"\n[[anchors]]\nfile = "roots.pem"',
    ],
)
def test_a_list_that_cannot_be_understood_gives_no_anchor(tmp_path: Path, manifest: str) -> None:
    found = only(kit(tmp_path, manifest, roots=pem("Root A")))
    assert found.anchors == ()
    assert [one.flaw for one in found.refusals] == [trustlists.Flaw.MANIFEST]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert [one.flaw for one in only(kit(tmp_path, MANIFEST)).refusals] == [trustlists.Flaw.MISSING]


def rehearsal_root() -> bytes:
    return armoured(forging.authority().trust.roots[0])


@pytest.mark.parametrize(
    ("purpose", "result"),
    [
        ('["sign", "timestamp"]', reports.Result.PASSED),
        ('["sign"]', reports.Result.INDETERMINATE),
        ('["timestamp"]', reports.Result.INDETERMINATE),
    ],
)
def test_a_root_counts_only_for_what_its_list_says(tmp_path: Path, purpose: str, result: reports.Result) -> None:
    lists = trustlists.read_kit(kit(tmp_path, MANIFEST + f"purpose = {purpose}", roots=rehearsal_root()), at=AT)
    anchors = trustlists.combined(trust.TrustAnchors(roots=()), lists)
    sealed = forging.archived(forging.consented(forging.document(forging.CONTRACT)))
    report = validation.validate(sealed, trust=anchors, at=AT)
    assert report.result is result
    if result is reports.Result.PASSED:
        assert {held.trust_list for one in report.signatures for held in one.chain} == {None, "試験の一覧"}


def test_the_first_list_that_names_a_root_gives_it_its_name(tmp_path: Path) -> None:
    lists = trustlists.read_kit(kit(tmp_path, MANIFEST, roots=rehearsal_root()), at=AT)
    both = trustlists.combined(forging.authority().trust, lists)
    assert both.list_of(forging.authority().trust.roots[0]) == trust.CONFIGURED
    assert len(both.roots) == 1
    assert trustlists.combined(trust.TrustAnchors(roots=()), lists).list_of(both.roots[0]) == "試験の一覧"
    assert trustlists.read_kit(tmp_path / "nothing", at=datetime(2026, 1, 1, tzinfo=UTC)) == ()
