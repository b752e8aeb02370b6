"""The parts of a sealed PDF as digests: what a bundle must hold of it 署名の部品の要約."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from warifu.pades import anatomy

from . import layout


def parts_of(document: str, pieces: Sequence[anatomy.Piece]) -> dict[str, bytes]:
    """What is cut out of one document, by member name 署名の部品."""
    found: dict[str, bytes] = {}
    for number, piece in enumerate(pieces, start=1):
        if piece.kind == "signature":
            found[layout.piece(document, number, "cms.der")] = piece.cms
            found[layout.piece(document, number, "value.bin")] = piece.value
        if piece.stamp is not None:
            found[layout.piece(document, number, "token.der")] = piece.stamp.der
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """What `bundles` needs of a stranger's PDF, as plain values from the box 要約.

    `parts` maps member names to SHA-256; `ends` are the lengths at which a document timestamp ended the file.
    """

    parts: dict[str, str]
    certificates: tuple[str, ...]
    revocation: tuple[str, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, document: str, told: dict[str, Any]) -> Self:
        """From the answer of `boxed.dissect_boxed` 箱からの要約."""
        parts: dict[str, str] = {}
        for number, piece in enumerate(told["pieces"], start=1):
            if piece["kind"] == "signature":
                parts[layout.piece(document, number, "cms.der")] = piece["cms"]
                parts[layout.piece(document, number, "value.bin")] = piece["value"]
            if piece["token"]:
                parts[layout.piece(document, number, "token.der")] = piece["token"]
        ends = tuple(piece["end"] for piece in told["pieces"] if piece["kind"] == "timestamp")
        return cls(parts, tuple(told["certificates"]), tuple(told["revocation"]), ends)


def sha256(content: bytes) -> str:
    """In lower-case hexadecimal ハッシュ値."""
    return hashlib.sha256(content).hexdigest()
