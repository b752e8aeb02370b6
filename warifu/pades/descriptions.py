"""What a file says of itself beside its pages: title, author, subject, keywords. 文書情報

A viewer shows them in its title bar and its list of properties. pyHanko's difference analysis lets all of it change,
because signing programs write their name and the time there.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.metadata import model, xmp_xml
from pyhanko.pdf_utils.reader import PdfFileReader

_INFO = ("/Title", "/Author", "/Subject", "/Keywords")
_CORE = model.NS["dc"]
_TECHNICAL = {"format", "date", "identifier", "language", "type", "source"}
_KEYWORDS = (model.NS["pdf"], "Keywords")


def say_no_more(reader: PdfFileReader, *, revision: int) -> bool:
    """Whether the file says nothing in its description now that it did not say in `revision`. 文書情報の不変"""
    untyped: Any = reader
    before, after = _Described(untyped, revision), _Described(untyped, untyped.xrefs.total_revisions - 1)
    if after.packet == before.packet:
        return set(after.info) <= set(before.info)
    try:
        return {*after.info, *_in_packet(after.packet)} <= {*before.info, *_in_packet(before.packet)}
    except (misc.PdfError, ValueError, TypeError):  # a description that cannot be read may say anything
        return False


class _Described:
    def __init__(self, reader: Any, revision: int) -> None:
        root = reader.get_historical_root(revision)
        try:
            held = reader.trailer.raw_get("/Info", revision=revision)
        except KeyError:
            held = {}
        info = reader.get_object(held.reference, revision=revision) if isinstance(held, IndirectObject) else held
        self.info = [str(info[key]).strip() for key in _INFO if key in info]
        stream = root.raw_get("/Metadata") if "/Metadata" in root else None
        self.packet: bytes = b"" if stream is None else reader.get_object(stream.reference, revision=revision).data


def _in_packet(packet: bytes) -> Iterator[str]:
    for structure in xmp_xml.parse_xmp(io.BytesIO(packet)) if packet else ():
        yield from _told(structure)


def _told(structure: Any) -> Iterator[str]:
    for name, value in structure:
        if (name.ns == _CORE and name.local_name not in _TECHNICAL) or (name.ns, name.local_name) == _KEYWORDS:
            yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    held = value.value if isinstance(value, model.XmpValue) else value
    if isinstance(held, model.XmpArray):
        for entry in held.entries:
            yield from _strings(entry)
    elif isinstance(held, model.XmpStructure):
        for _, entry in held:
            yield from _strings(entry)
    else:
        yield str(held).strip()
