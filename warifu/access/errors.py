"""Refusals at the door 接続の断り."""


class CodeRefused(Exception):
    """The code is not accepted; `left` says how many tries remain 確認コードの誤り."""

    def __init__(self, *, left: int) -> None:
        super().__init__(f"{left} left")
        self.left = left


class InvitationLocked(Exception):
    """Too many wrong codes: the link stays closed until the municipality issues a new one 招待の停止."""


class CodeTooSoon(Exception):
    """A one-time code was sent a moment ago; the next one may be asked for later 確認コードの再送待ち."""
