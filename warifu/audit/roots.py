"""The daily root: what all ledgers were, under a timestamp of an authority that nobody here commands 日次の証明.

A ledger that was written anew from some line to its head, digests included, is a chain again. It is not what the root
of an earlier day says, and no authority stamps an earlier day.

1. A leaf is SHA-256 over the canonical JSON (`record`) of `digest`, `ledger`, `salt`, `sequence`: the head of one
   ledger. `salt` is 32 random hexadecimal digits, so that a municipality that is shown its leaf learns no other's.
2. The root is SHA-256 over the canonical JSON of `day` (the day in Japan that has ended), `format`, `leaves` (in the
   order of the ledgers' names) and `previous`, the root before or 64 zeros. It gets an RFC 3161 token.
3. Exported is a line per root: these members, `root`, `token` (DER in base64) and `head`, one ledger's leaf in full.

A day on which no authority answered has no root of its own; the next one covers it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import cast

from django.db import IntegrityError, transaction

from warifu.japan import calendar

from . import actions, models, record
from .actor import Actor
from .chain import Head

FORMAT = "warifu-root-1"
BEGINS = time(0, 10)
"""When the day before is over for certain, in Japan; what is spooled before midnight has been folded by then."""
SERVICE = Actor.service("daily-root")
LEDGER = "service"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A token over a root, as the authority gave it; `at` is its genTime (aware UTC) タイムスタンプ."""

    der: bytes
    at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """The head of one ledger in a root 日次の証明の末尾."""

    ledger: str
    sequence: int
    digest: str
    salt: str

    def hash(self) -> str:
        """64 lower-case hexadecimal digits 末尾のハッシュ."""
        members = {"digest": self.digest, "ledger": self.ledger, "salt": self.salt, "sequence": self.sequence}
        return hashlib.sha256(record.canonical(members)).hexdigest()


@dataclass(frozen=True, slots=True)
class Root:
    """One root with its token, and those leaves that are known in full 日次の証明."""

    day: date
    hashes: tuple[str, ...]
    previous: str
    digest: str
    token: bytes
    known: tuple[Leaf, ...]

    def computed(self) -> str:
        """The digest that these members have ダイジェストの計算."""
        return digest_of(self.day, self.hashes, self.previous)


class RootProblem(StrEnum):
    """What is wrong with a root 日次の証明の異常."""

    UNREADABLE = "unreadable"
    ALTERED = "altered"
    UNLINKED = "unlinked"
    UNSTAMPED = "unstamped"
    BACKDATED = "backdated"


