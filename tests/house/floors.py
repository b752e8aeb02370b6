"""The floors as the import contracts tell them, so that there is one table only 階."""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def contracts() -> dict[str, dict[str, Any]]:
    """The import contracts of pyproject.toml by name."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in told["tool"]["importlinter"]["contracts"]}


def stairs() -> list[set[str]]:
    """Rooms by floor, the foundation first."""
    layers = contracts()["Stairs lead only down"]["layers"]
    return [{room.strip(" ()") for room in layer.split("|")} for layer in reversed(layers)]


def floor_of(room: str) -> int:
    """The number of the floor a room lies on; 0 is the foundation."""
    return next(number for number, rooms in enumerate(stairs()) if room in rooms)


def rooms() -> list[str]:
    """The rooms that are built: packages below `warifu`."""
    return sorted(path.parent.name for path in (ROOT / "warifu").glob("*/__init__.py"))


def modules() -> list[Path]:
    """Every module of the product but migrations."""
    return sorted(path for path in (ROOT / "warifu").rglob("*.py") if "migrations" not in path.parts)
