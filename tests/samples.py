"""PDFs of our own, made by code: every name, number and place in them is invented.

Each function returns the bytes of one file and makes them once per process.
"""

import hashlib
import io
import struct
import zlib
from functools import cache
from pathlib import Path

import pikepdf
import typst

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"
OPENING_PASSWORD = "hirakeru-kagi"
# 2026-03-24T00:00:00Z, so that the same sample has the same bytes in every run.
MADE_AT = 1774310400

_PAGE = """
#set document(title: "工事請負契約書", author: "盛岡市")
#set page(paper: "a4", margin: (x: 25mm, y: 28mm), numbering: "1 / 1")
#set text(font: "Noto Serif JP", size: 10.5pt, lang: "ja")
#set par(leading: 0.9em, spacing: 1.1em, justify: true)
"""
_CONTRACT = """
#align(center, text(size: 18pt, tracking: 0.3em)[工事請負契約書])
#v(1em)
#table(columns: (34mm, 1fr), stroke: 0.5pt, inset: 7pt,
  [工事名], [架空橋 橋梁補修工事（その２）],
  [工事場所], [岩手県盛岡市架空町一丁目地内],
  [工期], [令和8年4月1日から令和8年10月30日まで],
  [請負代金額], [金18,700,000円（うち取引に係る消費税及び地方消費税の額 1,700,000円）],
  [契約保証金], [免除（盛岡市財務規則による。）],
)
上記の工事について、発注者と受注者は、各々の対等な立場における合意に基づいて、別添の条項によって公正な請負契約を締結し、
信義に従って誠実にこれを履行するものとする。本契約の成立を証するため、電磁的記録を作成し、当事者が合意の後、電子署名を行う。
#v(1em)
契約番号　2026-0117

発注者　岩手県盛岡市架空町0番0号　盛岡市長

受注者　岩手県盛岡市架空町一丁目1番1号　岩手建設株式会社　代表取締役　工藤 正一

下請予定　株式会社髙﨑設備　髙﨑 𠮷彦、もりおか環境整備株式会社　葛\U000e0100西 亮
#pagebreak()
#let articles = (
  ("総則", "発注者及び受注者は、この契約書に基づき、設計図書に従い、この契約を履行しなければならない。"),
  ("工程表", "受注者は、この契約締結後14日以内に、設計図書に基づいて工程表を作成し、発注者に提出しなければならない。"),
  ("権利義務の譲渡", "受注者は、この契約により生ずる権利又は義務を第三者に譲渡し、又は承継させてはならない。"),
  ("監督員", "発注者は、監督員を置いたときは、その氏名を受注者に通知しなければならない。"),
  ("検査及び引渡し", "発注者は、完成の通知を受けた日から14日以内に、立会いの上、検査を完了しなければならない。"),
  ("請負代金の支払", "発注者は、適法な請求を受けた日から40日以内に請負代金を支払わなければならない。"),
  ("契約不適合責任", "発注者は、工事目的物が契約の内容に適合しないときは、履行の追完を請求することができる。"),
)
#for (place, (title, body)) in articles.enumerate() [
  *第#(place + 1)条（#title）*　#body
  #parbreak()
]
"""


def _typeset(source: str) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    return typst.compile(source.encode(), font_paths=fonts, timestamp=MADE_AT, format="pdf")


