"""What every later revision must leave alone, whatever a difference analysis says of it. 表示の不変

pyHanko compares the objects that the cross-reference lists, along the keys that it follows. A viewer does more: it
inherits from /Parent, draws text fields anew when the form asks for it, paints over the page what a widget shows, and
rebuilds a broken cross-reference from whatever stands in the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from . import leftovers, mentions, reading

_WHITE = rb"[\x00\t\n\x0c\r ]"
# Bounded: a thousand entries may lead to the same long gap. A header with more in it is not one that we accept.
_HEADER = re.compile(_WHITE + rb"{0,64}+(?<!\d)(\d{1,12}+)" + _WHITE + rb"{1,32}+(\d{1,12}+)" + _WHITE + rb"{0,32}+obj")
_BEGINS = re.compile(rb"obj(?<!endobj)")
_MAYBE_NUMBER = re.compile(rb"[0-9]" + _WHITE + rb"*+\Z")
_MAYBE_COMMENT = re.compile(rb"(?:\A|%)[^\r\n]*+[\r\n]" + _WHITE + rb"*+\Z")
_END = re.compile(rb"startxref[\r\n\t ]+(\d{1,12})[\r\n\t ]+%%EOF[\r\n\t ]*")
_RANGE = re.compile(rb"/ByteRange\s*+\[\s*+0\s++(\d{1,12})\s++(\d{1,12})\s++(\d{1,12})\s*+\]")
_NUMBERS = (generic.NumberObject, generic.FloatObject)
_SIGNATURE_FLAGS = 3
_FORM_LOOK = ("/DR", "/DA", "/Q", "/NeedAppearances", "/XFA")
# What we and pyHanko write into an invisible field; /V is the signature, /Lock and /SV are rules for signers.
_FIELD_KEYS = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/Lock", "/SV"}


def listed(reader: PdfFileReader, source: reading.Bytes, *, start: int) -> bool:
    """Whether the bytes from `start` on hold exactly the objects that the cross-reference names there. 相互参照の一致

    An entry that leads nowhere makes some viewers rebuild the table from the bytes, and then an object that no entry
    names takes the place of the one that was signed.
    """
    untyped: Any = reader
    xrefs = untyped.xrefs
    places, starts = set(), set()
    for revision in range(xrefs.total_revisions):
        section = xrefs.get_xref_container_info(revision)
        if section.start_location < start:
            continue
        starts.add(section.declared_startxref)
        if (stream := _HEADER.match(source, section.start_location)) is not None:
            places.add(stream.end())
        for reference in xrefs.explicit_refs_in_revision(revision):
            place = xrefs.get_historical_ref(reference, revision)
            if isinstance(place, int):
                header = _HEADER.match(source, place)
                if header is None or (int(header[1]), int(header[2])) != (reference.idnum, reference.generation):
                    return False
                places.add(header.end())
                starts.add(place)
            elif place is not None:
                untyped.get_object(reference, revision)  # raises when the object stream does not hold it
    end = _END.fullmatch(source, max(source.rfind(b"startxref"), 0))
    if end is None or int(end[1]) != reader.last_startxref:
        return False  # a reader that looks for the last "startxref" would open another revision
    if not leftovers.none_between(source, (place for place in starts if place >= start), start=start):
        return False
    return all(match.end() in places or not _headed(source, match) for match in _BEGINS.finditer(source, start))


def kept(reader: PdfFileReader, scan: mentions.Scan, *, revision: int, end: int) -> bool:
    """Whether nothing old reaches what was added, and the form draws as before. 旧版からの到達と様式の不変

    `end` is where the bytes of `revision` end.
    """
    known = scan.until(revision=revision, end=end)
    xrefs: Any = reader.xrefs
    for later in range(revision + 1, xrefs.total_revisions):
        for reference in xrefs.explicit_refs_in_revision(later):
            existed = xrefs.get_historical_ref(reference, revision) is not None
            if known.is_parent(reference.idnum) if existed else reference.idnum in known:
                return False
        if not _form_draws_alike(reader, revision, later):
            return False
    return True


def invisible(field: Any) -> bool:
    """Whether a signature field is a widget that can show nothing on any page. 非表示の署名欄"""
    if hasattr(field, "encoded_data") or not set(field) <= _FIELD_KEYS | {"/AP"}:
        return False
    if "/AP" in field and not _blank(field["/AP"]):
        return False
    if _at(field, "/FT") != "/Sig" or _at(field, "/Subtype") not in (None, "/Widget"):
        return False
    box = _at(field, "/Rect")
    return box is None or _is_point(box)


def _blank(appearance: Any) -> bool:
    return set(appearance) == {"/N"} and _is_point(_at(appearance["/N"], "/BBox") or ())


def _is_point(box: Any) -> bool:
    return len(box) == 4 and float(box[0]) == float(box[2]) and float(box[1]) == float(box[3])


def hides_a_signature(judged: Iterable[Any], source: reading.Bytes) -> bool:
    """Whether the bytes hold a signature that the form no longer names. 隠された署名"""
    ranges = {tuple(int(part) for part in signature.byte_range) for signature in judged}
    for match in _RANGE.finditer(source):
        length, start, rest = (int(match[index]) for index in (1, 2, 3))
        if (0, length, start, rest) in ranges or not length < start or start + rest > len(source):
            continue
        if source[length : length + 1] == b"<" and source[start - 1 : start] == b">":
            return True
    return False


def _headed(source: reading.Bytes, begins: re.Match[bytes]) -> bool:
    """Whether some reader could see two numbers before the word, white space and comments aside."""
    before = source[max(0, begins.start() - 256) : begins.start()]
    return not before.strip() or bool(_MAYBE_NUMBER.search(before) or _MAYBE_COMMENT.search(before))


def plainly_marked(reader: PdfFileReader, *, revision: int) -> bool:
    """Whether the form's signature flags and the mark of PAdES say what signing makes them say, ever since. 署名の目印

    ISO 32000-2, table 225: two flags, which are only ever raised. EN 319 142-1 writes its extension once.
    """
    untyped: Any = reader
    first = reader.get_historical_root(revision)
    flags, mark = _flags(first), _at(_held(first, "/Extensions"), "/ESIC")
    for later in range(revision + 1, untyped.xrefs.total_revisions):
        root = reader.get_historical_root(later)
        now = _flags(root)
        if now != flags and (now & ~_SIGNATURE_FLAGS or flags & ~now):
            return False
        if mark is not None and not same(mark, _at(_held(root, "/Extensions"), "/ESIC")):
            return False
    return True


def _flags(root: Any) -> int:
    return int(_at(_held(root, "/AcroForm"), "/SigFlags") or 0)


def _held(root: Any, key: str) -> Any:
    found = _at(root, key)
    return found if isinstance(found, dict) else {}


def _form_draws_alike(reader: PdfFileReader, revision: int, later: int) -> bool:
    before = _at(reader.get_historical_root(revision), "/AcroForm")
    after = _at(reader.get_historical_root(later), "/AcroForm")
    if after is None:
        return before is None
    known, now = _fields(before), _fields(after)
    if not all(invisible(field) for reference, field in now.items() if reference not in known):
        return False
    if all(_at(field, "/FT") == "/Sig" for field in known.values()):
        return "/XFA" not in after
    return all(same(_raw(before, key), _raw(after, key)) for key in _FORM_LOOK)


def _fields(form: Any) -> dict[Any, Any]:
    every = _at(form, "/Fields") if form is not None else None
    return {} if every is None else {_number(every.raw_get(index)): every[index] for index in range(len(every))}


def _number(reference: Any) -> tuple[int, int]:
    return reference.idnum, reference.generation


def same(before: Any, after: Any) -> bool:
    """Whether two values are written alike; a name is no string, and references are compared by number. 値の一致"""
    if isinstance(before, _NUMBERS) and isinstance(after, _NUMBERS):
        return bool(before == after)  # 612.0 and 612 are one number, and writers differ in which they write
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return set(before) == set(after) and all(same(_raw(before, key), _raw(after, key)) for key in before)
    if isinstance(before, list):
        pairs = zip(list.__iter__(before), list.__iter__(after), strict=False)
        return len(before) == len(after) and all(same(one, other) for one, other in pairs)
    return bool(before == after)


def _raw(holder: Any, key: str) -> Any:
    return holder.raw_get(key) if key in holder else None


def _at(holder: Any, key: str) -> Any:
    try:
        return holder[key]  # pyHanko's own `get` hands out unresolved references
    except KeyError:
        return None
