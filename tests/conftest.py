"""What every test may borrow: a clean data directory, the cast, a working trial authority."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Before Django reads its settings: tests never touch the data of a running Warifu.
_DATA = tempfile.mkdtemp(prefix="warifu-test-")
os.environ["WARIFU_DATA"] = _DATA
os.environ.setdefault("WARIFU_LOG_LEVEL", "ERROR")

import pytest  # noqa: E402
from pytest_django.fixtures import Settings  # noqa: E402

from tests.audit import emptying  # noqa: E402
from tests.standins import trial  # noqa: E402
from trialpki import authority  # noqa: E402

emptying.allow()

PASSWORD = "katakata-natta-warifu"
AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
"""9:30 in the morning of the first day of a fiscal year, in Japan."""


def pytest_configure(config: pytest.Config) -> None:
    for name in ("objects", "mailbox", "scratch"):
        Path(_DATA, name).mkdir(mode=0o700, exist_ok=True)


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
def objects(tmp_path: Path) -> Path:
    """An empty shelf for the vault."""
    shelf = tmp_path / "objects"
    shelf.mkdir()
    return shelf
