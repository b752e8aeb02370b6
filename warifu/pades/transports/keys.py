"""Sealing keys from files: PEM with a chain, or PKCS#12. 鍵ファイル"""

from __future__ import annotations

from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from warifu.pades import errors, keys, trust


def load_pem(*, key: Path, certificate: Path, chain: Path | None = None, password: bytes | None = None) -> keys.FileKey:
    """Read a private key and its certificate (first of the file); further certificates go to the chain. PEM鍵の読込

    Raises `errors.KeyUnusable` or `errors.CertificateUnusable`.
    """
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), password)
        first, *rest = trust.certificates_in(certificate.read_bytes())
        others = trust.certificates_in(chain.read_bytes()) if chain else ()
    except (OSError, ValueError, TypeError) as error:
        raise errors.KeyUnusable(f"key file: {type(error).__name__}") from error
    return _signing_key(private, first, (*rest, *others))


def load_pkcs12(*, file: Path, password: bytes | None) -> keys.FileKey:
    """Read a PKCS#12 file. Raises `errors.KeyUnusable` or `errors.CertificateUnusable`. PKCS#12の読込"""
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(file.read_bytes(), password)
    except (OSError, ValueError, TypeError) as error:
        raise errors.KeyUnusable(f"key file: {type(error).__name__}") from error
    if private is None or certificate is None:
        raise errors.KeyUnusable("the PKCS#12 file lacks a key or a certificate")
    der = serialization.Encoding.DER
    first = x509.Certificate.load(certificate.public_bytes(der))
    return _signing_key(private, first, tuple(x509.Certificate.load(other.public_bytes(der)) for other in others))


def _signing_key(private: object, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> keys.FileKey:
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise errors.KeyUnusable("unknown kind of key")
    return keys.FileKey(certificate, private, chain)
