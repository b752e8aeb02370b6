"""The program's own text, as the static tests of this folder read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import floors

TEMPLATES = sorted((floors.ROOT / "warifu/web").rglob("*.html"))


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of the product, with `path:line`, migrations left out."""
    for path in floors.modules():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(floors.ROOT)}:{node.lineno}", node


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def named(node: ast.expr) -> str:
    """`os.system` as it is written."""
    return ast.unparse(node)


def fixed(node: ast.expr) -> bool:
    """Whether an argument is a constant, or a starred or conditional choice of constants."""
    if isinstance(node, ast.Starred):
        return fixed(node.value)
    if isinstance(node, ast.IfExp):
        return fixed(node.body) and fixed(node.orelse)
    if isinstance(node, ast.Tuple | ast.List):
        return all(fixed(one) for one in node.elts)
    return isinstance(node, ast.Constant)


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
