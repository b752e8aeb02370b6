"""Recovery codes for who has lost the phone リカバリーコード."""

import hashlib
import re
import secrets
import unicodedata

HOW_MANY = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which a printed sheet leaves in doubt."""
GROUPS, LETTERS = 6, 4


def new_codes() -> list[str]:
    """Ten codes of 118 random bits each, `ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2` 新しいコード.

    With 112 bits and more a plain digest can be kept of them (OWASP ASVS 5.0, 6.5.2).
    """
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
        for _ in range(HOW_MANY)
    ]


def digest(typed: str) -> str:
    """What is kept of a code: SHA-256 of its letters; so many random bits need no salt 照合値."""
    letters = re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", typed).upper())
    return hashlib.sha256(letters.encode()).hexdigest()
