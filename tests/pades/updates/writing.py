"""How an update is written, and what updates need to find in a file. 追記の作成"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.pades import forging

Update = Callable[[bytes, random.Random], bytes]
Change = Callable[[pikepdf.Pdf, random.Random], Iterable[Any]]

UPDATES: dict[str, Update] = {}


def update(made: Update) -> Update:
    """Register an update under its name with spaces. 登録"""
    UPDATES[made.__name__.replace("_", " ")] = made
    return made


def change(made: Change) -> Change:
    """Register a change of objects, which becomes an update with a table of its own. 登録"""

    def appended(data: bytes, chance: random.Random) -> bytes:
        return rewritten(data, lambda pdf: made(pdf, chance))

    UPDATES[made.__name__.replace("_", " ")] = appended
    return made


def rewritten(data: bytes, made: Callable[[pikepdf.Pdf], Iterable[Any]]) -> bytes:
    """The file with new versions of the objects that `made` gives back. 書換え"""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        objects = {one.objgen[0]: _text(one) for one in made(pdf)}
    return forging.updated(data, objects)


def _text(one: Any) -> bytes:
    if isinstance(one, pikepdf.Stream):
        entries: Any = one.stream_dict
        kept = b"".join(
            key.encode() + b" " + _value(value) for key, value in entries.items() if key not in ("/Length",)
        )
        return forging.stream(one.read_raw_bytes(), kept)
    return bytes(one.unparse(resolved=True))


def _value(value: Any) -> bytes:
    return (
        bytes(value.unparse())
        if isinstance(value, pikepdf.Object)
        else bytes(pikepdf.Object.parse(str(value).encode()).unparse())
    )


def page(pdf: pikepdf.Pdf, chance: random.Random) -> Any:
    """Any page. 頁"""
    return pdf.pages[chance.randrange(len(pdf.pages))].obj


def owner(holder: Any, key: str, value: Any) -> Any:
    """What has to be written anew when `value`, found under `key`, changes. 書換え対象"""
    return value if value.is_indirect else holder


def form(pdf: pikepdf.Pdf) -> tuple[Any, Any]:
    """The form, and what to write anew with it. 様式"""
    held = pdf.Root.AcroForm
    return held, owner(pdf.Root, "/AcroForm", held)


def fields(pdf: pikepdf.Pdf) -> list[Any]:
    """All fields. 欄"""
    return list(pdf.Root.AcroForm.Fields)  # type: ignore[call-overload, unused-ignore]  # pikepdf types any object


def signatures(pdf: pikepdf.Pdf) -> list[Any]:
    """All fields that hold a signature. 署名欄"""
    return [one for one in fields(pdf) if isinstance(one.get("/V"), Dictionary)]


def signature(pdf: pikepdf.Pdf, chance: random.Random) -> Any:
    """Any of them. 署名欄"""
    return chance.choice(signatures(pdf))


def drawing(pdf: pikepdf.Pdf, chance: random.Random) -> Any:
    """A form XObject that paints over everything. 上描き"""
    shade = round(chance.random(), 2)
    look = pdf.make_stream(b"%.2f g 0 0 2000 2000 re f" % shade)
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 2000, 2000])
    return look


def first(contents: Any, instead: Any) -> Any:
    """The first content stream, with other data. 先頭の内容"""
    target = contents[0] if isinstance(contents, Array) else contents
    target.write(instead.read_bytes())
    return target
