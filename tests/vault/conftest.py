from pathlib import Path

import pytest

from warifu.vault.custody import Custody

ROOT_KEY = bytes(range(32))


@pytest.fixture
def custody(tmp_path: Path) -> Custody:
    """A vault of its own for one test."""
    return Custody(root_key=ROOT_KEY, objects=tmp_path / "objects")
