"""利用統計 and 広域の集計 as pages: who sees which figure, in words, charts and sheets."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from tests import city
from tests.house import pagecheck
from tests.operations.ways import department, jst, planted
from warifu.access import models as access
from warifu.agreements.lifecycle import State
from warifu.agreements.models import Kind
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.japan.stamp_tax import Paper
from warifu.operations import papers, recounting, savings
from warifu.operations.statistics_models import PaperCount
from warifu.web import charts, clock, needs
from warifu.web.office import statistics as page_of_statistics

pytestmark = pytest.mark.django_db

PAGE, PAPERS, RULE, REGION = (
    f"/office/{place}/" for place in ("statistics", "statistics/papers", "statistics/savings", "region")
)


def by(login: str) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail=f"{login}@morioka.example.jp"))
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    told = answer.content.decode()
    if status == 200:
        assert pagecheck.check_page(told, path) == []
    return told


def this_year() -> int:
    return calendar.fiscal_year_of(calendar.day_in_japan(clock.now()))


def count(*codes: str) -> None:
    for body in directory.Municipality.objects.filter(code__in=codes or [city.MORIOKA]):
        recounting.bring_up_to_date(municipality=body, at=clock.now())


def test_without_any_contract_the_page_says_so(cast: None) -> None:
    assert "まだ集計していません" in page(by("oikawa"), PAGE)
    count()
    told = page(by("oikawa"), PAGE)
    assert "契約案件はまだありません" in told
    assert "<svg" not in told.partition("<main")[2]


def test_one_month_shows_figures_chart_and_table(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(this_year(), 4, 2))
    count()
    told = page(by("oikawa"), PAGE)
    assert "4月は送信1件・締結完了1件。" in told
    assert "10,000円（1件。受注者が負担しなくてよくなった額です）" in told
    assert "1件あたりの郵送料が設定されていません" in told
    assert 'class="wf-chart"' in told
    assert "年度別" not in told, "one year is no series"
    assert "だれにも見えない件名" not in told


def test_ten_years_and_a_very_long_name(cast: None) -> None:
    above: directory.Department | None = None
    for number in range(4):
        name = f"第{number}建設交通まちづくり推進局特定大規模公共施設整備担当部門維持補修専門推進室企画調整担当課"
        above = directory.Department.objects.create(municipality=city.morioka(), name=name, parent=above)
    for year in range(this_year() - 11, this_year() + 1):
        planted(State.CONCLUDED, drafted_at=jst(year, 4, 2), of=above)
    count()
    assert above is not None
    top = directory.Department.objects.get(name__startswith="第0")
    told = page(by("oikawa"), f"{PAGE}?department={top.pk}")
    assert "第1建設交通" in told
    assert "この部署だけの分" not in told, "it has none of its own"
    whole = page(by("oikawa"), PAGE)
    assert whole.count('<option value="2') == 12, "every year can be chosen"
    years = whole.partition('id="years"')[2]
    assert years.count("年度</th>") == 10 + 1, "ten rows and the head"
    assert page(by("oikawa"), f"{PAGE}?year={this_year() - 11}&kind=construction&page=99")


def test_a_department_of_another_body_is_not_found(cast: None) -> None:
    theirs = directory.Department.objects.filter(municipality__code=city.TAKIZAWA)[0]
    page(by("oikawa"), f"{PAGE}?department={theirs.pk}", 404)
    page(by("oikawa"), f"{PAGE}?department=x", 404)
    page(by("sato"), PAGE, 403)


def test_paper_is_told_by_the_manager_and_gives_the_share(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(this_year(), 4, 2))
    count()
    field = f"d{department('財政部').pk}"
    client, path = by("oikawa"), f"{PAPERS}?month={this_year()}-04"
    assert field in page(client, path)
    wrong = client.post(path, {field: "三"})
    assert wrong.status_code == 422
    assert "数字で入力してください" in wrong.content.decode()
    assert client.post(path, {field: "３"})["Location"].startswith(PAPERS)
    assert PaperCount.objects.get().number == 3
    entry = audit.Entry.objects.filter(action="operations.enter_paper").get()
    assert (entry.facts["departments"], entry.facts["after"]) == (["財政部"], [3])
    assert "25%（紙の契約の件数を入力した月の、電子1件・紙3件から計算）" in page(client, PAGE)
    client.post(path, {field: "3"})
    assert audit.Entry.objects.filter(action="operations.enter_paper").count() == 1, "nothing changed"
    page(by("abe"), PAPERS, 403)


def test_postage_and_kinds_are_decided_and_told(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(this_year(), 4, 2))
    count()
    client = by("oikawa")
    page(client, RULE)
    typed = {kind: paper.value for kind, paper in savings.USUAL.items()} | {"postage": "940"}
    assert client.post(RULE, typed | {Kind.LEASE: Paper.FIRST.value})["Location"] == PAGE
    assert "940円（1件あたり940円×締結完了1件）" in page(client, PAGE)
    assert client.post(RULE, {"postage": "940"}).status_code == 422
    assert audit.Entry.objects.filter(action="operations.decide_savings").count() == 1


def test_the_sheet_has_every_line_and_opens_in_a_spreadsheet(cast: None) -> None:
    planted(State.CONCLUDED, drafted_at=jst(this_year(), 4, 2))
    count()
    papers.enter(month=date(this_year(), 4, 1), numbers={department("財政部").pk: 2}, by=city.oikawa(), at=clock.now())
    answer = by("oikawa").get(f"{PAGE}sheet/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3:8] for row in rows[1:]] == [
        ["財政部 契約検査課", "工事請負契約書", "1", "1", "1"],
        ["財政部", "紙の契約", "", "", ""],
    ]
    assert (rows[1][-2], rows[2][-1]) == ("10000", "2")
    assert answer["Content-Type"].startswith("text/csv")


def test_the_coordinator_sees_bodies_and_withheld_amounts(cast: None) -> None:
    last = this_year() - 1
    for _ in range(5):
        planted(State.CONCLUDED, drafted_at=jst(last, 6, 2))
    theirs = directory.Department.objects.filter(municipality__code=city.TAKIZAWA)[0]
    planted(State.CONCLUDED, drafted_at=jst(last, 6, 2), of=theirs, amount=77_000_000)
    assert "件数は、まだありません" in page(by("konno"), REGION)
    count(city.MORIOKA, city.TAKIZAWA)
    told = page(by("konno"), f"{REGION}?year={last}")
    assert "231,000,000円" in told, "five of 盛岡市, and the sum of what is shown"
    assert "77,000,000" not in told and "308,000,000" not in told
    assert "滝沢市" in told and "契約検査課" not in told.partition("<main")[2]
    sheet = by("konno").get(f"{REGION}sheet/?year={last}").content.decode("utf-8-sig")
    assert "滝沢市,1,1,1" in sheet and "非公表" in sheet and "77000000" not in sheet
    now = page(by("konno"), REGION)
    assert "231,000,000" not in now


def test_a_coordinator_reaches_nothing_else(cast: None) -> None:
    """Every address of the staff that asks for a right, but the region's."""
    konno = city.person("konno@morioka.example.jp")
    open_to = {
        route
        for route, need in needs.NEEDS.items()
        if need.visitor is needs.Visitor.STAFF and need.names_rights() and any(map(konno.may, need.rights))
    }
    assert open_to == {"office:region", "office:region_sheet"}
    agreement = planted(State.CONCLUDED, drafted_at=jst(this_year(), 4, 2))
    client = by("konno")
    for path in (PAGE, PAPERS, RULE, "/records/", "/office/ledger/", f"/agreements/{agreement.pk}/", f"{PAGE}sheet/"):
        assert client.get(path).status_code in {403, 404}, path
    for path in ("/", "/me/"):
        assert agreement.title not in client.get(path).content.decode()


