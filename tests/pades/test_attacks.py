"""Files that a hostile reader made: shown otherwise after consent, or proven by less than they claim. 攻撃の試験"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import incremental_writer
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, timestamps

from tests.pades import forging
from warifu.pades import appended, errors, findings, hazards, mentions, rehearsal, reports, tokens, validation

Change = Callable[[bytes], bytes]
CONTRACT, PAGE = forging.CONTRACT, forging.PAGE


def validated(data: bytes) -> reports.ValidationReport:
    return validation.validate(data, trust=forging.authority().trust, at=forging.AT)


def replacing(number: int, *, old: bytes, new: bytes, **added: bytes) -> Change:
    """Rewrites one object that is no stream; `n90=b"…"` adds an object."""
    more = {int(name[1:]): content for name, content in added.items()}

    def change(data: bytes) -> bytes:
        before = forging.current(data, number)
        assert old in before
        return forging.updated(data, {number: before.replace(old, new), **more})

    return change


def in_catalogue(entry: bytes) -> Change:
    return lambda data: forging.updated(data, {1: forging.current(data, 1)[:-2] + entry + b">>"})


def another_annotation(entries: bytes, *, field: bool = True, drawing: bool = False) -> Change:
    """A new entry of /Annots and, with `field`, of the form; the drawing is number 91."""

    def change(data: bytes) -> bytes:
        page, catalogue = forging.current(data, 3), forging.current(data, 1)
        added = {90: b"<</Type/Annot/FT/Sig/T(x)/F 4/P 3 0 R" + entries + b">>"}
        added[3] = re.sub(rb"(/Annots \[.*?)\]", rb"\1 90 0 R]", page)
        form = re.search(rb"/AcroForm (\d+) 0 R", catalogue)
        assert added[3] != page and form is not None
        if field:
            number = int(form[1])
            added[number] = re.sub(rb"(/Fields \[.*?)\]", rb"\1 90 0 R]", forging.current(data, number))
        if drawing:
            added[91] = forging.stream(b"1 g 0 0 600 850 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]")
        return forging.updated(data, added)

    return change


def fields_that_are_the_content(data: bytes) -> bytes:
    listed = forging.current(data, 6)
    drawn = forging.stream(forging.OTHER_TEXT, b"/FT/Sig/T(zz)/Rect[0 0 0 0]")
    return forging.updated(data, {6: listed[:-1] + b" 90 0 R]", 90: drawn})


NOTHING = b"9999999999 00000 n \n"
BODY = b"4 0 obj\n" + forging.stream(forging.OTHER_TEXT) + b"\nendobj\n"
FORM = {
    **CONTRACT,
    1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>",
    3: PAGE[:-2] + b"/Annots[7 0 R]>>",
    6: b"<</Fields[7 0 R]/DR<</Font<</Helv 5 0 R>>>>/DA(Helv 12 Tf 0 g)>>",
    7: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(price)/V(999)/F 4/P 3 0 R/Rect[72 600 200 620]/AP<</N 8 0 R>>>>",
    8: forging.stream(b"BT /Helv 12 Tf (100) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]"),
}
CHANGED: dict[str, tuple[dict[int, bytes], Change]] = {
    "page content": (CONTRACT, lambda data: forging.updated(data, {4: forging.stream(forging.OTHER_TEXT)})),
    "font": (CONTRACT, replacing(5, old=b"Helvetica", new=b"Symbol")),
    "page tree": (CONTRACT, replacing(2, old=b"[3 0 R]", new=b"[90 0 R]", n90=PAGE)),
    "layers": (CONTRACT, in_catalogue(b"/OCProperties<</OCGs[]/D<<>>>>")),
    "names": (CONTRACT, in_catalogue(b"/Names<<>>")),
    "action": (CONTRACT, in_catalogue(b"/OpenAction[3 0 R/Fit]")),
    "viewer": (CONTRACT, in_catalogue(b"/ViewerPreferences<<>>")),
    "freed content": (CONTRACT, lambda data: forging.updated(data, {}, rows={4: b"0000000000 00001 f \n"})),
    "object under a broken table": (
        CONTRACT,
        lambda data: forging.updated(data, {}, body=BODY, rows={90: NOTHING}),
    ),
    "unlisted object": (CONTRACT, lambda data: forging.updated(data, {90: b"<<>>"}, body=BODY)),
    "entry that leads nowhere": (CONTRACT, lambda data: forging.updated(data, {}, rows={90: NOTHING})),
    "inherited from a number without object": (
        {**CONTRACT, 3: PAGE.replace(b"/Parent 2 0 R", b"/Parent 90 0 R")},
        lambda data: forging.updated(data, {90: b"<</Rotate 180>>"}),
    ),
    "inherited, oddly spelled": (
        {**CONTRACT, 3: PAGE.replace(b"/Parent 2 0 R", b"/Parent 90 000000 R")},
        lambda data: forging.updated(data, {90: b"<</Rotate 180>>"}),
    ),
    "inherited from the extensions": (
        {
            **CONTRACT,
            1: b"<</Type/Catalog/Pages 2 0 R/Extensions 6 0 R>>",
            3: PAGE.replace(b"/Parent 2 0 R", b"/P#61rent 6 0 R"),
            6: b"<</Key true>>",
        },
        lambda data: forging.updated(data, {6: b"<</Key true/Rotate 180>>"}),
    ),
    "inherited from the marks": (
        {
            **CONTRACT,
            1: b"<</Type/Catalog/Pages 2 0 R/MarkInfo 6 0 R>>",
            3: PAGE.replace(b"/Parent 2 0 R", b"/Parent 6 0 R"),
            6: b"<</Marked true>>",
        },
        replacing(6, old=b"true", new=b"true/Rotate 180"),
    ),
    "form fields that are the page content": (
        {
            **CONTRACT,
            1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields 6 0 R>>>>",
            3: PAGE.replace(b"/Contents 4 0 R", b"/Contents 6 0 R"),
            4: forging.stream(forging.TEXT, b"/T(a)/FT/Tx/V(b)"),
            6: b"[4 0 R]",
        },
        fields_that_are_the_content,
    ),
    "name turned into a string": (
        {**CONTRACT, 3: PAGE.replace(b"/Resources<<", b"/Resources<</ColorSpace<</C/DeviceRGB>>")},
        replacing(3, old=b"/DeviceRGB", new=b"(/DeviceRGB)"),
    ),
    "form default appearance": (FORM, replacing(6, old=b"12 Tf", new=b"90 Tf")),
    "form default font": (FORM, replacing(6, old=b"/Helv 5 0 R", new=b"/Helv 90 0 R", n90=forging.FONT)),
    "form value": (FORM, replacing(7, old=b"(999)", new=b"(1)")),
    "ink": (CONTRACT, another_annotation(b"/Subtype/Ink/Rect[0 0 0 0]/InkList[[0 0 500 800]]/BS<</W 300>>")),
    "highlight": (
        CONTRACT,
        another_annotation(
            b"/Subtype/Highlight/Rect[0 0 0 0]/QuadPoints[0 0 500 0 0 800 500 800]/C[1 1 1]", field=False
        ),
    ),
    "flat text": (
        CONTRACT,
        another_annotation(b"/Subtype/FreeText/Rect[0 700 500 700]/Contents(999)/DA(/Helv 40 Tf)", field=False),
    ),
    "flat widget with a wide border": (
        CONTRACT,
        another_annotation(b"/Subtype/Widget/Rect[0 400 500 400]/MK<</BC[1 0 0]>>/BS<</W 400>>"),
    ),
    "widget over the page": (
        CONTRACT,
        another_annotation(b"/Subtype/Widget/Rect[0 0 500 800]/AP<</N 91 0 R>>", drawing=True),
    ),
    "widget with a background": (
        CONTRACT,
        another_annotation(b"/Subtype/Widget/Rect[0 0 500 800]/MK<</BG[1 1 1]>>"),
    ),
}


@pytest.mark.parametrize("objects", [CONTRACT, FORM], ids=["contract", "form"])
def test_the_hand_made_documents_pass_when_nothing_was_changed(objects: dict[int, bytes]) -> None:
    sealed = forging.archived(forging.consented(forging.consented(forging.document(objects)), "Consent2"))
    report = validated(sealed)
    assert (report.result, report.level) == (reports.Result.PASSED, reports.Level.B_LTA)


@pytest.mark.parametrize("name", CHANGED)
def test_what_changes_the_page_after_the_first_consent_is_not_passed(name: str) -> None:
    objects, change = CHANGED[name]
    changed = change(forging.consented(forging.document(objects)))
    report = validated(forging.archived(changed))
    assert report.covers_whole_file or report.problem == "unreadable"
    assert report.result is not reports.Result.PASSED


@pytest.mark.parametrize("name", ["page content", "inherited from a number without object", "unlisted object"])
@pytest.mark.parametrize("consents", [0, 1])
def test_our_own_revision_is_refused_when_more_came_with_it(name: str, consents: int) -> None:
    objects, change = CHANGED[name]
    before = forging.document(objects)
    fields = [f"Consent{number + 1}" for number in range(consents + 1)]
    for field in fields[:-1]:
        before = forging.consented(before, field)
    assert checked(before, forging.consented(before, fields[-1]), fields).result is reports.Result.PASSED
    with pytest.raises(errors.SealNotValid):
        checked(before, forging.consented(change(before), fields[-1]), fields)


def checked(before: bytes, after: bytes, fields: list[str]) -> reports.ValidationReport:
    return validation.check_revision(
        before, after, expected_fields=fields, trust=forging.authority().trust, at=forging.AT, final=False
    )


def plainly(before: bytes, after: bytes) -> bool:
    """Whether the quick proof alone is enough."""
    reader = PdfFileReader(io.BytesIO(after))
    scan = mentions.Scan(reader, after)
    return appended.only_signatures(reader, scan, revision=reader.xrefs.total_revisions - 2, end=len(before))


class Stamper(timestamps.TimeStamper):
    """Asks the authority and believes everything; `twist` may change the request on its way."""

    def __init__(self, twist: Callable[[bytes], bytes] = lambda digest: digest) -> None:
        untyped: Any = super()
        untyped.__init__()
        self._twist = twist

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        imprint = {"hash_algorithm": {"algorithm": md_algorithm}, "hashed_message": self._twist(message_digest)}
        query = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 5, "cert_req": True})
        named = tokens.Authority("forging")
        answer = tsp.TimeStampResp.load(forging.authority().ask(query.dump(), authority=named))
        return answer["time_stamp_token"]


class Quiet(incremental_writer.IncrementalPdfFileWriter):
    """Leaves Info and XMP alone, as everything that counts as an addition must."""

    def _update_meta(self) -> None:
        return


def stamped(data: bytes, stamper: Stamper, *, field: str | None = None) -> bytes:
    """A document timestamp by anybody who can reach the authority."""
    output = io.BytesIO(data)
    work = signers.PdfTimeStamper(stamper, field_name=field).async_timestamp_pdf(
        Quiet(output), "sha256", bytes_reserved=28_000, in_place=True
    )
    asyncio.run(work)
    return output.getvalue()


def test_a_renewed_timestamp_by_a_stranger_is_no_harm() -> None:
    sealed = forging.archived(forging.consented(forging.document(CONTRACT)))
    assert validated(stamped(sealed, Stamper())).result is reports.Result.PASSED


def test_a_timestamp_alone_is_nobodys_agreement() -> None:
    """Whoever writes a contract anew, without its consents, can still have a timestamp put under it."""
    report = validated(stamped(forging.document(CONTRACT), Stamper()))
    assert [one.kind for one in report.signatures] == ["timestamp"]
    assert report.result is reports.Result.INDETERMINATE
    assert report.sealed_until is None


def test_a_timestamp_over_another_hash_is_not_passed() -> None:
    sealed = forging.archived(forging.consented(forging.document(CONTRACT)))
    report = validated(stamped(sealed, Stamper(lambda digest: bytes(len(digest)))))
    assert report.result is reports.Result.FAILED


def test_a_timestamp_whose_field_covers_the_page_is_not_passed() -> None:
    sealed = forging.archived(forging.consented(forging.document(CONTRACT)))
    drawn = forging.stream(b"1 g 0 0 600 850 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]")
    number = forging.next_number(sealed)
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Over)/F 4/P 3 0 R/Rect[0 0 600 850]/AP<</N %d 0 R>>>>" % (
        number + 1
    )
    page, catalogue = forging.current(sealed, 3), forging.current(sealed, 1)
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", catalogue)[0])
    grown = b"\\1 %d 0 R]" % number
    prepared = forging.updated(
        sealed,
        {
            3: re.sub(rb"(/Annots \[.*?)\]", grown, page),
            form: re.sub(rb"(/Fields \[.*?)\]", grown, forging.current(sealed, form)),
            number: field,
            number + 1: drawn,
        },
    )
    report = validated(stamped(prepared, Stamper(), field="Over"))
    assert report.covers_whole_file
    assert report.result is not reports.Result.PASSED


def test_a_consent_that_the_form_no_longer_names_is_not_passed() -> None:
    signed = forging.consented(forging.document(CONTRACT))
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", forging.current(signed, 1))[0])
    page = re.sub(rb"/Annots \[.*?\]", b"", forging.current(signed, 3))
    without = forging.updated(signed, {form: b"<</Fields[]>>", 3: page, 4: forging.stream(forging.OTHER_TEXT)})
    report = validated(stamped(without, Stamper()))
    assert (report.result, report.problem) == (reports.Result.FAILED, "signature_hidden")


def test_two_ends_of_file_that_readers_choose_from_are_not_passed() -> None:
    signed = forging.consented(forging.document(CONTRACT))
    changed = forging.updated(signed, {4: forging.stream(forging.OTHER_TEXT)})
    sealed = forging.archived(signed)
    place = int(changed[changed.rindex(b"startxref") + 9 :].split()[0])
    report = validated(sealed + b"startxref\n%d\n" % place)
    assert report.result is not reports.Result.PASSED


def twin(tsa: Any, issuer: Any, *, usages: list[Any], critical: bool) -> Any:
    """The authority's unit with its own key, under a certificate with other extended key usages."""
    old = tsa.certificate
    builder = (
        pyca.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(tsa.key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(old.not_valid_before_utc)
        .not_valid_after(old.not_valid_after_utc)
    )
    for extension in old.extensions:
        if not isinstance(extension.value, pyca.ExtendedKeyUsage):
            builder = builder.add_extension(extension.value, extension.critical)
    if usages:
        builder = builder.add_extension(pyca.ExtendedKeyUsage(usages), critical)
    return rehearsal._Issued(builder.sign(issuer.key, hashes.SHA256()), tsa.key)


STAMPS = ExtendedKeyUsageOID.TIME_STAMPING
MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


@pytest.mark.parametrize(
    ("usages", "critical"),
    [([], True), ([MAIL], True), ([STAMPS, MAIL], True), ([STAMPS], False)],
    ids=["none", "another", "two", "not critical"],
)
def test_a_timestamp_by_a_certificate_for_other_uses_is_not_passed(
    monkeypatch: pytest.MonkeyPatch, usages: list[Any], critical: bool
) -> None:
    authority = forging.authority()
    sealed = forging.archived(forging.consented(forging.document(CONTRACT)))
    unit = twin(authority._tsa, authority._root, usages=usages, critical=critical)
    monkeypatch.setattr(authority, "_tsa", unit)
    assert validated(stamped(sealed, Stamper())).result is not reports.Result.PASSED
    with pytest.raises(errors.TimestampRejected):
        forging.archived(sealed)


def layer(usage: pikepdf.Dictionary) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="g", Usage=usage))
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=pikepdf.Dictionary())

    return change


