"""Sealing keys of every kind, in files and in a SoftHSM token, under the trial authority. 試験用の署名鍵"""

from __future__ import annotations

import dataclasses
import functools
import os
import subprocess
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.pades import pki as pkis
from trialpki import certificates, faults, profiles
from warifu.pades.transports import keyrings, pkcs11_keys

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
TOKEN, PIN = "warifu-test", "2468"
PASSWORD = "ひらけごま"
KINDS = ("rsa-3072", "rsa-4096", "p-256", "p-384")


@functools.cache
def fresh(kind: str, number: int = 0) -> certificates.PrivateKey:
    """A key, made once per run: RSA takes its time."""
    family, size = kind.split("-")
    if family == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    return ec.generate_private_key({"256": ec.SECP256R1(), "384": ec.SECP384R1(), "521": ec.SECP521R1()}[size])


def certify(
    pki: pkis.Pki,
    key: certificates.PrivateKey,
    *,
    at: datetime = pkis.FOUNDED,
    years: int = 3,
    role: profiles.Role = profiles.Role.SIGNER,
) -> x509.Certificate:
    """A certificate that the trial authority's responder knows."""
    usual = next(profile for profile in profiles.PROFILES if profile.name == "signer")
    profile = dataclasses.replace(usual, role=role, years=years)
    issued = certificates.issue(profile, issuer=pki.authority.issued("issuing"), at=at, key=key)
    service = pki.status.service
    assert isinstance(service, faults.RevocationService)
    responder = service.responders["issuing"]
    known = responder.serials | {issued.certificate.serial_number}
    service.responders = {**service.responders, "issuing": dataclasses.replace(responder, serials=known)}
    return issued.certificate


def pem(folder: Path, name: str, key: certificates.PrivateKey, certificate: x509.Certificate) -> None:
    """NAME.pem, NAME.key encrypted, NAME.password."""
    protection = serialization.BestAvailableEncryption(PASSWORD.encode())
    shape = serialization.PrivateFormat.PKCS8
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, shape, protection))
    (folder / f"{name}.password").write_text(PASSWORD + "\n", encoding="utf-8")


def entry(
    pki: pkis.Pki, holder: str, folder: Path, kind: str, *, number: int = 0, at: datetime = pkis.FOUNDED
) -> keyrings.Entry:
    """A key of a kind where `holder` says: "pem", "pkcs12" or "hsm"."""
    key = fresh(kind, number)
    certificate = certify(pki, key, at=at)
    chain = pki.directory / "chain.pem"
    pem(folder, kind, key, certificate)
    name, secret = f"{kind} {holder}", folder / f"{kind}.password"
    if holder == "pem":
        return keyrings.Entry(
            name, certificate=folder / f"{kind}.pem", key=folder / f"{kind}.key", chain=chain, secret=secret
        )
    if holder == "pkcs12":
        protection = serialization.BestAvailableEncryption(PASSWORD.encode())
        file = folder / f"{kind}.p12"
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, protection))
        return keyrings.Entry(name, pkcs12=file, chain=chain, secret=secret)
    place = imported(folder, f"{kind}-{number}", key)
    (folder / "pin").write_text(PIN + "\n", encoding="utf-8")
    return keyrings.Entry(name, certificate=folder / f"{kind}.pem", chain=chain, hsm=place, secret=folder / "pin")


def start_token(folder: Path) -> None:
    """A SoftHSM store for this process and its children; must come before the module is loaded."""
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    _softhsm("--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "13579")


def imported(folder: Path, label: str, key: certificates.PrivateKey) -> pkcs11_keys.Place:
    """Put a key into the token, once per label."""
    place = pkcs11_keys.Place(MODULE, TOKEN, label=label)
    if place not in _PLACES:
        plain = folder / f"{label}.p8"
        shape, nothing = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        plain.write_bytes(key.private_bytes(serialization.Encoding.PEM, shape, nothing))
        number = f"{len(_PLACES) + 1:04x}"
        _softhsm("--import", str(plain), "--token", TOKEN, "--label", label, "--id", number, "--pin", PIN)
        plain.unlink()
        _PLACES.append(place)
    return place


_PLACES: list[pkcs11_keys.Place] = []


def _softhsm(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, timeout=60)
