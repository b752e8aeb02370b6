"""Every bomb gets its answer within the fence, and the server goes on. 攻撃的な文書の試験"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pades import bombs
from warifu.pades import boxed, intake

LONG = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        pytest.param(lambda: bombs.many_pages(100_000), {"too_many_pages"}, id="100,000 pages"),
        pytest.param(lambda: bombs.deflate_bomb(10), {"expands_too_much"}, id="10 GB"),
        pytest.param(
            lambda: bombs.deflate_bomb(10, layers=2),
            {"expands_too_much"},
            id="10 GB, twice packed",
            marks=LONG,
        ),
        pytest.param(lambda: bombs.doubled(40), {None}, id="2^40 ways"),
        pytest.param(bombs.page_loop, {"damaged"}, id="page tree in itself", marks=LONG),
        pytest.param(bombs.form_loop, {"pages_differ", "comparison_unfinished"}, id="drawing in itself", marks=LONG),
        pytest.param(lambda: bombs.nested(100_000), {"damaged"}, id="100,000 arrays deep", marks=LONG),
        pytest.param(lambda: bombs.many_fields(20_000), {"too_many_fields"}, id="20,000 fields", marks=LONG),
        pytest.param(lambda: bombs.many_pages(5_000), {None, "comparison_unfinished"}, id="5,000 pages", marks=LONG),
    ],
)
def test_a_bomb_is_answered_with_a_reason_or_is_none(
    tmp_path: Path, make: Callable[[], bytes], codes: set[str | None]
) -> None:
    source = tmp_path / "in.pdf"
    source.write_bytes(make())
    # The bound of CPU seconds is what a bomb meets first; wall seconds belong to a machine that others use too.
    found = intake.examine(source, tmp_path / "out.pdf", limits=intake.Limits(fence=boxed.Fence(wall_seconds=150)))
    assert (found.reason.code if found.reason else None) in codes


def test_memory_and_time_of_the_child_end_at_the_fence(tmp_path: Path) -> None:
    greed = "bytearray(1_500_000_000)"
    code = f"from warifu.pades import isolation; isolation.limit(cpu_seconds=9, memory=1_500_000_000); {greed}"
    greedy = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert b"MemoryError" in greedy.stderr
    source = tmp_path / "in.pdf"
    source.write_bytes(bombs.many_pages(20_000))
    request = {"source": str(source), "normalised": str(tmp_path / "out.pdf"), "pages": 100_000}
    with pytest.raises(boxed.Stopped):
        boxed.run("examine", request, fence=boxed.Fence(cpu_seconds=1))
    with pytest.raises(boxed.Stopped):
        boxed.run("examine", request, fence=boxed.Fence(wall_seconds=1))
    with pytest.raises(boxed.Stopped):
        boxed.run("examine", request, fence=boxed.Fence(memory=100_000_000))


def test_the_child_cannot_reach_the_network() -> None:
    """Where the machine lets a process make a namespace; elsewhere the child goes on without one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import socket, sys; from warifu.pades import isolation\n"
            "left = isolation.leave_network()\n"
            f"try: socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), timeout=5); print(left, True)\n"
            "except OSError: print(left, False)\n"
        )
        told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    left, connected = told.stdout.split()
    if left == "False":
        pytest.skip("this machine allows no network namespace")
    assert connected == "False"
