"""Signature fields and the dictionaries in them (ISO 32000-2, 12.7.5.5 and 12.8). 署名フィールド"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic

from . import errors, growth, statements, values

if TYPE_CHECKING:
    from . import visible  # who draws nothing need not load what draws

_SIGNED_AND_APPENDED_ONLY = 3
_DEEPEST_FIELD = 32
# A dictionary with its container; commercial tokens with long lists reach 100 kB.
_DICTIONARY = 1 << 20
_RANGE = re.compile(rb"/ByteRange\s*+\[\s*+0\s++(\d{1,12})\s++(\d{1,12})\s++\d{1,12}\s*+\]")
# Print and Locked: the field belongs to the document, nobody moves it.
_FLAGS = 132


def signature_entries(party: statements.PartyStatement | None, at: datetime) -> tuple[bytes, bytes]:
    """What stands before and after the container of a party's signature (ISO 32000-2, table 255). 署名辞書"""
    said = b""
    if party is not None:
        for key, value in (
            (b"/Name", party.name),
            (b"/Location", party.location),
            (b"/Reason", party.reason),
            (b"/ContactInfo", party.contact_info),
        ):
            said += key + b" " + values.encoded(values.string(value)) + b"\n"
    kind = b"/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n"
    return b"\n", kind + b"/M " + values.encoded_date(at) + b"\n" + said


def timestamp_entries() -> tuple[bytes, bytes]:
    """What stands before and after the token of a document timestamp (EN 319 142-1, 5.4.3). 文書タイムスタンプ辞書"""
    return b"\n", b"/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n"


def hold(
    file: growth.GrowingFile,
    update: growth.Update,
    *,
    name: str,
    value: Any,
    appearance: visible.Appearance | None = None,
) -> None:
    """Put the signature `value` into the empty field of this name, else into a new one that shows nothing. 署名の配置

    `appearance` replaces the frame that kept its place (`visible.reserve`); box, page and flags stay.
    Raises `errors.SealingFailed` when the field is taken, or when nothing keeps a place for the appearance.
    """
    field, reference = next(((one, at) for full, one, at in named(file, update) if full == name), (None, None))
    if field is None and appearance is None:
        add_invisible(file, update, name=name, value=value)
        return
    if field is None or reference is None or "/V" in field or field.get("/FT") != "/Sig":
        raise errors.SealingFailed("no empty field keeps a place for this seal")
    if appearance is not None:
        field[values.name("/AP")] = values.dictionary({"/N": _drawn(update, field["/AP"]["/N"], appearance)})
    field[values.name("/V")] = value
    update.put(reference, field)
    _mark_signed(file, update)


def _drawn(update: growth.Update, frame: Any, appearance: visible.Appearance) -> Any:
    """The reference of a new form XObject in the box of the old one, turned like it."""
    box = [float(one) for one in frame["/BBox"]]
    matrix = [float(one) for one in frame["/Matrix"]] if "/Matrix" in frame else None
    drawing = appearance.drawn(width=box[2] - box[0], height=box[3] - box[1])
    references = [update.reference() for _ in range(drawing.count)]
    bodies = drawing.numbered(references[0].idnum, box=box, matrix=matrix)
    for reference in references:
        update.put_raw(reference, bodies[reference.idnum])
    return references[0]


def add_invisible(file: growth.GrowingFile, update: growth.Update, *, name: str, value: Any) -> None:
    """A new field that shows nothing, on the first page, holding the signature `value`. 非表示の署名フィールド"""
    page, page_reference = update.first_page()
    widget = values.dictionary(
        {
            "/FT": values.name("/Sig"),
            "/T": values.string(name),
            "/Type": values.name("/Annot"),
            "/Subtype": values.name("/Widget"),
            "/F": values.number(_FLAGS),
            "/Rect": values.array(values.number(0) for _ in range(4)),
            "/P": page_reference,
            "/V": value,
        }
    )
    reference = update.put(update.reference(), widget)
    update.extend(page, page_reference, "/Annots", reference)
    _register(file, update, reference)


