"""The one way in which a later revision may change what a page shows: a reserved seal is filled. 署名欄への記入

A signature field that was empty, with its box, in the revision judged may receive its signature and a new appearance
(ISO 32000-2, 12.7.5.5 and 12.5.5). Box, page, flags and all other entries stay; what is drawn stays within the box,
is made of new objects only, and holds nothing that some readers show and others do not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from . import constancy, places

_FREE = {"/V", "/AP"}
_FORM_KEYS = {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Filter", "/DecodeParms", "/Length"}
_RESOURCES = {"/Font", "/ColorSpace", "/XObject", "/ProcSet", "/ExtGState", "/Pattern", "/Shading"}
_NAMED = _RESOURCES | {"/CharProcs"}
# Layers, links to other files, alternatives for print, actions, and ways back into the document.
_NEVER = {"/OC", "/OCGs", "/Ref", "/OPI", "/Alternates", "/PS", "/JS", "/AA", "/Parent", "/P", "/Annots", "/Contents"}
_TURNS = ([1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0])
_MOST_OBJECTS = 2_000
_MOST_NODES = 10_000
_DEEPEST = 32
_SLACK = 0.01
_DEEPEST_PAGE = 64

Fresh = Callable[[Any], bool]


def filled(before: Any, after: Any, *, fresh: Fresh) -> bool:
    """Whether a field went from empty to signed and nothing else. 記入の確認

    `before` and `after` are the field's dictionaries; `fresh` tells whether a reference is to an object that the
    earlier revision did not have. Odd objects may raise anything: then it is not.
    """
    return _was_empty(before) and _same_otherwise(before, after) and _box_holds(before, after, fresh)


def stand_apart(boxes: Sequence[tuple[Any, Any]], root: Any) -> bool:
    """Whether each filled box stands on its own page only, and all on a page cover at most a sixth of it. 占める割合

    `boxes` are references and dictionaries of fields, `root` is the catalogue of the same revision. A widget on the
    list of two pages would be measured on the larger one.
    """
    if not boxes:
        return True
    wanted = {(reference.idnum, reference.generation): field for reference, field in boxes}
    seen: set[tuple[int, int]] = set()
    for number, page in _pages(root):
        here = [_number(one) for one in _entries(_at(page, "/Annots") or ()) if _is_reference(one)]
        found = [one for one in here if one in wanted]
        if not found:
            continue
        left, bottom, right, top = _page_box(page)
        covered = 0.0
        for one in found:
            if one in seen or _number(wanted[one].raw_get("/P")) != number:
                return False
            seen.add(one)
            width, height = _size(wanted[one])
            covered += width * height
        if covered * places.LARGEST_SHARE > (right - left) * (top - bottom):
            return False
    return len(seen) == len(wanted)


def kept(reader: PdfFileReader, *, revision: int) -> bool:
    """Whether each signature field of a revision is still as it was, or was filled, in all later ones. 署名欄の不変"""
    untyped: Any = reader
    xrefs = untyped.xrefs
    old = untyped.get_historical_resolver(revision)
    known = dict(_fields(old))

    def fresh(reference: Any) -> bool:
        return xrefs.get_historical_ref(reference.reference, revision) is None

    boxes = {}
    for later in range(revision + 1, xrefs.total_revisions):
        now = dict(_fields(untyped.get_historical_resolver(later)))
        for number, (reference, before) in known.items():
            after = now[number][1] if number in now else None
            if constancy.same(before, after):
                continue
            if not filled(before, after, fresh=fresh):
                return False
            boxes[number] = (reference, before)
    return stand_apart(list(boxes.values()), old.root)


def was_there(reader: PdfFileReader, field: Any, *, revision: int) -> bool:
    """Whether a field, by its name, stood in a revision already; `kept` then judges what became of it. 既存の署名欄"""
    untyped: Any = reader
    return any(
        _at(found, "/T") == _at(field, "/T") for _, (_, found) in _fields(untyped.get_historical_resolver(revision))
    )


def _fields(resolver: Any) -> list[tuple[tuple[int, int], tuple[Any, Any]]]:
    """The signature fields on the first level, which is where ours stand."""
    form = _at(resolver.root, "/AcroForm")
    listed = None if form is None else _at(form, "/Fields")
    found = []
    for raw in [] if listed is None else _entries(listed):
        field = raw.get_object()
        if isinstance(raw, generic.IndirectObject) and _at(field, "/FT") == "/Sig":
            found.append(((raw.idnum, raw.generation), (raw, field)))
    return found


def _was_empty(field: Any) -> bool:
    return (
        isinstance(field, generic.DictionaryObject)
        and not hasattr(field, "encoded_data")
        and _at(field, "/FT") == "/Sig"
        and _at(field, "/Subtype") == "/Widget"
        and not any(key in field for key in ("/V", "/Kids", "/Parent", "/A", "/AA", "/OC", "/AS", "/MK", "/BS"))
    )


def _same_otherwise(before: Any, after: Any) -> bool:
    if hasattr(after, "encoded_data") or set(after) != set(before) | _FREE:
        return False
    return all(constancy.same(before.raw_get(key), after.raw_get(key)) for key in set(before) - _FREE)


def _size(field: Any) -> tuple[float, float]:
    left, bottom, right, top = _numbers(field["/Rect"], 4)
    return right - left, top - bottom


def _box_holds(before: Any, after: Any, fresh: Fresh) -> bool:
    width, height = _size(before)
    if not (width > 0 and height > 0):
        return False
    if not _is_fresh(after.raw_get("/V"), fresh) or not _is_someones(after["/V"]):
        return False
    look = after["/AP"]
    if set(look) != {"/N"} or not _is_fresh(look.raw_get("/N"), fresh) or not _own(after.raw_get("/AP"), fresh):
        return False
    return _fits(look["/N"], width, height) and _alone(look.raw_get("/N"), fresh)


def _is_someones(signature: Any) -> bool:
    """A timestamp is nobody's consent, and anybody can have one: it may not draw into a party's box."""
    plain = {"/Filter", "/SubFilter", "/ByteRange", "/Contents"} <= set(signature)
    return plain and _at(signature, "/Type") in (None, "/Sig") and _at(signature, "/SubFilter") != "/ETSI.RFC3161"


def _fits(form: Any, width: float, height: float) -> bool:
    """The form's box, turned, is the field's box: no reader scales, moves or cuts it in its own way."""
    if not hasattr(form, "encoded_data") or not set(form) <= _FORM_KEYS or _at(form, "/Subtype") != "/Form":
        return False
    left, bottom, right, top = _numbers(form["/BBox"], 4)
    matrix = _numbers(form["/Matrix"], 6) if "/Matrix" in form else [1, 0, 0, 1, 0, 0]
    if matrix[:4] not in _TURNS:
        return False
    across, along = (top - bottom, right - left) if matrix[0] == 0 else (right - left, top - bottom)
    return 0 < across <= width + _SLACK and 0 < along <= height + _SLACK


def _alone(form: Any, fresh: Fresh) -> bool:
    """Everything below the form came with it, and nothing below is more than drawing."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, str, int]] = [(form, "", 0)]
    while waiting:
        raw, key, depth = waiting.pop()
        if isinstance(raw, generic.IndirectObject):
            if not fresh(raw):
                return False
            number = (raw.idnum, raw.generation)
            if number in seen:
                continue
            seen.add(number)
        value: Any = _resolved(raw)
        if depth > _DEEPEST or len(seen) + len(waiting) > _MOST_OBJECTS:
            return False
        if isinstance(value, generic.ArrayObject):
            waiting += [(entry, key, depth + 1) for entry in _entries(value)]
        elif isinstance(value, generic.DictionaryObject):
            if not _draws_only(value, key):
                return False
            # The names of fonts and the like are free, the keys of their dictionaries are not.
            waiting += [(value.raw_get(name), name, depth + 1) for name in value]
    return True


