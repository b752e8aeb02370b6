"""Reserving visible seals in a limited process, and trying them there before anybody approves. 署名欄の設置"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import boxed, errors, places, rehearsal, visible

_FENCE = boxed.Fence()


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
        _asked(request)
    except errors.PlaceUnusable:
        target.unlink(missing_ok=True)
        raise


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answer = boxed.run("reserve", request, fence=_FENCE)
    except boxed.Stopped as stopped:
        raise errors.PlaceUnusable(f"stopped: {stopped}") from stopped
    if answer["problem"] is not None:
        raise errors.PlaceUnusable(answer["problem"], **answer.get("fault", {}))
    return answer


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
