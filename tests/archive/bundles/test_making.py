"""What an evidence bundle holds, for whom, and what a stranger's shell says of it."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import city
from warifu.archive.bundles import layout

from .conftest import Made

# The bundles are made once, in a database; afterwards nobody looks into it.
pytestmark = pytest.mark.django_db


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def events(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in members(content)[layout.EVENTS].splitlines()]


def test_the_same_record_at_the_same_moment_gives_the_same_bytes(made: Made) -> None:
    assert made.municipality == made.again
    assert made.municipality != made.counterparty


def test_it_holds_everything_that_a_check_needs(made: Made) -> None:
    found = members(made.municipality)
    expected = {
        "README-ja.txt",
        "README-en.txt",
        "manifest.json",
        "SHA256SUMS",
        "documents/contract-01.pdf",
        "documents/contract-02.pdf",
        "documents/certificate.pdf",
        "log/events.jsonl",
        "reports/contract-01.json",
        "reports/contract-01.txt",
        "signatures/contract-01/01.cms.der",
        "signatures/contract-01/01.token.der",
        "signatures/contract-01/03.token.der",
        "certificates/all.pem",
        "trust/anchors.pem",
    }
    assert expected <= set(found)
    assert any(name.startswith("revocation/ocsp-") for name in found)
    assert any(name.startswith("revocation/crl-") for name in found)
    assert all(layout.is_safe(name) for name in found)
    text = found["reports/contract-01.txt"].decode()
    assert "この文書は、署名後に変更されていません。" in text
    assert "岩手建設株式会社　工藤 正一" in text


def test_the_municipality_reads_every_line_about_its_contract_and_no_word_about_others(made: Made) -> None:
    lines = events(made.municipality)
    full = [line for line in lines if "action" in line]
    actions = [line["action"] for line in full]
    assert actions[0] == "agreements.draft"
    assert actions[-1] == "archive.accession"
    for action in ("agreements.approve", "agreements.view", "agreements.consent", "agreements.seal_archive"):
        assert action in actions
    assert len(lines) > len(full), "another contract was at work between"
    assert {line["target"] for line in full} == {line["target"] for line in full if line["target"]}
    assert (
        len({str(line["target"]).split(":")[1] for line in full if str(line["target"]).startswith("agreement:")}) == 1
    )
    assert "2026-0999" not in members(made.municipality)[layout.EVENTS].decode()


def test_the_firm_reads_its_own_lines_and_learns_nothing_of_the_staff(made: Made) -> None:
    log = members(made.counterparty)[layout.EVENTS].decode()
    full = [line for line in events(made.counterparty) if "action" in line]
    kinds = {str(line["actor"]["kind"]) for line in full if isinstance(line["actor"], dict)}
    assert kinds == {"counterparty", "service"}
    for word in ("佐藤", "鈴木", "小野寺", "192.0.2.10"):
        assert word not in log
    assert "198.51.100.7" in log, "its own address is its own"


def test_both_copies_hold_the_same_digest_in_every_line(made: Made) -> None:
    ours = [(line["sequence"], line["digest"]) for line in events(made.municipality)]
    theirs = [(line["sequence"], line["digest"]) for line in events(made.counterparty)]
    assert ours == theirs
    same = ("documents/", "signatures/", "certificates/", "revocation/", "reports/")
    one, other = members(made.municipality), members(made.counterparty)
    assert all(content == other[name] for name, content in one.items() if name.startswith(same))


def commands(readme: bytes) -> list[str]:
    """The blocks between fences, as somebody would copy them."""
    return re.findall(r"^```\n(.*?)\n```$", readme.decode(), re.DOTALL | re.MULTILINE)


def run_as_printed(folder: Path, readme: str, anchors: Path) -> subprocess.CompletedProcess[str]:
    blocks = commands((folder / readme).read_bytes())
    script = "set -eu\n" + "\n".join(blocks) + "\n"
    bare = {"PATH": "/usr/bin:/bin", "ANCHORS": str(anchors), "LC_ALL": "C.UTF-8"}
    # -e alone does not see what fails at the head of a pipe; each block ends in its own comparison.
    return subprocess.run(["sh", "-c", script], cwd=folder, env=bare, capture_output=True, text=True, timeout=120)


def unpack(content: bytes, folder: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def unpacked(made: Made, tmp_path: Path) -> Path:
    return unpack(made.municipality, tmp_path / "unpacked")


@pytest.mark.parametrize(("copy", "readme"), [("municipality", "README-ja.txt"), ("renewed", "README-en.txt")])
def test_every_command_of_the_readme_succeeds_as_printed(made: Made, tmp_path: Path, copy: str, readme: str) -> None:
    content: bytes = getattr(made, copy)
    done = run_as_printed(unpack(content, tmp_path / "unpacked"), readme, made.root)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    signatures = sum(name.endswith(".cms.der") for name in members(content))
    tokens = sum(name.endswith(".token.der") for name in members(content))
    assert said.count("CMS Verification successful") == signatures == 5
    assert said.count("Verification: OK") == tokens == (11 if copy == "renewed" else 8)
    assert said.count("Time stamp: ") == tokens
    for word in ("files: OK", "contract 1: OK", "contract 2: OK", "log: OK"):
        assert word in said
    line, digest = re.search(r"line (\d+): ([0-9a-f]{64})", said).groups()  # type: ignore[union-attr]  # None fails too
    assert f"trail={city.MORIOKA}/" in said
    assert f"-{line}/{digest}" in said


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("documents/contract-01.pdf", 5000),
        ("documents/contract-02.pdf", -3000),
        ("documents/certificate.pdf", 20000),
        ("log/events.jsonl", 300),
        ("signatures/contract-01/01.cms.der", 900),
        ("signatures/contract-01/03.token.der", 700),
    ],
)
def test_one_changed_bit_stops_the_commands_even_without_the_list_of_digests(
    made: Made, unpacked: Path, name: str, place: int
) -> None:
    content = bytearray((unpacked / name).read_bytes())
    content[place] ^= 1
    (unpacked / name).write_bytes(content)
    readme = (unpacked / "README-ja.txt").read_text()
    (unpacked / "README-ja.txt").write_text(readme.replace("sha256sum --quiet -c SHA256SUMS && ", ""))
    assert run_as_printed(unpacked, "README-ja.txt", made.root).returncode != 0


def test_anchors_of_somebody_else_stop_the_commands(made: Made, unpacked: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Other", "-keyout", "/dev/null",
         "-out", str(foreign)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    assert run_as_printed(unpacked, "README-ja.txt", foreign).returncode != 0
