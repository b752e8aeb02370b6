"""One trial authority for the whole room; each test finds its clock and its servers in order. 試験環境"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pades import pki as pkis


@pytest.fixture(scope="session")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pkis.Pki]:
    made = pkis.Pki(tmp_path_factory.mktemp("pki") / "authority")
    yield made
    made.close()


@pytest.fixture
def pki(_authority: pkis.Pki) -> Iterator[pkis.Pki]:
    yield _authority
    _authority.now = pkis.SEALED
    _authority.tsa.mode = "ok"
    _authority.status.mode = "ok"
