"""One world for all tests of a module, on the same ground: what is started is dear, agreements are cheap."""

from collections.abc import Iterator

import pytest

from . import ground, world


@pytest.fixture(scope="session")
def laid_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ground.Ground]:
    with ground.laid(tmp_path_factory.mktemp("ground") / "data") as laid:
        yield laid


@pytest.fixture(scope="module")
def warifu(laid_ground: ground.Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.World]:
    with world.World(tmp_path_factory.mktemp("world"), laid_ground) as made:
        yield made
