"""Files that are made to break whoever reads them; each small, each made here. 攻撃的な見本文書"""

from __future__ import annotations

import io
import zlib

import pikepdf

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]"


_EMPTY = b"/Resources<<>>"


def written(objects: list[bytes]) -> bytes:
    """A classic file of these objects, numbered from 1; the first is the catalog. 文書の組立て"""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def one_page(further: bytes, *objects: bytes) -> bytes:
    """A page with `further` keys; `objects` are numbered from 4. 1ページの文書"""
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    further += b"" if b"/Resources" in further else _EMPTY
    return written([b"<</Type/Catalog/Pages 2 0 R>>", pages, _PAGE + further + b">>", *objects])


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """A stream object. ストリーム"""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (keys, len(content), content)


def many_pages(count: int) -> bytes:
    """One empty page after another. 多数のページ"""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return written([b"<</Type/Catalog/Pages 2 0 R>>", pages, *[_PAGE + _EMPTY + b">>"] * count])


def zeros(gigabytes: int) -> bytes:
    """A deflate stream of so many GiB of blanks, in about 1/1000 of that. 展開爆弾"""
    worker = zlib.compressobj(9)
    block = b" " * (1 << 20)
    first = worker.compress(block) + worker.flush(zlib.Z_FULL_FLUSH)
    again = worker.compress(block) + worker.flush(zlib.Z_FULL_FLUSH)
    return first + again * (gigabytes * 1024 - 1) + worker.flush()


def deflate_bomb(gigabytes: int, *, layers: int = 1) -> bytes:
    """A page whose description expands without end. 展開爆弾"""
    content, filters = zeros(gigabytes), b"/FlateDecode"
    for _ in range(layers - 1):
        content, filters = zlib.compress(content, 9), filters + b"/FlateDecode"
    return one_page(b"/Contents 4 0 R", stream(content, b"/Filter[%s]" % filters))


def doubled(levels: int) -> bytes:
    """Each level names the next one twice: 2 to the power of `levels` ways. 倍加する参照"""
    steps = [b"<</A %d 0 R/B %d 0 R>>" % (number + 1, number + 1) for number in range(4, 4 + levels)]
    return one_page(b"/Kept 4 0 R", *steps, b"<<>>")


def page_loop() -> bytes:
    """A page tree that contains itself. ページ木の循環"""
    pages = b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>"
    return written([b"<</Type/Catalog/Pages 2 0 R>>", pages, _PAGE + _EMPTY + b">>"])


def form_loop() -> bytes:
    """A drawing that draws itself. 描画の循環"""
    keys = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    page = b"/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>"
    return one_page(page, stream(b"/X Do"), stream(b"/X Do /X Do", keys))


def nested(depth: int) -> bytes:
    """Arrays inside arrays. 深い入れ子"""
    return one_page(b"/Kept " + b"[" * depth + b"]" * depth)


def many_fields(count: int) -> bytes:
    """A form of so many empty text fields on one page. 多数の入力欄"""
    output = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        fields = [
            pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Widget,
                    FT=pikepdf.Name.Tx,
                    T=f"f{number}",
                    DA="/Helv 6 Tf 0 g",
                    Rect=[0, 0, 9, 9],
                )
            )
            for number in range(count)
        ]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields), DA="/Helv 6 Tf 0 g")
        pdf.pages[0].obj.Annots = pikepdf.Array(fields)
        pdf.save(output)
    return output.getvalue()
