"""Objects of two revisions put beside each other. オブジェクトの対比"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyhanko.pdf_utils import generic

Number = tuple[int, int]


class Pages:
    """The pages of one revision in their order, and the numbers of the tree's own nodes. ページの並び

    `spend` is called for each node and may raise to stop. Raises ValueError for a tree with a loop.
    """

    def __init__(self, resolver: Any, spend: Callable[[], None]) -> None:
        self.pages: list[Any] = []
        self.nodes: set[Number] = set()
        root = resolver.root.raw_get("/Pages")
        waiting = [root]
        while waiting:
            entry = waiting.pop()
            spend()
            node = entry.get_object()
            if "/Kids" in node:
                if isinstance(entry, generic.IndirectObject):
                    if number(entry) in self.nodes:
                        raise ValueError("the page tree has a loop")
                    self.nodes.add(number(entry))
                waiting.extend(reversed(entries(node, "/Kids")))
            elif isinstance(entry, generic.IndirectObject):
                self.pages.append(entry)
        self.by_number: Mapping[Number, Any] = {number(page): page for page in self.pages}


def number(reference: Any) -> Number:
    """Object and generation number of a reference. 番号"""
    return int(reference.idnum), int(reference.generation)


def at(holder: Any, key: str) -> Any:
    """The value under a key, resolved; None without one. 値"""
    return holder[key] if holder is not None and key in holder else None


def entries(holder: Any, key: str) -> list[Any]:
    """The raw members of an array under a key. 要素"""
    value = at(holder, key)
    return list(list.__iter__(value)) if isinstance(value, list) else []


def plain_type(holder: Any) -> Any:
    """/Type when it stands there directly. 種別"""
    value = holder.raw_get("/Type") if "/Type" in holder else None
    return None if isinstance(value, generic.IndirectObject) else value


def inherited(holder: Any, key: str) -> Any:
    """A value of the object or of the nearest /Parent that has it. 継承値"""
    for _ in range(30):
        if key in holder:
            return holder[key]
        if "/Parent" not in holder:
            return None
        holder = holder["/Parent"]
    return None


def differing(old: Any, new: Any, quiet: set[str]) -> list[str]:
    """Keys whose raw values differ, those in `quiet` left out. 異なるキー"""
    keys = (set(old) | set(new)) - quiet
    return sorted(key for key in keys if not (key in old and key in new and alike(old.raw_get(key), new.raw_get(key))))


def same_entry(old: Any, new: Any, key: str) -> bool:
    """Whether two dictionaries hold the same raw value under a key, or neither holds one. 同一の項目"""
    if key in old and key in new:
        return alike(old.raw_get(key), new.raw_get(key))
    return key not in old and key not in new


def alike(before: Any, after: Any) -> bool:
    """Whether two raw values are written alike; references are compared by number. 値の一致"""
    if isinstance(before, generic.IndirectObject) or isinstance(after, generic.IndirectObject):
        return isinstance(before, type(after)) and number(before) == number(after)
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return not differing(before, after, set())
    if isinstance(before, list):
        one, other = list(list.__iter__(before)), list(list.__iter__(after))
        return len(one) == len(other) and all(alike(left, right) for left, right in zip(one, other, strict=True))
    return bool(before == after)
