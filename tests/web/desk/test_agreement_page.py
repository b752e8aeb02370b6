"""The page of one agreement and its buttons: mails that did not arrive, codes to tell, reloads."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.house import pagecheck
from tests.web.desk.test_pages import desk_of, page
from warifu import wiring
from warifu.agreements import actions, models
from warifu.directory import models as directory
from warifu.notifications import models as notifications
from warifu.web import clock
from warifu.web.desk import agreements, counterparty_forms, pages

pytestmark = pytest.mark.django_db
WHEN = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: WHEN)
    monkeypatch.setattr(wiring, "post", lambda: city.POST)


@pytest.fixture
def sent(cast: None, objects: Path) -> models.Agreement:
    directory.Municipality.objects.filter(code=city.MORIOKA).update(access_code_required=True)
    return city.sent(objects, at=AT)


def fail(agreement: models.Agreement, kind: str, *, problem: str = "550") -> None:
    found = notifications.Message.objects.filter(subject_urn=f"agreement:{agreement.pk}", kind=kind)
    assert found.update(state="failed", sealed_secrets="", last_problem=problem) == 1


def code_of(agreement: models.Agreement) -> str:
    code = city.POST.code_of(city.party(agreement, models.Side.COUNTERPARTY))
    return f"{code[:4]} {code[4:]}"


def reissue(client: Client, agreement: models.Agreement, mail: str) -> tuple[int, str]:
    party = city.party(agreement, models.Side.COUNTERPARTY)
    url = f"/agreements/{agreement.pk}/parties/{party.pk}/reissue/"
    response = client.post(url, {"mail": mail})
    text = response.content.decode()
    if response.status_code == 422:
        assert pagecheck.check_page(text, url) == []
    return response.status_code, text


def test_sato_sees_who_did_not_get_a_mail_why_and_what_to_do(sent: models.Agreement) -> None:
    fail(sent, "consent_request")
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert "届かなかったメールがあります" in text
    assert "工藤 正一様（" in text
    assert "「契約書の確認のお願い」：宛先のメールアドレスが見つからないか、受信を断られました（応答 550）。" in text
    assert "正しいメールアドレスで送り直してください。" in text
    assert 'value="kudo@iwate-kensetsu.example.jp"' in text


def test_a_mail_to_a_colleague_that_did_not_arrive_is_told_too(sent: models.Agreement) -> None:
    fail(sent, "approval_request")
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert f"{city.suzuki().staff.name}さん（" in text
    assert "運用管理者" in text
    assert "メール不達" not in page(desk_of(city.sato()), "/"), (
        "nothing there that a new address of the firm would mend"
    )


def test_it_stops_on_the_first_page_until_the_address_is_corrected(sent: models.Agreement) -> None:
    client = desk_of(city.sato())
    assert "メール不達" not in page(client, "/")
    fail(sent, "consent_request")
    text = page(client, "/")
    assert "メール不達" in text
    assert "宛先を訂正して再送" in text
    assert f'href="/agreements/{sent.pk}/#party"' in text
    assert 'id="party"' in page(client, f"/agreements/{sent.pk}/")
    status, _ = reissue(client, sent, "right@iwate-kensetsu.example.jp")
    assert status == 302
    assert "メール不達" not in page(client, "/")
    text = page(client, f"/agreements/{sent.pk}/")
    assert "届かなかったメールがあります" not in text
    assert 'value="right@iwate-kensetsu.example.jp"' in text
    assert "相手方へのメールを再送（宛先を訂正）" in text
    assert city.party(sent, models.Side.COUNTERPARTY).mail == "right@iwate-kensetsu.example.jp"


def test_takahashi_and_an_approver_are_not_told_to_correct_an_address(sent: models.Agreement) -> None:
    fail(sent, "consent_request")
    for person in (city.takahashi(), city.suzuki()):
        assert "メール不達" not in page(desk_of(person), "/")


def test_a_mail_about_an_agreement_that_ended_is_told_on_its_page_only(sent: models.Agreement) -> None:
    actions.withdraw(agreement_id=sent.pk, reason="誤り", post=city.POST, by=city.sato(), at=WHEN)
    fail(sent, "withdrawn")
    assert "メール不達" not in page(desk_of(city.sato()), "/")
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert "電話などで直接お伝えください" in text
    assert "送り先のメールアドレス" not in text


@pytest.mark.parametrize(
    ("problem", "offered"),
    [("signed_after_revocation", True), ("timestamp_revoked", True), ("timestamp_unavailable", False), ("", False)],
)
def test_what_can_never_be_sealed_may_be_withdrawn_and_says_so(
    sent: models.Agreement, problem: str, offered: bool
) -> None:
    city.counterparty_consents(sent, at=AT)
    city.municipality_consents(sent, at=AT)
    models.Agreement.objects.filter(pk=sent.pk).update(sealing_problem=problem)
    client = desk_of(city.sato())
    text = page(client, f"/agreements/{sent.pk}/")
    assert ("この契約を取り下げて、新しい契約として送り直してください" in text) is offered
    assert ("取下げの手続を開く" in text) is offered
    if offered:
        assert "相手方には取下げをメールでお知らせします" in text
    client.post(f"/agreements/{sent.pk}/withdraw/", {"reason": "署名できないため"})
    sent.refresh_from_db()
    assert sent.state == ("withdrawn" if offered else "agreed")


@pytest.mark.parametrize("mail", ["", "kudo", '"a b"@example.jp', "kudo@例え.jp", "a" * 65 + "@example.jp"])
def test_an_address_that_cannot_be_sent_to_is_refused_where_it_is_typed(sent: models.Agreement, mail: str) -> None:
    status, text = reissue(desk_of(city.sato()), sent, mail)
    assert status == 422
    assert 'href="#id_mail"' in text
    assert 'id="id_mail-error"' in text
    assert notifications.Message.objects.filter(kind="consent_request").count() == 1


def test_only_an_officer_sends_again(sent: models.Agreement) -> None:
    assert reissue(desk_of(city.suzuki()), sent, "x@example.jp")[0] == 403
    assert reissue(desk_of(city.takahashi()), sent, "x@example.jp")[0] == 404
    assert "送り先のメールアドレス" not in page(desk_of(city.suzuki()), f"/agreements/{sent.pk}/")


def test_the_code_stays_for_the_telephone_after_the_consent(sent: models.Agreement) -> None:
    first = code_of(sent)
    assert first in page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    city.counterparty_consents(sent, at=AT)
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert first in text
    assert "状況を確かめるリンクを送る" in text
    assert reissue(desk_of(city.sato()), sent, "kudo@iwate-kensetsu.example.jp")[0] == 302
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert first not in text
    assert code_of(sent) in text
    assert code_of(sent) not in page(desk_of(city.suzuki()), f"/agreements/{sent.pk}/")


@pytest.mark.parametrize("ours_first", [True, False])
def test_what_is_nearly_too_late_names_the_party_whose_turn_it_is(cast: None, objects: Path, ours_first: bool) -> None:
    agreement = city.sent(objects, at=AT, counterparty_first=not ours_first)

    def why(at: datetime) -> str:
        return next(one.why for one in pages.needs_attention(city.sato(), at=at)[0] if one.word == "期限間近")

    assert agreement.respond_by is not None
    late = agreement.respond_by - timedelta(days=1)
    firm, town = "岩手建設株式会社の合意がまだありません。", "盛岡市（盛岡市長）の合意がまだありません。"
    assert why(late).endswith(town if ours_first else firm)
    (city.municipality_consents if ours_first else city.counterparty_consents)(agreement, at=AT)
    assert why(late).endswith(firm if ours_first else town)


@pytest.mark.parametrize("first", [True, False])
def test_who_declines_is_not_told_that_a_firm_hears_of_it_that_was_never_asked(
    cast: None, objects: Path, first: bool
) -> None:
    agreement = city.sent(objects, at=AT, counterparty_first=first)
    if first:
        city.counterparty_consents(agreement, at=AT)
    text = page(desk_of(city.onodera()), f"/agreements/{agreement.pk}/consent/")
    assert ("理由は起案した職員と相手方に伝わります。" in text) is first
    assert ("理由は起案した職員に伝わります。" in text) is not first


@pytest.mark.parametrize("deed", ["withdraw", "send", "reopen", "reissue"])
def test_a_reload_of_a_button_s_address_leads_back_to_the_page(sent: models.Agreement, deed: str) -> None:
    party = city.party(sent, models.Side.COUNTERPARTY)
    url = f"/agreements/{sent.pk}/" + (f"parties/{party.pk}/reissue/" if deed == "reissue" else f"{deed}/")
    response = desk_of(city.sato()).get(url)
    assert (response.status_code, response.headers["Location"]) == (302, f"/agreements/{sent.pk}/")
    assert desk_of(city.sato()).put(url).status_code == 405
    assert notifications.Message.objects.filter(kind="consent_request").count() == 1


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("1", 1), ("0", 1), ("7", 7), ("２", 2), ("²", 1), ("-1", 1), ("x", 1), ("9" * 20, 1), ("1e3", 1)],
)
def test_the_page_that_an_address_asks_for_is_bounded(cast: None, asked: str, number: int) -> None:
    assert agreements.page_number(asked) == number
    assert desk_of(city.sato()).get("/", {"page": asked}).status_code == 200


@pytest.mark.parametrize(
    ("mail", "problem"),
    [
        ("kudo@iwate-kensetsu.example.jp", ""),
        ("kudo", "形になっていません"),
        ("a b@example.jp", "形になっていません"),
        ('"ab"@example.jp', "送信できません"),
        ("kudo@[192.0.2.1]", "送信できません"),
        ("kudo@例え.jp", "送信できません"),
        ("a" * 65 + "@example.jp", "送信できません"),
        ("a@" + ".".join(["b" * 63] * 4) + ".jp", "送信できません"),
    ],
)
def test_the_register_takes_only_addresses_that_a_mail_can_be_sent_to(mail: str, problem: str) -> None:
    form = counterparty_forms.CounterpartyForm(
        {"name": "岩手建設株式会社", "signatory_name": "工藤 正一", "mail": mail}
    )
    assert form.is_valid() is not bool(problem)
    assert problem in str(form.errors)
