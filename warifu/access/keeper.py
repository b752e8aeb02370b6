"""What keeps the secrets of authenticator apps unreadable in the database 秘密鍵の保管."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

NAME = "secret"


class Keeper(Protocol):
    """A box that closes and opens named values; `notifications.secretbox` has one 秘匿の箱."""

    def close(self, values: Mapping[str, str], *, at: datetime) -> str:
        """The values as one opaque text 暗号化."""

    def open(self, closed: str) -> dict[str, str]:
        """The values again 復号."""


def seal(keeper: Keeper, secret: str, *, at: datetime) -> str:
    """One secret as it is stored 暗号化."""
    return keeper.close({NAME: secret}, at=at)


def unseal(keeper: Keeper, sealed: str) -> str:
    """The secret again 復号."""
    return keeper.open(sealed)[NAME]
