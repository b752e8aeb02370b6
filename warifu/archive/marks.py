"""What a 締結証明書 says to programs, in its keywords: files, origin, and a place of the ledger 証明書の機械可読部.

The keywords stand in the XMP packet, uncompressed, under the certificate's own seal: `grep -a` finds them. They tie the
other files of an evidence bundle to one timestamped signature.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

FORMAT = "warifu-certificate-1"
_FILE = re.compile(r"file=([0-9a-f]{64})/([0-9]{1,15})/([0-9a-f]{64})/([0-9]{1,15})")
_TRAIL = re.compile(r"trail=([^/,\s]{1,100})/([0-9]{1,15})-([0-9]{1,15})/([0-9a-f]{64})")
_FACTS = re.compile(r"facts=([0-9a-f]{64})")
_ORIGIN = re.compile(r"origin=([a-z]+:[0-9a-f-]{1,64})")
_WHOLE = re.compile(rb"warifu-certificate-1, [!-~ ]{1,100000}? end=1")


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A contract at its conclusion: digest (SHA-256) and size in bytes, sealed and as it was agreed to 契約書の印."""

    sealed_digest: str
    sealed_size: int
    agreed_digest: str
    agreed_size: int


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the ledger stood when the certificate was made; `digest` is that of its line `last` 証跡の位置."""

    ledger: str
    first: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True)
class Marks:
    """All that the keywords of a certificate say; `facts` as in `facts_digest`, "" before there was one 証明書の印."""

    origin: str
    files: tuple[MarkedFile, ...]
    trail: Trail
    facts: str = ""

    def keywords(self) -> list[str]:
        """One word for each fact, without commas キーワード."""
        trail = self.trail
        return [
            FORMAT,
            f"origin={self.origin}",
            f"trail={trail.ledger}/{trail.first}-{trail.last}/{trail.digest}",
            *([f"facts={self.facts}"] if self.facts else []),
            *(
                f"file={one.sealed_digest}/{one.sealed_size}/{one.agreed_digest}/{one.agreed_size}"
                for one in self.files
            ),
            "end=1",
        ]

    @classmethod
    def read(cls, certificate: bytes) -> Self:
        """The marks of a certificate's bytes 印の読取り.

        Raises ValueError when there are none, or two that differ.
        """
        found = {match.decode("ascii") for match in _WHOLE.findall(certificate)}
        if len(found) != 1:
            raise ValueError(f"{len(found)} sets of marks")
        words = found.pop().split(", ")[1:-1]
        origin, trail = _ORIGIN.fullmatch(words[0]), _TRAIL.fullmatch(words[1])
        facts = _FACTS.fullmatch(words[2]) if len(words) > 2 else None
        files = [_FILE.fullmatch(word) for word in words[3 if facts else 2 :]]
        if origin is None or trail is None or not files or None in files:
            raise ValueError("unknown marks")
        return cls(
            origin=origin[1],
            files=tuple(MarkedFile(one[1], int(one[2]), one[3], int(one[4])) for one in files if one),
            trail=Trail(trail[1], int(trail[2]), int(trail[3]), trail[4]),
            facts=facts[1] if facts else "",
        )


def facts_digest(*, number: str, title: str, counterparty: str, concluded_at: datetime) -> str:
    """What a contract is called, with whom and when it was concluded (aware), as one SHA-256 契約の要旨のハッシュ値.

    Words of people do not fit into keywords that `grep -a` must find; their digest ties them to the seal all the same.
    """
    told = [number, title, counterparty, concluded_at.astimezone(UTC).isoformat()]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
