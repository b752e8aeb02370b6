"""Frozen dataclasses as plain JSON values and back, by their annotations alone. JSONとの変換"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, cast

T = TypeVar("T")


def of(value: Any) -> Any:
    """Dictionaries, lists, texts, numbers; moments become ISO 8601 in their own zone. 変換"""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: of(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [of(one) for one in value]
    return value


def restored(kind: type[T], data: Mapping[str, Any]) -> T:
    """The inverse of `of` for a dataclass; a member that the data lacks gets its default. 復元

    Raises KeyError, TypeError or ValueError for data of another form.
    """
    hints = _hints(cast(Any, kind))
    return kind(**{name: _value(hint, data[name]) for name, hint in hints.items() if name in data})


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _value(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_value(inner[0], one) for one in value)
        return tuple(_value(kind, one) for kind, one in zip(inner, value, strict=True))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return restored(hint, value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
