"""`verify --at`: a file sealed today, asked about a day ten years from now."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.pades import decades, samples
from tests.standins.succession import Succession
from warifu import settings
from warifu.cli import main
from warifu.pades.transports import wire


def sealed_today(folder: Path, *, years: int) -> tuple[Path, Path]:
    """A file whose TSA certificate lives so long, and the roots to trust."""
    line = wire.Wire()
    with Succession(datetime.now(UTC)) as world:
        service = decades.Trust(world, line)
        service.begin(years=years)
        file, roots = folder / f"sealed-{years}.pdf", folder / f"roots-{years}.pem"
        file.write_bytes(service.sealed())
        roots.write_bytes(world.roots())
    line.close()
    return file, roots


@pytest.fixture(scope="module")
def eleven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    yield sealed_today(tmp_path_factory.mktemp("eleven"), years=11)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    yield sealed_today(tmp_path_factory.mktemp("three"), years=3)


def asked(made: tuple[Path, Path], *options: str) -> int:
    file, roots = made
    return main(["verify", "--trust", str(roots), *options, str(file)])


def ten_years_on() -> str:
    return f"{datetime.now(UTC).year + 10}-11-01"


def test_a_certificate_of_eleven_years_still_proves_the_file_in_ten(
    eleven: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(eleven, "--at", ten_years_on()) == 0
    told = capsys.readouterr().out
    assert "検証できる見込みです" in told
    assert "失効しないこと" in told
    assert "SHA-256" in told


def test_a_certificate_of_three_years_does_not_and_says_until_when(
    three: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(three, "--at", ten_years_on()) == 1
    told = capsys.readouterr().out
    assert "検証できなくなります" in told
    assert f"令和{datetime.now(UTC).year + 3 - 2018}年" in told
    soon = f"{datetime.now(UTC).year + 2}-01-01"
    assert asked(three, "--at", soon) == 0


def test_the_answer_for_programs_holds_end_reason_and_assumptions(
    three: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(three, "--at", ten_years_on(), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["result"] == "indeterminate"
    assert (told["outlook"]["holds"], told["outlook"]["limit"]) == (False, "certificate")
    assert told["outlook"]["until"].startswith(str(datetime.now(UTC).year + 3))
    assert "last_timestamp_not_revoked" in told["outlook"]["assumed"]


def test_an_algorithm_that_ends_early_is_the_reason(
    eleven: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = datetime.now(UTC).replace(month=3, day=31).date()
    monkeypatch.setattr(settings, "ALGORITHM_SUNSETS", {"p-256": last.replace(year=last.year + 5)})
    assert asked(eleven, "--at", ten_years_on()) == 1
    assert "P-256の移行期限" in capsys.readouterr().out


def test_a_file_that_does_not_pass_today_has_no_outlook(
    eleven: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(samples.plain())
    assert asked((plain, eleven[1]), "--at", ten_years_on()) == 1
    assert "見通しは立てられません" in capsys.readouterr().out


def test_the_present_report_names_the_end(eleven: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(eleven) == 0
    assert "有効性期限" in capsys.readouterr().out
