"""What a seal must not change: the octets of every object that it writes again. 原文維持の試験"""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.pades import forging, samples
from tests.pades import pki as pkis
from warifu.pades import growth, octets, reading, syntax, validation

AT = pkis.SEALED


def document(*, page: bytes = b"", catalogue: bytes = b"", pages: bytes = b"/Kids[3 0 R]", more: bytes = b"") -> bytes:
    """A file written by hand, so that every octet is known. 手書きの文書"""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R " + catalogue + b">>",
        2: b"<</Type/Pages/Count 1 " + pages + b">>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R " + (page or b"/MediaBox[0 0 595 842]") + b">>",
        4: b"<</Length 22>>\nstream\n0 0 100 100 re f      \nendstream",
        **dict(enumerate(filter(None, more.split(b"\n---\n")), start=5)),
    }
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in objects.items():
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(data)


SIZE = b"/MediaBox[0 0 595 842]"
ODD: dict[str, bytes] = {
    "a Shift-JIS font name": document(page=b"/MediaBox[0 0 595 842]/Resources<</Font<</#83#81 5 0 R>>>>", more=b"<<>>"),
    "a name with a low octet": document(
        page=b"/MediaBox[0 0 595 842]/Resources<</Font<</A#09B 5 0 R>>>>", more=b"<<>>"
    ),
    "whole reals": document(page=b"/MediaBox[0.0 0.0 595.0 842.0]/UserUnit 1.0"),
    "a tiny real": document(page=b"/MediaBox[0.00000001 0 595.27563 841.8898]"),
    "comments and odd spaces": document(page=b"/MediaBox\t[0 0%c]\n595 842]%last comment\n"),
    "strings with brackets": document(page=rb"/MediaBox[0 0 595 842]/LastModified(a\)(b)>>]\\)"),
    "an annotation list that is null": document(page=b"/MediaBox[0 0 595 842]/Annots null"),
    "an empty identifier": document().replace(b"/Size 5>>", b"/Size 5/ID[]>>"),
    "kids in an object of their own": document(pages=b"/Kids 5 0 R", more=b"[3 0 R]"),
    "a form that is null": document(catalogue=b"/AcroForm null/Extensions null"),
    "flags in an object of their own": document(catalogue=b"/AcroForm<</Fields[]/SigFlags 5 0 R>>", more=b"1"),
}


@pytest.mark.parametrize("shape", ODD)
def test_a_seal_keeps_every_octet_of_the_page(pki: pkis.Pki, shape: str) -> None:
    source, sealer = ODD[shape], pki.sealer()
    party = samples.statement("岩手 太郎", source=source, at=AT)
    first = sealer.consent_revision(source, field="Consent1", party=party, at=AT)
    second = sealer.consent_revision(first, field="Consent2", party=party, at=AT)
    final = sealer.archive_revision(second, at=AT)
    names = ["Consent1", "Consent2"]
    validation.check_revision(source, first, expected_fields=names[:1], trust=pki.trust, at=AT, final=False)
    validation.check_revision(second, final, expected_fields=names, trust=pki.trust, at=AT, final=True)
    before, after = (page_of(data) for data in (source, final))
    for key in set(before.places) - {"/Annots"}:
        assert after.get(key) == before.get(key)


def page_of(data: bytes) -> syntax.Dictionary:
    file = growth.GrowingFile(io.BytesIO(data))
    return syntax.Dictionary.read(file.text(file.begin().first_page()))


def test_a_list_of_annotations_that_two_pages_share_does_not_grow_on_both(pki: pkis.Pki) -> None:
    source = document(
        page=b"/MediaBox[0 0 595 842]/Annots 6 0 R",
        pages=b"/Kids[3 0 R 5 0 R]",
        more=b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots 6 0 R>>\n---\n[]",
    ).replace(b"/Count 1", b"/Count 2")
    sealed = pki.sealer().single_seal(source, field="Seal", party=None, at=AT)
    file = growth.GrowingFile(io.BytesIO(sealed))
    assert file.text((6, 0)) == b"[]"
    assert len(syntax.items(page_of(sealed).get("/Annots") or b"")) == 2


def renamed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: forging.updated(data, {3: forging.current(data, 3).replace(old, new)})


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"/#83#81", b"/#C2#83#C2#81"), (b"/#83#81", b"/\xc2\x83\xc2\x81"), (b"/Contents", b"/X/#83 /Contents")],
)
def test_a_name_of_other_octets_is_another_name(old: bytes, new: bytes) -> None:
    source = document(page=b"/MediaBox[0 0 595 842]/Resources<</Font<</#83#81 5 0 R>>>>", more=b"<<>>")
    changed = renamed(old, new)(source)
    assert not octets.names_kept(reading.opened(changed), changed, revision=0)
    same = renamed(b"/Contents", b" /Contents")(source)
    assert octets.names_kept(reading.opened(same), same, revision=0)


@pytest.mark.parametrize(
    "rubbish", [b"<<", b"<</A", b"<</A 1", b"<</A 1/A 2>>", b"<<1 2>>", b"<</A (x>>", b"[" * 500, b"", b")", b"<</A>>"]
)
def test_rubbish_is_no_dictionary(rubbish: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        syntax.Dictionary.read(rubbish)


def test_a_changed_value_leaves_its_neighbours_alone() -> None:
    held = syntax.Dictionary.read(b"<</A(x\\)>>)/#42 1 0 R/C<</B 3>>%>>\n/D null/E/F>>")
    assert held.get("/B") == b"1 0 R"
    assert held.get("/D") is None
    changed = held.put("/B", b"7").put("/G", b"[1]").put("/D", b"<a>")
    assert changed.text.startswith(b"<</A(x\\)>>)/#42 7/C<</B 3>>%>>\n/D <a>/E/F")
    assert changed.get("/E") == b"/F"
    assert changed.get("/G") == b"[1]"
    assert syntax.items(b"[1 0 R 2(a)<</X 1>>null[3]]") == [b"1 0 R", b"2", b"(a)", b"<</X 1>>", b"null", b"[3]"]
