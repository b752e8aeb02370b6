"""One thing has one English name and one Japanese name, and both stand where people look for them."""

import ast
from pathlib import Path

import pytest
from django.db import models

from warifu.agreements import lifecycle

from . import floors, listings

STANDARDS = {"SHA-256", "Message-ID"}
"""Names that people of the field write as the standard does."""


def public(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def without_term(source: str) -> list[str]:
    """Public functions and classes of a module whose first docstring line does not end with a Japanese term."""
    return [
        f"line {node.lineno}: {node.name}"
        for node in public(ast.parse(source))
        if not listings.first_line(ast.get_docstring(node))[1]
    ]


def test_every_public_name_says_its_japanese_term() -> None:
    found = {}
    for path in floors.modules():
        # Django's own registration of a room has no meaning beyond its room's name.
        if path.name != "apps.py":
            wrong = without_term(path.read_text(encoding="utf-8"))
            if wrong:
                found[path.relative_to(floors.ROOT).as_posix()] = wrong
    assert found == {}


def test_the_look_for_terms_can_fail() -> None:
    assert without_term('def send():\n    """The first is asked 送信."""') == []
    assert without_term('def send():\n    """The first is asked."""') == ["line 1: send"]
    assert without_term("class Party:\n    pass") == ["line 1: Party"]
    assert without_term("def _note():\n    pass") == []


@pytest.mark.parametrize("model", listings.things(), ids=lambda model: model.__name__)
def test_a_table_is_called_what_its_docstring_calls_it(model: type[models.Model]) -> None:
    english, term = listings.first_line(model.__doc__)
    name = str(model._meta.verbose_name)
    assert listings.JAPANESE.search(name), "a Japanese verbose_name"
    assert english
    assert name in term or term in name, f"docstring: {term}, verbose_name: {name}"


@pytest.mark.parametrize("model", listings.things(), ids=lambda model: model.__name__)
def test_every_column_that_people_fill_has_a_japanese_name(model: type[models.Model]) -> None:
    own = [field for field in model._meta.fields if not field.is_relation and not field.primary_key]
    names = {str(field.verbose_name) for field in own}
    assert {name for name in names if not listings.JAPANESE.search(name)} <= STANDARDS


def test_every_choice_and_every_state_has_a_japanese_name() -> None:
    labels = [str(label) for one in listings.choices() for label in one.labels]
    assert len(labels) > 10
    assert [label for label in labels if not listings.JAPANESE.search(label)] == []
    assert set(lifecycle.WORDS) == set(lifecycle.State)
    assert len(set(lifecycle.WORDS.values())) == len(lifecycle.WORDS), "two states would look the same"


def test_two_tables_never_share_a_name() -> None:
    names = [str(model._meta.verbose_name) for model in listings.things()]
    assert sorted(set(names)) == sorted(names)


def test_refusals_speak_calmly() -> None:
    loud = [
        path.relative_to(floors.ROOT).as_posix()
        for pattern in ("*.py", "*.html")
        for path in sorted(Path(floors.ROOT, "warifu").rglob(pattern))
        if "！" in path.read_text(encoding="utf-8")
    ]
    assert loud == []
