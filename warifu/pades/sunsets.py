"""Until when an algorithm may be relied on, as a table with its source. 暗号の移行期限

The table is that of CRYPTREC LS-0003-2022r1 「暗号強度要件（アルゴリズム及び鍵長選択）に関する設定基準」. It counts in
security strengths and tells making new data (新規生成) from reading what was made before (処理). Warifu takes the day
on which new data ends for both: after it the standard only tolerates old data (許容), and an archive timestamp that is
renewed in time needs no tolerance. SOG-IS "Agreed Cryptographic Mechanisms" 1.3 names the same algorithms as legacy
(RSA below 3000 bits, SHA-224) and as recommended (SHA-256 and up, P-256 and up). None of these figures counts on a
quantum computer. Nobody can know these dates: an operator may bring one forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from asn1crypto import cms, keys, x509

LAST_DAYS: Mapping[int, date] = {0: date(2013, 12, 31), 112: date(2030, 12, 31), 128: date(2050, 12, 31)}
"""The last day of each strength in bits; a strength that is absent has none. 移行期限の表

- 0, all below 112 bits (SHA-1, RSA below 2048): end of 2013, NIST SP 800-131A (2011), where less than 112 bits is
  disallowed for signatures after 2013. LS-0003 has no row for them. What is not known counts as 0.
- 112 (RSA-2048, SHA-224, P-224): LS-0003 gives 2022 to 2030 to complete the migration (移行完遂期間); not usable
  (利用不可) from 2031.
- 128 (RSA-3072, SHA-256, P-256, Ed25519): LS-0003 gives 2041 to 2050 to complete the migration; not usable from 2051.
- 192 and 256: usable in each of its periods; the last one ends in 2070.
"""

_HASHES = {"md5": 0, "sha1": 0, "sha224": 112, "sha256": 128, "sha384": 192, "sha512": 256}
_HASHES |= {"sha3_256": 128, "sha3_384": 192, "sha3_512": 256, "shake256": 256}
_CURVES = {"p-224": 112, "p-256": 128, "p-384": 192, "p-521": 256, "ed25519": 128, "ed448": 224}
_MODULI = ((7680, 192), (3072, 128), (2048, 112))
_NAMED = {"secp224r1": "p-224", "secp256r1": "p-256", "secp384r1": "p-384", "secp521r1": "p-521"}


def strength(name: str) -> int:
    """Security strength in bits of `sha256`, `rsa-3072`, `p-256` and the like; 0 for what is not known. 暗号強度"""
    kind, _, size = name.partition("-")
    if kind == "rsa" and size.isdecimal():
        return next((bits for least, bits in _MODULI if int(size) >= least), 0)
    return _HASHES.get(name, _CURVES.get(name, 0))


STRENGTHS = ("112", "128", "192", "256")
"""Strengths in bits by which an operator may bring forward everything of that strength at once. 暗号強度の指定"""


def nameable(name: str) -> bool:
    """Whether an operator may give this name or strength an earlier day; a misspelt one would do nothing. 指定可否"""
    return name in STRENGTHS or strength(name) > 0


def known(name: str) -> bool:
    """Whether the table says anything about an algorithm; what it does not know is worth nothing. 掲載の有無"""
    return name in _HASHES or name in _CURVES or name.startswith("rsa-")


@dataclass(frozen=True)
class Sunsets:
    """The table, with the days that an operator brought forward. 移行期限の表

    `brought_forward` maps a name such as `rsa-2048`, or one of `STRENGTHS`, to its last day (UTC); a later day than the
    table's does nothing.
    """

    brought_forward: Mapping[str, date] = field(default_factory=dict)

    def ends_at(self, name: str) -> datetime | None:
        """The first moment (aware UTC) at which `name` counts no more, None without a date. 移行期限"""
        bits = strength(name)
        given = (LAST_DAYS.get(bits), self.brought_forward.get(name), self.brought_forward.get(str(bits)))
        days = [day for day in given if day is not None]
        if not days:
            return None
        last = min(days)
        return datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)

    def earliest(self, names: Iterable[str]) -> tuple[datetime, str] | None:
        """The algorithm that ends first, and when; None when none has a date. 最も早い移行期限"""
        dated = [(ends, name) for name in names if (ends := self.ends_at(name)) is not None]
        return min(dated, default=None)


TABLE = Sunsets()
"""The table as it stands, with nothing brought forward."""


def used_by(token: cms.SignedData, certificates: Iterable[x509.Certificate]) -> tuple[str, ...]:
    """Names of what a timestamp rests on: its digests, and the keys of its chain up to the root. 使用している暗号"""
    chain = list(certificates)
    signer = token["signer_infos"][0]
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
    digests = {imprint["hash_algorithm"]["algorithm"].native, signer["digest_algorithm"]["algorithm"].native}
    # Nobody verifies what a root says about itself.
    digests |= {one.hash_algo for one in chain if not one.self_issued}
    return tuple(sorted(digests | {name_of(one.public_key) for one in chain}))


def name_of(key: keys.PublicKeyInfo) -> str:
    """`rsa-3072`, `p-256`, `ed25519` and the like, as `strength` takes them. 鍵の名称"""
    if key.algorithm in ("ed25519", "ed448"):
        return str(key.algorithm)
    if key.algorithm == "rsassa_pss":
        return f"rsa-{key.bit_size}"
    if key.algorithm == "ec":
        _, curve = key.curve
        return _NAMED.get(str(curve), str(curve))
    return f"{key.algorithm}-{key.bit_size}"
