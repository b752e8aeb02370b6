"""All that was concluded in a period is validated once, by whoever goes on with it, and the answer is kept."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.archive import people
from tests.pades import forging
from warifu.archive import actions, errors, models, periods, queries, sheets
from warifu.archive.facts import FileFacts
from warifu.archive.sight import EVERYWHERE
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.pades import reports, validation
from warifu.vault import custody

pytestmark = pytest.mark.django_db
AT = people.jst(2026, 5, 1, 9)
YEAR = periods.Period(basis=models.PeriodBasis.TRANSACTION, date_from=date(2026, 4, 1), date_to=date(2027, 3, 31))


class Died(BaseException):
    """What a killed process looks like from within."""


class Clock:
    """Goes on by a second each time that somebody looks."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def tools(tmp_path: Path) -> periods.Tools:
    def validate(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(source, trust=forging.authority().trust, at=forging.AT, details=False)

    vault = custody.Custody(root_key=bytes(range(32)), objects=tmp_path / "objects")
    return periods.Tools(validate=validate, custody=vault, clock=Clock(), lease=timedelta(seconds=30))


def sealed() -> bytes:
    return forging.archived(forging.consented(forging.document(forging.CONTRACT)))


def filed(department: directory.Department, tools: periods.Tools, content: bytes, **other: object) -> models.Record:
    body = department.municipality
    kept = tools.custody.store(owner=body.code, content=content, media_type="application/pdf", at=AT)
    paper = FileFacts(
        role="contract", name="契約書.pdf", object_id=kept.pk, digest=kept.digest, size=kept.size, pages=1
    )
    with transaction.atomic():
        return actions.accession(
            municipality=body, facts=people.facts(department, **other), files=[paper], by=people.SEALING, at=AT
        )


def asked(department: directory.Department, period: periods.Period = YEAR) -> models.PeriodValidation:
    return periods.ask(municipality=department.municipality, within=EVERYWHERE, period=period, by=people.SATO, at=AT)


def finished(period: models.PeriodValidation, tools: periods.Tools) -> list[dict[str, str]]:
    for _ in range(100):
        if periods.advance(period_id=period.pk, tools=tools, at=tools.clock()) is periods.Outcome.FINISHED:
            break
    period.refresh_from_db()
    assert period.sheet is not None
    content = tools.custody.open_object(period.sheet)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_sheet_tells_each_file_with_its_verdict(morioka: directory.Department, tools: periods.Tools) -> None:
    good = sealed()
    filed(morioka, tools, good, number="2026-0001")
    filed(morioka, tools, good.replace(b"Price 100", b"Price 999"), number="2026-0002")
    filed(morioka, tools, good, number="2025-0009", transaction_on=date(2026, 3, 31))
    period = asked(morioka)
    rows = finished(period, tools)
    assert list(rows[0]) == list(sheets.HEAD)
    verdicts = {row["契約番号"]: row["検証結果"] for row in rows}
    assert verdicts == {"2026-0001": "合格", "2026-0002": "不合格"}
    first = next(row for row in rows if row["契約番号"] == "2026-0001")
    assert first["取引先"] == "株式会社髙﨑設備"
    assert (first["理由"], first["署名の水準"]) == ("", "B-LTA")
    assert first["時刻認証局"] == "rehearsal timestamps"
    assert first["タイムスタンプ日時"] == "2026-01-01 09:00:00"
    assert len(first["SHA-256"]) == 64
    assert periods.counts(period) == {"passed": 1, "failed": 1, "indeterminate": 0}
    assert [row.file.record.number for row in periods.amiss(period)] == ["2026-0002"]


def test_both_the_request_and_its_end_stand_in_the_ledger(morioka: directory.Department, tools: periods.Tools) -> None:
    filed(morioka, tools, sealed())
    period = asked(morioka)
    finished(period, tools)
    lines = audit.Entry.objects.filter(target=f"period_validation:{period.pk}").order_by("sequence")
    assert [line.action for line in lines] == ["archive.ask_validation", "archive.validate_period"]
    assert period.sheet is not None
    assert lines[1].facts == {"passed": 1, "failed": 0, "indeterminate": 0, "digest": period.sheet.digest}


def test_what_a_killed_worker_found_is_not_asked_again(morioka: directory.Department, tools: periods.Tools) -> None:
    content, seen = sealed(), []
    for number in range(4):
        filed(morioka, tools, content, number=f"2026-{number:04}")

    def dying(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        seen.append(at)
        if len(seen) == 3:
            raise Died
        return tools.validate(source, at=at)

    period = asked(morioka)
    with pytest.raises(Died):
        periods.advance(period_id=period.pk, tools=replace(tools, validate=dying), at=tools.clock())
    assert period.rows.exclude(result="").count() == 2
    assert periods.advance(period_id=period.pk, tools=tools, at=tools.clock()) is periods.Outcome.BUSY
    assert isinstance(tools.clock, Clock)
    tools.clock.now += timedelta(minutes=1)
    assert periods.due(at=tools.clock.now) == [period.pk]
    assert len(finished(period, replace(tools, validate=dying))) == 4
    assert len(seen) == 5


def test_one_visit_ends_after_its_share_of_time(morioka: directory.Department, tools: periods.Tools) -> None:
    for number in range(5):
        filed(morioka, tools, sealed(), number=f"2026-{number:04}")
    period = asked(morioka)
    assert periods.advance(period_id=period.pk, tools=tools, at=AT, share=timedelta(seconds=4)) == "goes_on"
    assert 0 < period.rows.exclude(result="").count() < 5
    assert periods.due(at=tools.clock()) == [period.pk]


def test_a_file_that_breaks_the_validation_stops_no_other(morioka: directory.Department, tools: periods.Tools) -> None:
    filed(morioka, tools, sealed(), number="2026-0001")
    lost = filed(morioka, tools, sealed() + b"\n", number="2026-0002")
    kept = queries.files_of(lost).get()
    tools.custody.shelf.discard(kept.object_id)
    rows = finished(asked(morioka), tools)
    assert {row["契約番号"]: row["検証結果"] for row in rows}["2026-0001"] == "合格"
    other = next(row for row in rows if row["契約番号"] == "2026-0002")
    assert other["検証結果"] != "合格"
    assert other["理由"]


def test_the_day_of_conclusion_is_a_day_in_japan(morioka: directory.Department, tools: periods.Tools) -> None:
    filed(morioka, tools, sealed(), number="before", concluded_at=people.jst(2026, 3, 31, 23, 59))
    filed(morioka, tools, sealed() + b"\n", number="after", concluded_at=people.jst(2026, 4, 1, 0, 0))
    day = periods.Period(basis=models.PeriodBasis.CONCLUSION, date_from=date(2026, 4, 1), date_to=date(2026, 4, 1))
    assert [row.file.record.number for row in asked(morioka, day).rows.all()] == ["after"]


def test_another_body_is_neither_asked_nor_kept_waiting(
    morioka: directory.Department, takizawa: directory.Department, tools: periods.Tools
) -> None:
    filed(morioka, tools, sealed())
    with pytest.raises(errors.NothingInPeriod):
        asked(takizawa)
    filed(takizawa, tools, sealed())
    ours, theirs = asked(morioka), asked(takizawa)
    assert list(periods.validations_of(morioka.municipality, within=EVERYWHERE)) == [ours]
    assert list(periods.validations_of(takizawa.municipality, within=EVERYWHERE)) == [theirs]


def test_a_second_request_waits_for_the_first(morioka: directory.Department, tools: periods.Tools) -> None:
    filed(morioka, tools, sealed())
    first = asked(morioka)
    with pytest.raises(errors.AlreadyValidating):
        asked(morioka)
    finished(first, tools)
    asked(morioka)


@pytest.mark.parametrize("part", ["髙﨑", "高崎", "ﾀｶｻｷ"])
def test_the_counterparty_narrows_as_it_does_in_the_search(
    morioka: directory.Department, tools: periods.Tools, part: str
) -> None:
    filed(morioka, tools, sealed(), number="theirs")
    filed(morioka, tools, sealed() + b"\n", number="others", counterparty_name="岩手建設株式会社")
    narrowed = replace(YEAR, counterparty=part)
    if part == "ﾀｶｻｷ":
        with pytest.raises(errors.NothingInPeriod):
            asked(morioka, narrowed)
    else:
        assert [row.file.record.number for row in asked(morioka, narrowed).rows.all()] == ["theirs"]


def test_no_cell_of_the_sheet_begins_like_a_formula(morioka: directory.Department, tools: periods.Tools) -> None:
    filed(morioka, tools, sealed(), title='=HYPERLINK("http://x.example","市道")', number="+1")
    (row,) = finished(asked(morioka), tools)
    assert row["件名"] == '\'=HYPERLINK("http://x.example","市道")'
    assert row["契約番号"] == "'+1"
