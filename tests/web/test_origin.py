"""The client's address by real HTTP: through stand-in proxies to the server that production runs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.standins import relay
from tests.standins.relay import Adding

CLIENT, PROXY, INNER, OFFICE = "127.0.1.7", "127.0.2.1", "127.0.2.2", "192.0.2.10"


@contextmanager
def served(data: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """The mirror behind granian, with these settings; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    environment = os.environ | {"WARIFU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "warifu.settings"} | settings
    server = subprocess.Popen([*command, "tests.standins.mirror:application"], env=environment)
    try:
        wait_for(port)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("granian did not come up")


@pytest.fixture(scope="module")
def by_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with served(tmp_path_factory.mktemp("data"), WARIFU_TRUSTED_PROXIES="127.0.2.0/24") as at:
        yield at


SPOOFED: list[tuple[str, ...]] = [
    (),
    (f"X-Forwarded-For: {OFFICE}",),
    (f"x-forwarded-for: {OFFICE}", f"X-FORWARDED-FOR: {OFFICE}"),
    (f"X-Forwarded-For: {OFFICE}, ,",),
    ("X-Forwarded-For: ",),
    (f"X-Forwarded-For: ::ffff:{OFFICE}, {PROXY}",),
    (f"X_Forwarded_For: {OFFICE}",),
    ("X-Forwarded-For: 1.1.1.1", f"X_Forwarded_For: {OFFICE}"),
    (f"Forwarded: for={OFFICE};proto=https",),
    (f"X-Real-IP: {OFFICE}", f"True-Client-IP: {OFFICE}", f"CF-Connecting-IP: {OFFICE}"),
    (f"Client-IP: {OFFICE}", f"X-Client-IP: {OFFICE}", f"X-Cluster-Client-IP: {OFFICE}"),
    (f"Remote-Addr: {OFFICE}", f"REMOTE_ADDR: {OFFICE}"),
]


@pytest.mark.parametrize("adding", [Adding.APPEND, Adding.AGAIN, Adding.REPLACE])
def test_no_header_of_a_client_is_believed_behind_a_proxy(by_network: tuple[str, int], adding: Adding) -> None:
    with relay.Relay(target=by_network, source=PROXY, adding=adding) as proxy:
        for lines in SPOOFED:
            assert relay.ask(proxy.at, *lines, source=CLIENT) == CLIENT, lines


def test_no_header_is_believed_of_who_comes_past_the_proxy(by_network: tuple[str, int]) -> None:
    for lines in SPOOFED:
        assert relay.ask(by_network, *lines, source=CLIENT) == CLIENT, lines


def test_through_two_proxies(by_network: tuple[str, int]) -> None:
    with (
        relay.Relay(target=by_network, source=INNER, adding=Adding.AGAIN) as inner,
        relay.Relay(target=inner.at, source=PROXY) as outer,
    ):
        for lines in SPOOFED:
            assert relay.ask(outer.at, *lines, source=CLIENT) == CLIENT, lines


def test_a_proxy_that_tells_nothing_gives_no_address(by_network: tuple[str, int]) -> None:
    with relay.Relay(target=by_network, source=PROXY, adding=Adding.NOTHING) as proxy:
        assert relay.ask(proxy.at, source=CLIENT) == "None"


def test_with_a_header_of_its_own_name_a_proxy_may_pass_everything_on(tmp_path: Path) -> None:
    """Between - and _ a WSGI server makes no difference, so a proxy that drops neither needs a name without both."""
    with (
        served(tmp_path, WARIFU_TRUSTED_PROXIES="1,127.0.2.0/24", WARIFU_PROXY_HEADER="Clientchain") as at,
        relay.Relay(target=at, source=PROXY, header="Clientchain", drops_underscores=False) as proxy,
    ):
        for lines in (*SPOOFED, (f"Clientchain: {OFFICE}",), (f"clientchain: {OFFICE}", f"Clientchain: {OFFICE}")):
            assert relay.ask(proxy.at, *lines, source=CLIENT) == CLIENT, lines


def test_without_a_setting_no_header_is_read(tmp_path: Path) -> None:
    with served(tmp_path) as at:
        for lines in SPOOFED:
            assert relay.ask(at, *lines, source=CLIENT) == CLIENT, lines
