"""Visible seals of an agreement: which places, under which names, and when they are out of date 可視署名.

They stand on the first document. The file that everybody reads is made from the one that intake wrote and from these
facts; whoever changes a fact afterwards has to have it made again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from warifu.directory.models import SealStyle
from warifu.pades import places, statements, visible

from . import models
from .models import Side


@dataclass(frozen=True)
class Corner:
    """Left upper corner of a seal: page from 1, millimetres from the left and from the top 署名欄の位置."""

    page: int
    left: int
    top: int


def order_of(agreement: models.Agreement) -> tuple[Side, Side]:
    """Who consents first and second; the signature fields are numbered like that 合意の順序."""
    both = (Side.COUNTERPARTY, Side.MUNICIPALITY)
    return both if agreement.counterparty_first else (both[1], both[0])


def corners_of(agreement: models.Agreement) -> dict[Side, Corner]:
    """The places chosen so far 選んだ位置."""
    return {
        Side(place.side): Corner(place.page, place.left, place.top)
        for place in models.SealPlace.objects.filter(agreement=agreement)
    }


def last_sheet_of(document: models.Document) -> places.Sheet:
    """The page on which seals stand unless another is chosen; A4 where its size is not known 最後のページ."""
    kept = document.last_sheet
    return places.Sheet(tuple(kept["box"]), kept["turn"], kept["unit"]) if kept else places.A4


def label_of(agreement: models.Agreement, side: Side) -> str:
    """What stands in the empty place: whose it is 署名欄の見出し."""
    body = agreement.municipality if side is Side.MUNICIPALITY else agreement.counterparty
    return f"署名欄　{side.label}（{body.name}）" if body else f"署名欄　{side.label}"


def places_of(agreement: models.Agreement, corners: Mapping[Side, Corner]) -> list[places.Place]:
    """The signature fields to keep, in the order of consent 署名欄."""
    return [
        places.Place(f"Consent{position}", label_of(agreement, side), **asdict(corners[side]))
        for position, side in enumerate(order_of(agreement), start=1)
        if side in corners
    ]


def basis_of(
    agreement: models.Agreement, style: SealStyle, corners: Mapping[Side, Corner], document: models.Document | None
) -> str:
    """All that the file with its empty places is made from, as one SHA-256; "" without visible seals 署名欄の根拠."""
    if style is SealStyle.NONE or document is None:
        return ""
    bare = document.without_seals or document.agreed
    facts = [bare.digest, style.value, [asdict(place) for place in places_of(agreement, corners)]]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def are_current(agreement: models.Agreement) -> bool:
    """Whether the file that everybody reads has its places as chosen, under today's names 署名欄の最新性."""
    style = SealStyle(agreement.seal_style)
    first = models.Document.objects.select_related("agreed", "without_seals").filter(agreement=agreement).first()
    if style is SealStyle.NONE:
        return first is None or first.without_seals is None
    corners = corners_of(agreement)
    return len(corners) == len(Side) and agreement.seals_basis == basis_of(agreement, style, corners, first)


def appearance_of(
    agreement: models.Agreement,
    document: models.Document,
    statement: statements.PartyStatement,
    *,
    fonts: tuple[Path, ...] = (),
) -> visible.Appearance | None:
    """How a consent shows on this document; None where it does not 署名の表示."""
    if document.without_seals_id is None:
        return None
    return visible.Appearance.of(statement, red=agreement.seal_style == SealStyle.RED, fonts=fonts)
