"""Updates of the catalogue, the description and the validation data. 文書全体の改ざん"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.pades.updates import writing
from tests.pades.updates.writing import change

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
CATALOGUE: tuple[tuple[str, Any], ...] = (
    ("/OpenAction", SCRIPT),
    ("/AA", Dictionary(WC=SCRIPT)),
    ("/Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a"), SCRIPT])))),
    ("/OCProperties", Dictionary(OCGs=Array([]), D=Dictionary(BaseState=Name.OFF))),
    ("/ViewerPreferences", Dictionary(HideMenubar=True)),
    ("/PageMode", Name.UseAttachments),
    ("/PageLabels", Dictionary(Nums=Array([0, Dictionary(P=String("x"))]))),
    ("/Perms", Dictionary()),
    ("/Collection", Dictionary()),
    ("/Outlines", Dictionary(Count=0)),
    ("/URI", Dictionary(Base=String("http://a.example/"))),
    ("/StructTreeRoot", Dictionary(Type=Name.StructTreeRoot)),
    ("/Lang", String("xx")),
    ("/Dests", Dictionary()),
    ("/Threads", Array([])),
    ("/AF", Array([])),
    ("/Requirements", Array([])),
    ("/Legal", Dictionary()),
    ("/Unknown", Dictionary()),
)


@change
def catalogue_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    key, value = chance.choice(CATALOGUE)
    pdf.Root[key] = value
    return [pdf.Root]


PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
<rdf:li xml:lang="x-default">賃貸借契約書</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF>
</x:xmpmeta>""".encode()


@change
def information_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    """Only where the document has such a dictionary; else the metadata. 文書情報の差替え"""
    if "/Info" not in pdf.trailer:
        return metadata_changed(pdf, chance)
    info = pdf.trailer.Info
    info[chance.choice(["/Title", "/Author", "/Subject", "/Keywords"])] = String("賃貸借契約書")
    return [info]


@change
def metadata_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    described = pdf.make_stream(PACKET)
    described.Type, described.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = described
    return [pdf.Root, described]


@change
def validation_data_changed(pdf: pikepdf.Pdf, chance: random.Random) -> Iterable[Any]:
    held = pdf.Root.get("/DSS")
    if held is None:
        held = pdf.Root.DSS = Dictionary()
    junk = pdf.make_stream(chance.randbytes(200))
    what = chance.randrange(5)
    key = chance.choice(["/Certs", "/CRLs"])
    if what == 0 or (what > 2 and key not in held):
        held[key] = Array([*held.get(key, []), junk])
    elif what == 1:
        held["/VRI"] = Dictionary({"/" + "A" * 40: Dictionary(Cert=Array([junk]))})
    elif what == 2:
        held["/Unknown"] = junk
    elif what == 3:
        held[key] = Array([])
    else:
        del pdf.Root.DSS
        return [pdf.Root, junk]
    return [writing.owner(pdf.Root, "/DSS", held), junk]
