"""What of a provider's settings ends one day, and when its administrators hear of it 期限."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from warifu.japan import calendar

from . import metadata, tables

STAGES = (60, 30, 7, 0)
"""So many days before the end a mail goes out, once each; the last when it has ended."""
WARN_BEFORE = timedelta(days=STAGES[0])


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends: its key in `IdentityProvider.told_endings`, its name to people, and the moment 期限."""

    key: str
    name: str
    at: datetime


def endings_of(provider: tables.IdentityProvider) -> list[Ending]:
    """Everything whose end is known, the soonest first 期限の一覧."""
    found = [_certificate("証明書", pem) for pem in provider.certificates]
    if provider.own_certificate:
        found.append(_certificate("割符の署名証明書", provider.own_certificate))
    if provider.secret_ends_on is not None:
        end = calendar.midnight_after(provider.secret_ends_on)
        found.append(Ending(f"secret:{provider.secret_ends_on}", "クライアントシークレット", end))
    return sorted(found, key=lambda ending: ending.at)


def to_tell(provider: tables.IdentityProvider, *, at: datetime) -> list[tuple[Ending, int]]:
    """What administrators are to hear now, and the stage of `STAGES` that each has reached 知らせる期限.

    A certificate whose successor is registered already is nobody's worry.
    """
    told: Mapping[str, int] = provider.told_endings
    found = endings_of(provider)
    lasting = {one.name for one in found if one.at > at + WARN_BEFORE}
    due = ((one, stage_of(one.at, at=at)) for one in found if one.name not in lasting)
    return [(one, stage) for one, stage in due if stage is not None and stage < told.get(one.key, STAGES[0] + 1)]


def stage_of(end: datetime, *, at: datetime) -> int | None:
    """The last of `STAGES` that was reached, or None more than sixty days before the end 段階."""
    reached = [days for days in STAGES if at >= end - timedelta(days=days)]
    return min(reached, default=None)


def _certificate(name: str, pem: str) -> Ending:
    return Ending(f"certificate:{metadata.fingerprint(pem)}", name, metadata.end_of(pem))
