"""Which algorithms count at which moment (ETSI EN 319 102-1, 5.2.8; TS 119 312). 暗号の制約

The table of dates is `sunsets`; what it does not know is refused. A signature by an algorithm that has ended since
counts while a timestamp proves that the signature is older than that end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import algos, keys, x509
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

from . import sunsets


class Dated(CMSAlgorithmUsagePolicy):
    """The table in the form that pyHanko asks for. 暗号の制約"""

    def __init__(self, table: sunsets.Sunsets) -> None:
        self._table = table

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Whether a digest may still be relied on at a moment. ハッシュ関数"""
        return self._allowed([str(algo["algorithm"].native)], moment)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Whether a signature's digest and key may still be relied on at a moment. 署名方式"""
        names = [digest] if (digest := digest_of(algo)) is not None else []
        if public_key is not None:
            names.append(key_of(public_key))
        return self._allowed(names, moment)

    def _allowed(self, names: Iterable[str], moment: datetime | None) -> AlgorithmUsageConstraint:
        for name in names:
            if not sunsets.known(name):
                return AlgorithmUsageConstraint(allowed=False, failure_reason=f"{name} is not known")
            ends = self._table.ends_at(name)
            over = sunsets.strength(name) == 0 if moment is None else ends is not None and moment >= ends
            if over:
                return AlgorithmUsageConstraint(False, not_allowed_after=ends, failure_reason=f"{name} has ended")
        return AlgorithmUsageConstraint(allowed=True)

    def ended(self, names: Iterable[str], moment: datetime) -> bool:
        """Whether one of these counts no more at a moment. 期限切れの有無"""
        return not self._allowed(names, moment)


def digest_of(algo: algos.SignedDigestAlgorithm) -> str | None:
    """The digest inside a signature algorithm; None when it has none of its own (EdDSA). ハッシュ関数の名称"""
    name = algo["algorithm"].native
    if name == "rsassa_pss":
        return str(algo["parameters"]["hash_algorithm"]["algorithm"].native)
    if name in ("ed25519", "ed448", "rsassa_pkcs1v15", "ecdsa"):
        return None
    try:
        return str(algo.hash_algo)
    except ValueError:
        return str(name)


def key_of(public_key: keys.PublicKeyInfo) -> str:
    """`rsa-3072`, `p-256`, `ed25519` and the like. 鍵の種類"""
    return sunsets.name_of(public_key)


def described(certificate: x509.Certificate) -> tuple[str, str]:
    """Key and signature of a certificate in words for a report: RSA-3072, SHA-256. 証明書の暗号"""
    digest = digest_of(certificate["signature_algorithm"])
    return words(key_of(certificate.public_key)), words(
        digest or certificate["signature_algorithm"]["algorithm"].native
    )


def words(name: str) -> str:
    """`sha256` as SHA-256, `rsa-3072` as RSA-3072, `p-256` as P-256. 表記"""
    upper = name.upper().replace("_", "-")
    return f"SHA-{upper[3:]}" if upper.startswith("SHA") and upper[3:].isdigit() else upper
