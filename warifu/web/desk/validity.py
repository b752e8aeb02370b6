"""有効性期限: until when concluded files verify, which end soon, and which cannot be renewed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu import settings, wiring
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import sights
from warifu.archive import expiring as archive
from warifu.archive import models
from warifu.pades import constraints, renewal
from warifu.pades import errors as pades_errors
from warifu.web import clock

from . import door


@dataclass(frozen=True)
class Validity:
    """The end of one record, as a page says it 有効性期限の表示."""

    record: models.Record
    moment: datetime | None
    tone: str
    word: str
    why: str
    next_step: str


def of_record(record: models.Record) -> Validity:
    """Until when a record holds, and what is being done about it 有効性期限."""
    at, known = clock.now(), archive.valid_until(record, wiring.sunset_table())
    moment = known.moment if known else None
    if record.renewal_problem:
        refusal = pades_errors.by_code(record.renewal_problem)
        tone, word = ("soon", "延長待ち") if refusal.retry else ("stopped", "延長不可")
        return Validity(record, moment, tone, word, refusal.message, refusal.next_step)
    if known is None:
        why = "次の確認のときに、自動で記録します。" if record.level else ""
        return Validity(record, None, "idle", "未確認", why, "")
    if renewal.is_due(known, at=at, lead=timedelta(days=settings.RENEWAL_LEAD_DAYS)):
        return Validity(record, moment, "moving", "自動で延長します", _limit(known), "")
    return Validity(record, moment, "done", "", _limit(known), "")


def _limit(known: renewal.ValidUntil) -> str:
    if known.limit is renewal.Limit.ALGORITHM:
        return f"{constraints.words(known.algorithm)}の移行期限によります。"
    return ""


@require_GET
@door.staff_page
def expiring(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """What cannot be renewed, with reason and next step; then what ends soon 有効性期限の一覧."""
    lead = timedelta(days=settings.RENEWAL_LEAD_DAYS)
    found = archive.expiring_of(
        person.municipality,
        within=sights.of(person, Right.READ),
        at=clock.now(),
        lead=lead,
        table=wiring.sunset_table(),
    )
    context = {
        "found": found,
        "stuck": [of_record(record) for record in found.stuck],
        "soon": [of_record(record) for record in found.soon],
        "lead_days": settings.RENEWAL_LEAD_DAYS,
        "listed": archive.LISTED,
    }
    return render(request, "desk/expiring.html", context)
