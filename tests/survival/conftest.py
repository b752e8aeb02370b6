"""One world for all tests of a module, on the same ground: what is started is dear, agreements are cheap."""

import os
from collections.abc import Iterator

import pytest

from . import ground, world


@pytest.fixture(scope="session")
def laid_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ground.Ground]:
    # Processes of one run have folders of their own, beside each other.
    mine = tmp_path_factory.getbasetemp()
    with ground.shared((mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "ground") as laid:
        yield laid


@pytest.fixture(scope="module")
def warifu(laid_ground: ground.Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.World]:
    with world.World(tmp_path_factory.mktemp("world"), laid_ground) as made:
        yield made
