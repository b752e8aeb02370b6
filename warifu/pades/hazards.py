"""What must not be inside a document that two parties agree to. 受付時の禁止要素

Nothing in an agreement may act, call, hide or change after it was read. None of 522 real Japanese files does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_SCRIPTS = {"/JavaScript", "/ECMAScript"}
_ACTIONS = {
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/ResetForm",
    "/Hide",
    "/SetOCGState",
    "/Thread",
    "/Trans",
}
_REMOTE = {"/GoToR", "/GoToE", "/GoToDp"}
_MEDIA = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"}
_PAGE_TURNS = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_MEDIA_ANNOTATIONS = {"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"}
_ALLOWED_ANNOTATIONS = {"/Link", "/Widget"}
# 64 MiB for one stream and 512 MiB for all: a real page description decodes to a few megabytes.
_STREAM_LIMIT = 64 << 20
_TOTAL_LIMIT = 512 << 20
_PIXEL_LIMIT = 400_000_000
_OBJECT_LIMIT = 2_000_000

_Container = pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream


@dataclass(frozen=True)
class Edge:
    """One value, with the dictionary that holds it and under which key. 参照"""

    parent: pikepdf.Object | None
    key: str
    value: pikepdf.Object


def found_in(pdf: pikepdf.Pdf) -> str | None:
    """The refusal code of the first hazard, None when there is none. 禁止要素の検出"""
    budget = _TOTAL_LIMIT
    for count, edge in enumerate(edges(pdf)):
        if count > _OBJECT_LIMIT:
            return "too_complex"
        code = _judge(edge)
        if code is not None:
            return code
        if isinstance(edge.value, pikepdf.Stream):
            spent = _expansion(edge.value, budget)
            if spent is None:
                return "expands_too_much"
            budget -= spent
    return _layers(pdf) or _page_tree(pdf)


def edges(pdf: pikepdf.Pdf) -> Iterator[Edge]:
    """Every value at each place of use, every indirect object opened once. 全要素

    Not recursive: depth may be hostile.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [Edge(None, "", pdf.Root)]
    while waiting:
        edge = waiting.pop()
        yield edge
        value = edge.value
        if value.is_indirect:
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if isinstance(value, pikepdf.Array):
            for item in list(value):
                if isinstance(item, _Container):
                    # [page /Fit] under /OpenAction is a destination; annotations and chained actions are lists
                    waiting.append(Edge(edge.parent, edge.key if edge.key in ("/Annots", "/Next") else "", item))
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            for key in sorted(value.keys()):  # in one order, so that a file with two hazards has one answer
                if key == "/Parent" or (key == "/P" and "/Subtype" in value):
                    continue
                child = value.get(key)
                if isinstance(child, _Container):
                    waiting.append(Edge(value, key, child))


def _judge(edge: Edge) -> str | None:
    value, key = edge.value, edge.key
    if key == "/AA" and len(value) > 0:
        return "action"
    if isinstance(value, pikepdf.Array):
        return None
    if key == "/XFA" or (key == "/AcroForm" and "/XFA" in value):
        return "xfa"
    code = _judge_names(edge) or _judge_action(edge) or _judge_annotation(value, key)
    if code is not None:
        return code
    if isinstance(value, pikepdf.Stream) and "/F" in value:
        return "external_content"
    if "/EF" in value or "/RF" in value:
        return "embedded_file"
    if key == "/Ref" and edge.parent is not None and _name(edge.parent.get("/Subtype")) == "/Form":
        return "external_content"
    if key == "/OPI":
        return "external_content"
    # ISO 32000-1, 8.8.2 and 8.9.5.4: a PostScript object and an alternate image appear on paper only.
    if "/Alternates" in value or "/PS" in (_name(value.get("/Subtype")), _name(value.get("/Subtype2"))):
        return "print_differs"
    if _name(value.get("/Type")) == "/OCMD" and ("/VE" in value or _name(value.get("/P")) in ("/AllOff", "/AnyOff")):
        return "hidden_layer"
    return None


def _judge_names(edge: Edge) -> str | None:
    if edge.parent is None and bool(edge.value.get("/NeedsRendering", False)):
        return "xfa"
    if edge.parent is None and "/Collection" in edge.value:
        return "embedded_file"
    if edge.key == "/JavaScript":
        return "script"
    if edge.key == "/EmbeddedFiles" and _has_names(edge.value):
        return "embedded_file"
    return None


