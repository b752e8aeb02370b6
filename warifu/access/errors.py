"""Refusals at the door 接続の断り."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import models


class CodeRefused(Exception):
    """The code is not accepted; `left` says how many tries remain 確認コードの誤り."""

    def __init__(self, *, left: int) -> None:
        super().__init__(f"{left} left")
        self.left = left


class InvitationLocked(Exception):
    """Too many wrong codes: the link stays closed until the municipality issues a new one 招待の停止."""


class CodeTooSoon(Exception):
    """A one-time code was sent a moment ago; the next one may be asked for later 確認コードの再送待ち."""


class SignInPaused(Exception):
    """Too many failures of this address or network; `until` is when the next try counts サインインの一時停止."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__(f"until {until:%Y-%m-%dT%H:%M:%SZ}")
        self.until = until


class LinkUsed(Exception):
    """The link to set a password was used already, replaced, or is too old リンクの失効."""


class NotProven(Exception):
    """What was shown does not prove who is there 本人確認の失敗."""


class OutsideNetwork(Exception):
    """Whoever signs in stands at an address that is not on their municipality's list 接続元の制限による拒否."""

    def __init__(self, account: "models.Account") -> None:
        super().__init__()
        self.account = account


class NetworksRefused(Exception):
    """A change of the list of networks is not made; nothing was changed 接続元の制限の変更の断り."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NetworksChanged(NetworksRefused):
    """Somebody else has changed the list meanwhile, or a trial holds 変更の行違い."""


class ShutsOut(NetworksRefused):
    """The change would shut out whoever makes it, and was not asked for on trial 締出し."""


class RoleRefused(Exception):
    """A role is neither granted nor taken back; nothing was changed 役割の変更の断り.

    `message` is the sentence with the next step, `about` the part of the entry that it is about, "" for the whole.
    """

    about = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAdministrator(RoleRefused):
    """Who asks for it cannot grant roles in this body 全体管理者でない人."""


class OwnRoles(RoleRefused):
    """Nobody changes their own roles 自分の役割."""


class LastAdministrator(RoleRefused):
    """Nobody would be left who can grant a role 最後の全体管理者."""


class WholeBodyOnly(RoleRefused):
    """The role is about the body, and was to be granted for a department 団体全体の役割."""

    about = "department"


class WrongDays(RoleRefused):
    """The days do not follow each other, or are over 期間の誤り."""

    about = "ends_on"


class NotHeld(RoleRefused):
    """The grant is gone already, or its person has left 役割がない状態."""