def _register(file: growth.GrowingFile, update: growth.Update, reference: Any) -> None:
    form, form_reference = update.followed(file.root, "/AcroForm")
    if form is None:
        form, form_reference = values.dictionary(), update.reference()
        file.root[values.name("/AcroForm")] = form_reference
        update.touch_root()
    update.extend(form, form_reference, "/Fields", reference)
    _mark_signed(file, update)


def _mark_signed(file: growth.GrowingFile, update: growth.Update) -> None:
    form, form_reference = update.followed(file.root, "/AcroForm")
    if int(form.get("/SigFlags", 0)) & _SIGNED_AND_APPENDED_ONLY != _SIGNED_AND_APPENDED_ONLY:
        form[values.name("/SigFlags")] = values.number(_SIGNED_AND_APPENDED_ONLY)
        if form_reference is not None:
            update.put(form_reference, form)
    if form_reference is None:
        update.touch_root()


def named(file: growth.GrowingFile, update: growth.Update) -> Iterator[tuple[str, Any, Any]]:
    """Every field: its full name, its dictionary, its reference (None when direct). 全フィールド"""
    form, _ = update.followed(file.root, "/AcroForm")
    if form is None:
        return
    listed, _ = update.followed(form, "/Fields")
    waiting = [("", entry, 0) for entry in _entries(listed)]
    while waiting:
        prefix, raw, depth = waiting.pop()
        if depth > _DEEPEST_FIELD:
            raise errors.SealingFailed("the fields are nested too deeply")
        reference = raw if values.is_reference(raw) else None
        found = update.resolved(raw)
        if not isinstance(found, generic.DictionaryObject):
            continue
        own = str(found["/T"]) if "/T" in found else ""
        name = ".".join(part for part in (prefix, own) if part)
        yield name, found, reference
        kids, _ = update.followed(found, "/Kids")
        waiting += [(name, kid, depth + 1) for kid in _entries(kids)]


def containers(file: growth.GrowingFile, update: growth.Update) -> list[bytes]:
    """The signature containers of a file, oldest first, cut out of its bytes and padded with zeros. 署名容器

    pyHanko would read their tens of thousands of hexadecimal digits one by one.
    """
    found: list[tuple[int, bytes]] = []
    for _, field, _ in named(file, update):
        value = field.raw_get("/V") if "/V" in field else None
        place = file.place_of(value) if values.is_reference(value) else None
        cut = _cut(file, place) if place is not None else None
        if cut is None and value is not None:
            cut = _read(update.resolved(value))
        if cut is not None:
            found.append(cut)
    return [container for _, container in sorted(found)] + file.containers


def _read(signature: Any) -> tuple[int, bytes] | None:
    if not isinstance(signature, generic.DictionaryObject) or "/ByteRange" not in signature:
        return None
    contents: Any = signature["/Contents"]
    return int(signature["/ByteRange"][2]), values.octets_of(contents)


def _cut(file: growth.GrowingFile, place: int) -> tuple[int, bytes] | None:
    """The bytes between the two ranges that the dictionary at `place` names, None when it is not written plainly."""
    written = file.read(place, _DICTIONARY)
    end = written.find(b"endobj")
    found = _RANGE.search(written, 0, end if end >= 0 else len(written))
    if found is None:
        return None
    start = int(found[1])
    gap = file.read(start, int(found[2]) - start)
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return None
    try:
        return int(found[2]), bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError:
        return None


def free_name(file: growth.GrowingFile, update: growth.Update, stem: str) -> str:
    """The first of stem1, stem2 … that no field has. 未使用の名前"""
    taken = {name for name, _, _ in named(file, update)}
    return next(name for name in (f"{stem}{number}" for number in range(1, len(taken) + 2)) if name not in taken)


def _entries(listed: Any) -> list[Any]:
    return [] if listed is None else [listed.raw_get(index) for index in range(len(listed))]
