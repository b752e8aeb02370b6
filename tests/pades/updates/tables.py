"""Updates that play with tables and ends of files, which readers repair each in its own way. 相互参照の改ざん"""

from __future__ import annotations

import io
import random
import re

import pikepdf
from pikepdf import Array

from tests.pades import forging
from tests.pades.updates.writing import update


def _streams(data: bytes) -> list[int]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [one.obj.Contents for one in pdf.pages]
        return [(one[0] if isinstance(one, Array) else one).objgen[0] for one in found]


@update
def content_freed(data: bytes, chance: random.Random) -> bytes:
    number = chance.choice(_streams(data))
    row = chance.choice([b"0000000000 00001 f \n", b"0000000000 65535 f \n", b"0000000009 00000 n \n"])
    return forging.updated(data, {}, rows={number: row})


@update
def content_behind_a_broken_table(data: bytes, chance: random.Random) -> bytes:
    number = chance.choice(_streams(data))
    body = b"%d 0 obj\n%s\nendobj\n" % (number, forging.stream(forging.OTHER_TEXT))
    rows = chance.choice([{}, {forging.next_number(data): b"9999999999 00000 n \n"}])
    return forging.updated(data, {}, body=body, rows=rows)


@update
def table_without_a_past(data: bytes, chance: random.Random) -> bytes:
    """The new table names an old revision as its predecessor, or none. 旧版への巻戻し"""
    appended = content(data)
    starts = [int(found) for found in re.findall(rb"startxref\s+(\d+)", data)]
    place = appended.rindex(b"/Prev")
    end = appended.index(b"/", place + 1) if b"/" in appended[place + 1 :] else appended.index(b">>", place)
    end = min(end, appended.index(b">>", place))
    instead = chance.choice([b"", b"/Prev %d" % chance.choice(starts), b"/Prev 0", b"/Prev %d" % len(data)])
    return appended[:place] + instead + appended[end:]


def content(data: bytes) -> bytes:
    """The plainest manipulation: one content stream replaced. 頁内容の差替え"""
    return forging.updated(data, {_streams(data)[0]: forging.stream(forging.OTHER_TEXT)})


@update
def another_root(data: bytes, chance: random.Random) -> bytes:
    number = forging.next_number(data)
    tree, leaf, drawn = number + 1, number + 2, number + 3
    objects = {
        number: b"<</Type/Catalog/Pages %d 0 R>>" % tree,
        tree: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % leaf,
        leaf: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Contents %d 0 R>>" % (tree, drawn),
        drawn: forging.stream(forging.OTHER_TEXT),
    }
    return re.sub(
        rb"/Root \d+ 0 R(?=[^/]*(?:/Prev|>>)[^/]*\Z)", b"/Root %d 0 R" % number, forging.updated(data, objects)
    )


@update
def end_of_file_twice(data: bytes, chance: random.Random) -> bytes:
    starts = re.findall(rb"startxref\s+(\d+)", data)
    return data + b"startxref\n%s\n%%%%EOF\n" % chance.choice(starts)


@update
def bytes_after_the_end(data: bytes, chance: random.Random) -> bytes:
    tails = [
        b"%%EOF\n",
        b"% a comment\n",
        chance.randbytes(chance.randrange(1, 200)),
        forging.document(forging.CONTRACT),
        b"trailer\n<</Root 1 0 R>>\n",
        b"4 0 obj\n" + forging.stream(forging.OTHER_TEXT) + b"\nendobj\n",
        data,
    ]
    return data + chance.choice(tails)


@update
def blanks_after_the_end(data: bytes, chance: random.Random) -> bytes:
    """Harmless if somebody signs afterwards, so only judged as it is. 末尾の空白"""
    return data + chance.choice([b"\n", b" ", b"\r\n", b"\x00" * 40, b" " * 5000])


@update
def incremental_saving_without_a_table(data: bytes, chance: random.Random) -> bytes:
    """New objects, then nothing, half a trailer, or the old trailer again (ISA variants 1 to 4). 追記保存攻撃"""
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, forging.stream(forging.OTHER_TEXT)) for number in _streams(data)
    )
    trailer = data[data.rindex(b"trailer") :]
    copied = re.findall(rb"\d+ 0 obj\s<<[^<>]*/ByteRange.*?endobj", data, re.DOTALL)
    again = copied[-1] + b"\n" if copied else b""
    return data + body + chance.choice([b"", b"trailer\n", trailer, again + trailer, b"xref\n0 0\n" + trailer])
