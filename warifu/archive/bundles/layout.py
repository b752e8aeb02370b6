"""Which files an evidence bundle holds, and its list of them 証拠一式の構成.

All names are ASCII, so that no unzip program mangles them; Japanese titles stand in the manifest and the README.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

FORMAT = "warifu-evidence-1"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
README = {"ja": "README-ja.txt", "en": "README-en.txt"}
CERTIFICATE = "documents/certificate.pdf"
EVENTS = "log/events.jsonl"
ANCHORS = "trust/anchors.pem"
ALL_CERTIFICATES = "certificates/all.pem"
UNLISTED = {MANIFEST, SUMS}

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*){0,4}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_safe(name: str) -> bool:
    """Whether a member's name can be no path out of a folder, on any system 安全な名前か."""
    return len(name) <= 120 and bool(_SAFE.fullmatch(name))


def contract(number: int) -> str:
    """The member name of a contract, counted from 1 契約書の名前."""
    return f"documents/contract-{number:02d}.pdf"


def stem(document: str) -> str:
    """`contract-01` of `documents/contract-01.pdf` 名前の幹."""
    return document.removeprefix("documents/").removesuffix(".pdf")


def report(document: str, kind: str) -> str:
    """The member name of a validation report, `json` or `txt` 検証報告の名前."""
    return f"reports/{stem(document)}.{kind}"


def piece(document: str, number: int, part: str) -> str:
    """The member name of something cut out of a signature: `cms.der`, `value.bin`, `token.der` 署名の部品の名前."""
    return f"signatures/{stem(document)}/{number:02d}.{part}"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a bundle; `title` is its Japanese name 収めたファイル."""

    name: str
    sha256: str
    size: int
    title: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bundle is about, and all its files but the two lists 目録.

    `copy_for` is `municipality` or `counterparty`; moments are ISO 8601 in UTC.
    """

    origin: str
    record: str
    number: str
    title: str
    municipality: str
    counterparty: str
    concluded_at: str
    made_at: str
    copy_for: str
    trial: bool
    members: tuple[Member, ...]

    def as_json(self) -> bytes:
        """For people and programs, always the same bytes JSON."""
        told = {"format": FORMAT, **asdict(self)}
        return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The manifest of a bundle. Raises ValueError for anything else 目録の読取り."""
        try:
            told: dict[str, Any] = json.loads(content)
            if told.pop("format") != FORMAT:
                raise ValueError("unknown format")
            members = tuple(_member(one) for one in told.pop("members"))
            found = cls(members=members, **told)
        except (KeyError, TypeError, AttributeError, RecursionError) as wrong:
            raise ValueError("not a manifest") from wrong
        if found.as_json() != content:
            raise ValueError("not as it was written")
        return found

    def sums(self, *, manifest_digest: str) -> bytes:
        """What `sha256sum -c` reads ハッシュ値の一覧."""
        rows = [*((one.sha256, one.name) for one in self.members), (manifest_digest, MANIFEST)]
        return "".join(f"{digest}  {name}\n" for digest, name in rows).encode()


def _member(told: Mapping[str, Any]) -> Member:
    one = Member(**told)
    if not is_safe(one.name) or not _DIGEST.fullmatch(one.sha256) or type(one.size) is not int or one.size < 0:
        raise ValueError("not a member")
    return one


def names(members: Sequence[Member]) -> list[str]:
    """The names of members, in order 名前の一覧."""
    return [one.name for one in members]
