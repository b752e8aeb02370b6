"""The steps of intake, run inside the box. 受付検査"""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf

from . import charmaps, errors, forms, hazards, normalising, rehearsal, repairing, signed_files, visible

log = logging.getLogger(__name__)
_OTHER_KINDS = (b"PK\x03\x04", b"PK\x05\x06", b"MZ\x90\x00", b"\x7fELF", b"<html", b"<HTML", b"<script", b"<?php")


# A form of thousands of fields on one page takes every program minutes to draw.
_FIELDS = 5000


class Refused(Exception):
    """The document cannot be taken in; the code is one of `findings.REFUSALS`. 受付不可"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What the box hands back; notes are codes, with the value that their sentence names. 検査結果

    `damaged`: the file was repaired. `unembedded`: some letters come from the reader's machine. `last_sheet` is that of
    `places.Sheet`, field by field.
    """

    lane: str
    reason: str | None
    notes: tuple[tuple[str, str | None], ...]
    pages: int
    normalised_digest: str | None
    rehearsed: bool
    damaged: bool = False
    unembedded: bool = False
    last_sheet: dict[str, Any] | None = None


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
        trimmed = _surface(data)
        notes = _history(trimmed.data)
        repairs = list(trimmed.repairs)
        with _opened(trimmed.data) as pdf:
            seen = replace(seen, pages=_page_count(pdf, pages))
            signed = _guarded(lambda: signed_files.carries_signatures(pdf))
            if signed:
                seen = replace(seen, lane="append")
            hazard = _guarded(lambda: hazards.found_in(pdf))
            if hazard is not None:
                raise Refused(hazard)
            if _guarded(lambda: sum(1 for _ in forms.widgets(pdf))) > _FIELDS:
                raise Refused("too_many_fields")
            complaints = _guarded(lambda: _complaints(pdf))
            if signed and (repairs or complaints):
                raise Refused("cannot_append")
            if complaints:
                _guarded(lambda: _require_plain(trimmed.data, pdf, complaints))
                repairs.append("xref_rebuilt")
            done: list[normalising.Note] = []
            if not signed:
                done = _guarded(lambda: normalising.rewrite(pdf, normalised))
            if _guarded(lambda: charmaps.ambiguous(pdf)):
                raise Refused("font_ambiguous")
            unembedded = _guarded(lambda: normalising.fonts_not_embedded(pdf))
            if unembedded:
                notes.append("fonts_not_embedded")
            if not signed and pdf.get_warnings():  # asked for once, qpdf tells what is new since then
                raise Refused("damaged")
        if signed:
            # Earlier revisions are what the earlier signatures cover: they stay.
            notes = [code for code in notes if code not in ("old_revisions_removed", "hybrid_xref")]
            shutil.copyfile(source, normalised)
        done += _rehearsed(normalised, signed)
        last_sheet = asdict(_guarded(lambda: visible.last_sheet_of(normalised.read_bytes())))
    except Refused as refused:
        normalised.unlink(missing_ok=True)
        return replace(seen, reason=refused.code)
    digest = hashlib.sha256(normalised.read_bytes()).hexdigest()
    told = dict.fromkeys([*((code, None) for code in [*repairs, *notes]), *done])
    return replace(
        seen,
        notes=tuple(told),
        normalised_digest=digest,
        rehearsed=True,
        last_sheet=last_sheet,
        damaged=bool(repairs),
        unembedded=unembedded,
    )


def _surface(data: bytes) -> repairing.Trimmed:
    """What can be said without parsing: the header is first, the end is the end, nothing else lives inside."""
    if not data:
        raise Refused("empty")
    trimmed = repairing.trim(data)
    if not (trimmed.data if trimmed else data).startswith(b"%PDF-"):
        raise Refused("header_not_first" if b"%PDF-" in data[:4096] else "not_pdf")
    if trimmed is None:
        raise Refused("damaged")
    if any(kind in trimmed.tail for kind in _OTHER_KINDS):
        raise Refused("polyglot")
    first = data[: data.find(b" obj")] if b" obj" in data[:65536] else data[:1024]
    if any(kind in first for kind in _OTHER_KINDS):
        raise Refused("polyglot")
    return trimmed


def _history(data: bytes) -> list[str]:
    notes = []
    if data.count(b"startxref") > 2:
        notes.append("old_revisions_removed")
    if b"/XRefStm" in data[-2048:]:
        notes.append("hybrid_xref")
    return notes


def _complaints(pdf: pikepdf.Pdf) -> list[str]:
    """What qpdf says after it has read every object; before, it knows little of the damage."""
    for _ in pdf.objects:
        pass
    return [str(warning) for warning in pdf.get_warnings()]


def _require_plain(data: bytes, pdf: pikepdf.Pdf, complaints: list[str]) -> None:
    if not repairing.of_the_index(complaints) or not repairing.plain(data, pdf):
        raise Refused("damaged")


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except MemoryError:
        raise
    except Exception as error:
        raise Refused("damaged") from error
    if pdf.is_encrypted:
        pdf.close()
        raise Refused("permission_limited")
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
    except forms.NotDrawn as error:
        raise Refused("form_not_drawn") from error
    except (Exception, RecursionError) as error:
        log.info("intake step ended early: %s", type(error).__name__)
        raise Refused("damaged") from error


def _rehearsed(normalised: Path, signed: bool) -> list[tuple[str, str | None]]:
    source = normalised.read_bytes()
    notes: list[tuple[str, str | None]] = []
    try:
        if signed:
            earlier = signed_files.require_open(source, names=rehearsal.FIELDS)
            notes.append(("signed_before", earlier.told))
            if earlier.unclear:
                notes.append(("signed_over", None))
        rehearsal.rehearse(source)
    except signed_files.Closed as error:
        raise Refused(error.code) from error
    except errors.PadesError as error:
        log.info("rehearsal: %s %s", error.code, error.detail)
        raise Refused("cannot_append" if signed else "cannot_be_sealed") from error
    except MemoryError:
        raise
    except (Exception, RecursionError) as error:  # what a parser raises over an odd file has no common name
        log.info("rehearsal ended early: %s", type(error).__name__)
        raise Refused("cannot_append" if signed else "cannot_be_sealed") from error
    return notes
