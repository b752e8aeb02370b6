"""What a verb changed: old and new values, side by side 変更前と変更後."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from . import errors, record
from .record import JsonScalar

_NEVER = ("password", "secret", "token", "digest", "code_", "_code", "recovery", "totp")
LONGEST = 300


def between(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[JsonScalar]]:
    """Facts for `append`: the names of what differs, the values before and after in the same order 変更の内容.

    `{"changed": ["name"], "before": ["契約課"], "after": ["契約検査課"]}`; empty when nothing differs. Days, moments,
    identifiers and choices become text, a list becomes one text, and text is cut at 300 characters. Raises
    errors.UnsuitableEntry for a member that by its name holds a secret: say only that it has changed.
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    hidden = [name for name in names if any(word in name for word in _NEVER)]
    if hidden:
        raise errors.UnsuitableEntry(f"{hidden[0]} may be a secret")
    if not names:
        return {}
    return {
        "changed": list(names),
        "before": [_scalar(before.get(name)) for name in names],
        "after": [_scalar(after.get(name)) for name in names],
    }


def _scalar(value: object) -> JsonScalar:
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int():
            return value
        case datetime():
            return record.moment(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return "、".join(sorted(str(_scalar(one)) for one in value))[:LONGEST]
        case _:
            return str(value)[:LONGEST]
