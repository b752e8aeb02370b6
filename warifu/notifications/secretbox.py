"""Links and codes, unreadable between queueing and delivery 秘匿."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import errors


class SecretBox:
    """Encrypts and opens a few named values with one key (Fernet: AES-128-CBC and HMAC-SHA256) 秘匿の箱."""

    def __init__(self, *, fernet: Fernet) -> None:
        self._fernet = fernet

    @classmethod
    def from_key(cls, key: bytes, *, purpose: str = "notifications") -> "SecretBox":
        """A box whose own key is derived (RFC 5869) from a key of 32 bytes or more that also serves others 鍵の派生.

        What a box of one `purpose` has closed, a box of another does not open.
        """
        if len(key) < 32:
            raise ValueError("the key is shorter than 32 bytes")
        info = f"warifu {purpose} secrets".encode()
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(key)
        return cls(fernet=Fernet(base64.urlsafe_b64encode(derived)))

    def close(self, values: Mapping[str, str], *, at: datetime) -> str:
        """The values as one opaque text; empty for no values 暗号化."""
        if not values:
            return ""
        plain = json.dumps(dict(values), ensure_ascii=False).encode()
        return self._fernet.encrypt_at_time(plain, current_time=int(at.timestamp())).decode("ascii")

    def open(self, closed: str) -> dict[str, str]:
        """The values again; errors.WrongKey when the key or the text is another one 復号."""
        if not closed:
            return {}
        try:
            values: dict[str, str] = json.loads(self._fernet.decrypt(closed.encode("ascii")))
        except InvalidToken as wrong:
            raise errors.WrongKey from wrong
        return values

    def __repr__(self) -> str:
        return "SecretBox()"
