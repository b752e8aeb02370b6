"""What a system sends: filters, attributes and changes of SCIM 職員連携の読取り.

Pure. Attributes are read case-insensitively (RFC 7643 §2.1); what is not kept here is read over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .errors import ScimRefused, wrong

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 100
MOST_MEMBERS = 2000
_FILTER = re.compile(r'\s*([A-Za-z.]+)\s+eq\s+"((?:[^"\\]|\\.){0,300})"\s*', re.IGNORECASE)
_MEMBER = re.compile(r'members\[\s*value\s+eq\s+"([^"]{1,80})"\s*\]', re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """A person as a system wants them 職員の内容."""

    user_name: str = ""
    name: str = ""
    external_id: str = ""
    number: str = ""
    department: str = ""
    title: str = ""
    active: bool = True


@dataclass(frozen=True)
class Filter:
    """One attribute that equals one text 条件."""

    attribute: str
    value: str


def read_filter(text: str, allowed: Iterable[str]) -> Filter | None:
    """`userName eq "x"`, None for no filter; raises `ScimRefused` for everything else (invalidFilter) 条件の読取り."""
    if not text:
        return None
    found = _FILTER.fullmatch(text)
    names = {name.lower(): name for name in allowed}
    if found is None or found[1].lower() not in names:
        raise wrong(f'Only filters of the form attribute eq "value" on {", ".join(names.values())}.', "invalidFilter")
    return Filter(names[found[1].lower()], re.sub(r"\\(.)", r"\1", found[2]))


def window(start: str, count: str, *, most: int) -> tuple[int, int]:
    """startIndex from 1 and count up to `most` (RFC 7644 §3.4.2.4); raises `ScimRefused` for no numbers 範囲."""
    try:
        return max(1, int(start or 1)), min(most, max(0, int(count or most)))
    except ValueError as bad:
        raise wrong("startIndex and count are whole numbers.") from bad


def whole(body: Mapping[str, Any]) -> Wanted:
    """A person from a whole resource; what is not there is empty (RFC 7644 §3.5.1) 全体の読取り."""
    return _with(Wanted(), body)


def patched(before: Wanted, body: Mapping[str, Any]) -> Wanted:
    """The same person after the operations of a PATCH (RFC 7644 §3.5.2); raises `ScimRefused` 変更の読取り."""
    found = before
    for verb, path, value in operations(body):
        if not path:
            if not isinstance(value, Mapping):
                raise wrong("Without a path the value is an object.")
            found = _with(found, value)
        else:
            found = _with(found, {path: None if verb == "remove" else value})
    return found


def operations(body: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Each operation as verb, path and value; raises `ScimRefused` 変更の一覧."""
    listed = _lowered(body).get("operations")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_OPERATIONS:
        raise wrong(f"1 to {MOST_OPERATIONS} operations.", "invalidSyntax")
    found = []
    for one in listed:
        if not isinstance(one, Mapping):
            raise wrong("An operation is an object.", "invalidSyntax")
        said = _lowered(one)
        verb, path = str(said.get("op", "")).lower(), said.get("path") or ""
        if verb not in {"add", "replace", "remove"} or not isinstance(path, str):
            raise wrong("op is add, replace or remove.", "invalidSyntax")
        if verb == "remove" and not path:
            raise wrong("remove needs a path.", "noTarget")
        found.append((verb, path, said.get("value")))
    return found


def members(value: Any) -> list[str]:
    """The identifiers of members; raises `ScimRefused` 構成員の読取り."""
    listed = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
    if len(listed) > MOST_MEMBERS:
        raise ScimRefused(413, "tooMany", f"{MOST_MEMBERS} members at once.")
    found = [_lowered(one).get("value") for one in listed if isinstance(one, Mapping)]
    if any(not isinstance(one, str) for one in found) or (value and not found):
        raise wrong("Members are objects with a value.")
    return [str(one) for one in found]


def member_in(path: str) -> str:
    """Whom `members[value eq "…"]` names, "" for another path 構成員の指定."""
    found = _MEMBER.fullmatch(path)
    return found[1] if found else ""


def line(value: Any, longest: int, name: str) -> str:
    """One line of text; raises `ScimRefused` for what cannot be kept as it is 文字の読取り."""
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise wrong(f"{name} is a text.")
    text = str(value).strip()
    if len(text) > longest or any(ord(letter) < 32 for letter in text):
        raise wrong(f"{name} has up to {longest} letters in one line.")
    return text


def _with(before: Wanted, body: Mapping[str, Any]) -> Wanted:
    said, found = _lowered(body), before
    inner = said.get("name")
    if isinstance(inner, Mapping) and "formatted" in _lowered(inner):
        said.setdefault("displayname", _lowered(inner)["formatted"])
    if "name.formatted" in said:
        said.setdefault("displayname", said["name.formatted"])
    extension = said.get(ENTERPRISE.lower())
    for name, value in _lowered(extension).items() if isinstance(extension, Mapping) else ():
        said.setdefault(f"{ENTERPRISE.lower()}:{name}", value)
    if "username" in said:
        found = replace(found, user_name=line(said["username"], 254, "userName").lower())
    if "displayname" in said:
        found = replace(found, name=line(said["displayname"], 80, "displayName"))
    if "externalid" in said:
        found = replace(found, external_id=line(said["externalid"], 200, "externalId"))
    if "title" in said:
        found = replace(found, title=line(said["title"], 60, "title"))
    if (number := f"{ENTERPRISE.lower()}:employeenumber") in said:
        found = replace(found, number=line(said[number], 20, "employeeNumber"))
    if (department := f"{ENTERPRISE.lower()}:department") in said:
        found = replace(found, department=line(said[department], 20, "department"))
    if "active" in said:
        found = replace(found, active=_switch(said["active"]))
    return found


def _switch(value: Any) -> bool:
    # Some systems send "False" as a text.
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise wrong("active is true or false.")


def _lowered(body: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in body.items()}
