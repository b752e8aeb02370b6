"""What the settings become seals, and the operator hears of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import samples
from tests.standins import trial
from warifu import settings, wiring
from warifu.operations import queries

pytestmark = pytest.mark.django_db
MADE_ONCE = ("sealing_keys", "timestamper", "_sealer", "trust_anchors", "revocation_source", "sunset_table", "_chains")


@pytest.fixture
def wired(
    authority_directory: Path,
    standin_tsa: trial.StandinTsa,
    standin_revocation: trial.StandinRevocation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[trial.StandinTsa]:
    """A service whose lists of keys and authorities are files."""
    standin_tsa.mode = standin_revocation.mode = "ok"
    (tmp_path / "keys.toml").write_text(
        f'[[key]]\nname = "鍵"\ncertificate = "{authority_directory}/signer.pem"\n'
        f'key = "{authority_directory}/signer.key"\n'
        f'chain = "{authority_directory}/chain.pem"\n',
        encoding="utf-8",
    )
    (tmp_path / "tsa.toml").write_text(
        '[[tsa]]\nname = "止まっている局"\nurl = "http://127.0.0.1:9/"\n'
        f'[[tsa]]\nname = "局"\nurl = "{standin_tsa.url}/"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(settings, "SIGNERS_FILE", tmp_path / "keys.toml")
    monkeypatch.setattr(settings, "TSA_FILE", tmp_path / "tsa.toml")
    monkeypatch.setattr(settings, "TRUST_FILES", [authority_directory / "root.pem"])
    monkeypatch.setattr(settings, "REVOCATION_ROUTES", standin_revocation.routes)
    for name in MADE_ONCE:
        getattr(wiring, name).cache_clear()
    yield standin_tsa
    for name in MADE_ONCE:
        getattr(wiring, name).cache_clear()


def test_a_seal_goes_to_the_authority_that_answers_and_both_are_noted(wired: trial.StandinTsa) -> None:
    sealed = wiring.sealer().single_seal(samples.contract(), field="Seal", party=None, at=datetime.now(UTC))
    assert wiring.validate(sealed, at=datetime.now(UTC)).result == "passed"
    states = queries.authority_states(["止まっている局", "局"])
    assert (states["止まっている局"].faults, states["止まっている局"].fault) == (1, "timestamp_unavailable")
    assert (states["局"].faults, states["局"].subject) == (0, "割符 試験用タイムスタンプ局")
    assert states["局"].succeeded_at is not None


def test_a_strangers_file_is_judged_by_the_days_that_the_operator_set(
    wired: trial.StandinTsa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(wiring.sealer().single_seal(samples.contract(), field="Seal", party=None, at=now))
    assert wiring.validate_stranger(file, at=datetime.now(UTC)).result == "passed"
    monkeypatch.setattr(settings, "ALGORITHM_SUNSETS", {"sha256": (now - timedelta(days=2)).date()})
    wiring.sunset_table.cache_clear()
    assert wiring.validate_stranger(file, at=datetime.now(UTC)).result == "indeterminate"
