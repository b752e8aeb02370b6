"""RFC 3161 over HTTP (RFC 3161, 3.4), several authorities in order. 時刻認証局への接続"""

from __future__ import annotations

from collections.abc import Sequence

from warifu.pades import errors

from . import wire as wires

_LIMIT = 256 * 1024


class HttpTimestamper:
    """Asks the first authority that answers. 時刻認証局クライアント

    `urls` come from settings, never from a document. Says nothing about the token: `warifu.pades.tokens` checks it.
    """

    def __init__(self, *, urls: Sequence[str], wire: wires.Wire, seconds: float = 10.0) -> None:
        if not urls:
            raise ValueError("at least one timestamp authority is needed")
        self._urls = tuple(urls)
        self._wire = wire
        self._seconds = seconds

    @property
    def authorities(self) -> int:
        """How many authorities may be asked. 時刻認証局の数"""
        return len(self._urls)

    def ask(self, query: bytes, *, authority: int = 0) -> bytes:
        """Send a DER TimeStampReq to one authority, return its answer. Raises `errors.TimestampUnavailable`. 要求"""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            return self._wire.post(
                self._urls[authority],
                data=query,
                headers=headers,
                answer_type="application/timestamp-reply",
                seconds=self._seconds,
                limit=_LIMIT,
            )
        except wires.WireFault as fault:
            raise errors.TimestampUnavailable(f"authority {authority}: {fault}") from fault