def _has_names(tree: Any) -> bool:
    return any(key in tree and len(tree[key]) > 0 for key in ("/Names", "/Kids"))


def _judge_action(edge: Edge) -> str | None:
    value = edge.value
    if "/JS" in value:
        return "script"
    kind = _name(value.get("/S"))
    if kind in _SCRIPTS:
        return "script"
    if kind in _REMOTE:
        return "external_content"
    if kind in _MEDIA:
        return "media"
    if kind in _ACTIONS:
        return "action"
    if kind == "/Named" and _name(value.get("/N")) not in _PAGE_TURNS:
        return "action"
    if kind == "/URI" and "/URI" in value:
        by_click = edge.key == "/A" and edge.parent is not None
        return None if by_click and "/Next" not in value else "outside_link_on_open"
    if edge.key == "/OpenAction" and kind != "/GoTo":
        return "action"
    if edge.key == "/Next" and kind is not None:
        return "action"
    return None


def _judge_annotation(value: Any, key: str) -> str | None:
    subtype = _name(value.get("/Subtype"))
    if key == "/Annots":
        if subtype in _MEDIA_ANNOTATIONS:
            return "media"
        if subtype == "/FileAttachment":
            return "embedded_file"
        if subtype not in _ALLOWED_ANNOTATIONS or (subtype == "/Link" and "/AP" in value):
            return "annotation"  # a link that paints something is a stamp under another name
    return None


def _name(value: object) -> str | None:
    return str(value) if isinstance(value, pikepdf.Name) else None


def _expansion(stream: Any, budget: int) -> int | None:
    """How much a stream decodes to, None when too much."""
    filters = stream.get("/Filter")
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(one) for one in filters or ()]
    if len(names) > 4:
        return None
    if _name(stream.get("/Subtype")) == "/Image":
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        return None if width * height > _PIXEL_LIMIT else 0
    if not names or names[0] not in ("/FlateDecode", "/Fl"):
        return 0
    limit = min(_STREAM_LIMIT, budget)
    data: bytes | None = stream.read_raw_bytes()
    spent = 0
    for name in names:
        if name not in ("/FlateDecode", "/Fl") or data is None:
            break
        data = _inflated(data, limit)
        if data is None:
            return None
        spent += len(data)
    return spent if spent <= limit else None


def _inflated(data: bytes, limit: int) -> bytes | None:
    worker = zlib.decompressobj()
    try:
        out = worker.decompress(data, limit + 1)
    except zlib.error:
        return b""
    return out if len(out) <= limit else None


def _layers(pdf: pikepdf.Pdf) -> str | None:
    """Layers that some reader would not show (ISO 32000-2, 8.11). 表示されないレイヤー"""
    properties = pdf.Root.get("/OCProperties")
    if properties is None:
        return None
    default: Any = properties.get("/D", pikepdf.Dictionary())
    if _name(default.get("/BaseState")) in ("/OFF", "/Unchanged") or len(default.get("/OFF", ())) > 0:
        return "hidden_layer"
    for group in list(properties.get("/OCGs", ())):
        usage: Any = group.get("/Usage", {}) if isinstance(group, pikepdf.Dictionary) else {}
        if any(event in usage for event in ("/Zoom", "/Language", "/User")):
            return "hidden_layer"
        for event, state in (("/View", "/ViewState"), ("/Print", "/PrintState"), ("/Export", "/ExportState")):
            if event in usage and _name(usage[event].get(state)) == "/OFF":
                return "hidden_layer"
    return None


def _page_tree(pdf: pikepdf.Pdf) -> str | None:
    """Some readers inherit by /Kids downwards, others by /Parent upwards: both ways must be one. ページ木"""
    waiting: list[Any] = [pdf.Root.Pages]
    while waiting:
        node = waiting.pop()
        for kid in list(node.get("/Kids", ())):
            parent = kid.get("/Parent")
            if parent is None or parent.objgen != node.objgen:
                return "damaged"
            if "/Kids" in kid:
                waiting.append(kid)
    return None
