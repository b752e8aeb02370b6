"""Agreements as they stand in the table after some way, made without walking it 契約案件の経過の例."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests import city
from warifu.agreements import models
from warifu.agreements.lifecycle import State
from warifu.archive import models as archive
from warifu.directory import models as directory
from warifu.japan import calendar


def jst(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """A moment by Japan's clock, in UTC."""
    return datetime(year, month, day, hour, tzinfo=calendar.JAPAN).astimezone(UTC)


def department(path: str, code: str = city.MORIOKA) -> directory.Department:
    return directory.Department.objects.get(municipality__code=code, path=path)


def planted(
    state: State,
    *,
    drafted_at: datetime,
    of: directory.Department | None = None,
    kind: models.Kind | str = models.Kind.CONSTRUCTION,
    amount: int | None = 46_200_000,
    days: int = 4,
) -> models.Agreement:
    """Submitted after one hour, approved after two, sent after three; concluded or otherwise ended after `days`."""
    place = of or department("財政部 契約検査課")
    drafter = directory.StaffMember.objects.filter(municipality=place.municipality).order_by("mail")[0]
    made = models.Agreement(
        municipality=place.municipality,
        department=place,
        drafted_by=drafter,
        state=State.DRAFT,
        kind=kind,
        amount=amount,
        no_total=False,
        drafted_at=drafted_at,
        changed_at=drafted_at,
        title="だれにも見えない件名",
    )
    made.save()
    return walked(made, state, days=days)


def walked(made: models.Agreement, state: State, *, days: int = 4) -> models.Agreement:
    """The same further on its way."""
    values: dict[str, Any] = {"state": state}
    if state is not State.DRAFT:
        hours = {"submitted_at": 1, "approved_at": 2, "sent_at": 3}
        values |= {name: made.drafted_at + timedelta(hours=passed) for name, passed in hours.items()}
        values["changed_at"] = values["sent_at"]
    if state in {State.CONCLUDED, State.DECLINED, State.EXPIRED, State.WITHDRAWN}:
        values["changed_at"] = values["sent_at"] + timedelta(days=days)
    if state is State.CONCLUDED:
        values |= {"agreed_at": values["changed_at"] - timedelta(hours=1), "concluded_at": values["changed_at"]}
        values["record"] = record(made, at=values["changed_at"])
    models.Agreement.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


def record(made: models.Agreement, *, at: datetime) -> archive.Record:
    return archive.Record.objects.create(
        municipality=made.municipality,
        department=made.department,
        origin=f"agreement:{made.pk}",
        number="1",
        title=made.title,
        kind=made.kind,
        amount=made.amount,
        transaction_on=calendar.day_in_japan(at),
        counterparty_name="岩手建設株式会社",
        authority_title="盛岡市長",
        concluded_at=at,
        verified_at=at,
        search_key="x",
        counterparty_key="x",
    )
