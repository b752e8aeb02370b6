"""One small HTTP server on the loopback address, a thread per connection HTTPサーバー."""

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

ADDRESS = "127.0.0.1"
LARGEST_BODY = 64 * 1024
IDLE_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What came in; `path` as sent, percent-encoded 要求."""

    method: str
    path: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes out 応答."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Respond = Callable[[Request], Reply]

ALIVE = Reply(200, body=b"ok\n")
NOT_FOUND = Reply(404)
METHOD_NOT_ALLOWED = Reply(405)
UNSUPPORTED_MEDIA_TYPE = Reply(415)


class Handler(BaseHTTPRequestHandler):
    """Reads one request after another from a connection and answers it 接続の処理."""

    protocol_version = "HTTP/1.1"
    server_version = "trialpki"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Header and body leave in one segment; without it the peer's delayed acknowledgement costs 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "Server"

    def do_GET(self) -> None:
        """Answer GET GET."""
        self._take()

    def do_POST(self) -> None:
        """Answer POST POST."""
        self._take()

    def exchange(self, request: Request) -> None:
        """Answer `request`; stand-ins override this to misbehave 応答."""
        self.deliver(self.server.respond(request))

    def deliver(self, reply: Reply) -> None:
        """Write `reply` to the wire 送信."""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are not logged 要求は記録しない."""

    def _take(self) -> None:
        length = self.headers.get("Content-Length", "0" if self.command == "GET" else "")
        if not length.isascii() or not length.isdigit():
            self._refuse(411)
        elif len(length) > 9 or int(length) > LARGEST_BODY:
            self._refuse(413)
        else:
            body = self.rfile.read(int(length))
            content_type = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            self.exchange(Request(self.command, self.path, content_type, body))

    def _refuse(self, status: int) -> None:
        # The body stays unread, so the connection cannot carry another request.
        self.close_connection = True
        self.deliver(Reply(status))


class Server(ThreadingHTTPServer):
    """Serves `respond` on the loopback address; port 0 takes a free one サーバー."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, respond: Respond, *, port: int = 0, handler: type[Handler] = Handler) -> None:
        self.respond_unguarded = respond
        super().__init__((ADDRESS, port), handler)

    @property
    def port(self) -> int:
        """Return the port in use ポート番号."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind without the name lookup of the base class, which may wait for a resolver 待受け."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.allow_reuse_port:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def respond(self, request: Request) -> Reply:
        """Return the answer to `request`; a fault of ours becomes 500, never a dropped connection 応答."""
        try:
            return self.respond_unguarded(request)
        except Exception:
            log.exception("request failed")
            return Reply(500)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about peers that hang up, tell about anything else 異常時の記録."""
        if not isinstance(sys.exc_info()[1], OSError):
            log.exception("connection failed")

    def start(self) -> None:
        """Serve in a thread of its own and return 開始."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening 停止."""
        self.shutdown()
        self.server_close()


class Runnable(Protocol):
    """What can be started and stopped 起動と停止ができるもの."""

    def start(self) -> None:
        """Start and return 開始."""

    def stop(self) -> None:
        """Stop 停止."""


def until_told_to_stop(*servers: Runnable, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then stop all `servers`; `announce` runs once they listen 終了の合図まで動作."""
    wanted = {signal.SIGTERM, signal.SIGINT}
    # Blocked before any thread starts: a signal that lands on a connection's thread would not wake this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    for server in servers:
        server.start()
    announce()
    signal.sigwait(wanted)
    for server in servers:
        server.stop()
