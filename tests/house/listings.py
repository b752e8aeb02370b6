"""Pages of docs/ that are made from the code: routes, states, words 生成する文書."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from warifu.agreements import lifecycle

from . import access_pages, floors, ipa_page

JAPANESE = re.compile(r"[\u3005\u3041-\u30fa\u4e00-\u9fff]")
NOTE = "Made by bin/generate-docs; a test compares."


def routes() -> str:
    """Every address with its name and view, in the order in which they are tried."""
    rows = list(_routes(get_resolver().url_patterns, "/", ""))
    wide = max(len(path) for path, _, _ in rows)
    named = max(len(name) for _, name, _ in rows)
    lines = [f"{path:<{wide}}  {name:<{named}}  {view}".rstrip() for path, name, view in rows]
    return "\n".join([f"# {NOTE}", "# Printed guides point to these addresses: they are not taken away.", *lines, ""])


def _routes(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, path, inside)
        else:
            view = pattern.callback
            yield path, f"{space}{pattern.name or ''}", f"{view.__module__}.{view.__name__}"


def states() -> str:
    """The lifecycle as a table and a diagram."""
    events = list(lifecycle.Event)
    head = ["state 状態", *(f"`{event}`" for event in events)]
    rows = [
        [
            f"`{state}` {lifecycle.WORDS[state]}",
            *(f"`{lifecycle.TABLE[state, event]}`" if (state, event) in lifecycle.TABLE else "" for event in events),
        ]
        for state in lifecycle.State
    ]
    edges = [f"    {old} --> {new}: {event}" for (old, event), new in lifecycle.TABLE.items()]
    ends = [f"    {state} --> [*]" for state in lifecycle.State if state in lifecycle.ENDED]
    return "\n".join(
        [
            "# The states of an agreement 契約案件の状態",
            "",
            f"{NOTE} The one table is `warifu/agreements/lifecycle.py`.",
            "An empty place in the table is a refusal (`NotNow`): nothing changes.",
            "",
            *_table(head, rows),
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> draft",
            *edges,
            *ends,
            "```",
            "",
        ]
    )


def glossary() -> str:
    """English and Japanese of everything that has a table, a state or a choice."""
    sections = [
        ["# Glossary 用語", "", f"{NOTE} The words come from the tables, the states and the choices themselves."],
        ["## Things that are kept 保存するもの", *_table(["English", "日本語", "what it is", "room"], list(_things()))],
        ["## States of an agreement 契約案件の状態", *_table(["English", "日本語"], _state_words())],
        ["## Choices 選択肢", *_table(["of", "English", "日本語", "room"], list(_choices()))],
    ]
    return "\n\n".join("\n".join(_spaced(section)) for section in sections) + "\n"


def _spaced(section: list[str]) -> list[str]:
    return section if section[0].startswith("# ") else [section[0], "", *section[1:]]


def things() -> list[type[models.Model]]:
    """The product's own tables, room by room from the ground up."""
    found = [model for model in apps.get_models() if model.__module__.startswith("warifu.")]
    return sorted(found, key=lambda model: (floors.floor_of(_room(model)), _room(model), model.__name__))


def choices() -> list[type[models.TextChoices]]:
    """Every list of choices that a table uses."""
    found = {
        one
        for model in things()
        for one in vars(_module(model)).values()
        if isinstance(one, type) and issubclass(one, models.TextChoices) and one.__module__ == model.__module__
    }
    return sorted(found, key=lambda one: (floors.floor_of(_room(one)), _room(one), one.__name__))


def _module(model: type) -> object:
    module = apps.get_containing_app_config(model.__module__)
    assert module is not None
    return module.models_module


def _room(thing: type) -> str:
    return thing.__module__.split(".")[1]


def in_words(name: str) -> str:
    """`StaffMember` as one says it: `staff member`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def first_line(text: str | None) -> tuple[str, str]:
    """The first line of a docstring as (English, Japanese term); the term is its last word, if that is Japanese."""
    line = (text or "").split("\n")[0].rstrip(".。")
    english, _, last = line.rpartition(" ")
    return (english, last) if JAPANESE.search(last) else (line, "")


def _things() -> Iterator[list[str]]:
    for model in things():
        english, _ = first_line(model.__doc__)
        yield [in_words(model.__name__), str(model._meta.verbose_name), english, f"`{_room(model)}`"]


def _state_words() -> list[list[str]]:
    return [[state.value.replace("_", " "), lifecycle.WORDS[state]] for state in lifecycle.State]


def _choices() -> Iterator[list[str]]:
    for one in choices():
        for value, label in one.choices:
            yield [in_words(one.__name__), str(value).replace("_", " "), str(label), f"`{_room(one)}`"]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]


def settings_read() -> set[str]:
    """The names of the environment variables that warifu/settings.py reads."""
    tree = ast.parse((floors.ROOT / "warifu" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"WARIFU_[A-Z_]+", node.value)
    }


PAGES = {
    Path("docs/development/routes.txt"): routes,
    Path("docs/development/states.md"): states,
    Path("docs/glossary.md"): glossary,
    access_pages.ROUTES: access_pages.routes,
    access_pages.ROLES: access_pages.roles,
    ipa_page.PAGE: ipa_page.page,
}
