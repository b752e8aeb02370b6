"""A child process with limits, for every file that we did not make. 制限付き子プロセス

A hostile PDF can make any parser run for ever, eat memory or crash: a 2.7 KB file keeps a difference analysis busy
without end. In the box that costs one process and some seconds. The child's environment is bare: settings and secrets
stay outside.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from . import isolation, reports, sunsets

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fence:
    """What the child may use: CPU and wall seconds, bytes of address space; whether it keeps the network. 制限"""

    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    memory: int = 1_500_000_000
    network: bool = False


class Stopped(Exception):
    """The child crashed, hung, or ran into its fence. 子プロセスの停止"""


def run(task: str, request: Mapping[str, Any], *, fence: Fence) -> dict[str, Any]:
    """Run a task of this module in a child; JSON in, JSON out. Raises `Stopped`. 実行"""
    command = [sys.executable, "-P", "-B", "-m", "warifu.pades.boxed", task]
    bare = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare,
        start_new_session=True,
    )
    try:
        message = json.dumps({"fence": asdict(fence), "request": dict(request)}).encode()
        answer, _ = child.communicate(message, timeout=fence.wall_seconds)
    except subprocess.TimeoutExpired as error:
        raise Stopped("timeout") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
    if child.returncode != 0:
        raise Stopped(f"status {child.returncode}")
    try:
        result: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise Stopped("no answer") from error
    return result


def validate_boxed(
    path: Path,
    *,
    trust_files: Sequence[Path],
    at: datetime,
    trust_lists: Path | None = None,
    routes: Mapping[str, str] | None = None,
    table: sunsets.Sunsets = sunsets.TABLE,
    seconds: float = 30,
    agreed_size: int = 0,
) -> reports.ValidationReport:
    """`validation.validate` for a stranger's file. 制限付き検証

    `trust_lists` is the directory of a kit (`trustlists`), read inside. `routes` as in `transports.revocation`; None or
    empty asks nobody. `table` says until when algorithms count, `agreed_size` as in `validation.validate`. A crash or
    time-out gives indeterminate with the problem `check_stopped`.
    """
    request = {
        "path": str(path),
        "trust_files": [str(file) for file in trust_files],
        "trust_lists": str(trust_lists) if trust_lists else "",
        "at": at.isoformat(),
        "routes": dict(routes or {}),
        "brought_forward": {name: day.isoformat() for name, day in table.brought_forward.items()},
        "agreed_size": agreed_size,
    }
    fence = Fence(cpu_seconds=max(1, int(seconds)), wall_seconds=seconds, network=bool(routes))
    try:
        return reports.ValidationReport.from_json(run("validate", request, fence=fence))
    except Stopped:
        return reports.ValidationReport(
            reports.Result.INDETERMINATE, None, (), False, None, "", at, problem="check_stopped"
        )


def dissect_boxed(path: Path, *, seconds: float = 30) -> dict[str, Any] | None:
    """`anatomy.summary` of a stranger's file, or None when it cannot be taken apart. 制限付き取出し"""
    try:
        return run("dissect", {"path": str(path)}, fence=Fence(cpu_seconds=max(1, int(seconds)), wall_seconds=seconds))
    except Stopped:
        return None


def _validate(request: Mapping[str, Any]) -> dict[str, Any]:
    from . import trust, trustlists, validation
    from .transports import revocation, wire

    at = datetime.fromisoformat(request["at"])
    anchors = trust.TrustAnchors.load([Path(file) for file in request["trust_files"]])
    if request["trust_lists"]:
        anchors = trustlists.combined(anchors, trustlists.read_kit(Path(request["trust_lists"]), at=at))
    asked = (
        revocation.HttpRevocation(routes=request["routes"], wire=wire.Wire(), seconds=5.0)
        if request["routes"]
        else None
    )
    table = sunsets.Sunsets({name: date.fromisoformat(day) for name, day in request["brought_forward"].items()})
    return validation.validate(
        Path(request["path"]),
        trust=anchors,
        at=at,
        revocation=asked,
        table=table,
        agreed_size=request["agreed_size"],
    ).as_json()


def _dissect(request: Mapping[str, Any]) -> dict[str, Any]:
    from . import anatomy

    with Path(request["path"]).open("rb") as file:
        return anatomy.summary(anatomy.dissect(file))


def _examine(request: Mapping[str, Any]) -> dict[str, Any]:
    from . import examination

    outcome = examination.examine(Path(request["source"]), Path(request["normalised"]), pages=request["pages"])
    return asdict(outcome)


def _reserve(request: Mapping[str, Any]) -> dict[str, Any]:
    from . import placing

    return placing.reserved(Path(request["source"]), Path(request["target"]), request["places"])


def _compare(request: Mapping[str, Any]) -> dict[str, Any]:
    from . import comparison

    subject = comparison.Subject(
        Path(request["file"]),
        request["pages"],
        Path(request["original"]) if request["original"] else None,
        request["damaged"],
        request["annotations"],
        request["unembedded"],
    )
    return asdict(comparison.compare(subject, names=request["names"], seconds=request["seconds"]))


_TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "validate": _validate,
    "dissect": _dissect,
    "examine": _examine,
    "reserve": _reserve,
    "compare": _compare,
}


def _child(task: str) -> int:
    message = json.load(sys.stdin)
    fence = message["fence"]
    isolation.limit(cpu_seconds=fence["cpu_seconds"], memory=fence["memory"])
    if not fence["network"]:
        isolation.leave_network()
    logging.disable(logging.CRITICAL)
    answer = _TASKS[task](message["request"])
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    # A parser may leave objects whose destruction is deeply recursive; there is nothing left to clean up here.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1]))
