"""Reserving visible seals in a limited process, and trying them there before anybody approves. 署名欄の設置"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import boxed, errors, places, rehearsal, visible

_FENCE = boxed.Fence()


def sheets(source: Path) -> list[places.Sheet]:
    """All pages of a file that intake has written, with their sizes as shown. ページの大きさ

    Raises `errors.PlaceUnusable` when they cannot be told.
    """
    answer = _asked("sheets", {"source": str(source.resolve())})
    return [places.Sheet(tuple(box), turn, unit) for box, turn, unit in answer["sheets"]]


def reserve(source: Path, target: Path, wanted: Sequence[places.Place]) -> None:
    """`visible.reserve` from file to file, then a whole rehearsal: both seals filled, archived, validated. 署名欄の設置

    Raises `errors.PlaceUnusable`; then there is no `target`.
    """
    request = {
        "source": str(source.resolve()),
        "target": str(target.resolve()),
        "places": [asdict(place) for place in wanted],
    }
    try:
        _asked("reserve", request)
    except errors.PlaceUnusable:
        target.unlink(missing_ok=True)
        raise


def _asked(task: str, request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = boxed.run(task, request, fence=_FENCE)
    except boxed.Stopped as stopped:
        raise errors.PlaceUnusable(f"stopped: {stopped}") from stopped
    if answer["problem"] is not None:
        raise errors.PlaceUnusable(answer["problem"], **answer.get("fault", {}))
    return answer


def measured(source: Path) -> dict[str, Any]:
    """Inside the box: the pages, or the problem. ページの計測"""
    try:
        found = visible.sheets_of(source.read_bytes())
    except (Exception, RecursionError) as error:  # whatever an odd file makes the parser raise
        return {"sheets": [], "problem": type(error).__name__}
    return {"sheets": [(one.box, one.turn, one.unit) for one in found], "problem": None}


def reserved(source: Path, target: Path, wanted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Inside the box: the file with its places, rehearsed, or the problem. 署名欄の試験"""
    listed = [places.Place(**one) for one in wanted]
    try:
        written = visible.reserve(source.read_bytes(), listed)
        rehearsal.rehearse(written, seals=[one.field for one in listed])
        target.write_bytes(written)
    except errors.PlaceUnusable as error:
        told = {"field": error.field, "message": error.message, "next_step": error.next_step}
        return {"problem": error.detail, "fault": told}
    except errors.PadesError as error:
        return {"problem": f"{error.code} {error.detail}"}
    except (Exception, RecursionError) as error:
        return {"problem": type(error).__name__}
    return {"problem": None}
