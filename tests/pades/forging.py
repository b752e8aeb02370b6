"""Hand-made files and hand-made incremental updates, for what no library would write. 偽造文書の見本"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping

from pyhanko.pdf_utils.reader import PdfFileReader

from warifu.pades import rehearsal, sealing, statements

AT = rehearsal.MOMENT
Objects = Mapping[int, bytes]

TEXT = b"BT /F1 12 Tf 72 700 Td (Price 100) Tj ET"
OTHER_TEXT = b"BT /F1 12 Tf 72 700 Td (Price 999) Tj ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
CONTRACT: dict[int, bytes] = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: PAGE,
    4: stream(TEXT),
    5: FONT,
}


def document(objects: Objects) -> bytes:
    """A classic PDF of exactly these objects. 素の文書"""
    return _written(b"%PDF-1.7\n", objects, trailer=b"/Root 1 0 R", size=max(objects) + 1, previous=None)


def updated(
    data: bytes, objects: Objects, *, trailer: bytes = b"", body: bytes = b"", rows: Objects | None = None
) -> bytes:
    """One incremental update: `body` is written without being listed, `rows` are listed without being written. 追記"""
    reader = PdfFileReader(io.BytesIO(data))
    size = max([int(reader.trailer["/Size"]) - 1, *objects, *(rows or {})]) + 1
    root = b"/Root %d %d R" % (reader.root_ref.idnum, reader.root_ref.generation)
    previous = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    return _written(data + b"\n" + body, objects, trailer=root + trailer, size=size, previous=previous, rows=rows)


def _written(
    start: bytes, objects: Objects, *, trailer: bytes, size: int, previous: int | None, rows: Objects | None = None
) -> bytes:
    output = start
    listed = {0: b"0000000000 65535 f \n"} if previous is None else {}
    for number, content in objects.items():
        listed[number] = b"%010d 00000 n \n" % len(output)
        output += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    listed |= rows or {}
    place = len(output)
    output += b"xref\n" + b"".join(b"%d 1\n%s" % (number, row) for number, row in sorted(listed.items()))
    chain = b"/Prev %d" % previous if previous is not None else b""
    return output + b"trailer\n<</Size %d%s%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, chain, place)


def next_number(data: bytes) -> int:
    """The first number that no object has yet. 次の番号"""
    return int(PdfFileReader(io.BytesIO(data)).trailer["/Size"])


def current(data: bytes, number: int) -> bytes:
    """The last text of an object that is not a stream. 現在の本体"""
    found: list[bytes] = re.findall(rb"(?<!\d)%d 0 obj\s(.*?)\sendobj" % number, data, re.DOTALL)
    return found[-1].strip()


@functools.cache
def authority() -> rehearsal.Authority:
    return rehearsal.Authority()


@functools.cache
def sealer() -> sealing.Sealer:
    return authority().sealer()


def consented(data: bytes, field: str = "Consent1") -> bytes:
    party = statements.PartyStatement(
        "岩手 太郎", "岩手建設株式会社", "", "a@b.example", "1", "1", AT, "0" * 64, "試験"
    )
    return sealer().consent_revision(data, field=field, party=party, at=AT)


def archived(data: bytes) -> bytes:
    return sealer().archive_revision(data, at=AT)
