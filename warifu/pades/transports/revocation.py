"""OCSP (RFC 6960, appendix A) and CRL over HTTP, only to addresses of a route table. 失効情報の取得"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from warifu.pades import errors

from . import wire as wires

_OCSP_LIMIT = 256 * 1024
_CRL_LIMIT = 32 * 1024 * 1024
_MOST_REMEMBERED = 10_000


class HttpRevocation:
    """Fetches revocation data. 失効情報クライアント

    `routes` maps a prefix of an address inside a certificate to the prefix that is really asked, for example
    `{"http://ocsp.trial-ca.test/": "http://127.0.0.1:8082/"}`; map a prefix to itself to allow it as it is. An
    address that no prefix covers is never asked: a certificate in a stranger's file must not steer this server (SSRF).
    """

    def __init__(self, *, routes: Mapping[str, str], wire: wires.Wire, seconds: float = 10.0) -> None:
        self._routes = tuple(sorted(routes.items(), key=lambda route: -len(route[0])))
        self._wire = wire
        self._seconds = seconds

    def allows(self, url: str) -> bool:
        """Whether a route covers this address. 許可"""
        return self._target(url) is not None

    def ocsp(self, url: str, request: bytes) -> bytes:
        """Ask a responder; DER in, DER out. Raises `errors.RevocationUnavailable`. OCSP問合せ"""
        headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
        try:
            return self._wire.post(
                self._routed(url),
                data=request,
                headers=headers,
                answer_type="application/ocsp-response",
                seconds=self._seconds,
                limit=_OCSP_LIMIT,
            )
        except wires.WireFault as fault:
            raise errors.RevocationUnavailable(f"ocsp: {fault}") from fault

    def crl(self, url: str) -> bytes:
        """Fetch a revocation list, DER. Raises `errors.RevocationUnavailable`. CRL取得"""
        try:
            return self._wire.get(self._routed(url), seconds=self._seconds, limit=_CRL_LIMIT)
        except wires.WireFault as fault:
            raise errors.RevocationUnavailable(f"crl: {fault}") from fault

    def _routed(self, url: str) -> str:
        target = self._target(url)
        if target is None:
            raise errors.RevocationUnavailable("the address is not in the route table")
        return target

    def _target(self, url: str) -> str | None:
        for prefix, address in self._routes:
            # "http://ca.test" must not cover "http://ca.test.example.org/"
            rest = url[len(prefix) :]
            if url.startswith(prefix) and (not rest or prefix.endswith("/") or rest.startswith(("/", "?"))):
                return address + rest
        return None


class Source(Protocol):
    """What answers about revocation, as `chains.RevocationSource` says. 失効情報の入手元"""

    def ocsp(self, url: str, request: bytes) -> bytes: ...

    def crl(self, url: str) -> bytes: ...


class Remembered:
    """Another source whose answers are kept for a while: ten thousand files rest on the same few. 失効情報の控え"""

    def __init__(self, source: Source, *, clock: Callable[[], datetime], keep: timedelta = timedelta(hours=1)) -> None:
        """`clock` gives aware moments. Faults are not remembered."""
        self._source = source
        self._clock = clock
        self._keep = keep
        self._answers: dict[tuple[str, bytes], tuple[datetime, bytes]] = {}

    def ocsp(self, url: str, request: bytes) -> bytes:
        """As the source. OCSP問合せ"""
        return self._answer((url, request), lambda: self._source.ocsp(url, request))

    def crl(self, url: str) -> bytes:
        """As the source. CRL取得"""
        return self._answer((url, b""), lambda: self._source.crl(url))

    def _answer(self, key: tuple[str, bytes], ask: Callable[[], bytes]) -> bytes:
        now = self._clock()
        known = self._answers.get(key)
        if known is None or known[0] <= now:
            if len(self._answers) >= _MOST_REMEMBERED:
                self._answers.clear()
            self._answers[key] = known = (now + self._keep, ask())
        return known[1]
