"""Stairs lead only down: between rooms in code, and between tables in the database."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from . import floors


def test_the_contract_names_every_room() -> None:
    named = {room for floor in floors.stairs() for room in floor}
    assert set(floors.rooms()) | {"wiring", "workbench"} <= named


def test_the_contract_lets_nobody_pass_by() -> None:
    contract = floors.contracts()["Stairs lead only down"]
    assert contract["exhaustive"] is True
    assert sorted(contract["exhaustive_ignores"]) == ["__main__", "settings"]
    assert not [told["name"] for told in floors.contracts().values() if told.get("ignore_imports")]


def relations() -> Iterator[tuple[str, str, str]]:
    """(room, room it points to, where) of every foreign key and many-to-many table of the product."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("warifu."):
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey | models.ManyToManyField):
                    target = field.related_model
                    assert isinstance(target, type)
                    to = target.__module__
                    place = f"{model._meta.label}.{field.name} -> {to}"
                    yield model.__module__.split(".")[1], to.split(".")[1] if to.startswith("warifu.") else to, place


def test_foreign_keys_lead_only_down() -> None:
    found = list(relations())
    assert len(found) > 20
    wrong = [
        place
        for room, to, place in found
        if room != to and (to not in floors.rooms() or floors.floor_of(to) >= floors.floor_of(room))
    ]
    assert wrong == []


# -- one place decides what one city may see ---------------------------------------------------------------------------

SEED = Path("warifu/cli/demo.py")
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def strangers_tables(source: str, room: str) -> list[str]:
    """Where a module of `room` reads or writes the tables of another room by itself; `none()` reads nothing."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("warifu."):
            other = node.module.split(".")[1]
            if other != room and (node.module.endswith(".models") or any(one.name == "models" for one in node.names)):
                names |= {one.asname or one.name: other for one in node.names}
    empty = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "none"}
    return [
        f"line {node.lineno}: {names[root]}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in MANAGERS
        and id(node) not in empty
        and (root := _root(node)) in names
    ]


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_tables_are_not_touched_outside_their_own_room() -> None:
    found = {}
    for path in floors.modules():
        place = path.relative_to(floors.ROOT)
        if place != SEED and len(place.parts) > 2:
            wrong = strangers_tables(path.read_text(encoding="utf-8"), place.parts[1])
            if wrong:
                found[str(place)] = wrong
    assert found == {}


def test_the_look_for_strangers_tables_can_fail() -> None:
    start = "from warifu.directory import models as directory\n"
    assert strangers_tables(start + "directory.StaffMember.objects.get(pk=1)", "web") == ["line 2: directory"]
    assert strangers_tables("from warifu.directory.models import Department\nDepartment.objects.all()", "web")
    assert strangers_tables(start + "directory.StaffMember.objects.none()", "web") == []
    assert strangers_tables(start + "directory.StaffMember.objects.get(pk=1)", "directory") == []


# -- below the roof nobody knows a request, a setting, or what time it is ----------------------------------------------


@pytest.mark.parametrize("room", ["agreements", "archive", "access", "directory", "notifications", "audit", "vault"])
@pytest.mark.parametrize(
    "line",
    [
        "from django.http import HttpRequest",
        "from django.conf import settings",
        "from django.utils.timezone import now",
        "import datetime\n\ndatetime.datetime.now(datetime.UTC)",
        "import datetime\n\ndatetime.date.today()",
        "import time\n\ntime.time()",
    ],
)
def test_banned_in_every_room_below_the_roof(room: str, line: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise"),
            *("--stdin-filename", f"warifu/{room}/queries.py", "-"),
        ],
        cwd=floors.ROOT,
        input=line + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout, done.stdout + done.stderr
