"""What waits for its seal is told to the operator without document, title or party, and to the officer in full."""

import html
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.house import pagecheck
from tests.web.desk.test_pages import desk_of
from warifu import wiring
from warifu.access import models as access
from warifu.agreements import actions, models, sealing
from warifu.japan import calendar
from warifu.pades import errors
from warifu.web import clock, waiting

pytestmark = pytest.mark.django_db
CONSENTED, TRIED, NOW = (AT + timedelta(minutes=minutes) for minutes in (10, 20, 20))


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(wiring, "post", lambda: city.POST)


@pytest.fixture
def operator(cast: None) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail="operator@warifu.example.jp"))
    return client


@pytest.fixture
def half(cast: None, objects: Path) -> models.Agreement:
    """工藤 has consented, 小野寺 not yet."""
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=CONSENTED)
    return agreement


def rests(agreement: models.Agreement, problem: errors.PadesError, *, at: datetime = TRIED) -> None:
    sealing.postpone(agreement_id=agreement.pk, problem=problem, at=at, lease=timedelta(seconds=30))


def shown(client: Client, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200
    page = reply.content.decode()
    assert pagecheck.check_page(page, address) == []
    return html.unescape(page)


def row_of(page: str, agreement: models.Agreement) -> str:
    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if str(agreement.pk) in row]
    return re.sub(r"<[^>]+>", "", row)


def test_a_consent_whose_signature_waits_is_told_while_the_other_party_is_still_to_come(
    operator: Client, half: models.Agreement
) -> None:
    rests(half, errors.TimestampUnavailable())
    page = shown(operator, "/console/")
    assert "署名の処理が待っています（1件）" in page
    row = row_of(page, half)
    told = [
        "盛岡市",
        "1人目の合意の署名",
        f"{calendar.wareki_moment(CONSENTED)}から",
        calendar.wareki_moment(TRIED),
        "時刻認証局の応答を待っています（timestamp_unavailable）",
    ]
    assert [word for word in told if word not in row] == []


def test_the_next_attempt_is_told_by_its_moment_and_once_that_is_past_as_near(
    operator: Client, half: models.Agreement, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        half.refresh_from_db()
        rests(half, errors.TimestampUnavailable(), at=half.sealing_until or TRIED)
    half.refresh_from_db()
    assert half.sealing_until is not None
    assert calendar.wareki_moment(half.sealing_until) in row_of(shown(operator, "/console/"), half)
    monkeypatch.setattr(clock, "now", lambda: half.sealing_until)
    assert "まもなく" in row_of(shown(operator, "/console/"), half)


def test_the_operator_learns_no_title_no_party_and_no_document(operator: Client, half: models.Agreement) -> None:
    rests(half, errors.KeyUnusable("/etc/warifu/keys.toml"))
    page = shown(operator, "/console/")
    assert row_of(page, half)
    secret = [half.title, half.number, half.decision_number, "岩手建設", "工藤", "工事請負契約書", "keys.toml"]
    secret += [f"{half.amount:,}", *(party.mail for party in half.parties.all() if party.mail)]
    assert [word for word in secret if word in page] == []


def test_stages_follow_each_other_and_what_does_not_wait_is_not_told(operator: Client, half: models.Agreement) -> None:
    assert "処理中" in row_of(shown(operator, "/console/"), half), "planned, and nothing went wrong yet"
    steps = models.SealStep.objects.filter(document__agreement=half)
    document = half.documents.get()

    def done(step: models.SealStep) -> None:
        steps.filter(pk=step.pk).update(done_at=NOW, result=document.agreed, result_digest=document.digest)

    done(steps.get())
    assert str(half.pk) not in shown(operator, "/console/"), "all that was consented to is signed"
    city.municipality_consents(half, at=NOW)
    assert "2人目の合意の署名" in row_of(shown(operator, "/console/"), half)
    done(steps.get(kind="consent", done_at=None))
    assert "長期署名" in row_of(shown(operator, "/console/"), half)
    done(steps.get(kind="archive"))
    assert "締結証明書の作成と締結" in row_of(shown(operator, "/console/"), half)


def test_what_has_ended_waits_no_more(operator: Client, half: models.Agreement) -> None:
    rests(half, errors.TimestampUnavailable())
    actions.withdraw(agreement_id=half.pk, reason="金額の誤り", post=city.POST, by=city.sato(), at=NOW)
    page = shown(operator, "/console/")
    assert str(half.pk) not in page
    assert "止まっている処理はありません" in page


def test_sato_reads_that_a_consent_waits_for_its_signature_and_that_nothing_is_lost(half: models.Agreement) -> None:
    rests(half, errors.TimestampUnavailable())
    page = shown(desk_of(city.sato()), f"/agreements/{half.pk}/")
    assert "署名の処理が待っています" in page
    assert f"{calendar.wareki_moment(CONSENTED)}に受け付けた岩手建設株式会社の合意は、保存しています。" in page
    assert "時刻認証局の応答を待っています。自動で続けますので、操作は要りません。合意は失われません。" in page
    assert "次の方の合意は、署名を待たずに進められます。" in page


def test_sato_reads_nothing_of_the_kind_before_the_first_consent(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    assert "署名の処理" not in shown(desk_of(city.sato()), f"/agreements/{agreement.pk}/")


def test_every_problem_that_a_sealing_may_note_has_its_reason() -> None:
    others = {"pades", "not_proven", "nothing_gained", "altered", "too_late"}
    codes = {kind.code for kind in errors.kinds()} - others
    assert len(codes) > 10
    assert {code for code in codes if waiting.reason(code) == waiting.reason("")} == set()
