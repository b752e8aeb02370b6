"""Timestamp and revocation services that misbehave when told to, for tests and rehearsals 障害の模擬.

Nothing here runs unless a test builds it or the command line says `--faults`. A mode holds until the next one is set.
Modes of the wire (down, hang, html …) concern every address of the server, those of content only tokens or statuses.
"""

import dataclasses
import json
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Protocol

from cryptography import x509

from trialpki import (
    authority,
    clock,
    crl,
    errors,
    lies,
    ocsp,
    revocations,
    services,
    serving,
    timestamping,
)

WIRE_MODES = ("down", "hang", "slow", "drip", "html", "empty", "truncated", "random", "http500", "http503")
TIMESTAMP_MODES = ("ok", *WIRE_MODES, *lies.LIES)
REVOCATION_MODES = (
    "ok",
    *WIRE_MODES,
    "try_later",
    "unauthorized",
    "unknown",
    "revoked",
    "stale",
    "wrong_cert_id",
    "wrong_signer",
)

# With these a client could still find its proof in the revocation list, so the lists are withheld.
_STATUS_ONLY_MODES = ("try_later", "unauthorized", "unknown", "wrong_cert_id", "wrong_signer")

LONGEST_HANG = timedelta(minutes=10)

_CONTROL_PATHS = ("/_mode", "/_hits")


class UnknownMode(errors.TrialPkiError):
    """There is no such fault 該当する障害モードがない."""


class Switch:
    """Which fault is on, and how many requests came 障害の切替え."""

    def __init__(self, modes: tuple[str, ...]) -> None:
        self.modes = modes
        self.slowness = timedelta(seconds=2)
        self.hits = 0
        self.follow: Callable[[str], None] = lambda mode: None
        self._mode = "ok"
        self._changed = threading.Condition()

    @property
    def mode(self) -> str:
        """Return the fault that is on, "ok" for none 現在の障害モード."""
        return self._mode

    @mode.setter
    def mode(self, wanted: str) -> None:
        if wanted not in self.modes:
            raise UnknownMode(
                f"「{wanted}」という障害モードはありません。次から指定してください。{'、'.join(self.modes)}"
            )
        with self._changed:
            self._mode = wanted
            self._changed.notify_all()
        self.follow(wanted)

    def count(self) -> None:
        """Count one request 要求数."""
        with self._changed:
            self.hits += 1

    def wait_while(self, mode: str, at_most: timedelta) -> bool:
        """Wait until another mode is set, at most that long; tell whether one was 切替え待ち."""
        with self._changed:
            return self._changed.wait_for(lambda: self._mode != mode, at_most.total_seconds())

    def control(self, request: serving.Request) -> serving.Reply:
        """Answer GET and POST of /_mode (the mode as plain text) and GET /_hits 切替え要求の応答."""
        if request.method == "POST":
            if request.path != "/_mode":
                return serving.METHOD_NOT_ALLOWED
            try:
                self.mode = request.body.decode("utf-8", "replace").strip()
            except UnknownMode as error:
                return serving.Reply(400, body=f"{error}\n".encode())
        elif request.path == "/livez":
            return serving.ALIVE
        elif request.path not in _CONTROL_PATHS:
            return serving.NOT_FOUND
        state = json.dumps({"mode": self.mode, "hits": self.hits}).encode()
        return serving.Reply(200, "application/json", state)


class Service(Protocol):
    """A service with a switch 切替え可能なサービス."""

    switch: Switch

    def __call__(self, request: serving.Request) -> serving.Reply:
        """Answer one HTTP request 応答."""


class TimestampService(services.TimestampService):
    """The timestamp service with faults in its tokens 障害を模擬するタイムスタンプサービス."""

    def __init__(self, trial: authority.Authority, now: clock.Clock) -> None:
        super().__init__(trial, now)
        self.switch = Switch(TIMESTAMP_MODES)
        self.liar = lies.Liar(trial, self.unit, now)

    def answer(self, query: bytes) -> bytes:
        """Return the TimeStampResp (DER) that the mode calls for タイムスタンプ応答."""
        try:
            asked = timestamping.read(query)
        except timestamping.Refused:
            return super().answer(query)
        return self.liar.answer(self.switch.mode, asked, self.now()) or super().answer(query)


