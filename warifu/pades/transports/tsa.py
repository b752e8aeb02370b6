"""RFC 3161 over HTTP (RFC 3161, 3.4), several authorities in order. 時刻認証局への接続"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from warifu.pades import errors, tokens

from . import wire as wires

_LIMIT = 256 * 1024


@dataclass(frozen=True)
class Service:
    """A timestamp authority and how to reach it. 時刻認証局の接続先

    `seconds` is the most that one call may take in all.
    """

    authority: tokens.Authority
    url: str
    seconds: float = 5.0


def services(urls: Sequence[str], *, seconds: float = 5.0) -> tuple[Service, ...]:
    """Authorities of which only the address is known, called by their host. 時刻認証局の一覧"""
    return tuple(Service(tokens.Authority(urlsplit(url).netloc or url), url, seconds) for url in urls)


class HttpTimestamper:
    """Asks authorities over HTTP. 時刻認証局クライアント

    Addresses come from settings, never from a document. Says nothing about the token: `warifu.pades.tokens` checks it.
    """

    def __init__(self, *, services: Sequence[Service], wire: wires.Wire) -> None:
        if not services:
            raise ValueError("at least one timestamp authority is needed")
        self._services = {service.authority: service for service in services}
        if len(self._services) < len(services):
            raise ValueError("two timestamp authorities of the same name")
        self._wire = wire

    def candidates(self, at: datetime) -> Sequence[tokens.Authority]:
        """In the order of the settings. 問合せ先"""
        return tuple(self._services)

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: datetime,
        token: tokens.Token | None = None,
    ) -> None:
        """Remember how it went. 結果の記憶"""

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        """Send a DER TimeStampReq to one authority, return its answer. Raises `errors.TimestampUnavailable`. 要求"""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        service = self._services[authority]
        try:
            return self._wire.post(
                service.url,
                data=query,
                headers=headers,
                answer_type="application/timestamp-reply",
                seconds=service.seconds,
                limit=_LIMIT,
            )
        except wires.WireFault as fault:
            raise errors.TimestampUnavailable(f"{authority.name}: {fault}") from fault
