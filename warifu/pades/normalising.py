"""One rewrite before anyone reads the document: what is shown is what will be sealed. 正規化"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf

_PDFA_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*([1-4])")
_PDFA_CONFORMANCE = re.compile(rb"pdfaid:conformance(?:>|=[\"'])\s*([ABUEFabuef])")
_PRIVATE_KEYS = ("/PieceInfo", "/Metadata", "/Thumb", "/LastModified", "/SpiderInfo")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part>{conformance}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def rewrite(pdf: pikepdf.Pdf, target: Path) -> list[str]:
    """Write the document anew and return the codes of what was changed. 正規化

    Forms become fixed text, annotations indirect objects, metadata and earlier revisions vanish. The same input gives
    the same bytes. Never call it on a file that carries signatures: each of them would break.
    """
    done = ["rewritten"]
    if _flatten(pdf):
        done.append("form_flattened")
    if _tidy_annotations(pdf):
        done.append("annotations_tidied")
    if _forget_metadata(pdf):
        done.append("metadata_removed")
    if "/Size" not in pdf.trailer:
        # Without it qpdf writes a trailer that strict readers refuse.
        pdf.trailer["/Size"] = 1
    pdf.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        fix_metadata_version=False,
        deterministic_id=True,
        encryption=False,
    )
    return done


def fonts_not_embedded(pdf: pikepdf.Pdf) -> bool:
    """Whether a font of a page comes from the reader's machine. フォント非埋込"""
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Dictionary) or found.get("/Type") != pikepdf.Name.FontDescriptor:
            continue
        if not any(key in found for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            return True
    return False


def _flatten(pdf: pikepdf.Pdf) -> bool:
    form: Any = pdf.Root.get("/AcroForm")
    has_fields = form is not None and len(form.get("/Fields", ())) > 0
    has_widgets = any(
        isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == pikepdf.Name.Widget
        for page in pdf.pages
        for annotation in _annotations(page)
    )
    if has_fields or has_widgets:
        if form is not None:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]
    return has_fields or has_widgets


def _annotations(page: pikepdf.Page) -> list[Any]:
    listed = page.obj.get("/Annots")
    return list(listed) if isinstance(listed, pikepdf.Array) else []


def _tidy_annotations(pdf: pikepdf.Pdf) -> bool:
    """pyHanko's difference analysis stumbles on direct annotations and nulls, on our own seal too."""
    changed = False
    for page in pdf.pages:
        if "/Annots" not in page.obj:
            continue
        listed = _annotations(page)
        kept = [one for one in listed if isinstance(one, pikepdf.Dictionary)]
        if len(kept) == len(listed) and all(one.is_indirect for one in kept) and kept:
            continue
        changed = True
        if kept:
            page.obj["/Annots"] = pikepdf.Array([one if one.is_indirect else pdf.make_indirect(one) for one in kept])
        else:
            del page.obj["/Annots"]
    return changed


def _forget_metadata(pdf: pikepdf.Pdf) -> bool:
    """Names, paths, application data and thumbnails tell more than the parties agreed to; a PDF/A claim stays."""
    claim = _pdfa_claim(pdf)
    removed = "/Info" in pdf.trailer
    if removed:
        del pdf.trailer["/Info"]
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            for key in _PRIVATE_KEYS:
                if key in found:
                    del found[key]
                    removed = True
    if claim is not None:
        part, conformance = claim
        level = f"<pdfaid:conformance>{conformance}</pdfaid:conformance>" if conformance else ""
        stream = pdf.make_stream(_XMP.format(part=part, conformance=level).encode())
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root.Metadata = stream
    return removed


def _pdfa_claim(pdf: pikepdf.Pdf) -> tuple[str, str] | None:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return None
    try:
        text = metadata.read_bytes()[: 1 << 20]
    except pikepdf.PdfError:
        return None
    part, conformance = _PDFA_PART.search(text), _PDFA_CONFORMANCE.search(text)
    if part is None:
        return None
    return part[1].decode(), conformance[1].decode().upper() if conformance else ""
