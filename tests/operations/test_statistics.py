"""利用統計: what is counted where, and that the daily count and a rebuild come to the same."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import city
from tests.operations.ways import department, jst, planted, walked
from warifu.agreements.lifecycle import State
from warifu.agreements.models import Agreement, Kind
from warifu.directory import models as directory
from warifu.japan.stamp_tax import Paper
from warifu.operations import papers, recounting, savings, spells, statistics
from warifu.operations.statistics_models import PublishedMonth, PublishedYear, Spell, Step, Tally, TallyState

pytestmark = pytest.mark.django_db

AT = jst(2027, 3, 15)


def count(at: datetime = AT) -> None:
    recounting.bring_up_to_date(municipality=city.morioka(), at=at)


def of_2026(path: str = "", kind: str = "") -> statistics.Year:
    body = city.morioka()
    tree = statistics.branches_of(body, today=date(2027, 3, 15))
    place = department(path).pk if path else None
    return statistics.of_year(body, 2026, tree=tree, department=place, kind=kind)


def kept() -> list[tuple[object, ...]]:
    """Everything that was made, without keys and moments."""
    found: list[tuple[object, ...]] = []
    for model in (Tally, Spell, PublishedMonth, PublishedYear):
        columns = [field.attname for field in model._meta.fields if field.name != "id"]
        found += [(model.__name__, *row) for row in model._default_manager.values_list(*columns)]
    found += [("open", *row) for row in TallyState.objects.values_list("municipality", "open_months", "stale")]
    return sorted(found, key=repr)


def test_each_deed_counts_in_its_own_month_of_japan(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(2026, 4, 30, 23), days=40)
    count()
    months = dict(of_2026().months)
    assert (min(months), max(months), len(months)) == (date(2026, 4, 1), date(2027, 3, 1), 12)
    assert (months[date(2026, 4, 1)].drafted, months[date(2026, 4, 1)].sent) == (1, 0)
    assert months[date(2026, 5, 1)].sent == 1, "three hours later it was May in Japan, and April in UTC"
    assert months[date(2026, 6, 1)].concluded == 1


def test_the_last_minute_of_march_is_the_old_fiscal_year(cast: None) -> None:
    planted(State.DRAFT, drafted_at=datetime(2026, 3, 31, 14, 59, tzinfo=UTC))
    planted(State.DRAFT, drafted_at=datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    count()
    assert of_2026().total.drafted == 1
    assert [year for year, _ in statistics.years(city.morioka(), today=date(2027, 3, 15))] == [2025, 2026]


def test_ends_of_every_sort_are_told_apart(cast: None) -> None:
    for state in (State.CONCLUDED, State.DECLINED, State.EXPIRED, State.WITHDRAWN, State.SENT, State.DRAFT):
        planted(state, drafted_at=jst(2026, 6, 1))
    count()
    total = of_2026().total
    assert [getattr(total, name) for name in statistics.COUNTS] == [6, 5, 1, 1, 1, 1]


def test_a_department_has_what_is_below_it_and_what_went_before(cast: None) -> None:
    section, above = department("財政部 契約検査課"), department("財政部")
    past = directory.Department.objects.create(
        municipality=section.municipality, parent=above, name="旧契約課", ends_on=date(2026, 9, 30), successor=section
    )
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), of=past)
    planted(State.CONCLUDED, drafted_at=jst(2026, 11, 1), of=section)
    planted(State.DRAFT, drafted_at=jst(2026, 11, 1), of=above)
    planted(State.DRAFT, drafted_at=jst(2026, 11, 1), of=department("総務部 総務課"))
    count()
    whole = {node.path: figures.drafted for node, figures in of_2026().departments}
    assert whole == {"財政部": 3, "総務部": 1}
    below = of_2026("財政部")
    assert [(node.path, figures.drafted) for node, figures in below.departments] == [
        ("財政部", 1),
        ("財政部 契約検査課", 2),
    ]
    assert (below.total.drafted, below.total.concluded) == (3, 2)
    assert sum(figures.taken.total() for _, figures in below.departments) == 2


def test_kinds_are_counted_and_narrow_all_the_rest(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1))
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), kind=Kind.PURCHASE, amount=330_000)
    planted(State.DRAFT, drafted_at=jst(2026, 6, 1), kind="", amount=None)
    count()
    assert [(label, figures.drafted) for label, figures in of_2026().kinds] == [
        ("工事請負契約書", 1),
        ("物品購入契約書", 1),
        ("未選択", 1),
    ]
    assert of_2026(kind=Kind.PURCHASE).total.amount == 330_000
    assert of_2026(kind=Kind.PURCHASE).total.taken.total() == 1


def test_how_long_it_took_is_told_by_the_median_and_nine_of_ten(cast: None) -> None:
    for days in (1, 2, 3, 4, 5, 6, 7, 8, 9, 30):
        planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), days=days)
    count()
    year = of_2026()
    assert (year.total.median, year.total.most) == ("5日", "9日")
    waits = {wait.step: (wait.number, wait.median) for wait in year.waits}
    assert waits[Step.DRAFTING] == (10, "1時間")
    assert waits[Step.SEALING] == (10, "1時間")
    assert waits[Step.CONCLUSION] == (10, "5日")
    assert list(waits) == list(Step)


def test_stamps_are_saved_by_kind_amount_and_day(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1))
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), kind=Kind.SERVICE, amount=5_500_000)
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), kind=Kind.PURCHASE, amount=5_500_000)
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), kind=Kind.SERVICE, amount=None)
    planted(State.DECLINED, drafted_at=jst(2026, 6, 1))
    count()
    total = of_2026().total
    assert (total.stamp_tax, total.stamped) == (10_000 + 2_000 + 0 + 200, 3)


def test_a_body_that_decides_otherwise_is_counted_anew(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(2026, 6, 1), kind=Kind.LEASE, amount=5_500_000)
    count()
    assert of_2026().total.stamp_tax == 0
    rule = savings.rule_of(city.morioka())
    decided = dataclasses.replace(rule, postage=940, papers={**rule.papers, Kind.LEASE: Paper.FIRST})
    savings.decide(rule=decided, by=city.oikawa(), at=AT)
    assert savings.rule_of(city.morioka()) == decided
    assert city.morioka() in recounting.due(at=AT), "asked for at once"
    count()
    assert of_2026().total.stamp_tax == 2_000
    assert city.morioka() not in recounting.due(at=AT)


def test_the_share_is_of_the_months_in_which_paper_was_told(cast: None) -> None:
    for month in (5, 6, 6, 6):
        planted(State.CONCLUDED, drafted_at=jst(2026, month, 1))
    count()
    assert of_2026().total.share is None
    papers.enter(month=date(2026, 6, 1), numbers={department("財政部").pk: 1}, by=city.oikawa(), at=AT)
    year = of_2026()
    assert (year.total.paper, year.total.beside, year.total.share) == (1, 3, 75)
    assert dict(year.months)[date(2026, 5, 1)].share is None
    assert [figures.share for _, figures in year.departments] == [75]
    assert of_2026(kind=Kind.CONSTRUCTION).total.share is None, "paper is not told by kind"
    papers.enter(month=date(2026, 6, 1), numbers={department("財政部").pk: None}, by=city.oikawa(), at=AT)
    assert of_2026().total.share is None


def test_paper_of_another_body_is_passed_over(cast: None) -> None:
    theirs = directory.Department.objects.filter(municipality__code=city.TAKIZAWA)[0]
    papers.enter(month=date(2026, 6, 1), numbers={theirs.pk: 3}, by=city.oikawa(), at=AT)
    assert papers.total_of(city.morioka(), month=date(2026, 6, 1)) == (0, 0)


def test_the_daily_count_comes_to_the_same_as_a_rebuild(cast: None) -> None:
    """A draft that changes kind and department, ends of every sort, a new year, a paper that came late."""
    body = city.morioka()
    drafts = [planted(State.DRAFT, drafted_at=jst(2026, month, 28)) for month in (4, 6, 9, 12)]
    planted(State.CONCLUDED, drafted_at=jst(2026, 5, 1))
    count(jst(2026, 12, 29))
    walked(drafts[0], State.CONCLUDED, days=300)
    walked(drafts[1], State.DECLINED, days=250)
    Agreement.objects.filter(pk=drafts[2].pk).update(kind=Kind.LEASE, department=department("総務部 総務課"))
    planted(State.CONCLUDED, drafted_at=jst(2027, 3, 29), days=9)
    count(jst(2027, 3, 1))
    walked(drafts[3], State.EXPIRED, days=98)
    papers.enter(month=date(2026, 6, 1), numbers={department("財政部").pk: 4}, by=city.oikawa(), at=AT)
    at = jst(2027, 4, 8)
    count(at)
    daily = kept()
    assert {row[0] for row in daily} == {"Tally", "Spell", "PublishedMonth", "PublishedYear", "open"}
    recounting.rebuild(municipality=body, at=at)
    assert kept() == daily
    assert sum(Tally.objects.filter(department=None).values_list("drafted", flat=True)) == 6


def test_what_is_settled_is_not_counted_again(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(2026, 5, 1))
    planted(State.DRAFT, drafted_at=jst(2026, 12, 1))
    count(jst(2026, 12, 2))
    assert recounting.bring_up_to_date(municipality=city.morioka(), at=jst(2026, 12, 20)) == 1


def test_a_rebuild_that_was_killed_is_made_good_by_the_next_count(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for year in (2025, 2026):
        planted(State.CONCLUDED, drafted_at=jst(year, 5, 1))
    count(AT)
    whole = kept()
    written, write = list[int](), recounting._write

    def dies_in_the_second_year(municipality: directory.Municipality, year: int, months: list[date]) -> None:
        if written:
            raise SystemExit("killed")
        written.append(year)
        write(municipality, year, months)

    with monkeypatch.context() as dying:
        dying.setattr(recounting, "_write", dies_in_the_second_year)
        with pytest.raises(SystemExit):
            recounting.rebuild(municipality=city.morioka(), at=AT)
    assert city.morioka() in recounting.due(at=AT), "the sweep takes it up again"
    count(AT)
    assert kept() == whole


def test_a_rebuild_takes_away_what_no_agreement_stands_behind(cast: None) -> None:
    planted(State.DRAFT, drafted_at=jst(2026, 12, 1))
    Tally.objects.create(municipality=city.morioka(), month=date(2019, 5, 1), drafted=7)
    recounting.rebuild(municipality=city.morioka(), at=AT)
    assert not Tally.objects.filter(month=date(2019, 5, 1)).exists()


def test_a_body_is_due_once_a_day(cast: None) -> None:
    count(jst(2026, 12, 2, 23))
    assert city.morioka() not in recounting.due(at=jst(2026, 12, 2, 23) + timedelta(minutes=59))
    assert city.morioka() in recounting.due(at=jst(2026, 12, 3, 0))


@pytest.mark.parametrize(
    ("hours", "words"), [(None, "—"), (0, "1時間未満"), (5, "5時間"), (48, "2日"), (51, "2日3時間"), (288, "12日")]
)
def test_spells_in_words(hours: int | None, words: str) -> None:
    assert spells.words(hours) == words


def test_quantiles_are_values_that_occurred() -> None:
    assert spells.quantile({}, 50) is None
    assert spells.quantile({7: 1}, 90) == 7
    assert spells.quantile({1: 1, 100: 1}, 50) == 1
    assert spells.quantile(dict.fromkeys(range(1, 11), 1), 90) == 9
