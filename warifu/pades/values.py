"""Values as pyHanko writes them, made from Python's own (ISO 32000-2, 7.3). PDFの値"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic

# pyHanko's constructors are untyped.
_generic: Any = generic


def name(value: str) -> Any:
    """A name, with its slash. 名前"""
    return _generic.NameObject(value)


def number(value: int) -> Any:
    """An integer. 整数"""
    return _generic.NumberObject(value)


def array(items: Iterable[Any] = ()) -> Any:
    """An array. 配列"""
    return _generic.ArrayObject(items)


def dictionary(entries: Mapping[str, Any] | None = None) -> Any:
    """A dictionary; keys are names with their slash. 辞書"""
    return _generic.DictionaryObject({name(key): value for key, value in (entries or {}).items()})


def null() -> Any:
    """The null object. 空"""
    return _generic.NullObject()


def reference(number: int, generation: int, reader: Any) -> Any:
    """A reference to an object of a reader's file. 参照"""
    return _generic.IndirectObject(number, generation, reader)


def is_reference(value: Any) -> bool:
    """Whether a value is a reference and not the object itself. 参照か"""
    return isinstance(value, generic.IndirectObject)


def string(value: str) -> Any:
    """A text string (7.9.2.2). 文字列"""
    return _generic.pdf_string(value)


def octets(value: bytes) -> Any:
    """A byte string. バイト列"""
    return _generic.ByteStringObject(value)


def octets_of(value: Any) -> bytes:
    """The bytes of a string that pyHanko may have read as text. バイト列の取得"""
    return bytes(getattr(value, "original_bytes", value))


def encoded(value: Any) -> bytes:
    """A value as it stands in a file. 符号化"""
    body = io.BytesIO()
    value.write_to_stream(body, None, None)
    return body.getvalue()


def encoded_date(at: datetime) -> bytes:
    """A date (7.9.4), encoded. 日付"""
    return encoded(_generic.pdf_date(at))


def encoded_stream(content: bytes, entries: Mapping[str, Any] | None = None, *, packed: bool = True) -> bytes:
    """A stream (7.3.8), deflated unless told otherwise, encoded. ストリーム"""
    described = dictionary(entries)
    if packed:
        content = zlib.compress(content)
        described[name("/Filter")] = name("/FlateDecode")
    described[name("/Length")] = number(len(content))
    return encoded(described) + b"\nstream\n" + content + b"\nendstream"
