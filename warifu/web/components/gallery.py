"""Every part with its examples, read from the folders 部品の一覧."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import engines
from django.utils.safestring import SafeString
from django_cotton.compiler_regex import CottonCompiler

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Example:
    """One use of a part: what is written in a template, and what a reader sees 見本."""

    name: str
    source: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Part:
    """A part and its examples; `name` is the folder's and the tag's name 部品."""

    name: str
    examples: list[Example]


def folders() -> list[Path]:
    """The folders that hold a part, by name 部品のフォルダ."""
    return sorted(path.parent for path in FOLDER.glob("*/examples.toml"))


def parts() -> list[Part]:
    """All parts, their examples rendered by the engine that renders pages 部品の一覧."""
    return [Part(folder.name.replace("_", "-"), _examples(folder)) for folder in folders()]


def _examples(folder: Path) -> list[Example]:
    told = tomllib.loads((folder / "examples.toml").read_text(encoding="utf-8"))
    return [_rendered(example) for example in told["example"]]


def _rendered(example: dict[str, Any]) -> Example:
    template = engines["django"].from_string(CottonCompiler().process(example["source"]))
    # The gallery's forms lead nowhere, so their token is a word and not a secret.
    html = template.render({**example.get("values", {}), "csrf_token": "example"})
    return Example(example["name"], example["source"].strip(), SafeString(html))
