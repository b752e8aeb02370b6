"""A setting that would open real mails to everybody, or do nothing, is refused at the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def started(data: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """A process that reads the settings and says whether mail stays in the mailbox."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
    return subprocess.run(
        [sys.executable, "-c", "from warifu import settings; print(settings.MAIL_TO_MAILBOX)"],
        cwd=ROOT,
        env=surroundings | {"WARIFU_DATA": str(data)} | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("trial", "kept"), [("1", "True"), ("0", "False")])
def test_mail_stays_in_the_mailbox_of_a_trial_only(tmp_path: Path, trial: str, kept: str) -> None:
    assert started(tmp_path, WARIFU_TRIAL=trial).stdout.strip() == kept


def test_a_trial_may_send_real_mail(tmp_path: Path) -> None:
    assert started(tmp_path, WARIFU_TRIAL="1", WARIFU_MAIL_TO_MAILBOX="0").stdout.strip() == "False"


def test_production_with_an_open_mailbox_does_not_start(tmp_path: Path) -> None:
    refused = started(tmp_path / "data", WARIFU_TRIAL="0", WARIFU_MAIL_TO_MAILBOX="1")
    assert refused.returncode != 0
    assert "SettingMissing: WARIFU_MAIL_TO_MAILBOX=1 is for trials only" in refused.stderr
    assert not (tmp_path / "data").exists()


def checked(data: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """`check --deploy`, any remark being a failure, with these settings."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=surroundings | {"WARIFU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "warifu.settings"} | given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_nothing_is_to_be_said_against_the_settings_of_production(tmp_path: Path) -> None:
    good = checked(tmp_path, WARIFU_TRIAL="0", WARIFU_PUBLIC_URL="https://keiyaku.example.jp")
    assert good.returncode == 0, good.stderr
    assert "no issues (2 silenced)" in good.stdout
    plain = checked(tmp_path, WARIFU_TRIAL="0", WARIFU_PUBLIC_URL="http://keiyaku.example.jp")
    assert plain.returncode != 0
    assert "security.W012" in plain.stderr, "cookies over plain HTTP are told"


@pytest.mark.parametrize("written", ["SHA-256=2040-03-31", "sha256=2040", "sha256", "rsa-1024=2040-03-31"])
def test_a_sunset_that_would_do_nothing_does_not_start(tmp_path: Path, written: str) -> None:
    refused = started(tmp_path, WARIFU_ALGORITHM_SUNSETS=written)
    assert refused.returncode != 0
    assert "SettingMissing: WARIFU_ALGORITHM_SUNSETS" in refused.stderr
    assert started(tmp_path, WARIFU_ALGORITHM_SUNSETS="128=2040-03-31,rsa-3072=2035-12-31").returncode == 0
