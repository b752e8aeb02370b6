"""Kept-alive HTTP connections for a process, with a hard total time for each call. HTTP接続"""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from warifu.pades import locks

_Place = tuple[str, str, int, int]
_KEPT_PER_PLACE = 8
_KEPT_SECONDS = 30.0


class WireFault(Exception):
    """The other side did not give a usable HTTP answer. 通信障害"""


class ForbiddenPlace(WireFault):
    """The name leads to a network address that may not be asked. 接続の禁止"""


class Wire(locks.Locked):
    """A small pool of connections for blocking callers. 共有HTTPクライアント

    A kept connection makes a round trip cost what `http.client` itself costs. Thread-safe; a forked child starts with
    an empty pool. There are no redirects, proxies of the environment are ignored, so an answer can come only from the
    address that was asked. Nothing is sent twice but on a kept connection that ended before one octet of an answer.
    """

    def __init__(self, admits: Callable[[str], bool] | None = None) -> None:
        """`admits` is asked about each network address before anything is sent there; without it all are. 作成"""
        super().__init__()
        self._admits = admits
        self._idle: dict[_Place, list[_Line]] = {}
        self._process = os.getpid()
        self._secure: ssl.SSLContext | None = None

    def post(
        self,
        url: str,
        *,
        data: bytes,
        headers: Mapping[str, str],
        answer_type: str,
        seconds: float,
        limit: int,
        tls: ssl.SSLContext | None = None,
    ) -> bytes:
        """POST, return the body. 送信

        `tls` is for https, the system's authorities if None. Raises `WireFault` on anything but status 200, the
        expected type and at most `limit` bytes within `seconds`.
        """
        return self._ask(_Question("POST", url, data, headers, answer_type, limit), seconds, tls)

    def get(self, url: str, *, seconds: float, limit: int) -> bytes:
        """GET and return the body. Raises `WireFault`. 取得"""
        return self._ask(_Question("GET", url, None, {}, "", limit), seconds, None)

    def close(self) -> None:
        """Close all connections; the next call opens new ones. 終了"""
        with self._lock:
            lines = [line for kept in self._idle.values() for line in kept]
            self._idle = {}
        if self._process == os.getpid():
            for line in lines:
                line.close()

    def _ask(self, question: _Question, seconds: float, tls: ssl.SSLContext | None) -> bytes:
        deadline = time.monotonic() + seconds
        try:
            place = question.place(tls)
            line = self._kept(place)
            if line is not None:
                try:
                    return self._exchange(line, place, question, deadline)
                except ConnectionError:
                    if line.socket.answered:
                        raise  # the question was taken, and asking for a token again may be billed again
                    # closed while it lay idle
            line = _connected(place, self._context(place, tls), deadline, self._admits)
            return self._exchange(line, place, question, deadline)
        except WireFault:
            raise
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise WireFault(f"{type(error).__name__}: {error}") from error

    def _exchange(self, line: _Line, place: _Place, question: _Question, deadline: float) -> bytes:
        whole = False
        try:
            line.socket.begin(deadline)
            line.http.request(question.method, question.path, question.data, dict(question.headers))
            answer = line.http.getresponse()
            if answer.status != 200:
                raise WireFault(f"status {answer.status}")
            content_type = answer.headers.get_content_type()
            if question.answer_type and content_type != question.answer_type:
                raise WireFault(f"content type {content_type}")
            body = answer.read(question.limit + 1)
            if len(body) > question.limit:
                raise WireFault("answer too long")
            if answer.length:
                raise WireFault("the answer is cut off")
            whole = not answer.will_close
            return body
        finally:
            if whole:
                self._keep(place, line)
            else:
                line.close()

    def _kept(self, place: _Place) -> _Line | None:
        with self._lock:
            if self._process != os.getpid():
                self._idle, self._process = {}, os.getpid()
            kept = self._idle.get(place, [])
            while kept:
                line = kept.pop()
                if line.is_open():
                    return line
                line.close()
        return None

    def _keep(self, place: _Place, line: _Line) -> None:
        line.kept_at = time.monotonic()
        with self._lock:
            kept = self._idle.setdefault(place, [])
            if self._process == os.getpid() and len(kept) < _KEPT_PER_PLACE:
                kept.append(line)
                return
        line.close()

    def _context(self, place: _Place, tls: ssl.SSLContext | None) -> ssl.SSLContext | None:
        if place[0] == "http":
            return None
        if tls is None and self._secure is None:
            self._secure = ssl.create_default_context()
        return tls or self._secure


