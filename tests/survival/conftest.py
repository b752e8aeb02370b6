"""One world for all tests of a module: what is started is dear, agreements are cheap."""

from collections.abc import Iterator

import pytest

from . import world


@pytest.fixture(scope="module")
def warifu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[world.World]:
    with world.World(tmp_path_factory.mktemp("world")) as made:
        yield made