def test_an_operator_sees_counts_and_no_amount(cast: None) -> None:
    for _ in range(5):
        planted(State.CONCLUDED, drafted_at=jst(this_year() - 1, 6, 2))
    count()
    client = Client()
    client.force_login(access.Account.objects.filter(is_operator=True)[0])
    told = page(client, "/console/statistics/")
    assert "盛岡市" in told and "円" not in told.partition("<main")[2]
    assert page(client, REGION, 403)
    page(by("konno"), "/console/statistics/", 403)


def test_columns_stand_on_zero_and_stay_inside() -> None:
    drawn = charts.columns(
        title="t", told="t", labels=["4", "5"], series=[charts.Series("a", [0, 37]), charts.Series("b", [12, 9])]
    )
    assert [line.label for line in drawn.lines] == ["0", "10", "20", "30", "40"]
    every = [column for group in drawn.groups for column in group.columns]
    assert all(column.y + column.height == pytest.approx(drawn.bottom, abs=0.2) for column in every)
    assert all(drawn.left <= column.x and column.x + column.width <= drawn.width for column in every)
    assert every[0].height == 0
    assert charts.columns(title="", told="", labels=[], series=[]).groups == ()


def test_a_fiscal_year_is_named_by_the_era_of_may() -> None:
    assert [page_of_statistics.short_year(year) for year in (2018, 2019, 2026)] == ["H30", "R1", "R8"]
