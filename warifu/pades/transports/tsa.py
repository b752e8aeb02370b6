"""RFC 3161 over HTTP (RFC 3161, 3.4), several authorities in order. 時刻認証局への接続"""

from __future__ import annotations

import base64
import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from warifu.pades import errors, health, locks, tokens

from . import wire as wires

log = logging.getLogger(__name__)

_LIMIT = 256 * 1024
_LATELY = timedelta(days=1)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

Observer = Callable[[tokens.Authority, health.Condition], None]


@dataclass(frozen=True)
class Service:
    """A timestamp authority and how to reach it. 時刻認証局の接続先

    `seconds` is the most that one call may take in all. `user` and `password` are for HTTP basic authentication, `tls`
    holds the trusted authorities and the client certificate for https. Raises `errors.AuthorityUnusable` where a
    password would travel unprotected.
    """

    authority: tokens.Authority
    url: str
    seconds: float = 5.0
    user: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise errors.AuthorityUnusable(f"{self.authority.name}: the address must begin with http:// or https://")
        if parts.username or parts.password:
            raise errors.AuthorityUnusable(f"{self.authority.name}: user and password do not belong into the address")
        if parts.scheme == "http" and (self.tls or (self.user and parts.hostname not in _LOOPBACK)):
            raise errors.AuthorityUnusable(f"{self.authority.name}: passwords and certificates need https")

    @property
    def headers(self) -> dict[str, str]:
        """What goes with a query. 要求のヘッダー"""
        found = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
            found["Authorization"] = f"Basic {pair}"
        return found


def services(urls: Sequence[str], *, seconds: float = 5.0) -> tuple[Service, ...]:
    """Authorities of which only the address is known, called by their host. 時刻認証局の一覧"""
    return tuple(Service(tokens.Authority(urlsplit(url).netloc or url), url, seconds) for url in urls)


class HttpTimestamper(locks.Locked):
    """Asks authorities over HTTP; one that failed is asked last for a while. 時刻認証局クライアント

    Addresses come from settings, never from a document. Says nothing about the token: `warifu.pades.tokens` checks it.
    When a rest is over, one call tries that authority first and the others wait for its outcome (half-open), so that a
    dead authority costs one call its time-out, not all. `observe` is told what changes (`health.worth_telling`).
    """

    def __init__(self, *, services: Sequence[Service], wire: wires.Wire, observe: Observer | None = None) -> None:
        super().__init__()
        if not services:
            raise errors.AuthorityUnusable("no timestamp authority is configured")
        self._services = {service.authority: service for service in services}
        if len({authority.name for authority in self._services}) < len(services):
            raise errors.AuthorityUnusable("two timestamp authorities have the same name")
        self._wire = wire
        self._observe = observe
        self._conditions = {authority: health.Condition() for authority in self._services}
        self._told: dict[tokens.Authority, health.Condition] = {}
        self._trial_until: dict[tokens.Authority, datetime] = {}

    @property
    def services(self) -> tuple[Service, ...]:
        """In the order of the settings. 時刻認証局の接続先"""
        return tuple(self._services.values())

    @property
    def conditions(self) -> dict[tokens.Authority, health.Condition]:
        """How each did in this process. 時刻認証局の状況"""
        with self._lock:
            return dict(self._conditions)

    def certificates_until(self, *, at: datetime) -> datetime | None:
        """The latest end of the certificates they stamp with; None unless each did within a day. 証明書の有効期限"""
        seen = self.conditions.values()
        ends = [
            one.certificate_until
            for one in seen
            if one.certificate_until and one.succeeded_at and at - one.succeeded_at < _LATELY
        ]
        return max(ends) if len(ends) == len(seen) else None

    def candidates(self, at: datetime) -> tuple[tokens.Authority, ...]:
        """All of them: in the order of the settings, those that rest last. 問合せ先"""
        with self._lock:
            seen = dict(self._conditions)
            for authority, condition in self._conditions.items():
                if not condition.faults or condition.rests(at):
                    continue
                trial = self._trial_until.get(authority)
                if trial is not None and at < trial:
                    seen[authority] = health.Condition(rests_until=trial)
                else:
                    self._trial_until[authority] = at + timedelta(seconds=self._services[authority].seconds)
            return health.order(tuple(self._services), seen, at=at)

    def note(
        self,
        authority: tokens.Authority,
        *,
        fault: errors.PadesError | None,
        at: datetime,
        token: tokens.Token | None = None,
    ) -> None:
        """Remember how it went. 結果の記憶"""
        with self._lock:
            before = self._conditions[authority]
            if fault is None:
                now = health.after_success(before, token, at=at)
                self._trial_until.pop(authority, None)
            else:
                now = health.after_fault(before, fault, at=at)
            self._conditions[authority] = now
            tell = health.worth_telling(self._told.get(authority), now, at=at)
            if tell:
                self._told[authority] = now
        if tell and self._observe is not None:
            try:
                self._observe(authority, now)
            except Exception:  # what an operator likes to know must not keep anybody's contract from its seal
                log.exception("the condition of %s was not noted", authority.name)

    def ask(self, query: bytes, *, authority: tokens.Authority) -> bytes:
        """Send a DER TimeStampReq to one authority, return its answer. Raises `errors.TimestampUnavailable`. 要求"""
        service = self._services[authority]
        try:
            return self._wire.post(
                service.url,
                data=query,
                headers=service.headers,
                answer_type="application/timestamp-reply",
                seconds=service.seconds,
                limit=_LIMIT,
                tls=service.tls,
            )
        except wires.WireFault as fault:
            raise errors.TimestampUnavailable(f"{authority.name}: {fault}") from fault
