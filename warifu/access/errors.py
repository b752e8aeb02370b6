"""Refusals at the door 接続の断り."""

from datetime import datetime


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
