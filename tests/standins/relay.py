"""A reverse proxy as city halls and data centres run them: it adds who connected to it, and passes the rest on."""

import socket
import threading
from enum import Enum, auto
from types import TracebackType


class Adding(Enum):
    """How a proxy tells from where a request came."""

    APPEND = auto()
    """At the end of the header that came, or of a new one (nginx)."""
    AGAIN = auto()
    """As another header of the same name, after the rest (HAProxy)."""
    REPLACE = auto()
    """In the place of what came (an edge proxy)."""
    NOTHING = auto()
    """It was forgotten."""


class Relay:
    """Listens on `address`, forwards each request to `target` from `source`, one request a connection."""

    def __init__(
        self,
        *,
        target: tuple[str, int],
        address: str = "127.0.0.1",
        source: str = "127.0.0.1",
        adding: Adding = Adding.APPEND,
        header: str = "X-Forwarded-For",
        drops_underscores: bool = True,
    ) -> None:
        self.target = target
        self.source = source
        self.adding = adding
        self.header = header
        self.drops_underscores = drops_underscores
        self._listener = socket.create_server((address, 0))
        self.at: tuple[str, int] = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Relay":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, (client, *_) = self._listener.accept()
            except OSError:
                return
            with connection:
                self._pass_on(connection, client)

    def _pass_on(self, connection: socket.socket, client: str) -> None:
        head, _, body = received(connection).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        sent = "\r\n".join([first, *self._told(lines, client)]).encode("latin-1") + b"\r\n\r\n" + body
        with socket.create_connection(self.target, source_address=(self.source, 0)) as onward:
            onward.sendall(sent)
            while part := onward.recv(65536):
                connection.sendall(part)

    def _told(self, lines: list[str], client: str) -> list[str]:
        ours = self.header.lower()
        if self.drops_underscores:
            lines = [line for line in lines if "_" not in line.partition(":")[0]]
        came = [line for line in lines if line.partition(":")[0].lower() == ours]
        match self.adding:
            case Adding.NOTHING:
                return lines
            case Adding.REPLACE:
                return [*(line for line in lines if line not in came), f"{self.header}: {client}"]
            case Adding.APPEND if came:
                place = lines.index(came[-1])
                return [*lines[:place], f"{came[-1]}, {client}", *lines[place + 1 :]]
        return [*lines, f"{self.header}: {client}"]


def received(connection: socket.socket) -> bytes:
    """A request without a body, as far as the end of its head."""
    found = b""
    while b"\r\n\r\n" not in found and (part := connection.recv(65536)):
        found += part
    return found


def ask(at: tuple[str, int], *lines: str, source: str = "127.0.0.1") -> str:
    """Ask for / with these header lines; the body of the answer."""
    asked = "\r\n".join(["GET / HTTP/1.1", "Host: warifu.test", "Connection: close", *lines]) + "\r\n\r\n"
    with socket.create_connection(at, source_address=(source, 0), timeout=20) as connection:
        connection.sendall(asked.encode("latin-1"))
        found = b""
        while part := connection.recv(65536):
            found += part
    return found.partition(b"\r\n\r\n")[2].decode()
