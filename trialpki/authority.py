"""The trial authority as a directory of PEM files: made once, then only read 試験用認証局のディレクトリ."""

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from trialpki import certificates, crl, errors, profiles

NOTICE = """\
割符 試験用認証局

このディレクトリは、割符を試すための試験用の認証局、失効情報サーバー、タイムスタンプ局の鍵と証明書です。
法的な効力はありません。実際の契約には、認定を受けた認証局の証明書と認定タイムスタンプ局をお使いください。

  root.pem         ルート認証局の証明書（検証者に渡すもの）
  signer.pem/.key  署名者の証明書と秘密鍵
  chain.pem        署名者の証明書の発行元（発行認証局、ルート認証局の順）
  tsa-chain.pem    タイムスタンプ局の証明書の発行元（タイムスタンプ認証局、ルート認証局の順）
  root.crl         ルート認証局の失効リスト（作成時点のもの。最新のものは失効情報サーバーが配布します）
  revoked.json     失効させた証明書の記録（失効させるまではありません）

拡張子 .key のファイルは秘密鍵です。ほかの人に渡さないでください。
"""


@dataclass(frozen=True)
class Authority:
    """A complete trial authority on disk 試験用認証局."""

    directory: Path
    by_name: Mapping[str, x509.Certificate]

    def issued(self, name: str) -> certificates.Issued:
        """Return certificate and private key of `name` (a file stem such as "tsa") 証明書と秘密鍵.

        Raises UnknownCertificate when nothing of that name was issued.
        """
        if name not in self.by_name:
            raise unknown(name)
        # The check of an RSA key takes 0.2 s, and these files are our own.
        key = serialization.load_pem_private_key(
            (self.directory / f"{name}.key").read_bytes(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, certificates.PrivateKey):
            raise _not_an_authority(self.directory)
        return certificates.Issued(self.by_name[name], key)

    def issuer_of(self, name: str) -> str:
        """Return the name of the authority that issued `name` 発行者."""
        return next(profile.issuer for profile in profiles.PROFILES if profile.name == name)


def create(directory: Path, at: datetime) -> Authority:
    """Make the trial authority in `directory`, or read the one that is there already 試験用認証局の作成.

    `at` is an aware UTC moment, the birth of all certificates. The directory appears in one step,
    whole or not at all, with mode 0700 and keys 0600.
    Raises NotATrialAuthority when the directory holds something else.
    """
    if _is_complete(directory):
        return load(directory)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise _not_an_authority(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = directory.parent / f".{directory.name}.{secrets.token_hex(6)}"
    draft.mkdir(mode=0o700)
    try:
        _fill(draft, at)
        try:
            draft.rename(directory)
        except OSError:
            # Somebody else finished first: theirs is as good, and it may be in use already.
            if not _is_complete(directory):
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return load(directory)


def load(directory: Path) -> Authority:
    """Read the trial authority in `directory` 試験用認証局の読込み.

    Raises NotATrialAuthority when a file is missing.
    """
    if not _is_complete(directory):
        raise _not_an_authority(directory)
    found = {
        profile.name: x509.load_pem_x509_certificate((directory / f"{profile.name}.pem").read_bytes())
        for profile in profiles.PROFILES
    }
    return Authority(directory, found)


def unknown(name: str) -> errors.UnknownCertificate:
    """Return the refusal for a name that was never issued 該当する証明書がない."""
    known = "、".join(profile.name for profile in profiles.PROFILES)
    return errors.UnknownCertificate(f"「{name}」という証明書はありません。次の名前から指定してください。{known}")


def _fill(draft: Path, at: datetime) -> None:
    made: dict[str, certificates.Issued] = {}
    for profile in profiles.PROFILES:
        made[profile.name] = certificates.issue(profile, issuer=made.get(profile.issuer), at=at)
        _write(draft / f"{profile.name}.key", _private_pem(made[profile.name].key), mode=0o600)
        _write(draft / f"{profile.name}.pem", _pem(made[profile.name]))
    root_list = crl.build(made["root"], revoked=(), at=at)
    _write(draft / "chain.pem", _pem(made["issuing"]) + _pem(made["root"]))
    _write(draft / "tsa-chain.pem", _pem(made["tsa-ca"]) + _pem(made["root"]))
    _write(draft / "root.crl", root_list)
    _write(draft / "README.txt", NOTICE.encode())


def _write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _pem(issued: certificates.Issued) -> bytes:
    return issued.certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: certificates.PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _expected_files() -> tuple[str, ...]:
    stems = [profile.name for profile in profiles.PROFILES]
    return (*(f"{stem}.pem" for stem in stems), *(f"{stem}.key" for stem in stems), "chain.pem", "tsa-chain.pem")


def _is_complete(directory: Path) -> bool:
    return all((directory / name).is_file() for name in _expected_files())


def _not_an_authority(directory: Path) -> errors.NotATrialAuthority:
    return errors.NotATrialAuthority(
        f"{directory} は試験用認証局のディレクトリではありません。"
        "空のディレクトリか、まだ存在しない場所を指定してください。"
    )
