"""Connections are kept, given up in time, and never answer for somebody else. HTTP接続の試験"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from trialpki import serving
from warifu.pades.transports import tsa, wire


class Counting(serving.Server):
    """Counts connections, and closes each after `answers` answers."""

    def __init__(self, *, answers: int = 1000, body: bytes = b"answer") -> None:
        self.connections = 0
        self.left = answers
        super().__init__(lambda request: serving.Reply(200, "application/x", body), handler=_Handler)

    def process_request(self, request: object, client_address: object) -> None:
        self.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]  # as the base class has it

    @property
    def url(self) -> str:
        return f"http://{serving.ADDRESS}:{self.port}/"


class _Handler(serving.Handler):
    server: Counting

    def exchange(self, request: serving.Request) -> None:
        super().exchange(request)
        self.server.left -= 1
        if self.server.left <= 0:
            self.close_connection = True  # without having said so


@pytest.fixture
def line() -> Iterator[wire.Wire]:
    made = wire.Wire()
    yield made
    made.close()


def ask(line: wire.Wire, url: str, *, limit: int = 1000, seconds: float = 5.0) -> bytes:
    return line.post(url, data=b"q", headers={}, answer_type="application/x", seconds=seconds, limit=limit)


def test_one_connection_serves_many_calls(line: wire.Wire) -> None:
    server = Counting()
    server.start()
    assert {ask(line, server.url) for _ in range(5)} == {b"answer"}
    assert server.connections == 1
    server.stop()


def test_a_connection_that_the_other_side_closed_is_replaced(line: wire.Wire) -> None:
    server = Counting(answers=1)
    server.start()
    for _ in range(3):
        assert ask(line, server.url) == b"answer"
    assert server.connections == 3
    server.stop()


def test_a_child_process_opens_its_own_connection(line: wire.Wire) -> None:
    server = Counting()
    server.start()
    ask(line, server.url)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if ask(line, server.url) == b"answer" else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert ask(line, server.url) == b"answer"
    assert server.connections == 2
    server.stop()


@pytest.mark.parametrize("head", [b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n"])
def test_the_last_answer_of_a_connection_may_come_piece_by_piece(line: wire.Wire, head: bytes) -> None:
    """`http.client` closes such a connection as soon as it has read the head."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            other, _ = server.accept()
            with other:
                other.recv(65536)
                for piece in (head + b"Content-Type: application/x\r\nContent-Length: 6\r\n\r\n", b"ans", b"wer"):
                    other.sendall(piece)
                    time.sleep(0.05)

        thread = threading.Thread(target=answer)
        thread.start()
        assert ask(line, f"http://127.0.0.1:{server.getsockname()[1]}/") == b"answer"
        thread.join()


def test_calls_of_several_threads_do_not_meet(line: wire.Wire) -> None:
    server = Counting()
    server.start()
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.extend(ask(line, server.url) for _ in range(20))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"answer"] * 120
    assert server.connections <= 6
    server.stop()


def test_an_answer_that_is_too_long_is_refused(line: wire.Wire) -> None:
    server = Counting(body=b"x" * 2000)
    server.start()
    with pytest.raises(wire.WireFault, match="too long"):
        ask(line, server.url, limit=1999)
    assert len(ask(line, server.url, limit=2000)) == 2000
    server.stop()


def test_who_accepts_and_says_nothing_is_given_up_in_time(line: wire.Wire) -> None:
    with socket.create_server((serving.ADDRESS, 0)) as silent, pytest.raises(wire.WireFault, match="Timeout"):
        ask(line, f"http://{serving.ADDRESS}:{silent.getsockname()[1]}/", seconds=0.2)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http:///x", "http://127.0.0.1:99999/"])
def test_what_is_no_web_address_is_not_asked(line: wire.Wire, url: str) -> None:
    with pytest.raises(wire.WireFault):
        ask(line, url)


class Breaking:
    """Keeps a connection, then breaks it while it answers the question `at`, after `said` octets."""

    def __init__(self, *, at: int, said: bytes) -> None:
        self.at, self.said, self.questions = at, said, 0
        self.socket = socket.create_server((serving.ADDRESS, 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{serving.ADDRESS}:{self.socket.getsockname()[1]}/"

    def _serve(self) -> None:
        while True:
            try:
                line = self.socket.accept()[0]
            except OSError:
                return
            with line:
                while self._answered(line):
                    pass

    def _answered(self, line: socket.socket) -> bool:
        question = b""
        while not question.endswith(b"\r\n\r\nq"):
            more = line.recv(1000)
            if not more:
                return False
            question += more
        self.questions += 1
        if self.questions != self.at:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x\r\nContent-Length: 6\r\n\r\nanswer")
            return True
        line.sendall(self.said)
        # Closing at once with a reset, not with a farewell, once the other side has read what was said.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        threading.Event().wait(0.2)
        return False


def test_a_question_that_was_half_answered_is_not_asked_again(line: wire.Wire) -> None:
    server = Breaking(at=2, said=b"HTTP/1.1 200 OK\r\nContent-Type: application/x\r\nContent-Length: 100\r\n\r\nhalf")
    assert ask(line, server.url) == b"answer"
    with pytest.raises(wire.WireFault, match="ConnectionReset"):
        ask(line, server.url)
    assert server.questions == 2
    server.socket.close()


def test_a_question_without_one_octet_of_an_answer_is_asked_again_on_a_new_connection(line: wire.Wire) -> None:
    server = Breaking(at=2, said=b"")
    assert {ask(line, server.url), ask(line, server.url)} == {b"answer"}
    assert server.questions == 3
    server.socket.close()


def test_a_child_process_does_not_wait_for_a_lock_that_a_thread_of_its_parent_held(line: wire.Wire) -> None:
    shared = (line, tsa.HttpTimestamper(services=tsa.services(["http://127.0.0.1:9/"]), wire=line))
    for one in shared:
        one._lock.acquire()
    child = os.fork()
    if child == 0:
        free = all(one._lock.acquire(blocking=False) for one in shared)
        os._exit(0 if free else 1)
    for one in shared:
        one._lock.release()
    assert os.waitpid(child, 0)[1] == 0