def _saved(pdf: pikepdf.Pdf, *, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    if encryption is None:
        pdf.save(out, deterministic_id=True)
    else:
        pdf.save(out, encryption=encryption)
    return out.getvalue()


@cache
def contract() -> bytes:
    """Two pages of 工事請負契約書 between 盛岡市 and 岩手建設株式会社, fonts embedded, nothing special about it."""
    return _typeset(_PAGE + _CONTRACT)


@cache
def large_contract() -> bytes:
    """The same contract with a picture that does not compress, eight pages: about 1 MB."""
    pages = _typeset(_PAGE + _CONTRACT + "\n#for sheet in range(6) [ #pagebreak() = 別図 #(sheet + 1) ]")
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        width = 560
        noise = b"".join(hashlib.sha256(struct.pack(">I", place)).digest() for place in range(width * width * 3 // 32))
        picture = pdf.make_stream(
            zlib.compress(noise),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=width,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.FlateDecode,
        )
        page = pdf.pages[2]
        page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name.Survey)
        page.contents_add(b"q 400 0 0 400 97 200 cm /Survey Do Q")
        return _saved(pdf)


@cache
def encrypted() -> bytes:
    """The contract, to be opened with OPENING_PASSWORD only (AES-256, ISO 32000-2 7.6, revision 6)."""
    with pikepdf.open(io.BytesIO(contract())) as pdf:
        return _saved(pdf, encryption=pikepdf.Encryption(user=OPENING_PASSWORD, owner=OPENING_PASSWORD, R=6))


@cache
def restricted() -> bytes:
    """The contract, readable by all, but an owner password forbids changes."""
    with pikepdf.open(io.BytesIO(contract())) as pdf:
        nothing = pikepdf.Permissions(modify_other=False, modify_annotation=False, modify_form=False, extract=False)
        return _saved(pdf, encryption=pikepdf.Encryption(user="", owner=OPENING_PASSWORD, R=6, allow=nothing))


@cache
def with_javascript() -> bytes:
    """The contract with a script that runs on opening."""
    with pikepdf.open(io.BytesIO(contract())) as pdf:
        pdf.Root.OpenAction = pdf.make_indirect(
            pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('この契約書を開きました');"))
        )
        return _saved(pdf)


@cache
def with_form() -> bytes:
    """The contract with a text field (filled: 2026-0117) and a check box (on), each with its appearance."""
    with pikepdf.open(io.BytesIO(contract())) as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        page = pdf.pages[0]
        number = _widget(
            pdf,
            page,
            place=(72, 100, 172, 118),
            drawing={"": b"/Tx BMC q BT /Helv 10 Tf 2 5 Td (2026-0117) Tj ET Q EMC"},
            font=font,
        )
        number.FT, number.T = pikepdf.Name.Tx, pikepdf.String("契約番号")
        number.V, number.DA = pikepdf.String("2026-0117"), pikepdf.String("/Helv 10 Tf 0 g")
        agreed = _widget(
            pdf,
            page,
            place=(200, 100, 214, 114),
            drawing={"On": b"q 2 w 2 2 m 12 12 l 2 12 m 12 2 l S Q", "Off": b""},
            font=font,
        )
        agreed.FT, agreed.T = pikepdf.Name.Btn, pikepdf.String("確認")
        agreed.V = agreed.AS = pikepdf.Name.On
        page.obj.Annots = pikepdf.Array([number, agreed])
        pdf.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array([number, agreed]),
            DA=pikepdf.String("/Helv 10 Tf 0 g"),
            DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
        )
        return _saved(pdf)


def _widget(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    *,
    place: tuple[int, int, int, int],
    drawing: dict[str, bytes],
    font: pikepdf.Object,
) -> pikepdf.Dictionary:
    left, bottom, right, top = place
    looks = {
        state: pdf.make_stream(
            content,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, right - left, top - bottom]),
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)),
        )
        for state, content in drawing.items()
    }
    normal = looks[""] if "" in looks else pikepdf.Dictionary({f"/{state}": look for state, look in looks.items()})
    widget = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        Rect=pikepdf.Array(list(place)),
        P=page.obj,
        F=4,
        AP=pikepdf.Dictionary(N=normal),
    )
    return pdf.make_indirect(widget)


@cache
def hybrid_xref() -> bytes:
    """A one-page file with a classic table, then an empty one with /XRefStm, as Word writes it (ISO 32000-2 7.5.8.4).

    Objects 5 (the page's font) and 6 (the document's information) can be found through the stream only.
    """
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}

    def put(number: int, body: bytes) -> None:
        places[number] = len(out)
        out.extend(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    drawing = b"BT /F1 18 Tf 72 760 Td (Contract 2026-0117, made by an office program) Tj ET"
    put(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    put(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    put(
        3,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
    )
    put(4, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))

    hidden = {
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: b"<< /Producer (An office program) >>",
    }
    bodies = b"".join(body + b" " for body in hidden.values())
    starts = [0, len(hidden[5]) + 1]
    heads = b" ".join(b"%d %d" % pair for pair in zip(hidden, starts, strict=True)) + b" "
    put(
        7,
        b"<< /Type /ObjStm /N %d /First %d /Length %d >>\nstream\n%s\nendstream"
        % (len(hidden), len(heads), len(heads) + len(bodies), heads + bodies),
    )
    rows = struct.pack(">BHBBHB", 2, 7, 0, 2, 7, 1) + struct.pack(">BHB", 1, places[7], 0)
    stream_at = len(out)
    put(
        8,
        b"<< /Type /XRef /Size 9 /W [1 2 1] /Index [5 3] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream"
        % (len(rows), rows),
    )

    table_at = len(out)
    out.extend(b"xref\n0 9\n0000000005 65535 f \n")
    for number in range(1, 5):
        out.extend(b"%010d 00000 n \n" % places[number])
    # A reader that knows no streams sees objects 5 to 8 as free, never to be used again.
    for following in (6, 7, 8, 0):
        out.extend(b"%010d 65535 f \n" % following)
    out.extend(b"trailer\n<< /Size 9 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table_at)
    update_at = len(out)
    out.extend(
        b"xref\n0 0\ntrailer\n<< /Size 9 /Root 1 0 R /Info 6 0 R /Prev %d /XRefStm %d >>\n" % (table_at, stream_at)
    )
    out.extend(b"startxref\n%d\n%%%%EOF\n" % update_at)
    return bytes(out)


def empty() -> bytes:
    """A file of 0 bytes."""
    return b""


def not_a_pdf() -> bytes:
    """A text that somebody has renamed to .pdf, in the encoding of an old office."""
    return "工事請負契約書（案）\r\n盛岡市\r\n".encode("cp932") * 40


@cache
def truncated() -> bytes:
    """The contract as a broken download leaves it: the last third is missing."""
    whole = contract()
    return whole[: len(whole) * 2 // 3]
