"""`warifu renew`: archive timestamps renewed by hand, with the progress shown 有効性の延長."""

import collections
import dataclasses
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import django

from warifu.japan import calendar
from warifu.japan import errors as japan_errors
from warifu.pades import errors as pades_errors

if TYPE_CHECKING:
    from warifu.archive import models


def renew(*, dry_run: bool, until: str | None) -> int:
    """Renew every record that ends by a day (in Japan), also those that rest after a refusal 延長.

    0 when nothing was refused, 1 when something was, 2 when the day cannot be read. Stopped at any point, the next run
    goes on with what is left.
    """
    django.setup()
    from warifu import settings, wiring, workbench
    from warifu.archive import expiring, renewing

    at = datetime.now(UTC)
    try:
        end = _end_of(until) if until else at + timedelta(days=settings.RENEWAL_LEAD_DAYS)
    except japan_errors.UnreadableDay as problem:
        print(problem, file=sys.stderr)
        return 2
    due = list(expiring.due(at=at, until=end, table=wiring.sunset_table(), again=True))
    print(f"{_day(end)}までに有効性期限が来る契約：{len(due):,}件")
    if dry_run:
        for record in due:
            known = expiring.valid_until(record, wiring.sunset_table())
            print(f"  {_name(record)}　{_day(known.moment if known else None)}")
        return 0
    try:
        tools = dataclasses.replace(workbench.renewal_tools(), lead=end - at)
    except pades_errors.PadesError as problem:
        print(f"{problem.message}{problem.next_step}", file=sys.stderr)
        return 1
    told = collections.Counter[renewing.Outcome]()
    for place, record in enumerate(due, start=1):
        outcome = renewing.renew(record_id=record.pk, tools=tools, at=wiring.clock(), again=True)
        told[outcome] += 1
        record.refresh_from_db()
        print(f"  {place:,}/{len(due):,}　{_name(record)}　{_word(record, outcome)}", flush=True)
    stopped = told[renewing.Outcome.WAITING]
    print(f"延長しました：{told[renewing.Outcome.RENEWED]:,}件　延長できませんでした：{stopped:,}件")
    return 1 if stopped else 0


def _name(record: "models.Record") -> str:
    return f"{record.municipality.name}　{record.number}"


def _word(record: "models.Record", outcome: str) -> str:
    if outcome == "waiting":
        refusal = pades_errors.by_code(record.renewal_problem)
        return f"{refusal.message}{refusal.next_step}"
    if outcome == "busy":
        return "ほかの処理が延長しています。"
    when = _day(record.sealed_until)
    return f"{when}まで延長しました。" if outcome == "renewed" else f"延長の時期ではありません（{when}まで）。"


def _day(at: datetime | None) -> str:
    return calendar.wareki(calendar.day_in_japan(at)) if at else "未確認"


def _end_of(day: str) -> datetime:
    """The last moment of a day in Japan."""
    return calendar.midnight_after(calendar.read_day(day)) - timedelta(microseconds=1)
