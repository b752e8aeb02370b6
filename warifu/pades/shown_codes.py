"""Which codes of a font the contents of a file show. 使用文字コード"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

from . import hazards

Number = tuple[int, int]
_OPERATORS = "q Q Tf gs Tj TJ ' \""


def any_shown(pdf: pikepdf.Pdf, sought: Mapping[Number, frozenset[int]]) -> bool:
    """Whether one of these codes is shown in its font; fonts by object number, simple fonts only. 使用の有無

    A text whose font is set elsewhere (a form without /Tf, an /ExtGState) counts as shown in each of the fonts.
    """
    every = frozenset().union(*sought.values())
    for holder, resources in _contents(pdf):
        named = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
        fonts = {key: font.objgen for key, font in named.items()} if isinstance(named, pikepdf.Dictionary) else {}
        for font, code in _shown(holder, _changers(resources)):
            if code in (every if font is None else sought.get(fonts.get(font, (0, -1)), frozenset())):
                return True
    return False


def _contents(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Pages, and the streams that are drawn like pages, with their resources."""
    pages = list(pdf.pages)
    for page in pages:
        yield page, page.obj.get("/Resources") if "/Resources" in page.obj else _inherited(page.obj)
    for edge in hazards.edges(pdf):
        value: Any = edge.value
        if isinstance(value, pikepdf.Stream) and ("/Resources" in value or value.get("/Subtype") == pikepdf.Name.Form):
            yield value, value.get("/Resources")
        elif isinstance(value, pikepdf.Dictionary) and isinstance(value.get("/CharProcs"), pikepdf.Dictionary):
            yield from ((drawing, value.get("/Resources")) for drawing in value.CharProcs.values())


def _inherited(node: Any) -> Any:
    for _ in range(64):
        if "/Resources" in node:
            return node.get("/Resources")
        node = node.get("/Parent")
        if not isinstance(node, pikepdf.Dictionary):
            break
    return None


def _changers(resources: Any) -> frozenset[str]:
    """Names of graphics states that set a font."""
    states = resources.get("/ExtGState") if isinstance(resources, pikepdf.Dictionary) else None
    known = states.items() if isinstance(states, pikepdf.Dictionary) else ()
    return frozenset(name for name, state in known if isinstance(state, pikepdf.Dictionary) and "/Font" in state)


def _shown(holder: Any, changers: frozenset[str]) -> Iterator[tuple[str | None, int]]:
    font: str | None = None
    outer: list[str | None] = []
    for instruction in pikepdf.parse_content_stream(holder, _OPERATORS):
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "q":
            outer.append(font)
        elif operator == "Q":
            font = outer.pop() if outer else font
        elif operator == "Tf":
            font = str(operands[0])
        elif operator == "gs":
            font = None if operands and str(operands[0]) in changers else font
        else:
            for text in _texts(operands):
                yield from ((font, code) for code in text)


def _texts(operands: list[Any]) -> Iterator[bytes]:
    for operand in operands:
        for item in list(operand) if isinstance(operand, pikepdf.Array) else [operand]:
            if isinstance(item, pikepdf.String):
                yield bytes(item)