@dataclass(frozen=True)
class _Question:
    method: str
    url: str
    data: bytes | None
    headers: Mapping[str, str]
    answer_type: str
    limit: int

    @property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def place(self, tls: ssl.SSLContext | None) -> _Place:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("only http and https addresses are asked")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        # Connections under one client certificate never serve a caller with another.
        return parts.scheme, parts.hostname, port, id(tls) if tls else 0


class _Line:
    """One open connection."""

    def __init__(self, place: _Place, plain: socket.socket) -> None:
        self.socket = _TimedSocket(plain)
        kind = http.client.HTTPSConnection if place[0] == "https" else http.client.HTTPConnection
        self.http = kind(place[1], place[2])
        untyped: Any = self.http
        untyped.sock = self.socket
        self.http.auto_open = 0
        self.kept_at = 0.0

    def is_open(self) -> bool:
        """Whether it may still be used: what can be read while nobody asked is the other side's farewell."""
        if time.monotonic() - self.kept_at > _KEPT_SECONDS:
            return False
        try:
            return not select.select([self.socket.plain], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        self.http.close()
        self.socket.plain.close()


class _TimedSocket:
    """What `http.client` uses of a socket; no call outlasts the deadline, however slowly octets drip."""

    def __init__(self, plain: socket.socket) -> None:
        self.plain = plain
        self.deadline = 0.0
        self.answered = False

    def begin(self, deadline: float) -> None:
        self.deadline, self.answered = deadline, False

    def wait_at_most(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self.plain.settimeout(left)

    def sendall(self, data: bytes) -> None:
        self.wait_at_most()
        self.plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self), 65536)

    def close(self) -> None:
        """Left to the line: `http.client` closes after the head of a last answer, before its body is read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: _TimedSocket) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._timed.wait_at_most()
        count = self._timed.plain.recv_into(buffer)
        self._timed.answered |= count > 0
        return count


def _connected(
    place: _Place, tls: ssl.SSLContext | None, deadline: float, admits: Callable[[str], bool] | None
) -> _Line:
    """Open a connection in a thread of its own: a resolver that does not answer knows no time limit."""
    answers: queue.SimpleQueue[_Line | Exception] = queue.SimpleQueue()
    given_up = threading.Event()

    def connect() -> None:
        try:
            line = _Line(place, _opened(place, tls, deadline, admits))
        except Exception as error:
            answers.put(error)
            return
        answers.put(line)
        if given_up.is_set():
            line.close()

    threading.Thread(target=connect, name="pades-connect", daemon=True).start()
    try:
        found = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        given_up.set()
        raise TimeoutError("no connection in time") from None
    if isinstance(found, Exception):
        raise found
    return found


def _opened(
    place: _Place, tls: ssl.SSLContext | None, deadline: float, admits: Callable[[str], bool] | None
) -> socket.socket:
    def left() -> float:
        return max(0.001, deadline - time.monotonic())

    # The very address that was looked at is connected to: a name may mean another one a moment later.
    host = place[1] if admits is None else _admitted(place, admits)
    plain = socket.create_connection((host, place[2]), left())
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is None:
            return plain
        plain.settimeout(left())
        return tls.wrap_socket(plain, server_hostname=place[1])
    except BaseException:
        with contextlib.suppress(OSError):
            plain.close()
        raise


def _admitted(place: _Place, admits: Callable[[str], bool]) -> str:
    found = [str(one[4][0]) for one in socket.getaddrinfo(place[1], place[2], type=socket.SOCK_STREAM)]
    if not found or not all(admits(address) for address in found):
        raise ForbiddenPlace("the address is not one that may be asked")
    return found[0]
