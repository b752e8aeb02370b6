"""A whole Warifu of its own: data directory, trial authority, workers and pages as processes that may be killed."""

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives import serialization

from trialpki import authority, certificates, profiles
from warifu.cli import trial, up

from . import databases, ground

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
Process = subprocess.Popen[str]


class World:
    """Use it in a `with` block; everything that it started ends with the block."""

    def __init__(self, base: Path, ground: ground.Ground) -> None:
        self.ground = ground
        self.data = base / "data"
        self.log = base / "log.txt"
        self.environment: dict[str, str] = {}
        self._processes: list[Process] = []
        self._control: dict[str, int] = {}

    def __enter__(self) -> Self:
        shutil.copytree(self.ground.data, self.data)
        self._database, self._drop = databases.copied(self.ground.database, self.data)
        ports = {name: self._authority(name, self.data / "trial") for name in ("tsa", "revocation")}
        self.environment = {
            **os.environ,
            **trial.environment(ports["tsa"], ports["revocation"]),
            "WARIFU_DATA": str(self.data),
            "WARIFU_DATABASE_URL": self._database,
            "WARIFU_SEAL_LEASE_SECONDS": "1",
            "WARIFU_RENEWAL_LEASE_SECONDS": "1",
            "WARIFU_TSA_TIMEOUT_SECONDS": "2",
            "WARIFU_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "warifu.settings",
        }
        self._clerk = self.start("-m", "tests.survival.clerk", talks=True)
        self._undertaker: Process | None = None
        self.do("prepare")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            kill(process)
        self._drop()

    def do(self, deed: str, **values: object) -> Any:
        """Ask the clerk; the answer is that of the function of this name in `clerk`."""
        return json.loads(self._ask(self._clerk, json.dumps({"do": deed} | values)))

    def worker_dies(self, point: str, agreement: str) -> int:
        """Run a worker that is to be killed at this point of `dying`; returns its exit status."""
        if self._undertaker is None:
            self._undertaker = self.start("-m", "tests.survival.dying", talks=True)
        return int(self._ask(self._undertaker, f"{point}\t{agreement}"))

    def _ask(self, process: Process, question: str) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, f"no answer: {self.log.read_text(encoding='utf-8')[-4000:]}"
        return line

    def agreed(self) -> str:
        """An agreement to which both parties have said yes; nobody has sealed anything yet."""
        agreement = str(self.do("send")["agreement"])
        self.do("consent", agreement=agreement, side="counterparty")
        self.do("consent", agreement=agreement, side="municipality")
        return agreement

    def start(self, *command: str, talks: bool = False) -> Process:
        """A Python process of this world, in a session of its own."""
        with self.log.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=trial.follow_parent,
            )
        self._processes.append(process)
        return process

    @contextmanager
    def worker(self) -> Iterator[Process]:
        """The worker as the product starts it."""
        process = self.start("-m", "warifu.jobs")
        try:
            yield process
        finally:
            kill(process)

    def web(self, port: int) -> Process:
        """The pages as the product starts them; returns when they answer."""
        program, *arguments = up._web_command(port)
        process = self.start("-c", f"import os; os.execv({program!r}, {[program, *arguments]!r})")
        until(lambda: answers(port), f"the pages answer on port {port}")
        return process

    def fail(self, server: str, mode: str) -> None:
        """Switch the "tsa" or the "revocation" server to a fault of `trialpki.faults`, or to "ok"."""
        address = f"http://127.0.0.1:{self._control[server]}/_mode"
        with urllib.request.urlopen(address, data=mode.encode(), timeout=5):
            pass

    def hits(self, server: str) -> int:
        """How many requests have reached the "tsa" or the "revocation" server."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._control[server]}/_hits", timeout=5) as answer:
            return int(json.load(answer)["hits"])

    def state(self, agreement: str) -> str:
        return str(self.do("history", agreement=agreement)["state"])

    def succeed(self, *, years: int) -> None:
        """Another timestamp authority, whose certificate lives for `years`: who starts from now on asks that one."""
        old, young = self.data / "trial", self.data / "young"
        shutil.copytree(old, young)
        profile = next(one for one in profiles.PROFILES if one.name == "tsa")
        issuer = authority.load(old).issued(profile.issuer)
        made = certificates.issue(dataclasses.replace(profile, years=years), issuer=issuer, at=datetime.now(UTC))
        (young / "tsa.pem").write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
        (young / "tsa.key").write_bytes(
            made.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.environment["WARIFU_TSA_URLS"] = f"http://127.0.0.1:{self._authority('tsa', young)}/tsa"

    def _authority(self, name: str, folder: Path) -> int:
        process = subprocess.Popen(
            [sys.executable, "-m", "trialpki", name, str(folder), "--port", "0", "--faults"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=trial.follow_parent,
        )
        self._processes.append(process)
        assert process.stdout is not None
        port, control = (int(process.stdout.readline().rpartition(":")[2]) for _ in range(2))
        self._control[name] = control
        return port


def kill(process: Process) -> None:
    """SIGKILL for a process and for all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def until(true: Callable[[], object], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait for something that other processes bring about."""
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