@dataclass(frozen=True, slots=True)
class RootsReport:
    """What a walk along the roots found: how many stand, from which day to which, and the first fault 検証結果."""

    count: int
    first: date | None
    last: date | None
    problem: RootProblem | None
    day: date | None

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong 健全性."""
        return self.problem is None


def digest_of(day: date, hashes: Sequence[str], previous: str) -> str:
    """The digest of a root from its members; 64 lower-case hexadecimal digits 日次の証明のダイジェスト."""
    members = {"day": day.isoformat(), "format": FORMAT, "leaves": list(hashes), "previous": previous}
    return hashlib.sha256(record.canonical(members)).hexdigest()


def due(*, at: datetime) -> date | None:
    """The day whose root should be there at `at` and is not 作成すべき日."""
    here = at.astimezone(calendar.JAPAN)
    day = here.date() - timedelta(days=1 if here.time() >= BEGINS else 2)
    last = models.DailyRoot.objects.order_by("-day").first()
    began = models.Ledger.objects.filter(head_sequence__gt=0).exists()
    return day if began and (last is None or last.day < day) else None


def late(*, at: datetime) -> date | None:
    """The day whose root has been due for more than an hour, None when all is well 証明の遅れ."""
    day = due(at=at - timedelta(hours=1))
    # A service that has only just begun has had no night yet.
    first = models.Entry.objects.order_by("pk").values_list("at", flat=True).first()
    return day if first is not None and first < at - timedelta(hours=25) else None


def last() -> models.DailyRoot | None:
    """The newest root 最新の証明."""
    return models.DailyRoot.objects.order_by("-day").first()


def make(*, day: date, stamp: Callable[[bytes], Stamp], at: datetime) -> models.DailyRoot | None:
    """Put all heads of this moment under one timestamp; None when another worker was faster 日次の証明の作成.

    `stamp` gets 32 bytes (SHA-256) and asks an authority; what it raises comes out, and nothing is written then.
    """
    leaves = [
        Leaf(head.name, head.head_sequence, head.head_digest, record.new_salt())
        for head in models.Ledger.objects.filter(head_sequence__gt=0).order_by("name")
    ]
    last = models.DailyRoot.objects.order_by("-day").first()
    previous = last.digest if last else record.GENESIS
    digest = digest_of(day, [leaf.hash() for leaf in leaves], previous)
    token = stamp(bytes.fromhex(digest))
    try:
        with transaction.atomic():
            root = models.DailyRoot.objects.create(
                day=day,
                previous_digest=previous,
                digest=digest,
                token=token.der,
                authority=token.authority,
                stamped_at=token.at,
            )
            models.RootLeaf.objects.bulk_create(
                models.RootLeaf(
                    root=root, ledger=leaf.ledger, sequence=leaf.sequence, digest=leaf.digest, salt=leaf.salt
                )
                for leaf in leaves
            )
            actions.append(
                ledger=LEDGER,
                action="audit.make_root",
                target=f"root:{day.isoformat()}",
                by=SERVICE,
                at=at,
                facts={"digest": digest, "authority": token.authority, "ledgers": len(leaves)},
            )
    except IntegrityError:
        return None
    return root


def kept() -> Iterator[Root]:
    """Every root in the database, oldest first, all leaves known 日次の証明の一覧."""
    for row in models.DailyRoot.objects.order_by("day").prefetch_related("leaves"):
        leaves = sorted(row.leaves.all(), key=lambda leaf: leaf.ledger)
        known = tuple(Leaf(leaf.ledger, leaf.sequence, leaf.digest, leaf.salt) for leaf in leaves)
        hashes = tuple(leaf.hash() for leaf in known)
        yield Root(row.day, hashes, row.previous_digest, row.digest, bytes(row.token), known)


def export(ledger: str) -> Iterator[str]:
    """The roots as JSON lines for those who hold one ledger: its own leaf in full, of others the hash 証明の書出し."""
    for root in kept():
        own = next((leaf for leaf in root.known if leaf.ledger == ledger), None)
        head = own and {"digest": own.digest, "ledger": own.ledger, "salt": own.salt, "sequence": own.sequence}
        members = {
            "day": root.day.isoformat(),
            "format": FORMAT,
            "head": head,
            "leaves": list(root.hashes),
            "previous": root.previous,
            "root": root.digest,
            "token": base64.b64encode(root.token).decode("ascii"),
        }
        yield record.canonical(members).decode("utf-8") + "\n"


def read(lines: Iterable[str]) -> list[Root]:
    """The roots of an exported file; raises ValueError, TypeError, KeyError or AttributeError otherwise 読取り."""
    return [_read(json.loads(line)) for line in lines if line.strip()]


def _read(members: Mapping[str, object]) -> Root:
    if members["format"] != FORMAT:
        raise ValueError("unknown format")
    head = cast("Mapping[str, object] | None", members["head"])
    known: tuple[Leaf, ...] = ()
    if head is not None:
        if type(head["sequence"]) is not int:
            raise ValueError("no such place")
        known = (Leaf(str(head["ledger"]), head["sequence"], str(head["digest"]), str(head["salt"])),)
    return Root(
        day=date.fromisoformat(str(members["day"])),
        hashes=tuple(str(one) for one in cast("list[object]", members["leaves"])),
        previous=str(members["previous"]),
        digest=str(members["root"]),
        token=base64.b64decode(str(members["token"]), validate=True),
        known=known,
    )


def verify(roots: Iterable[Root], *, stamped: Callable[[bytes, bytes], datetime | None]) -> RootsReport:
    """Walk the roots: each is what its members say, stands on the one before, and was stamped after its day 証明の検証.

    `stamped` gets a token and the digest under it, and gives genTime, or None for a token that does not stand.
    """
    count, first, last, previous = 0, None, None, record.GENESIS
    before: datetime | None = None
    for root in roots:
        problem: RootProblem | None = None
        moment = stamped(root.token, bytes.fromhex(root.digest)) if len(root.digest) == len(record.GENESIS) else None
        if root.digest != root.computed() or any(leaf.hash() not in root.hashes for leaf in root.known):
            problem = RootProblem.ALTERED
        elif root.previous != previous:
            problem = RootProblem.UNLINKED
        elif moment is None:
            problem = RootProblem.UNSTAMPED
        elif moment < calendar.midnight_after(root.day) or (before is not None and moment <= before):
            problem = RootProblem.BACKDATED
        if problem is not None:
            return RootsReport(count, first, last, problem, root.day)
        count, first, last = count + 1, first or root.day, root.day
        previous, before = root.digest, moment
    return RootsReport(count, first, last, None, None)


def heads(roots: Iterable[Root], ledger: str) -> list[tuple[date, Head]]:
    """What the roots say of one ledger, oldest first 台帳の末尾."""
    return [
        (root.day, Head(leaf.sequence, leaf.digest)) for root in roots for leaf in root.known if leaf.ledger == ledger
    ]


def differing(ledger: str, witnessed: Sequence[tuple[date, Head]]) -> tuple[date, int, int] | None:
    """The first day whose root is not what the ledger now says, and between which lines it differs 証明との相違.

    The lines are those after the last that still agrees, up to the one that the root names.
    """
    agreed = 0
    digests = models.Entry.objects.filter(ledger__name=ledger).values_list("sequence", "digest")
    standing = dict(digests.filter(sequence__in=[head.sequence for _, head in witnessed]))
    for day, head in witnessed:
        if standing.get(head.sequence) != head.digest:
            return day, agreed + 1, head.sequence
        agreed = head.sequence
    return None
