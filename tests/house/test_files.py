"""What no file of the project may hold."""

import re
import subprocess
from pathlib import Path

import pytest

from . import floors

LONGEST = 400
MADE = ("requirements/", "warifu/web/static/", "assets/", "docs/glossary.md", "docs/development/")
CODE = {".py", ".js", ".css", ".html", ".toml", ".md", ".sh", ".txt", ".in", ".typ", ""}

# Put together here, so that this file does not hold what it looks for.
PLACES = [re.compile(rf"(?<![\w.:/])/{place}/") for place in ("work", "root", "home/[a-z]+", "tmp/" + "brief", "Users")]
INDEXES = re.compile(
    "|".join(["py" + r"pi\.(org|python)", "python" + r"hosted\.org", "registry" + r"\.npm", "npm" + r"js\.(com|org)"])
)
WORKPLACE = re.compile(
    "|".join(
        ["sub" + "agent", "helper " + "agent", "/tmp/" + "brief", "Cla" + "ude", "Anthro" + "pic", "chat" + "bot"]
    ),
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """Files of the project as git knows them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=floors.ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a working copy of git")
    return [path for name in listed.stdout.split("\0") if name and (path := floors.ROOT / name).is_file()]


def ours() -> list[tuple[str, str]]:
    """(name, text) of what people wrote; vendored and binary files are as their makers left them."""
    found = []
    for path in tracked():
        name = path.relative_to(floors.ROOT).as_posix()
        if "/vendor/" not in f"/{name}" and path.suffix in CODE:
            found.append((name, path.read_text(encoding="utf-8")))
    assert len(found) > 100
    return found


def told(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in ours()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_is_longer_than_one_noun_needs() -> None:
    lengths = {name: text.count("\n") for name, text in ours() if not name.startswith(MADE)}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("pattern", PLACES, ids=lambda pattern: pattern.pattern)
def test_no_file_knows_a_place_on_one_machine(pattern: re.Pattern[str]) -> None:
    assert told(pattern) == []


def test_no_file_names_the_host_of_a_package_index() -> None:
    assert told(INDEXES) == []


def test_no_file_speaks_of_the_workplace() -> None:
    assert told(WORKPLACE) == []


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_every_requirement_is_locked_by_hash(name: str) -> None:
    text = (floors.ROOT / "requirements" / name).read_text(encoding="utf-8")
    lines = [
        line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(lines) > 20
    assert [
        line for line in lines if not re.match(r"[A-Za-z0-9._\[\],-]+==\S+( ; .*)?\s+--hash=sha256:[0-9a-f]{64}", line)
    ] == []


def test_what_runs_is_part_of_what_is_developed() -> None:
    locked = [
        dict(
            re.findall(
                r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s\\]+)",
                (floors.ROOT / "requirements" / name).read_text(),
                re.M,
            )
        )
        for name in ("base.txt", "dev.txt")
    ]
    base, dev = locked
    assert {name: version for name, version in base.items() if dev.get(name) != version} == {}
