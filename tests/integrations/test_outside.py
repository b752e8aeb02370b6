"""Where the service lets itself be sent by an address that somebody typed: never to its own neighbours."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from warifu.access.sso.outside import Unreachable
from warifu.integrations import outside

LOOPBACK = ("127.0.0.0/8",)


class Neighbour(BaseHTTPRequestHandler):
    """Says who asked, sends away, or says too much."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"{}" if self.path == "/small" else b"x" * (outside.LARGEST + 1)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def neighbour() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Seen", (Neighbour,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fec0::1",
        "localhost",
        "",
    ],
)
def test_no_neighbour_of_ours_is_asked(address: str) -> None:
    assert not outside.admitted(address, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "203.104.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_world_is_asked(address: str) -> None:
    assert outside.admitted(address, ())


def test_a_network_that_the_operator_names_is_asked() -> None:
    admits = outside.guarded(["10.1.0.0/16", "fd00:1::/32"])
    assert admits("10.1.2.3")
    assert admits("::ffff:10.1.2.3"), "the same place by its other name"
    assert admits("fd00:1::5")
    assert not admits("10.2.0.1")
    with pytest.raises(ValueError, match="does not appear"):
        outside.guarded(["10.1"])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_whatever_it_is_called_our_own_machine_hears_nothing(name: str, neighbour: tuple[str, list[str]]) -> None:
    url, seen = neighbour
    asking = outside.Outside(networks=(), plain=True)
    with pytest.raises(Unreachable):
        asking.get(f"{url.replace('127.0.0.1', name)}/small")
    asking.close()
    assert seen == []


def test_what_may_not_be_asked_is_told_apart_from_what_does_not_answer(neighbour: tuple[str, list[str]]) -> None:
    url, _ = neighbour
    with pytest.raises(Unreachable) as refused:
        outside.Outside(networks=(), plain=True).get(f"{url}/small")
    assert refused.value.forbidden
    with pytest.raises(Unreachable) as silent:
        outside.Outside(networks=LOOPBACK, plain=True).get("http://127.0.0.1:9/")
    assert not silent.value.forbidden


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example.jp/",
        "ftp://idp.example.jp/",
        "file:///etc/passwd",
        "https://",
        "https://user@idp.example.jp/",
        "https://user:word@idp.example.jp/",
        "https://idp.example.jp:0/",
        "https://idp.example.jp:70000/",
        "https://[::1/",
        "//idp.example.jp/",
        "",
    ],
)
def test_only_a_plain_https_address_is_asked(url: str) -> None:
    with pytest.raises(Unreachable) as refused:
        outside.Outside(networks=LOOPBACK, plain=False).get(url)
    assert refused.value.forbidden


def test_a_small_answer_comes_and_one_that_goes_on_or_leads_elsewhere_does_not(
    neighbour: tuple[str, list[str]],
) -> None:
    url, seen = neighbour
    asking = outside.Outside(networks=LOOPBACK, plain=True)
    assert asking.get(f"{url}/small") == b"{}"
    for path in ("/away", "/large"):
        with pytest.raises(Unreachable):
            asking.get(f"{url}{path}")
    asking.close()
    assert "/secret" not in seen
