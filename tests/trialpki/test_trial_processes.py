"""The servers as processes, started as the product starts them."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.trialpki import test_trial_timestamps as tokens
from trialpki import authority, errors

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "trialpki", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def announced(process: subprocess.Popen[str], word: str = "listening") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith(f"{word} 127.0.0.1:")
    return f"http://{line.removeprefix(f'{word} ')}"


def livez(url: str) -> int:
    with urllib.request.urlopen(f"{url}/livez", timeout=5) as response:
        return int(response.status)


def post_mode(url: str, mode: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/_mode", data=mode.encode(), timeout=5) as response:
        found: dict[str, object] = json.loads(response.read())
        return found


@pytest.mark.parametrize("server", ["tsa", "revocation"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_says_where_it_listens_and_ends_cleanly(
    made: authority.Authority, server: str, number: signal.Signals
) -> None:
    with running(server, made.directory, "--port", "0") as process:
        assert livez(announced(process)) == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_server_without_faults_has_no_switch(made: authority.Authority) -> None:
    with running("revocation", made.directory) as process:
        url = announced(process)
        with pytest.raises(urllib.error.HTTPError, match="405"):
            post_mode(url, "down")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{url}/_mode", timeout=5)


def test_the_clock_file_moves_the_tokens_time(made: authority.Authority, data: Path, tmp_path: Path) -> None:
    hand = tmp_path / "clock"
    hand.write_text("2030-03-31T23:59:00+09:00\n", encoding="utf-8")
    request = tokens.query(data, "-sha256")
    with running("tsa", made.directory, "--clock", hand) as process:
        url = announced(process)
        info = tokens.token_info(tokens.ask(url, request))
        assert info["gen_time"].native == datetime(2030, 3, 31, 14, 59, tzinfo=UTC)
        hand.write_text("2031-01-01T00:00:00Z", encoding="utf-8")
        info = tokens.token_info(tokens.ask(url, request))
        assert info["gen_time"].native == datetime(2031, 1, 1, tzinfo=UTC)


def test_another_process_can_take_the_server_down_and_up_again(made: authority.Authority, data: Path) -> None:
    request = tokens.query(data, "-sha256")
    with running("tsa", made.directory, "--faults") as process:
        url, control = announced(process), announced(process, "control")
        assert post_mode(url, "rejection") == {"mode": "rejection", "hits": 0}
        assert tokens.failure(tokens.ask(url, request)) == {"system_failure"}
        assert post_mode(url, "down") == {"mode": "down", "hits": 1}
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5)
        with pytest.raises(urllib.error.HTTPError, match="400"):
            post_mode(control, "sleepy")
        assert post_mode(control, "ok") == {"mode": "ok", "hits": 1}
        tokens.token_info(tokens.ask(url, request))
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_a_hanging_peer_does_not_keep_the_server_from_ending(made: authority.Authority) -> None:
    with running("tsa", made.directory, "--faults") as process:
        url = announced(process)
        post_mode(url, "hang")
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5) as peer:
            peer.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            process.terminate()
            assert process.wait(timeout=10) == 0


def test_a_directory_that_is_no_authority_is_refused_with_a_next_step(tmp_path: Path) -> None:
    with running("tsa", tmp_path) as process:
        _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "空のディレクトリ" in err
    assert "Traceback" not in err


def test_a_port_in_use_is_said_calmly(made: authority.Authority) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running("tsa", made.directory, "--port", str(taken.getsockname()[1])) as process:
            _, err = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "ポート" in err
    assert "Traceback" not in err


def test_two_creates_at_once_leave_one_whole_authority(tmp_path: Path) -> None:
    place = tmp_path / "pki"
    with running("create", place) as first, running("create", place) as second:
        assert (first.wait(timeout=120), second.wait(timeout=120)) == (0, 0)
    assert authority.load(place).issued("signer").certificate.subject
    assert [path.name for path in tmp_path.iterdir()] == ["pki"]
    with pytest.raises(errors.UnknownCertificate):
        authority.load(place).issued("sato")
