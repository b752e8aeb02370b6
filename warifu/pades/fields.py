"""Signature fields and the dictionaries in them (ISO 32000-2, 12.7.5.5 and 12.8). 署名フィールド"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic

from . import errors, growth, statements, syntax

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
            said += key + b" " + syntax.text(value) + b"\n"
    kind = b"/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n"
    return b"\n", kind + b"/M " + syntax.date(at) + b"\n" + said


def timestamp_entries() -> tuple[bytes, bytes]:
    """What stands before and after the token of a document timestamp (EN 319 142-1, 5.4.3). 文書タイムスタンプ辞書"""
    return b"\n", b"/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n"


def hold(
    update: growth.Update,
    *,
    name: str,
    value: growth.Reference,
    appearance: visible.Appearance | None = None,
) -> None:
    """Put the signature `value` into the empty field of this name, else into a new one that shows nothing. 署名の配置

    `appearance` replaces the frame that kept its place (`visible.reserve`); box, page and flags stay.
    Raises `errors.SealingFailed` when the field is taken, or when nothing keeps a place for the appearance.
    """
    field, target = next(((one, at) for full, one, at in named(update) if full == name), (None, None))
    if field is None and appearance is None:
        add_invisible(update, name=name, value=value)
        return
    if field is None or target is None or field.get("/V") is not None or field.get("/FT") != b"/Sig":
        raise errors.SealingFailed("no empty field keeps a place for this seal")
    if appearance is not None:
        frame = update.dictionary(update.dictionary(field.get("/AP")).get("/N"))
        update.change(target, "/AP", b"<< /N %s >>" % syntax.referring(_drawn(update, frame, appearance)))
    update.change(target, "/V", syntax.referring(value))
    _mark_signed(update)


def _drawn(update: growth.Update, frame: syntax.Dictionary, appearance: visible.Appearance) -> growth.Reference:
    """The reference of a new form XObject in the box of the old one, turned like it."""
    box, matrix = (update.resolved(frame.get(key))[0] for key in ("/BBox", "/Matrix"))
    if box is None:
        raise errors.SealingFailed("the frame has no box")
    left, bottom, right, top = syntax.numbers(box)
    drawing = appearance.drawn(width=right - left, height=top - bottom)
    references = [update.reference() for _ in range(drawing.count)]
    turned = syntax.numbers(matrix) if matrix is not None else None
    bodies = drawing.numbered(references[0][0], box=[left, bottom, right, top], matrix=turned)
    for target in references:
        update.put(target, bodies[target[0]])
    return references[0]


def add_invisible(update: growth.Update, *, name: str, value: growth.Reference) -> None:
    """A new field that shows nothing, on the first page, holding the signature `value`. 非表示の署名フィールド"""
    page = update.first_page()
    widget = b"<< /FT /Sig /T %s /Type /Annot /Subtype /Widget /F %d /Rect [0 0 0 0] /P %s /V %s >>" % (
        syntax.text(name),
        _FLAGS,
        syntax.referring(page),
        syntax.referring(value),
    )
    field = syntax.referring(update.put(update.reference(), widget))
    update.extend(page, "/Annots", field)
    update.extend(update.own_object("/AcroForm", b"<< >>"), "/Fields", field)
    _mark_signed(update)


def _mark_signed(update: growth.Update) -> None:
    form = update.own_object("/AcroForm", b"<< >>")
    flags, _ = update.resolved(update.dictionary(syntax.referring(form)).get("/SigFlags"))
    known = int(flags or b"0")
    if known & _SIGNED_AND_APPENDED_ONLY != _SIGNED_AND_APPENDED_ONLY:
        update.change(form, "/SigFlags", b"%d" % (known | _SIGNED_AND_APPENDED_ONLY))


def named(
    update: growth.Update,
) -> Iterator[tuple[str, syntax.Dictionary, growth.Reference | None]]:
    """Every field: its full name, its dictionary, its reference (None when direct). 全フィールド"""
    form = update.dictionary(update.catalogue.get("/AcroForm"))
    waiting = [("", entry, 0) for entry in update.items(form.get("/Fields"))]
    while waiting:
        prefix, raw, depth = waiting.pop()
        if depth > _DEEPEST_FIELD:
            raise errors.SealingFailed("the fields are nested too deeply")
        found, target = update.resolved(raw)
        if found is None or not found.startswith(b"<<"):
            continue
        field = syntax.Dictionary.read(found)
        own, _ = update.resolved(field.get("/T"))
        name = ".".join(part for part in (prefix, syntax.string_of(own) if own is not None else "") if part)
        yield name, field, target
        waiting += [(name, kid, depth + 1) for kid in update.items(field.get("/Kids"))]


def containers(file: growth.GrowingFile, update: growth.Update) -> list[bytes]:
    """The signature containers of a file, oldest first, cut out of its bytes and padded with zeros. 署名容器

    A parser would read their tens of thousands of hexadecimal digits one by one.
    """
    found: list[tuple[int, bytes]] = []
    for _, field, _ in named(update):
        target = syntax.reference(field.get("/V"))
        place = file.place_of(target) if target is not None else None
        if target is None or place is None:
            continue  # a signature needs a place of its own in the file, or nothing could be cut out around it
        cut = _cut(file, place) or _read(file.parsed(target))
        if cut is not None:
            found.append(cut)
    return [container for _, container in sorted(found)] + file.containers


def _read(signature: Any) -> tuple[int, bytes] | None:
    if not isinstance(signature, generic.DictionaryObject) or "/ByteRange" not in signature:
        return None
    contents: Any = signature["/Contents"]
    return int(signature["/ByteRange"][2]), bytes(getattr(contents, "original_bytes", contents))


def _cut(file: growth.GrowingFile, place: int) -> tuple[int, bytes] | None:
    """The bytes between the two ranges that the dictionary at `place` names, None when it is not written plainly."""
    written = file.read(place, _DICTIONARY)
    end = written.find(b"endobj")
    found = _RANGE.search(written, 0, end if end >= 0 else len(written))
    if found is None:
        return None
    start, size = int(found[1]), int(found[2]) - int(found[1])
    gap = file.read(start, size) if 0 < size <= _DICTIONARY else b""
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return None
    try:
        return int(found[2]), bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError:
        return None


def free_name(update: growth.Update, stem: str) -> str:
    """The first of stem1, stem2 … that no field has. 未使用の名前"""
    taken = {name for name, _, _ in named(update)}
    return next(name for name in (f"{stem}{number}" for number in range(1, len(taken) + 2)) if name not in taken)
