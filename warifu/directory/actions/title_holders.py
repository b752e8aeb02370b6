"""Who holds a title, and who acts for the holder for a time 名義人・職務代理者の登録."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models, nominal
from warifu.japan import calendar

from .posts import day_before
from .titles import locked, note


@dataclass(frozen=True)
class DeputyEntry:
    """A deputy in the words that must appear, and by which ground 職務代理者の登録内容."""

    appears_as: str
    name: str
    reason: str
    ground: str
    begins_on: date
    ends_on: date | None = None


def appoint_holder(
    *,
    title: models.ContractingAuthority,
    name: str,
    begins_on: date | None,
    ends_on: date | None = None,
    by: Actor,
    at: datetime,
) -> models.TitleHolder:
    """A person holds the title from this day; whoever held it without an end ends the day before 名義人の登録.

    Raises errors.WrongDay when the days run backwards or meet those of another holder.
    """
    with transaction.atomic():
        kept = locked(title)
        _require_order(begins_on, ends_on)
        earlier = kept.holders.filter(ends_on__isnull=True).first()
        if earlier is not None and begins_on is not None and (earlier.begins_on or date.min) < begins_on:
            earlier.ends_on = day_before(begins_on)
            earlier.save(update_fields=["ends_on"])
        mine = nominal.Span(begins_on, ends_on)
        _require_free(mine, kept.holders.all(), "名義人")
        holder = models.TitleHolder.objects.create(authority=kept, name=name, begins_on=begins_on, ends_on=ends_on)
        note("appoint_holder", kept, by=by, at=at, facts={"holder": name, **_days(begins_on, ends_on)})
    return holder


def end_holder(*, holder: models.TitleHolder, last_day: date, by: Actor, at: datetime) -> None:
    """The person holds the title up to this day 名義人の退任.

    Raises errors.WrongDay, errors.NotNow for a past holder: what was stays.
    """
    with transaction.atomic():
        kept = locked(holder.authority)
        mine = models.TitleHolder.objects.select_for_update(of=("self",)).get(pk=holder.pk)
        _require_open(mine.ends_on, at)
        _require_order(mine.begins_on, last_day)
        others = kept.holders.exclude(pk=mine.pk)
        _require_free(nominal.Span(mine.begins_on, last_day), others, "名義人")
        facts = changes.between({"ends_on": mine.ends_on}, {"ends_on": last_day})
        mine.ends_on = last_day
        mine.save(update_fields=["ends_on"])
        note("end_holder", kept, by=by, at=at, facts={"holder": mine.name, **facts})


def deputise(*, title: models.ContractingAuthority, entry: DeputyEntry, by: Actor, at: datetime) -> models.DeputyHolder:
    """Somebody acts for the holder in these days, under these words 職務代理の登録.

    Raises errors.WrongDay when the days run backwards or meet those of another deputy.
    """
    with transaction.atomic():
        kept = locked(title)
        _require_order(entry.begins_on, entry.ends_on)
        _require_free(nominal.Span(entry.begins_on, entry.ends_on), kept.deputies.all(), "職務代理者")
        deputy = models.DeputyHolder.objects.create(
            authority=kept,
            appears_as=entry.appears_as,
            name=entry.name,
            reason=entry.reason,
            ground=entry.ground,
            begins_on=entry.begins_on,
            ends_on=entry.ends_on,
        )
        facts: record.Facts = {
            "deputy": f"{entry.appears_as} {entry.name}",
            "reason": entry.reason,
            "ground": entry.ground,
            **_days(entry.begins_on, entry.ends_on),
        }
        note("deputise", kept, by=by, at=at, facts=facts)
    return deputy


def end_deputy(*, deputy: models.DeputyHolder, last_day: date, by: Actor, at: datetime) -> None:
    """The holder is back the day after 職務代理の終了.

    Raises errors.WrongDay, errors.NotNow for one that is over.
    """
    with transaction.atomic():
        kept = locked(deputy.authority)
        mine = models.DeputyHolder.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
        _require_open(mine.ends_on, at)
        _require_order(mine.begins_on, last_day)
        others = kept.deputies.exclude(pk=mine.pk)
        _require_free(nominal.Span(mine.begins_on, last_day), others, "職務代理者")
        facts = changes.between({"ends_on": mine.ends_on}, {"ends_on": last_day})
        mine.ends_on = last_day
        mine.save(update_fields=["ends_on"])
        note("end_deputy", kept, by=by, at=at, facts={"deputy": str(mine), **facts})


def _require_order(begins_on: date | None, ends_on: date | None) -> None:
    if begins_on is not None and ends_on is not None and ends_on < begins_on:
        raise errors.WrongDay("終わりの日が、始まりの日より前になっています。日付を確かめてください。")


def _require_open(ends_on: date | None, at: datetime) -> None:
    if ends_on is not None and ends_on < calendar.day_in_japan(at):
        raise errors.NotNow("この期間は、すでに終わっています。終わった期間は変更できません。")


def _require_free(
    mine: nominal.Span, others: Iterable[models.TitleHolder] | Iterable[models.DeputyHolder], word: str
) -> None:
    for other in others:
        if mine.meets(nominal.Span(other.begins_on, other.ends_on)):
            raise errors.WrongDay(f"{other.name}さんの期間と重なります。先に、その{word}の最終日を登録してください。")


def _days(begins_on: date | None, ends_on: date | None) -> dict[str, str | None]:
    return {
        "begins_on": begins_on.isoformat() if begins_on else None,
        "ends_on": ends_on.isoformat() if ends_on else None,
    }