def inverted_layer(pdf: pikepdf.Pdf) -> None:
    layer(pikepdf.Dictionary())(pdf)
    group = pdf.Root.OCProperties.OCGs[0]
    member = pikepdf.Dictionary(Type=pikepdf.Name.OCMD, OCGs=group, P=pikepdf.Name.AllOff)
    pdf.pages[0].obj.Resources.Properties = pikepdf.Dictionary(M=member)


def alternate_image(pdf: pikepdf.Pdf) -> None:
    image = pikepdf.Dictionary(Subtype=pikepdf.Name.Image, Alternates=pikepdf.Array())
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(X=pdf.make_stream(b"", image))


def postscript(pdf: pikepdf.Pdf) -> None:
    drawn = pdf.make_stream(b"showpage", pikepdf.Dictionary(Subtype=pikepdf.Name.PS))
    pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(X=drawn)


def painting_link(pdf: pikepdf.Pdf) -> None:
    look = pikepdf.Dictionary(N=pdf.make_stream(b"0 0 600 800 re f"))
    link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0, 0, 600, 800]), AP=look)
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])


def another_parent(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Parent = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Rotate=180))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (layer(pikepdf.Dictionary(Zoom=pikepdf.Dictionary(min=2))), "hidden_layer"),
        (layer(pikepdf.Dictionary(Export=pikepdf.Dictionary(ExportState=pikepdf.Name.OFF))), "hidden_layer"),
        (inverted_layer, "hidden_layer"),
        (alternate_image, "print_differs"),
        (postscript, "print_differs"),
        (painting_link, "annotation"),
        (another_parent, "damaged"),
    ],
    ids=["zoom", "export", "inverted", "alternate", "postscript", "link", "parent"],
)
def test_what_is_shown_to_some_readers_only_does_not_come_in(change: Callable[[pikepdf.Pdf], None], code: str) -> None:
    with pikepdf.open(io.BytesIO(forging.document(CONTRACT))) as pdf:
        assert hazards.found_in(pdf) is None
        change(pdf)
        assert hazards.found_in(pdf) == code
    assert findings.refusal(code).next_step.endswith("。")
