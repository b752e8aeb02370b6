"""One rewrite before anyone reads the document: what is shown is what will be sealed. 正規化"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from . import forms, hazards

_PARTS = ("1", "2", "3", "4")
_LEVELS = ("", "A", "B", "E", "F", "U")
_FONTS = {"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"}
_PRIVATE_KEYS = ("/PieceInfo", "/Metadata", "/Thumb", "/LastModified", "/SpiderInfo")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part>{further}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


Note = tuple[str, str | None]


@dataclass(frozen=True)
class Claim:
    """What a document says of itself: PDF/A part, conformance level, year of the edition (ISO 19005). PDF/Aの表示"""

    part: str
    conformance: str
    revision: str

    @property
    def level(self) -> str:
        """As people write it: 2b, 4. 水準"""
        return f"{self.part}{self.conformance.lower()}"


def rewrite(pdf: pikepdf.Pdf, target: Path) -> list[Note]:
    """Write the document anew and return the codes of what was changed, each with its value if any. 正規化

    Forms become fixed text, annotations indirect objects, metadata and earlier revisions vanish. The same input gives
    the same bytes. Never call it on a file that carries signatures: each of them would break.
    """
    done: list[Note] = [("rewritten", None)]
    claim, flattened = _pdfa_claim(pdf), forms.flatten(pdf)
    if flattened:
        done.append(("form_flattened", None))
    if _tidy_annotations(pdf):
        done.append(("annotations_tidied", None))
    if _forget_metadata(pdf):
        done.append(("metadata_removed", None))
    if claim is not None:
        done.append(_keep_or_drop(pdf, claim, sound=not flattened and not fonts_not_embedded(pdf)))
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
    """Whether letters come from the reader's machine, as those of the 14 standard fonts do. フォント非埋込"""
    found = (edge.value for edge in hazards.edges(pdf))
    return any(isinstance(one, pikepdf.Dictionary) and _comes_from_elsewhere(one) for one in found)


def _comes_from_elsewhere(font: Any) -> bool:
    if font.get("/Type") != pikepdf.Name.Font or str(font.get("/Subtype")) not in _FONTS:
        return False
    descriptor = font.get("/FontDescriptor")
    return descriptor is None or not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


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
    """Names, paths, application data and thumbnails tell more than the parties agreed to."""
    removed = "/Info" in pdf.trailer
    if removed:
        del pdf.trailer["/Info"]
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            for key in _PRIVATE_KEYS:
                if key in found:
                    del found[key]
                    removed = True
    return removed


def _keep_or_drop(pdf: pikepdf.Pdf, claim: Claim, *, sound: bool) -> Note:
    """A claim stays where a seal leaves it true.

    ISO 19005-1 wants an appearance for every widget, an invisible signature has none; parts 2 to 4 exempt it. A font
    that is not embedded, and text that we drew for a form, conform to no part.
    """
    if claim.part == "1":
        return "pdfa_1_dropped", claim.level
    if not sound:
        return "pdfa_dropped", claim.level
    further = f"<pdfaid:conformance>{claim.conformance}</pdfaid:conformance>" if claim.conformance else ""
    further += f"<pdfaid:rev>{claim.revision}</pdfaid:rev>" if claim.revision else ""
    stream = pdf.make_stream(_XMP.format(part=claim.part, further=further).encode())
    stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = stream
    return "pdfa_kept", claim.level


def _pdfa_claim(pdf: pikepdf.Pdf) -> Claim | None:
    if not isinstance(pdf.Root.get("/Metadata"), pikepdf.Stream):
        return None
    try:
        metadata = pdf.open_metadata(set_pikepdf_as_editor=False)
        part, conformance, revision = (str(metadata.get(f"pdfaid:{key}", "")) for key in ("part", "conformance", "rev"))
    except Exception:  # metadata that no parser reads makes no claim; it is taken out in any case
        return None
    if not (part in _PARTS and (conformance.upper() in _LEVELS) and (revision.isdecimal() or not revision)):
        return None
    return Claim(part, conformance.upper(), revision)
