"""Whether a sequence of entries is one unbroken chain; pure, needs no database 連鎖の検証."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from . import record

# What a row or line that somebody has changed may raise while it is read; a fault of the database is none of these.
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)


class Problem(StrEnum):
    """The first thing that is wrong with a chain 連鎖の異常."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    GAP = "gap"
    UNLINKED = "unlinked"
    ALTERED = "altered"
    TAIL_CUT = "tail_cut"
    TAIL_UNKNOWN = "tail_unknown"
    NO_LEDGER = "no_ledger"


@dataclass(frozen=True, slots=True)
class Head:
    """The last place of a chain: `sequence` 0 and 64 zeros when empty 末尾."""

    sequence: int = 0
    digest: str = record.GENESIS


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk along a chain found 検証結果.

    `entries` counts those in order before the problem, `head` is the last of them, `broken_at` the sequence number at
    which the chain should have gone on.
    """

    ledger: str
    entries: int
    intact: bool
    broken_at: int | None
    problem: Problem | None
    head: Head


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as found: the members that its digest covers, and the digest that stands beside them 連鎖の一環."""

    content: Mapping[str, object]
    digest: str


def follow(
    links: Iterator[Link], *, ledger: str | None, expected: Head | None, start: Head | None = None
) -> ChainReport:
    """Walk the chain from its first entry, or the one after `start`, to its last 連鎖の検証.

    `ledger` is the name that every entry must bear (None: that of the first). `entries` of the report then counts from
    the ledger's beginning, not from `start`. `expected` is a head known from
    elsewhere: a chain that ends before it was cut (`tail_cut`), one with other entries there was rewritten
    (`tail_unknown`).
    """
    head = start or Head()
    name = ledger
    while True:
        problem: Problem | None
        try:
            link = next(links, None)
            if link is None:
                break
            name = str(link.content["ledger"]) if name is None else name
            problem = _fault(link, name, head)
        except _UNREADABLE:
            problem = Problem.UNREADABLE
        if problem is None and expected is not None and link is not None and head.sequence == expected.sequence:
            problem = Problem.TAIL_UNKNOWN
        if problem is not None or link is None:
            return _broken(name, head, problem)
        head = Head(head.sequence + 1, link.digest)
    if expected is not None and expected != head:
        return _broken(name, head, Problem.TAIL_CUT if head.sequence < expected.sequence else Problem.TAIL_UNKNOWN)
    return ChainReport(name or "", head.sequence, True, None, None, head)


def _fault(link: Link, ledger: str, head: Head) -> Problem | None:
    content = link.content
    if content["ledger"] != ledger:
        return Problem.FOREIGN
    if type(content["sequence"]) is not int or content["sequence"] != head.sequence + 1:
        return Problem.GAP
    if content["previous"] != head.digest:
        return Problem.UNLINKED
    if record.digest_of(content) != link.digest:
        return Problem.ALTERED
    return None


def _broken(ledger: str | None, head: Head, problem: Problem | None) -> ChainReport:
    return ChainReport(ledger or "", head.sequence, False, head.sequence + 1, problem, head)
