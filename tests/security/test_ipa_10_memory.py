"""IPA 10: buffer overflow バッファオーバーフロー."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house import floors
from tests.pades import bombs
from warifu.pades import intake


def test_10_i_a_the_product_is_written_in_a_language_that_keeps_memory_safe() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=floors.ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    foreign = [name for name in listed.stdout.splitlines() if re.search(r"\.(c|cc|cpp|h|so|o|pyx|dll)$", name)]
    assert foreign == []


def test_10_i_b_what_strangers_hand_in_is_read_in_a_process_with_limits(tmp_path: Path) -> None:
    source = tmp_path / "bomb.pdf"
    source.write_bytes(bombs.page_loop())
    found = intake.examine(source, tmp_path / "out.pdf")
    assert found.reason is not None, "refused, and this process lives"


@pytest.mark.parametrize("name", ["base", "dev"])
def test_10_ii_every_library_is_pinned_to_bytes_that_were_looked_at(name: str) -> None:
    """What is pinned can be compared with the lists of known weaknesses, and nothing comes in unseen."""
    text = (floors.ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-"))]
    assert len(pins) > 20
    assert all("==" in line for line in pins)
    assert text.count("--hash=sha256:") >= len(pins)