class RevocationService(services.RevocationService):
    """The revocation service with faults in its statuses 障害を模擬する失効情報サービス."""

    def __init__(self, trial: authority.Authority, now: clock.Clock) -> None:
        super().__init__(trial, now)
        self.switch = Switch(REVOCATION_MODES)

    def __call__(self, request: serving.Request) -> serving.Reply:
        """Answer one HTTP request as the mode calls for 応答."""
        if request.path.startswith("/crl/") and self.switch.mode in _STATUS_ONLY_MODES:
            return serving.Reply(503)
        return super().__call__(request)

    def status(self, name: str, query: bytes) -> bytes:
        """Return the OCSPResponse (DER) that the mode calls for 証明書状態の応答."""
        mode, responder = self.switch.mode, self.responders[name]
        if mode in ("try_later", "unauthorized"):
            return ocsp.refusal(ocsp.Status(mode))
        if mode == "wrong_signer":
            other = next(each for each in self.responders.values() if each.name != name)
            responder = dataclasses.replace(responder, signing=other.signing)
            return ocsp.answer(query, responder=responder, revoked={}, at=self.now())
        if mode in ("unknown", "revoked", "stale", "wrong_cert_id"):
            return ocsp.answer(query, responder=responder, revoked={}, at=self.now(), amend=partial(self._lie, mode))
        return super().status(name, query)

    def revocation_list(self, name: str) -> bytes:
        """Return the revocation list (DER) that the mode calls for 失効リスト."""
        if self.switch.mode == "stale":
            return crl.build(self.issuers[name], revoked=(), at=self.now() - 2 * crl.LIFETIME)
        if self.switch.mode == "revoked":
            everything = [self._revocation(serial) for serial in sorted(self.responders[name].serials)]
            return crl.build(self.issuers[name], revoked=everything, at=self.now())
        return super().revocation_list(name)

    def _lie(self, mode: str, statement: ocsp.Statement) -> ocsp.Statement:
        if mode == "unknown":
            return dataclasses.replace(statement, known=False)
        if mode == "revoked":
            serial = statement.cert_id["serial_number"].native
            return dataclasses.replace(statement, known=True, revocation=self._revocation(serial))
        if mode == "stale":
            due = statement.this_update - 3 * ocsp.LIFETIME
            return dataclasses.replace(statement, this_update=due - ocsp.LIFETIME, next_update=due)
        other = statement.cert_id.copy()
        other["serial_number"] = other["serial_number"].native + 1
        return dataclasses.replace(statement, cert_id=other)

    def _revocation(self, serial: int) -> revocations.Revocation:
        return revocations.Revocation("", serial, self.now() - timedelta(days=1), x509.ReasonFlags.key_compromise)


class Handler(serving.Handler):
    """Does on the wire what the mode calls for 障害を模擬する接続の処理."""

    server: "Listener"

    def exchange(self, request: serving.Request) -> None:
        """Answer, or fail to, as the mode calls for 応答."""
        switch = self.server.switch
        if request.path in _CONTROL_PATHS or request.path == "/livez":
            self.deliver(switch.control(request))
            return
        switch.count()
        mode = switch.mode
        if mode in ("down", "hang"):
            # "down" meets only connections that were open before: new ones are refused.
            if mode == "hang":
                switch.wait_while(mode, LONGEST_HANG)
            self.close_connection = True
        elif mode == "slow":
            switch.wait_while(mode, switch.slowness)
            super().exchange(request)
        elif mode == "drip":
            self._drip(self.server.respond(request))
        elif mode in WIRE_MODES:
            self.deliver(_spoilt(mode, self.server.respond(request)))
        else:
            super().exchange(request)

    def _drip(self, reply: serving.Reply) -> None:
        self.close_connection = True
        head = f"HTTP/1.1 {reply.status} OK\r\nContent-Type: {reply.content_type}\r\n"
        head += f"Content-Length: {len(reply.body)}\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode("ascii"))
        for octet in reply.body:
            self.wfile.write(bytes((octet,)))
            self.wfile.flush()
            if self.server.switch.wait_while("drip", timedelta(seconds=1)):
                return


class Listener(serving.Server):
    """The listening half of a server that can go down and come back on the same port 障害を模擬するサーバー."""

    allow_reuse_port = True

    def __init__(self, service: Service, *, port: int) -> None:
        self.switch = service.switch
        super().__init__(service, port=port, handler=Handler)


class FaultyServer:
    """A service with faults on a port that stays its own while it is down 障害を模擬するサーバー."""

    def __init__(self, service: Service, *, port: int = 0) -> None:
        self.service = service
        self.switch = service.switch
        # A socket that is bound but never listens keeps the port, and connections to it are refused.
        self._reservation = socket.socket()
        self._reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._reservation.bind((serving.ADDRESS, port))
        self.port = int(self._reservation.getsockname()[1])
        self._listener: Listener | None = None
        self._moving = threading.Lock()

    @property
    def url(self) -> str:
        """Return the address without a slash at the end 待受けURL."""
        return f"http://{serving.ADDRESS}:{self.port}"

    @property
    def mode(self) -> str:
        """Return the fault that is on, "ok" for none 現在の障害モード."""
        return self.switch.mode

    @mode.setter
    def mode(self, wanted: str) -> None:
        self.switch.mode = wanted

    @property
    def hits(self) -> int:
        """Return how many requests arrived, refused connections not counted 要求数."""
        return self.switch.hits

    def start(self) -> None:
        """Listen, unless the mode is "down" 開始."""
        self.switch.follow = self._follow
        self._follow(self.switch.mode)

    def stop(self) -> None:
        """Stop listening and let hanging peers go 停止."""
        self.switch.mode = "down"
        self._reservation.close()

    def _follow(self, mode: str) -> None:
        with self._moving:
            if mode == "down" and self._listener is not None:
                self._listener.stop()
                self._listener = None
            elif mode != "down" and self._listener is None:
                self._listener = Listener(self.service, port=self.port)
                self._listener.start()


def _spoilt(mode: str, reply: serving.Reply) -> serving.Reply:
    if mode == "html":
        page = "<!doctype html><html lang='ja'><title>保守中</title><h1>ただいま保守中です</h1></html>"
        return serving.Reply(200, "text/html; charset=utf-8", page.encode())
    if mode == "empty":
        return dataclasses.replace(reply, body=b"")
    if mode == "truncated":
        return dataclasses.replace(reply, body=reply.body[: len(reply.body) // 2])
    if mode == "random":
        return dataclasses.replace(reply, body=secrets.token_bytes(max(len(reply.body), 64)))
    if mode == "http503":
        return serving.Reply(503, headers=(("Retry-After", "1"),))
    return serving.Reply(500)