def _draws_only(value: Any, key: str) -> bool:
    if key == "/Resources":
        return set(value) <= _RESOURCES
    if key in _NAMED:
        return True
    stream = hasattr(value, "encoded_data")
    if stream and ("/F" in value or (_at(value, "/Subtype") == "/Form" and not set(value) <= _FORM_KEYS)):
        return False
    return not set(value) & _NEVER and _at(value, "/Subtype") != "/PS" and _at(value, "/Type") not in ("/OCG", "/OCMD")


def _page_box(page: Any) -> tuple[float, float, float, float]:
    found: tuple[float, float, float, float] | None = None
    for name in ("/MediaBox", "/CropBox"):
        listed = _inherited(page, name)
        if listed is None:
            continue
        first, second, third, fourth = _numbers(listed, 4)
        left, right = sorted((first, third))
        bottom, top = sorted((second, fourth))
        if found is not None:
            left, bottom = max(left, found[0]), max(bottom, found[1])
            right, top = min(right, found[2]), min(top, found[3])
        found = (left, bottom, right, top)
    if found is None:
        raise ValueError("a page without a size")
    return found


def _inherited(page: Any, name: str) -> Any:
    for _ in range(_DEEPEST_PAGE):
        if page is None:
            return None
        if name in page:
            return page[name]
        page = _at(page, "/Parent")
    raise ValueError("the page tree is too deep")


def _numbers(listed: Any, count: int) -> list[float]:
    found = [float(entry) for entry in listed]
    if len(found) != count or not all(map(math.isfinite, found)):
        raise ValueError("not so many numbers")
    return found


def _resolved(raw: Any) -> Any:
    untyped: Any = raw
    return untyped.get_object() if isinstance(raw, generic.IndirectObject) else raw


def _entries(listed: Any) -> list[Any]:
    return [listed.raw_get(index) for index in range(len(listed))]


def _number(reference: Any) -> tuple[int, int]:
    return reference.idnum, reference.generation


def _is_reference(raw: Any) -> bool:
    return isinstance(raw, generic.IndirectObject)


def _pages(root: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """Every page with its number, as far as a document that intake takes goes."""
    waiting = [root.raw_get("/Pages")]
    nodes = 0
    while waiting:
        raw = waiting.pop()
        nodes += 1
        if nodes > _MOST_NODES or not _is_reference(raw):
            raise ValueError("not a page tree to be walked")
        node = _resolved(raw)
        if "/Kids" in node:
            waiting += _entries(node["/Kids"])
        else:
            yield _number(raw), node


def _is_fresh(raw: Any, fresh: Fresh) -> bool:
    return isinstance(raw, generic.IndirectObject) and fresh(raw)


def _own(raw: Any, fresh: Fresh) -> bool:
    return not isinstance(raw, generic.IndirectObject) or fresh(raw)


def _at(holder: Any, key: str) -> Any:
    try:
        return holder[key]  # pyHanko's own `get` hands out unresolved references
    except KeyError:
        return None
