"""Keys in files and in a security module; none signs that should not. 署名鍵の試験"""

from __future__ import annotations

import dataclasses
import os
import threading
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.pades import pki as pkis
from tests.pades import samples, smithy
from trialpki import profiles
from warifu.pades import errors, keys, reports, sealing, validation
from warifu.pades.transports import pkcs11_keys

AT = pkis.SEALED
HOLDERS = ("pem", "pkcs12", "hsm")
PEM = serialization.Encoding.PEM


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not smithy.MODULE.is_file():
        pytest.skip("SoftHSM is not installed")
    folder = tmp_path_factory.mktemp("hsm")
    smithy.start_token(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, hsm: Path) -> Path:
    return tmp_path


def sealer(pki: pkis.Pki, ring: keys.Keyring) -> sealing.Sealer:
    return sealing.Sealer(keyring=ring, trust=pki.trust, timestamper=pki.timestamper(), revocation=pki.revocation)


def verify(key: keys.SigningKey, data: bytes, signature: bytes) -> None:
    public = pyca.load_der_x509_certificate(key.certificate.dump()).public_key()
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[key.digest_algorithm]
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), digest)
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, data, ec.ECDSA(digest))


@pytest.mark.parametrize("kind", smithy.KINDS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_a_key_of_each_kind_signs_wherever_it_lies(pki: pkis.Pki, folder: Path, holder: str, kind: str) -> None:
    held = smithy.entry(pki, holder, folder, kind).load()
    digest = "sha384" if kind == "p-384" else "sha256"
    assert held.key.digest_algorithm == digest
    assert held.key.signature_algorithm == f"{digest}_{'rsa' if kind.startswith('rsa') else 'ecdsa'}"
    for number in range(8):
        data = bytes([number]) * 100
        signature = held.key.sign(data)
        verify(held.key, data, signature)
        assert len(signature) <= held.key.signature_size
    assert ("HSM" in held.place) == (holder == "hsm")


@pytest.mark.parametrize(
    ("holder", "kind"),
    [("pkcs12", "rsa-4096"), ("pem", "p-384"), ("hsm", "rsa-3072"), ("hsm", "p-256"), ("hsm", "p-384")],
)
def test_a_seal_by_it_passes(pki: pkis.Pki, folder: Path, holder: str, kind: str) -> None:
    ring = keys.Keyring([smithy.entry(pki, holder, folder, kind).load()])
    source = samples.plain()
    sealed = sealer(pki, ring).single_seal(source, field="Seal", party=None, at=AT)
    report = validation.check_revision(source, sealed, expected_fields=["Seal"], trust=pki.trust, at=AT, final=True)
    assert report.level is reports.Level.B_LTA


# -- the security module -------------------------------------------------------------------------------------------


def test_threads_take_turns_at_the_one_session(pki: pkis.Pki, folder: Path) -> None:
    key = smithy.entry(pki, "hsm", folder, "p-256").load().key
    other = smithy.entry(pki, "hsm", folder, "p-384").load().key
    made: list[tuple[keys.SigningKey, bytes]] = []

    def work(mine: keys.SigningKey) -> None:
        made.extend((mine, mine.sign(b"together")) for _ in range(25))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (key, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 200
    for mine, signature in made:
        verify(mine, b"together", signature)
    assert len(pkcs11_keys._TOKENS) == 1


def test_a_forked_child_opens_a_session_of_its_own(pki: pkis.Pki, folder: Path) -> None:
    key = smithy.entry(pki, "hsm", folder, "p-256").load().key
    key.sign(b"parent")
    (token,) = pkcs11_keys._TOKENS.values()
    parents = token.session
    child = os.fork()
    if child == 0:
        try:
            verify(key, b"child", key.sign(b"child"))
            os._exit(0 if token.session is not parents and token.process == os.getpid() else 1)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    verify(key, b"parent", key.sign(b"parent"))


def test_a_lost_session_is_opened_anew(pki: pkis.Pki, folder: Path) -> None:
    key = smithy.entry(pki, "hsm", folder, "p-256").load().key
    (token,) = pkcs11_keys._TOKENS.values()
    token.session.close()
    verify(key, b"again", key.sign(b"again"))


def test_a_device_that_does_not_answer_lets_the_seal_wait(
    pki: pkis.Pki, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = smithy.entry(pki, "hsm", folder, "p-256").load().key

    def gone(*given: object) -> object:
        raise pkcs11.DeviceError

    with monkeypatch.context() as patched:
        patched.setattr(pkcs11_keys, "_private_key", gone)
        with pytest.raises(errors.KeyUnavailable) as caught:
            key.sign(b"x")
    assert caught.value.retry
    verify(key, b"back", key.sign(b"back"))


def test_a_wrong_pin_is_tried_once_only(pki: pkis.Pki, folder: Path) -> None:
    right = smithy.entry(pki, "hsm", folder, "p-256")
    (folder / "wrong").write_text("1111", encoding="utf-8")
    wrong = dataclasses.replace(right, secret=folder / "wrong")
    kept = pkcs11_keys._TOKENS.copy()
    for token in kept.values():
        if token.session is not None:
            token.session.close()
    pkcs11_keys._TOKENS.clear()
    with pytest.raises(errors.KeyUnusable, match="PinIncorrect"):
        wrong.load()
    with pytest.raises(errors.KeyUnusable, match="not tried again"):
        wrong.load()
    assert right.load().key.sign(b"x")
    assert "1111" not in repr(pkcs11_keys._TOKENS) + repr(wrong)


def test_a_key_that_is_not_in_the_token_is_named(pki: pkis.Pki, folder: Path) -> None:
    found = smithy.entry(pki, "hsm", folder, "p-256")
    for place, word in (
        (pkcs11_keys.Place(smithy.MODULE, smithy.TOKEN, label="nobody"), "NoSuchKey"),
        (pkcs11_keys.Place(smithy.MODULE, "no token", label="p-256-0"), "NoSuchToken"),
    ):
        with pytest.raises(errors.KeyUnusable, match=word):
            dataclasses.replace(found, hsm=place).load()
    with pytest.raises(errors.KeyUnavailable):
        dataclasses.replace(found, hsm=pkcs11_keys.Place(folder / "no.so", "t", label="l")).load()


@pytest.mark.parametrize("holder", ["pem", "hsm"])
def test_a_certificate_of_another_key_is_refused(pki: pkis.Pki, folder: Path, holder: str) -> None:
    found = smithy.entry(pki, holder, folder, "p-256")
    other = smithy.certify(pki, smithy.fresh("p-256", 1))
    (folder / "p-256.pem").write_bytes(other.public_bytes(PEM))
    with pytest.raises(errors.KeyUnusable, match="another key"):
        found.load()


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rsa-2048", "p-521"])
def test_a_key_of_another_size_is_refused(pki: pkis.Pki, folder: Path, kind: str) -> None:
    with pytest.raises(errors.KeyUnusable, match="RSA-3072"):
        smithy.entry(pki, "pem", folder, kind).load()


@pytest.mark.parametrize(
    ("role", "word"),
    [
        (profiles.Role.RESPONDER, "nonRepudiation"),
        (profiles.Role.AUTHORITY, "nonRepudiation"),
        (profiles.Role.TIMESTAMP, "extended key usage"),
    ],
)
def test_a_certificate_for_another_purpose_is_refused(
    pki: pkis.Pki, folder: Path, role: profiles.Role, word: str
) -> None:
    found = smithy.entry(pki, "pem", folder, "p-256")
    certificate = smithy.certify(pki, smithy.fresh("p-256"), role=role)
    (folder / "p-256.pem").write_bytes(certificate.public_bytes(PEM))
    with pytest.raises(errors.CertificateUnusable, match=word):
        found.load()


@pytest.mark.parametrize(("size", "word"), [(1024, "RSA with 1024 bits"), (2048, "")])
def test_a_weak_authority_in_the_chain_is_refused_at_the_start(
    pki: pkis.Pki, folder: Path, size: int, word: str
) -> None:
    found = smithy.entry(pki, "pem", folder, "p-256")
    key = rsa.generate_private_key(public_exponent=65537, key_size=size)
    weak = smithy.certify(pki, key, role=profiles.Role.AUTHORITY)
    (folder / "chain.pem").write_bytes(weak.public_bytes(PEM))
    weakened = dataclasses.replace(found, chain=folder / "chain.pem")
    if not word:
        assert weakened.load().key.chain
        return
    with pytest.raises(errors.CertificateUnusable, match=word):
        weakened.load()


def test_a_certificate_signed_by_sha1_is_refused(pki: pkis.Pki, folder: Path) -> None:
    found = smithy.entry(pki, "pem", folder, "p-256")
    der = (folder / "p-256.pem").read_bytes()
    body = pyca.load_pem_x509_certificate(der).public_bytes(serialization.Encoding.DER)
    sha256_rsa, sha1_rsa = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    assert body.count(sha256_rsa) == 2
    (folder / "p-256.pem").write_bytes(body.replace(sha256_rsa, sha1_rsa))
    with pytest.raises(errors.CertificateUnusable, match="signed with sha1"):
        found.load()


def test_a_wrong_password_is_refused_without_telling_it(pki: pkis.Pki, folder: Path) -> None:
    for holder in ("pem", "pkcs12"):
        found = smithy.entry(pki, holder, folder, "p-256")
        (folder / "p-256.password").write_text("guess-word", encoding="utf-8")
        with pytest.raises(errors.KeyUnusable) as caught:
            found.load()
        assert "guess-word" not in caught.value.detail
        (folder / "p-256.password").write_text("", encoding="utf-8")
        with pytest.raises(errors.KeyUnusable, match="empty"):
            found.load()
