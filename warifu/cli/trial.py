"""The trial authority's servers, started for as long as they are needed 試験用の認証局の起動.

They are separate programs reached by the production transports; nothing of them is imported.
"""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotStarted(RuntimeError):
    """A server did not come up; the text says which and what it printed 起動の失敗."""


def follow_parent() -> None:
    """Ask Linux to end this child when its parent is gone, however that happened 子プロセスの終了."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(1, signal.SIGTERM)


def create(directory: Path) -> None:
    """Make the authority once; later calls change nothing 試験用認証局の作成."""
    done = subprocess.run(
        [sys.executable, "-m", "trialpki", "create", str(directory)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotStarted(f"trialpki create: {done.stderr.strip()}")


def start(name: str, directory: Path) -> tuple[subprocess.Popen[str], int]:
    """Start `tsa` or `revocation` on a free port; returns the process and its port 試験用サーバーの起動."""
    process = subprocess.Popen(
        [sys.executable, "-m", "trialpki", name, str(directory), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=follow_parent,
    )
    line = process.stdout.readline() if process.stdout else ""
    _, _, port = line.strip().rpartition(":")
    if not port.isdigit():
        process.terminate()
        raise NotStarted(f"{name}: {line.strip()}")
    return process, int(port)


def environment(tsa_port: int, revocation_port: int) -> dict[str, str]:
    """The settings that lead the production transports to these servers 試験用サーバーの設定."""
    at = f"http://127.0.0.1:{revocation_port}"
    return {
        "WARIFU_TSA_URLS": f"http://127.0.0.1:{tsa_port}/tsa",
        "WARIFU_REVOCATION_ROUTES": f"http://ocsp.trial-ca.test={at},http://crl.trial-ca.test={at}",
    }


@contextmanager
def lent(directory: Path) -> Iterator[dict[str, str]]:
    """Both servers for the length of a `with` block 試験用サーバーの一時起動."""
    create(directory)
    processes: list[subprocess.Popen[str]] = []
    try:
        tsa, tsa_port = start("tsa", directory)
        processes.append(tsa)
        revocation, revocation_port = start("revocation", directory)
        processes.append(revocation)
        yield environment(tsa_port, revocation_port)
    finally:
        stop(processes)


def stop(processes: list[subprocess.Popen[str]], *, seconds: float = 10) -> None:
    """End our own children, politely first 子プロセスの終了."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(timeout=max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
