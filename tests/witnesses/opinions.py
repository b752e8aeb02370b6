"""What a witness says of one signature or timestamp. 証言"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Opinion:
    """`kind` is "signature", "signature timestamp" or "document timestamp"; `words` are the program's own. 証言"""

    kind: str
    good: bool
    words: str
    party: str | None = None


def count(opinions: Sequence[Opinion], kind: str) -> int:
    """How many opinions of a kind there are. 件数"""
    return sum(one.kind == kind for one in opinions)


def bad(opinions: Sequence[Opinion]) -> list[Opinion]:
    """Those that are not good. 不可の証言"""
    return [one for one in opinions if not one.good]
