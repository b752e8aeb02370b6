"""Records whose archive timestamps end are renewed in time, each by itself, and none twice."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests import earlier
from tests.archive import people
from tests.archive.renewals import SEALED, filed, ledger_lines, renew
from tests.pades import decades
from tests.standins.succession import Succession
from warifu.archive import expiring, models, periods, queries, renewing
from warifu.archive.renewing import Outcome
from warifu.archive.sight import EVERYWHERE
from warifu.audit import actions as audit_actions
from warifu.audit import verification
from warifu.directory import models as directory
from warifu.pades import errors, renewal, reports, sunsets, validation
from warifu.pades.transports import wire
from warifu.vault import custody

pytestmark = pytest.mark.django_db

DUE = decades.november(2028, 15)


class Died(BaseException):
    """What a killed process looks like from within."""


@pytest.fixture(scope="module")
def service() -> Iterator[decades.Trust]:
    line = wire.Wire()
    with Succession(SEALED) as world:
        made = decades.Trust(world, line)
        made.begin()
        yield made
    line.close()


@pytest.fixture(scope="module")
def both(service: decades.Trust) -> tuple[bytes, bytes]:
    """A contract, and one that others had signed and archived before."""
    service.world.now = SEALED
    contents = service.sealed(), service.sealed(earlier.signed("B-LTA"))
    service.world.now = decades.november(2028, 1)
    service.replace_what_ends(years=3)
    return contents


@pytest.fixture(scope="module")
def sealed(both: tuple[bytes, bytes]) -> bytes:
    return both[0]


@pytest.fixture
def tools(service: decades.Trust, sealed: bytes, tmp_path: Path) -> Iterator[renewing.Tools]:
    service.world.now = DUE

    def validate(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(
            source, trust=service.anchors, at=at, revocation=service.revocation, agreed_size=agreed_size
        )

    yield renewing.Tools(
        renew=service.renew,
        validate=validate,
        custody=custody.Custody(root_key=bytes(range(32)), objects=tmp_path),
        table=sunsets.Sunsets(),
        clock=lambda: service.world.now,
        lease=timedelta(seconds=30),
    )
    service.world.silent = False


@pytest.mark.parametrize("known", [True, False])
def test_a_contract_that_others_had_signed_before_is_renewed_and_validated_like_any_other(
    morioka: directory.Department, tools: renewing.Tools, both: tuple[bytes, bytes], *, known: bool
) -> None:
    size = len(earlier.signed("B-LTA"))
    record = filed(morioka, tools, both[1], known=known, agreed_size=size)
    assert renew(record, tools) is Outcome.RENEWED, record.renewal_problem
    file = queries.files_of(record).get()
    content = tools.custody.read(owner=morioka.municipality.code, object_id=queries.newest(file).object_id)
    report = tools.validate(content, at=tools.clock() + renewal.AHEAD, agreed_size=size)
    assert report.result == "passed"
    assert [one.field for one in report.signatures if one.earlier] == [earlier.FIELD, "Timestamp1"]

    year = periods.Period(
        basis=models.PeriodBasis.CONCLUSION, date_from=SEALED.date(), date_to=SEALED.date() + timedelta(days=1)
    )
    asked = periods.ask(
        municipality=morioka.municipality, within=EVERYWHERE, period=year, by=people.SEALING, at=tools.clock()
    )
    ticks = itertools.count()
    whole = periods.Tools(
        validate=tools.validate,
        custody=tools.custody,
        clock=lambda: tools.clock() + timedelta(seconds=60 + next(ticks)),
        lease=timedelta(seconds=30),
    )
    periods.advance(period_id=asked.pk, tools=whole, at=tools.clock() + timedelta(seconds=60))
    assert periods.counts(asked)["passed"] == 1, asked.rows.get().reason


def test_a_record_near_its_end_is_renewed_and_keeps_what_was_concluded(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes
) -> None:
    record = filed(morioka, tools, sealed)
    before, concluded = record.sealed_until, queries.files_of(record).get()
    assert renew(record, tools) is Outcome.RENEWED

    file, newest = queries.files_of(record).get(), queries.newest(queries.files_of(record).get())
    assert (file.object_id, file.digest, file.size) == (concluded.object_id, concluded.digest, concluded.size)
    owner = morioka.municipality.code
    content = tools.custody.read(owner=owner, object_id=newest.object_id)
    assert content[: file.size] == tools.custody.read(owner=owner, object_id=file.object_id) == sealed
    assert newest.position == 1
    assert before is not None
    assert record.sealed_until is not None
    assert record.sealed_until > before + timedelta(days=600)
    assert "sha512" in record.seal_algorithms
    told = queries.renewals_of(record).get()
    assert (told.before_digest, told.digest, told.timestamped_at) == (file.digest, newest.digest, DUE)
    (line,) = ledger_lines("archive.renew")
    assert (line.facts["before"], line.facts["after"]) == (file.digest, newest.digest)
    assert verification.verify_ledger(owner).intact
    assert renew(record, tools) is Outcome.NOT_DUE


def test_a_record_with_years_to_go_is_left_alone(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, service: decades.Trust
) -> None:
    record = filed(morioka, tools, sealed)
    service.world.now = decades.november(2027)
    assert renew(record, tools) is Outcome.NOT_DUE
    due = expiring.due(at=tools.clock(), until=tools.clock() + tools.lead, table=tools.table)
    assert list(due) == []


def test_a_record_of_an_earlier_version_learns_its_dates(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, service: decades.Trust
) -> None:
    record = filed(morioka, tools, sealed, known=False)
    assert record.sealed_until is None
    service.world.now = decades.november(2027)
    assert list(expiring.due(at=tools.clock(), until=tools.clock() + tools.lead, table=tools.table)) == [record]
    assert renew(record, tools) is Outcome.NOT_DUE
    assert record.sealed_until == tools.validate(sealed, at=tools.clock()).sealed_until


@pytest.mark.parametrize("point", ["after signing", "inside the transaction"])
def test_a_worker_that_dies_delays_and_loses_nothing(
    morioka: directory.Department,
    tools: renewing.Tools,
    sealed: bytes,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    record = filed(morioka, tools, sealed)

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as doomed:
        doomed.setattr(*((renewing, "_keep") if point == "after signing" else (audit_actions, "append")), die)
        with pytest.raises(Died):
            renew(record, tools)
    assert not models.FileRenewal.objects.exists()
    assert renew(record, tools) is Outcome.BUSY, "its lease is not over"
    assert renew(record, tools, later=timedelta(seconds=31)) is Outcome.RENEWED
    assert models.FileRenewal.objects.count() == len(ledger_lines("archive.renew")) == 1


HOUR = timedelta(hours=1)


def state_of(record: models.Record) -> tuple[object, ...]:
    record.refresh_from_db()
    return record.renewing_until, record.renewal_problem, record.sealed_until, record.seal_algorithms


def test_who_was_overtaken_writes_nothing_after_the_other_is_done(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes
) -> None:
    record, seen = filed(morioka, tools, sealed), []

    def overtaken(content: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
        assert renewing.renew(record_id=record.pk, tools=tools, at=tools.clock() + HOUR) == "renewed"
        seen.append(state_of(record))
        return tools.renew(content)

    assert renew(record, replace(tools, renew=overtaken)) is Outcome.BUSY
    assert [state_of(record)] == seen
    assert models.FileRenewal.objects.count() == len(ledger_lines("archive.renew")) == 1


@pytest.mark.parametrize("end", ["a result", "an outage", "a refusal", "a fault", "dates"])
def test_who_was_overtaken_writes_nothing_while_the_other_is_at_work(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, end: str
) -> None:
    record, seen = filed(morioka, tools, sealed, known=end != "dates"), []

    def overtake() -> None:
        models.Record.objects.filter(pk=record.pk).update(renewing_until=tools.clock() + HOUR)
        seen.append(state_of(record))

    def slow(content: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
        overtake()
        ends = {"an outage": errors.TimestampUnavailable(), "a refusal": errors.AlteredFile(), "a fault": OSError()}
        if end in ends:
            raise ends[end]
        return tools.renew(content)

    def slow_look(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        overtake()
        return tools.validate(source, at=at)

    assert renew(record, replace(tools, renew=slow, validate=slow_look)) is Outcome.BUSY
    assert [state_of(record)] == seen
    assert not models.FileRenewal.objects.exists()
    assert queries.files_of(record).get().sealed_until is None or end != "dates"
    assert ledger_lines("archive.renew") == ledger_lines("archive.renewal_refused") == []
    assert renew(record, tools, later=HOUR) is Outcome.RENEWED


def test_who_was_slow_and_not_overtaken_keeps_what_it_bought(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes
) -> None:
    record, bought = filed(morioka, tools, sealed), []

    def slow(content: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
        bought.append(tools.renew(content))
        return bought[-1]

    late = replace(tools, renew=slow, clock=lambda: tools.clock() + HOUR * len(bought))
    assert renew(record, late) is Outcome.RENEWED
    assert record.renewing_until is None
    assert models.FileRenewal.objects.count() == len(bought) == 1


def test_nothing_is_bought_by_who_was_overtaken_before(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, due = filed(morioka, tools, sealed), renewing._due

    def overtaken(file: models.RecordFile, with_: renewing.Tools) -> bool:
        models.Record.objects.filter(pk=record.pk).update(renewing_until=tools.clock() + HOUR)
        return due(file, with_)

    def buy(source: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
        pytest.fail("a token is bought")

    monkeypatch.setattr(renewing, "_due", overtaken)
    assert renew(record, replace(tools, renew=buy)) is Outcome.BUSY


def test_an_outage_waits_longer_each_time_and_then_goes_on(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, service: decades.Trust
) -> None:
    record = filed(morioka, tools, sealed)
    service.world.silent = True
    assert renew(record, tools) is Outcome.WAITING
    assert record.renewal_problem == "revocation_unavailable"
    first = record.renewing_until
    assert renew(record, tools) is Outcome.BUSY
    assert renew(record, tools, later=timedelta(minutes=3)) is Outcome.WAITING
    assert first is not None
    assert record.renewing_until is not None
    assert record.renewing_until - first > timedelta(minutes=3)
    service.world.silent = False
    assert renew(record, tools, later=timedelta(hours=1)) is Outcome.RENEWED
    assert (record.renewal_problem, record.renewal_tries) == ("", 0)
    assert ledger_lines("archive.renewal_refused") == []


def test_a_token_that_was_bought_for_nothing_is_not_bought_again_within_the_day(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, bought = filed(morioka, tools, sealed), []

    def renewed(content: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
        bought.append(tools.renew(content))
        return bought[-1]

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    counted = replace(tools, renew=renewed)
    with monkeypatch.context() as broken:
        broken.setattr(custody.Custody, "store", full)
        assert renew(record, counted) is Outcome.WAITING
    assert record.renewal_problem == "internal_fault"
    assert renew(record, counted, later=timedelta(hours=23)) is Outcome.BUSY
    assert len(bought) == 1
    assert renew(record, counted, later=timedelta(hours=24)) is Outcome.RENEWED


def test_an_altered_file_is_refused_listed_and_stops_no_other(
    morioka: directory.Department, takizawa: directory.Department, tools: renewing.Tools, sealed: bytes
) -> None:
    content = bytearray(sealed)
    content[2000] ^= 1
    altered = filed(morioka, tools, bytes(content), known=False)
    good = filed(morioka, tools, sealed)
    outcomes = [renew(one, tools) for one in (altered, good)]
    assert outcomes == [Outcome.WAITING, Outcome.RENEWED]
    assert altered.renewal_problem == "altered"
    assert renew(altered, tools, later=timedelta(days=2)) is Outcome.WAITING
    assert len(ledger_lines("archive.renewal_refused")) == 1, "told once, not every day"

    def seen(by: directory.Department) -> expiring.Expiring:
        return expiring.expiring_of(
            by.municipality, within=EVERYWHERE, at=tools.clock(), lead=tools.lead, table=tools.table
        )

    assert ([one.pk for one in seen(morioka).stuck], seen(morioka).stuck_count) == ([altered.pk], 1)
    assert seen(takizawa).stuck == []


def test_a_file_that_the_vault_finds_damaged_is_refused(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes
) -> None:
    record = filed(morioka, tools, sealed)
    place = tools.custody.shelf.path_of(queries.files_of(record).get().object_id)
    place.chmod(0o600)
    held = bytearray(place.read_bytes())
    held[len(held) // 2] ^= 1
    place.write_bytes(held)
    assert renew(record, tools) is Outcome.WAITING
    assert record.renewal_problem == "altered"


def test_a_record_past_its_end_is_refused(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, service: decades.Trust
) -> None:
    record = filed(morioka, tools, sealed)
    service.world.now = decades.november(2030)
    assert renew(record, tools) is Outcome.WAITING
    assert record.renewal_problem == "too_late"


def test_a_sunset_that_an_operator_brings_forward_makes_records_due(
    morioka: directory.Department, tools: renewing.Tools, sealed: bytes, service: decades.Trust
) -> None:
    record = filed(morioka, tools, sealed)
    service.world.now = decades.november(2027)
    early = sunsets.Sunsets({"sha256": date(2028, 3, 31)})
    until = tools.clock() + tools.lead
    assert list(expiring.due(at=tools.clock(), until=until, table=tools.table)) == []
    assert list(expiring.due(at=tools.clock(), until=until, table=early)) == [record]
    known = expiring.valid_until(record, early)
    assert known is not None
    assert (known.limit, known.algorithm) == (renewal.Limit.ALGORITHM, "sha256")


@pytest.mark.parametrize(
    ("problem", "tries", "days_left", "expected"),
    [
        (errors.TimestampUnavailable(), 1, 300, timedelta(minutes=2)),
        (errors.TimestampUnavailable(), 30, 300, timedelta(hours=6)),
        (errors.NothingGained(), 1, 300, timedelta(days=30)),
        (errors.NothingGained(), 1, 20, timedelta(days=1)),
        (errors.AlteredFile(), 9, 300, timedelta(days=1)),
    ],
)
def test_how_long_a_record_rests(problem: errors.PadesError, tries: int, days_left: int, expected: timedelta) -> None:
    ends_at = DUE + timedelta(days=days_left)
    assert renewing.pause(problem, tries=tries, ends_at=ends_at, at=DUE) == expected
