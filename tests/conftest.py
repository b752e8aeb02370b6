"""What every test may borrow: a clean data directory, the cast, a working trial authority."""

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings

from tests import place, signing_in
from tests.audit import emptying
from tests.house import watching
from tests.standins import trial
from trialpki import authority

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests import city

emptying.allow()
watching.watch()
signing_in.prepare()

PASSWORD = "katakata-natta-warifu"
AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
"""9:30 in the morning of the first day of a fiscal year, in Japan."""


def pytest_configure(config: pytest.Config) -> None:
    for name in ("objects", "scratch", "static"):
        Path(place.DATA, name).mkdir(mode=0o700, exist_ok=True)

    # What the tests keep by hand (city.vault_at) and what the pages keep by wiring is one and the same vault.
    key = Path(place.DATA, "root.key")
    key.touch(mode=0o600)
    key.write_bytes(bytes(range(32)))


def pytest_unconfigure(config: pytest.Config) -> None:
    city = sys.modules.get("tests.city")
    if city is not None:
        city.LINE.close()
    shutil.rmtree(place.DATA, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for other processes goes first, so that at the end nobody waits for it."""
    items.sort(key=lambda item: "survival" not in item.path.parts)


@pytest.fixture(scope="session")
def authority_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial authority of this test run, made a week ago."""
    directory = tmp_path_factory.mktemp("pki") / "trial"
    authority.create(directory, datetime.now(UTC) - timedelta(days=7))
    return directory


@pytest.fixture(scope="session")
def standin_tsa(authority_directory: Path) -> Iterator[trial.StandinTsa]:
    with trial.StandinTsa(authority_directory) as server:
        yield server


@pytest.fixture(scope="session")
def standin_revocation(authority_directory: Path) -> Iterator[trial.StandinRevocation]:
    with trial.StandinRevocation(authority_directory) as server:
        yield server


@pytest.fixture
def quick_passwords(settings: Settings) -> None:
    """Argon2 is slow on purpose; what it protects is not what most tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(db: None, quick_passwords: None) -> None:
    """Eight municipalities and the known persons (tests/city.py)."""
    from warifu.cli import demo

    demo.plant(at=AT, password=PASSWORD)


@pytest.fixture
def bench(
    authority_directory: Path,
    standin_tsa: trial.StandinTsa,
    standin_revocation: trial.StandinRevocation,
    objects: Path,
) -> "city.Trial":
    """Sealing tools whose timestamp and revocation servers work, and can be told not to."""
    from tests import city

    standin_tsa.mode = standin_revocation.mode = "ok"
    tools = city.sealing_tools(authority_directory, standin_tsa, standin_revocation, objects)
    return city.Trial(tools, standin_tsa, standin_revocation)


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    """An empty shelf for the vault."""
    shelf = tmp_path / "objects"
    shelf.mkdir()
    return shelf


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for every test that needs a real one."""
    from tests import chromium

    with chromium.launched() as opened:
        yield opened
