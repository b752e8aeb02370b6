"""Sealed files for witnesses to judge: one, two and four consents, a single seal, each kind of key. 封緘文書の見本"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.pades import pki as pkis
from tests.pades import samples
from trialpki import certificates, profiles
from warifu.pades import reports

AT = pkis.SEALED
KEYS = ("rsa-3072", "rsa-4096", "p-256", "p-384")


@dataclass(frozen=True)
class Specimen:
    """A sealed file, the root to trust, and what it holds. 見本

    `signatures` does not count document timestamps. Only the level B-LT ends with bytes that nothing covers.
    """

    path: Path
    root: Path
    signatures: int
    document_timestamps: int = 1
    level: str = "PAdES-BASELINE-LTA"

    @property
    def signature_timestamps(self) -> int:
        """One for each signature, but for the level B-B. 署名タイムスタンプの数"""
        return 0 if self.level == "PAdES-BASELINE-B" else self.signatures

    @property
    def name(self) -> str:
        """File name without its ending. 名前"""
        return self.path.stem


def new_key(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """A fresh key of one of `KEYS`. 鍵生成"""
    if kind.startswith("rsa-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    return ec.generate_private_key({"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1()}[kind])


def with_key(authority: Path, directory: Path, kind: str) -> pkis.Pki:
    """The same trial authority, but its signer has a key of another kind. 鍵種別の変更"""
    shutil.copytree(authority, directory)
    trial = pkis.Pki(directory)
    profile = next(one for one in profiles.PROFILES if one.name == "signer")
    issued = certificates.issue(profile, issuer=trial.authority.issued("issuing"), at=pkis.FOUNDED, key=new_key(kind))
    trial.close()
    plain, pkcs8 = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    (directory / "signer.key").write_bytes(issued.key.private_bytes(pem, pkcs8, plain))
    (directory / "signer.pem").write_bytes(issued.certificate.public_bytes(pem))
    return pkis.Pki(directory)


def consented(pki: pkis.Pki, source: bytes, consents: int, *, archived: bool = True) -> bytes:
    """Consents by so many parties, then the archive timestamp. 合意と長期保管"""
    sealer, output = pki.sealer(), source
    for number in range(1, consents + 1):
        party = samples.statement(f"岩手 太郎 {number}", source=source, at=AT)
        output = sealer.consent_revision(output, field=f"Consent{number}", party=party, at=AT)
    return sealer.archive_revision(output, at=AT) if archived else output


def make(pki: pkis.Pki, folder: Path) -> list[Specimen]:
    """Write all specimens into a folder. 見本一式"""
    source, root = samples.contract(), pki.directory / "root.pem"
    made = []

    def put(name: str, data: bytes, signatures: int, stamps: int = 1, level: str = "LTA") -> None:
        path = folder / f"{name}.pdf"
        path.write_bytes(data)
        made.append(Specimen(path, root, signatures, stamps, f"PAdES-BASELINE-{level}"))

    for consents in (1, 2, 4):
        put(f"consents-{consents}", consented(pki, source, consents), consents)
    sealer = pki.sealer()
    put("single", sealer.single_seal(source, field="Seal", party=None, at=AT), 1)
    put("renewed", sealer.renewal_revision(consented(pki, source, 2), at=AT), 2, stamps=2)
    for level in (reports.Level.B_B, reports.Level.B_T, reports.Level.B_LT):
        lower = sealer.single_seal(source, field="Seal", party=None, at=AT, level=level)
        put(f"level-{level.value.lower()}", lower, 1, stamps=0, level=level.value[2:])
    for kind in KEYS[1:]:
        other = with_key(pki.directory, folder / f"authority-{kind}", kind)
        try:
            put(f"key-{kind}", consented(other, source, 1), 1)
        finally:
            other.close()
    return made


def tampered(specimen: Specimen, folder: Path) -> Specimen:
    """A copy with one changed bit in the page content, which lies in the first revision. 改変文書"""
    data = bytearray(specimen.path.read_bytes())
    data[data.index(b"stream") + 40] ^= 1
    path = folder / f"{specimen.name}-tampered.pdf"
    path.write_bytes(bytes(data))
    return Specimen(path, specimen.root, specimen.signatures)
