"""A part of a ledger, with some lines withheld, still proves that it is one unbroken chain 証跡の抄本.

Pure: needs neither the database nor the rest of the ledger. What it proves: these lines stand in this order, nothing
was changed, put in or taken out between the first and the last. What it does not prove by itself: that the whole was
not written anew before its last digest was seen by somebody else; for that a digest must stand elsewhere (a sealed
certificate, a head kept by others).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain as together
from typing import cast

from . import chain, record
from .chain import Head, Link, Problem

# What a line that somebody has made up may raise while it is read.
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """What a walk along an extract found 抄本の検証結果.

    `first` and `last` are sequence numbers (0 for an empty extract), `withheld` counts lines without content, `full`
    the others; `broken_at` is the sequence number at which the chain should have gone on.
    """

    ledger: str
    first: int
    last: int
    full: int
    withheld: int
    problem: Problem | None
    broken_at: int | None

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong, and there is something at all 健全性."""
        return self.problem is None and self.last > 0


def read(line: str) -> Link:
    """One exported line, in its canonical form only, so that no two programs read different things in it 証跡の一行.

    Raises ValueError, TypeError, AttributeError, KeyError or RecursionError for anything else.
    """
    text = line.removesuffix("\n")
    members = json.loads(text)
    if record.canonical(members) != text.encode("utf-8"):
        raise ValueError("not in canonical form")
    digest = members.pop("digest")
    if members["format"] not in (record.FORMAT, record.FIRST_FORMAT):
        raise ValueError("unknown format")
    return Link(members, digest)


def is_withheld(link: Link) -> bool:
    """Whether the line says only its place 内容を伏せた証跡か."""
    return "content" in link.content


def verify(lines: Iterable[str], *, heads: Iterable[Head] = ()) -> tuple[ExtractReport, list[Link]]:
    """Walk an extract and return what was found with its full lines, in order 抄本の検証.

    Each of `heads`, known from elsewhere, must stand in it at its place (`tail_unknown`, or `tail_cut` when the extract
    ends before it).
    """
    full: list[Link] = []
    wanted = {head.sequence: head.digest for head in heads}
    seen = {"first": 0, "last": 0, "withheld": 0}
    missed: list[int] = []

    def watched(links: Iterable[Link]) -> Iterator[Link]:
        for link in links:
            yield link
            # Only a link that stood up to the walk comes back for the next one.
            place = cast(int, link.content["sequence"])
            seen["first"] = seen["first"] or place
            seen["last"] = place
            if wanted.get(place, link.digest) != link.digest:
                missed.append(place)
            if is_withheld(link):
                seen["withheld"] += 1
            else:
                full.append(link)

    source = (read(line) for line in lines)
    try:
        begin = next(source)
        start = Head(int(str(begin.content["sequence"])) - 1, str(begin.content["previous"]))
        if start.sequence < 0 or (start.sequence == 0) != (start.digest == record.GENESIS):
            raise ValueError("no such place")
        walk = chain.follow(watched(together([begin], source)), ledger=None, expected=None, start=start)
    except StopIteration:
        return ExtractReport("", 0, 0, 0, 0, None, None), []
    except _UNREADABLE:
        return ExtractReport("", 0, 0, 0, 0, Problem.UNREADABLE, 1), []
    problem, broken_at = walk.problem, walk.broken_at
    if problem is None and missed:
        problem, broken_at = Problem.TAIL_UNKNOWN, missed[0]
    if problem is None and any(not seen["first"] <= place <= seen["last"] for place in wanted):
        problem, broken_at = Problem.TAIL_CUT, seen["last"] + 1
    found = ExtractReport(walk.ledger, seen["first"], seen["last"], len(full), seen["withheld"], problem, broken_at)
    return found, full
