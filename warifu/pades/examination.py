"""The steps of intake, run inside the box. 受付検査"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf

from . import errors, hazards, normalising, rehearsal, signed_files

log = logging.getLogger(__name__)
_TAIL = re.compile(rb"%%EOF[\r\n]{0,2}")
_OTHER_KINDS = (b"PK\x03\x04", b"PK\x05\x06", b"MZ\x90\x00", b"\x7fELF", b"<html", b"<HTML", b"<script", b"<?php")


class Refused(Exception):
    """The document cannot be taken in; the code is one of `findings.REFUSALS`. 受付不可"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What the box hands back. 検査結果"""

    lane: str
    reason: str | None
    notes: tuple[str, ...]
    pages: int
    normalised_digest: str | None
    rehearsed: bool


def examine(source: Path, normalised: Path, *, pages: int) -> Outcome:
    """Check, normalise into `normalised` and rehearse; `pages` is the most allowed. 受付検査"""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=200,
        max_stream_filters=4,
        flate_max_memory=64 << 20,
        png_max_memory=64 << 20,
        tiff_max_memory=64 << 20,
        run_length_max_memory=64 << 20,
    )
    seen = Outcome("normalise", None, (), 0, None, False)
    try:
        data = source.read_bytes()
        notes = _surface(data)
        with _opened(source) as pdf:
            seen = replace(seen, pages=_page_count(pdf, pages))
            signed = _guarded(lambda: signed_files.carries_signatures(pdf))
            if signed:
                seen = replace(seen, lane="append")
            hazard = _guarded(lambda: hazards.found_in(pdf))
            if hazard is not None:
                raise Refused(hazard)
            if pdf.get_warnings():
                raise Refused("damaged")
            if _guarded(lambda: normalising.fonts_not_embedded(pdf)):
                notes.append("fonts_not_embedded")
            if not signed:
                notes += _guarded(lambda: normalising.rewrite(pdf, normalised))
            if pdf.get_warnings():
                raise Refused("damaged")
        if signed:
            if "trailing_removed" in notes:
                raise Refused("signature_broken")
            # Earlier revisions are what the earlier signatures cover: they stay.
            notes = [code for code in notes if code != "old_revisions_removed"]
            notes.append("signed_before")
            shutil.copyfile(source, normalised)
        _rehearsed(normalised, signed)
    except Refused as refused:
        normalised.unlink(missing_ok=True)
        return replace(seen, reason=refused.code)
    digest = hashlib.sha256(normalised.read_bytes()).hexdigest()
    return replace(seen, notes=tuple(dict.fromkeys(notes)), normalised_digest=digest, rehearsed=True)


def _surface(data: bytes) -> list[str]:
    """What can be said without parsing: the header is first, the end is the end, nothing else lives inside."""
    if not data:
        raise Refused("empty")
    if not data.startswith(b"%PDF-"):
        raise Refused("header_not_first" if b"%PDF-" in data[:4096] else "not_pdf")
    ends = list(_TAIL.finditer(data))
    if not ends:
        raise Refused("damaged")
    notes = []
    tail = data[ends[-1].end() :]
    if tail.strip(b"\x00\t\r\n\x0c "):
        if any(kind in tail for kind in _OTHER_KINDS):
            raise Refused("polyglot")
        notes.append("trailing_removed")
    first = data[: data.find(b" obj")] if b" obj" in data[:65536] else data[:1024]
    if any(kind in first for kind in _OTHER_KINDS):
        raise Refused("polyglot")
    if data.count(b"startxref") > 2:
        notes.append("old_revisions_removed")
    return notes


def _opened(source: Path) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(source, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except Exception as error:
        raise Refused("damaged") from error
    if pdf.is_encrypted:
        pdf.close()
        raise Refused("encrypted")
    return pdf


def _page_count(pdf: pikepdf.Pdf, most: int) -> int:
    count: int = _guarded(lambda: len(pdf.pages))
    if count == 0:
        raise Refused("no_pages")
    if count > most:
        raise Refused("too_many_pages")
    return count


def _guarded(step: Callable[[], Any]) -> Any:
    """A step over hostile objects: whatever it raises means that the file is not well formed."""
    try:
        return step()
    except (Refused, MemoryError):
        raise
    except (Exception, RecursionError) as error:
        log.info("intake step ended early: %s", type(error).__name__)
        raise Refused("damaged") from error


def _rehearsed(normalised: Path, signed: bool) -> None:
    source = normalised.read_bytes()
    try:
        if signed:
            signed_files.require_open(source)
        sealed = rehearsal.rehearse(source)
        if signed:
            signed_files.require_undisturbed(source, sealed)
    except signed_files.Closed as error:
        raise Refused(error.code) from error
    except errors.PadesError as error:
        log.info("rehearsal: %s %s", error.code, error.detail)
        raise Refused("cannot_be_sealed") from error
