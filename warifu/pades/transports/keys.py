"""Sealing keys from files: PEM with a chain, or PKCS#12, encrypted or not. 鍵ファイル"""

from __future__ import annotations

from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from warifu.pades import certificates, errors, keys, trust


def load_pem(*, key: Path, certificate: Path, chain: Path | None = None, password: bytes | None = None) -> keys.FileKey:
    """Read a private key and its certificate (first of the file); further certificates go to the chain. PEM鍵の読込

    Raises `errors.KeyUnusable` or `errors.CertificateUnusable`.
    """
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password)
    except (OSError, ValueError, TypeError) as error:
        raise errors.KeyUnusable(f"{key.name}: {_reason(error)}") from error
    first, others = read_certificates(certificate, chain)
    return _signing_key(private, first, others)


def load_pkcs12(*, file: Path, password: bytes | None, chain: Path | None = None) -> keys.FileKey:
    """Read a PKCS#12 file. Raises `errors.KeyUnusable` or `errors.CertificateUnusable`. PKCS#12の読込"""
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(file.read_bytes(), password)
        more = trust.certificates_in(chain.read_bytes()) if chain else ()
    except (OSError, ValueError, TypeError) as error:
        raise errors.KeyUnusable(f"{file.name}: {_reason(error)}") from error
    if private is None or certificate is None:
        raise errors.KeyUnusable(f"{file.name}: the file lacks a key or a certificate")
    der = serialization.Encoding.DER
    try:
        first, *inside = (
            certificates.fully_parsed(x509.Certificate.load(one.public_bytes(der))) for one in (certificate, *others)
        )
    except ValueError as error:
        raise errors.KeyUnusable(f"{file.name}: {_reason(error)}") from error
    return _signing_key(private, first, (*inside, *more))


def read_certificates(certificate: Path, chain: Path | None) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The first certificate of a file, and all others of both. Raises `errors.KeyUnusable`. 証明書の読込"""
    try:
        first, *rest = trust.certificates_in(certificate.read_bytes())
        others = trust.certificates_in(chain.read_bytes()) if chain else ()
    except OSError as error:
        raise errors.KeyUnusable(f"{error.filename}: {type(error).__name__}") from error
    return first, (*rest, *others)


def read_secret(file: Path) -> str:
    """The one line of a file with a password or a PIN. Raises `errors.KeyUnusable`. 暗証番号の読込"""
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise errors.KeyUnusable(f"{file.name}: {type(error).__name__}") from error
    if not secret:
        raise errors.KeyUnusable(f"{file.name}: the file is empty")
    return secret


def _reason(error: Exception) -> str:
    # The library's own words differ by version and may be long; none of them holds a secret.
    return f"{type(error).__name__}: {str(error)[:120]}"


def _signing_key(private: object, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> keys.FileKey:
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise errors.KeyUnusable("unknown kind of key")
    return keys.FileKey(certificate, private, chain)
