"""One command starts everything on an empty directory, keeps it alive, ends it at Ctrl-C, and loses nothing."""

import os
import pty
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from . import ground, world

CTRL_C = b"\x03"


class Terminal:
    """`warifu up` in a terminal of its own, as a person starts it."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port, self.said = data, port, ""
        self.pid, self.keyboard = pty.fork()
        if self.pid == 0:
            os.chdir(world.ROOT)
            surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
            command = [sys.executable, "-m", "warifu", "up", "--port", str(port), "--data", str(data)]
            os.execve(sys.executable, command, surroundings)  # noqa: S606 - the very command, in a terminal
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                said = os.read(self.keyboard, 4096)
            except OSError:
                return
            if not said:
                return
            self.said += said.decode("utf-8", "replace")

    def ready(self) -> None:
        world.until(lambda: "Ctrl-C" in self.said, f"it says how to end: {self.said}", seconds=120)
        assert world.answers(self.port)

    def press_ctrl_c(self) -> int:
        os.write(self.keyboard, CTRL_C)
        return self.ended()

    def ended(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def processes(self, word: str = "") -> list[int]:
        """Processes that work on this data directory and have `word` in their command line, the oldest first."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if command and (str(self.data).encode() in environment or str(self.data) in command) and word in command:
                found.append(int(entry.name))
        return sorted(found)

    def alone(self) -> None:
        world.until(lambda: not self.processes(), "no process is left", seconds=20)


@contextmanager
def in_terminal(data: Path) -> Iterator[Terminal]:
    terminal = Terminal(data, world.free_port())
    try:
        terminal.ready()
        yield terminal
    finally:
        for process in terminal.processes():
            os.kill(process, signal.SIGKILL)
        os.close(terminal.keyboard)


@pytest.fixture
def first_start(tmp_path: Path) -> Iterator[Terminal]:
    """On an empty directory."""
    with in_terminal(tmp_path / "data") as terminal:
        yield terminal


@pytest.fixture
def started(laid_ground: ground.Ground, tmp_path: Path) -> Iterator[Terminal]:
    """On the directory of an earlier start."""
    with in_terminal(shutil.copytree(laid_ground.data, tmp_path / "data")) as terminal:
        yield terminal


def rows(data: Path) -> dict[str, int]:
    """How many rows each table has that people care about."""
    with sqlite3.connect(f"file:{data / 'warifu.sqlite3'}?mode=ro", uri=True) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [
            name for name in names if name.split("_")[0] in {"access", "agreements", "archive", "audit", "directory"}
        ]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}  # noqa: S608


def test_ctrl_c_ends_all_of_it_and_a_second_start_keeps_everything(first_start: Terminal) -> None:
    assert f"http://127.0.0.1:{first_start.port}/" in first_start.said
    assert "sato@morioka.example.jp" in first_start.said
    assert first_start.press_ctrl_c() == 0
    first_start.alone()
    assert "終了しています。" in first_start.said
    assert "Traceback" not in first_start.said
    before = rows(first_start.data)
    assert before["access_account"] > 8
    password = (first_start.data / "demo-password.txt").read_text(encoding="utf-8")

    again = Terminal(first_start.data, first_start.port)
    again.ready()
    assert password in again.said
    os.kill(again.pid, signal.SIGTERM)
    assert again.ended() == 0, "SIGTERM ends it like Ctrl-C"
    again.alone()
    os.close(again.keyboard)
    after = rows(first_start.data)
    assert {name: (before[name], after[name]) for name in before if after[name] < before[name]} == {}, "nothing is lost"
    # The worker's daily root of the ledgers may fall between the two.
    ours = {name for name in before if not name.startswith("audit_")}
    assert {name: after[name] for name in ours} == {name: before[name] for name in ours}, "nothing is planted twice"


def test_a_child_that_is_killed_is_started_again(started: Terminal) -> None:
    # The worker, the server of the pages, and the process that this server has made for itself.
    for count, (word, place) in enumerate([("warifu.jobs", 0), ("granian", 0), ("granian", -1)], start=1):
        before = started.processes(word)
        os.kill(before[place], signal.SIGKILL)
        world.until(partial(_told, started, count), f"it says that {word} is started again")
        world.until(partial(_renewed, started, word, before), f"{word} runs again, and nothing of the dead one goes on")
        world.until(partial(world.answers, started.port), "the pages answer")
    assert started.press_ctrl_c() == 0
    started.alone()


def _told(started: Terminal, count: int) -> bool:
    return started.said.count("再び起動します") == count


def _renewed(started: Terminal, word: str, before: list[int]) -> bool:
    now = set(started.processes(word))
    return bool(now) and not now & set(before)


def test_when_the_command_itself_is_killed_nothing_is_left_running(started: Terminal) -> None:
    os.kill(started.pid, signal.SIGKILL)
    assert started.ended() == -signal.SIGKILL
    started.alone()


def test_a_busy_port_is_told_with_another_to_try(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-m", "warifu", "up", "--port", str(port), "--data", str(tmp_path / "data")],
            cwd=world.ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert told.returncode == 2
    assert told.stderr.startswith(f"ポート{port}は、ほかのプログラムが使っています。")
    assert told.stderr.endswith(f"`--port` で別の番号を指定してください（例：--port {port + 100}）。\n")
    assert not (tmp_path / "data").exists()
