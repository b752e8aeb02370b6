"""In whose name a body contracts on a day: the title, its holder, or who acts for them 名義人.

Pure. Days are days in Japan, both ends included; None has no bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day 期間."""

    begins_on: date | None = None
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies within 有効."""
        return (self.begins_on is None or self.begins_on <= day) and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: "Span") -> bool:
        """Whether both share a day 重複."""
        return not (
            (self.ends_on is not None and other.begins_on is not None and self.ends_on < other.begins_on)
            or (other.ends_on is not None and self.begins_on is not None and other.ends_on < self.begins_on)
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the title 名義人."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who acts for the holder, and the words that must appear 職務代理者."""

    appears_as: str
    name: str
    reason: str
    ground: str
    span: Span


@dataclass(frozen=True, slots=True)
class NominalParty:
    """In whose name a consent is given: "盛岡市長" and a name, or a deputy's own words 名義上の当事者.

    `name` is "" where no holder is registered; `reason` and `ground` are those of a deputy, "" for a holder.
    """

    title: str
    name: str = ""
    reason: str = ""
    ground: str = ""

    @property
    def words(self) -> str:
        """The title, then the name, as they stand in a contract 名義の表示."""
        return f"{self.title}　{self.name}" if self.name else self.title

    @property
    def acting(self) -> bool:
        """Whether a deputy stands for the holder 職務代理."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Terms:
    """A title with everybody who holds it or acts for its holder, past and to come 契約名義の内容."""

    title: str
    span: Span
    holders: tuple[Holder, ...] = ()
    deputies: tuple[Deputy, ...] = ()

    def party_on(self, day: date) -> NominalParty | None:
        """In whose name it is on this day, a deputy before the holder; None while not in force 名義."""
        if not self.span.holds(day):
            return None
        for deputy in self.deputies:
            if deputy.span.holds(day):
                return NominalParty(deputy.appears_as, deputy.name, deputy.reason, deputy.ground)
        held = next((holder for holder in self.holders if holder.span.holds(day)), None)
        return NominalParty(self.title, held.name if held else "")

    def vacant_on(self, day: date) -> bool:
        """Whether somebody is registered for other days, and nobody for this one 名義人の不在."""
        party = self.party_on(day)
        return party is not None and not party.name and bool(self.holders)

    def changes(self, *, after: date, until: date) -> Iterator[tuple[date, NominalParty | None]]:
        """Days after the one, up to the other, on which the name is not that of the day before 名義の変わる日."""
        for day in sorted(self._turns()):
            now = self.party_on(day)
            if after < day <= until and now != self.party_on(day - ONE_DAY):
                yield day, now

    def _turns(self) -> set[date]:
        spans = [self.span, *(one.span for one in self.holders), *(one.span for one in self.deputies)]
        begins = {span.begins_on for span in spans if span.begins_on is not None and span.begins_on > date.min}
        ends = {span.ends_on + ONE_DAY for span in spans if span.ends_on is not None and span.ends_on < date.max}
        return begins | ends
