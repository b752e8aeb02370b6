"""One trial authority for all tests of this folder; making keys is the slow part 試験用認証局."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.standins import trial
from trialpki import authority

BIRTH = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until a test moves it 手で進める時計."""

    def __init__(self) -> None:
        self.at = datetime(2026, 7, 1, 3, 4, 5, 678000, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment that the test set 時刻."""
        return self.at


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    """Return a trial authority that no test may change 試験用認証局."""
    return authority.create(tmp_path_factory.mktemp("pki") / "trial", BIRTH)


@pytest.fixture
def clock() -> HandClock:
    """Return a clock in July 2026 時計."""
    return HandClock()


@pytest.fixture
def tsa(made: authority.Authority, clock: HandClock) -> Iterator[trial.StandinTsa]:
    """Return a running timestamp authority 代役のタイムスタンプ局."""
    with trial.StandinTsa(made.directory, now=clock) as server:
        yield server


@pytest.fixture
def revocation(made: authority.Authority, clock: HandClock) -> Iterator[trial.StandinRevocation]:
    """Return a running revocation server 代役の失効情報サーバー."""
    with trial.StandinRevocation(made.directory, now=clock) as server:
        yield server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a file to be stamped 対象ファイル."""
    path = tmp_path / "contract.txt"
    path.write_text("業務委託契約書", encoding="utf-8")
    return path
