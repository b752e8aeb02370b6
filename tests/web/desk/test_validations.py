"""What 佐藤 learns about kept contracts: one at a time, and all of a period."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from tests import city, place
from tests.conftest import AT
from tests.house import pagecheck
from tests.pades import forging
from warifu import settings, wiring
from warifu.access import models as access
from warifu.access import person as access_person
from warifu.archive import actions, models, periods
from warifu.archive.facts import FileFacts, RecordFacts
from warifu.archive.sight import EVERYWHERE
from warifu.audit.actor import Actor
from warifu.pades import errors, reports, validation
from warifu.web import clock

pytestmark = pytest.mark.django_db
PLACE = "/records/validations/"
ASKED = {"basis": "transaction", "date_from": "R8.4.1", "date_to": "R9.3.31", "counterparty": ""}


def desk_of(person: access_person.Person) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(staff=person.staff))
    return client


def page(client: Client, url: str, *, status: int = 200) -> str:
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == status
    assert pagecheck.check_page(text, url) == []
    return text


@pytest.fixture
def record(cast: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> models.Record:
    """One contract of 盛岡市 whose files are trusted by nobody but this test."""
    root = tmp_path / "root.der"
    root.write_bytes(forging.authority().trust.roots[0].dump())
    monkeypatch.setattr(settings, "TRUST_FILES", [root])
    monkeypatch.setattr(settings, "REVOCATION_ROUTES", {})
    monkeypatch.setattr(clock, "now", lambda: forging.AT)
    content = forging.archived(forging.consented(forging.document(forging.CONTRACT)))
    vault = city.vault_at(Path(place.DATA, "objects"))
    kept = vault.store(owner=city.MORIOKA, content=content, media_type="application/pdf", at=AT)
    facts = RecordFacts(
        origin="agreement:00000000-0000-0000-0000-000000000001",
        number="2026-0160",
        title="市道館向町線歩道改良工事",
        kind="工事請負契約書",
        amount=46_200_000,
        transaction_on=date(2026, 4, 1),
        counterparty_name="岩手建設株式会社",
        department=city.sato().staff.department,
        authority_title="盛岡市長",
        concluded_at=AT,
        verified_at=AT,
        sealed_until=datetime(2035, 12, 30, tzinfo=UTC),
        level="B-LTA",
    )
    paper = FileFacts(
        role="contract", name="契約書.pdf", object_id=kept.pk, digest=kept.digest, size=kept.size, pages=1
    )
    with transaction.atomic():
        return actions.accession(
            municipality=city.morioka(), facts=facts, files=[paper], by=Actor.service("test"), at=AT
        )


def address(record: models.Record) -> str:
    return f"/records/{record.pk}/files/{record.files.get().pk}/validation/"


def test_sato_sees_what_a_kept_contract_rests_on(record: models.Record) -> None:
    assert address(record) in page(desk_of(city.sato()), f"/records/{record.pk}/")
    text = page(desk_of(city.sato()), address(record))
    for words in (
        "この文書は締結後に変更されていません",
        "このタイムスタンプは有効です",
        "rehearsal timestamps",
        "設定した認証局",
    ):
        assert words in text
    taken = json.loads(desk_of(city.sato()).get(address(record) + "?form=json").content)
    assert taken["indication"] == "TOTAL-PASSED"


def test_takahashi_of_another_municipality_learns_nothing(record: models.Record) -> None:
    made = periods.ask(municipality=city.morioka(), within=EVERYWHERE, period=YEAR, by=city.sato().actor, at=AT)
    desk = desk_of(city.takahashi())
    for url in (address(record), f"{PLACE}{made.pk}/", f"{PLACE}{made.pk}/result.csv"):
        assert desk.get(url).status_code == 404
    assert "令和8年4月1日" not in page(desk, PLACE)


YEAR = periods.Period(basis=models.PeriodBasis.TRANSACTION, date_from=date(2026, 4, 1), date_to=date(2027, 3, 31))


def test_a_report_that_cannot_be_sealed_is_told_calmly(record: models.Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsealed(report: reports.ValidationReport, *, name: str, size: int, at: datetime, concluded: bool) -> bytes:
        raise errors.TimestampUnavailable

    monkeypatch.setattr(wiring, "sealed_findings", unsealed)
    text = page(desk_of(city.sato()), address(record) + "?form=pdf", status=503)
    assert "時刻認証局から応答がありません" in text


def test_while_the_machine_is_busy_the_page_says_so(record: models.Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VERIFY_AT_ONCE", 0)
    assert "混み合っている" in page(desk_of(city.sato()), address(record), status=503)


def test_sato_asks_for_a_year_and_takes_the_sheet(record: models.Record, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(city.sato())
    assert "まとめて検証する" in page(desk, "/records/")
    assert "まだ依頼されていません" in page(desk, PLACE)
    reply = desk.post(PLACE, ASKED)
    assert reply.status_code == 302
    waiting = desk.get(reply["Location"])
    assert waiting["Refresh"] == "5"
    assert "1件のうち0件の検証が終わりました" in waiting.content.decode()
    assert desk.get(reply["Location"] + "result.csv").status_code == 302, "there is no sheet yet"

    def validate(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(source, trust=forging.authority().trust, at=forging.AT, details=False)

    period = periods.validations_of(city.morioka(), within=EVERYWHERE).get()
    tools = periods.Tools(validate, city.vault_at(Path(place.DATA, "objects")), lambda: AT, timedelta(seconds=30))
    assert periods.advance(period_id=period.pk, tools=tools, at=AT) is periods.Outcome.FINISHED
    assert "すべて合格でした" in page(desk, reply["Location"])
    sheet = desk.get(reply["Location"] + "result.csv")
    assert sheet["Content-Type"] == "text/csv"
    assert "市道館向町線歩道改良工事" in sheet.content.decode("utf-8-sig")


def test_who_only_reads_or_approves_does_not_ask(record: models.Record) -> None:
    for person in (city.suzuki(), city.onodera()):
        assert desk_of(person).get(PLACE).status_code == 403
        assert desk_of(person).post(PLACE, ASKED).status_code == 403
    assert models.PeriodValidation.objects.count() == 0


def test_days_the_wrong_way_round_lose_nothing_typed(record: models.Record) -> None:
    reply = desk_of(city.sato()).post(PLACE, ASKED | {"date_to": "R8.3.1"})
    text = reply.content.decode()
    assert reply.status_code == 422
    assert pagecheck.check_page(text, PLACE) == []
    assert "期間の末日が初日より前になっています" in text
    assert 'value="R8.4.1"' in text
