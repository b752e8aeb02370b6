"""No act stands in the ledger without words for those who read it."""

import ast
from collections.abc import Iterator

from tests.web import addresses
from warifu.web.office import ledger_words

from . import floors

APPENDING = {"append", "put"}


def acts(source: str, room: str) -> Iterator[str]:
    """The acts that a module writes: `action=` of a call, and the verb of `note`; a part that is not said is `*`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called.lstrip("_") == "note":
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from (f"{room}.{word}" for word in words[:1])
        if called == "Line" and node.args:
            yield from _said(node.args[0])
        for word in node.keywords:
            if word.arg == "action" and called in APPENDING:
                yield from _said(word.value)


def _said(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant):
        yield str(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _said(value.body)
        yield from _said(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)


def written() -> set[str]:
    found: set[str] = set()
    for path in floors.modules():
        parts = path.relative_to(floors.ROOT).parts
        if len(parts) > 2 and parts[1] not in {"pades", "japan"}:
            found |= set(acts(path.read_text(encoding="utf-8"), parts[1]))
    return found


def test_every_act_has_its_words() -> None:
    found = written()
    assert len(found) > 25
    assert {act for act in found if "*" not in act} - set(ledger_words.WORDS) == set(), "office/ledger_words.py"


def test_the_look_for_acts_can_fail() -> None:
    source = 'audit.append(action="x.a" if y else "x.b")\nnote(it, "c", by=z)\naudit.append(action=f"x.{verb}")'
    source += '\naudit.Line("x.d", target)'
    assert set(acts(source, "x")) == {"x.a", "x.b", "x.c", "x.d", "x.*"}


def test_every_word_belongs_to_an_act_that_is_written() -> None:
    # These come from a variable: a kind of seal step, or the answer of a page.
    composed = {"agreements.seal_consent", "agreements.seal_archive"}
    # Lines of an earlier version: what is in a ledger stays readable.
    composed |= {"directory.choose_seal_style"}
    composed |= {act for act in ledger_words.WORDS if act.startswith("web.")}
    assert set(ledger_words.WORDS) - written() - composed == set()


def test_every_page_of_desk_and_office_has_a_name() -> None:
    named = {one.name for one in addresses.addresses() if one.name.partition(":")[0] in {"desk", "office", "counter"}}
    silent = {"desk:new", "counter:send_code", "counter:enter"}
    deeds = {"desk:remove", "desk:drop", "desk:send", "desk:reissue", "desk:reopen", "desk:withdraw"}
    bundles = {"desk:record_evidence", "counter:evidence"}
    assert named - silent - deeds - bundles - set(ledger_words.PAGES) == set(), "office/ledger_words.py"
