"""What the desk's pages say, and to whom."""

import uuid
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.house import pagecheck
from warifu import wiring
from warifu.access import models as access
from warifu.access import person as access_person
from warifu.agreements import actions, models
from warifu.web import clock

pytestmark = pytest.mark.django_db
CODE = "41270935"


def desk_of(person: access_person.Person) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(staff=person.staff))
    return client


def page(client: Client, url: str) -> str:
    response = client.get(url)
    text = response.content.decode()
    assert pagecheck.check_page(text, url) == []
    return text


@pytest.fixture
def sent(cast: None, objects: Path, monkeypatch: pytest.MonkeyPatch) -> models.Agreement:
    monkeypatch.setattr(wiring, "post", lambda: city.POST)
    monkeypatch.setattr(clock, "now", lambda: AT)
    agreement = city.sent(objects, at=AT)
    sealed = city.BOX.close({"code": CODE}, at=AT)
    models.Party.objects.filter(agreement=agreement, side=models.Side.COUNTERPARTY).update(sealed_code=sealed)
    return agreement


def test_sato_reads_the_code_for_the_telephone_in_two_groups(sent: models.Agreement) -> None:
    text = page(desk_of(city.sato()), f"/agreements/{sent.pk}/")
    assert "4127 0935" in text
    assert "メールとは別に、電話などでお伝えください" in text


@pytest.mark.parametrize("who", [city.suzuki, city.onodera])
def test_nobody_but_an_officer_sees_the_code(sent: models.Agreement, who: object) -> None:
    assert callable(who)
    text = page(desk_of(who()), f"/agreements/{sent.pk}/")
    assert "確認コード：" not in text
    assert CODE not in text.replace(" ", "")


def test_takahashi_of_another_municipality_sees_not_found(sent: models.Agreement) -> None:
    approver, consenter = city.person("sasaki@takizawa.example.jp"), city.person("chiba@takizawa.example.jp")
    for who, page_of_it in ((city.takahashi(), ""), (consenter, "consent/"), (approver, "approve/")):
        response = desk_of(who).get(f"/agreements/{sent.pk}/{page_of_it}")
        assert response.status_code == 404
        assert sent.title not in response.content.decode()


def test_onodera_sees_the_other_half_as_it_was_sent_though_the_register_changed(sent: models.Agreement) -> None:
    city.counterparty_consents(sent, at=AT)
    firm = city.iwate_kensetsu()
    firm.mail = "moved@example.jp"
    firm.save()
    text = page(desk_of(city.onodera()), f"/agreements/{sent.pk}/consent/")
    assert "kudo@iwate-kensetsu.example.jp" in text
    assert "moved@example.jp" not in text


def test_a_consent_without_the_tick_says_so_on_top_and_at_the_tick(sent: models.Agreement) -> None:
    city.counterparty_consents(sent, at=AT)
    url = f"/agreements/{sent.pk}/consent/"
    response = desk_of(city.onodera()).post(url, {"digest": city.digest_of(sent)})
    text = response.content.decode()
    assert response.status_code == 422
    assert pagecheck.check_page(text, url) == []
    assert text.count("確認欄に印を付けてください。") == 2
    assert 'href="#read"' in text
    assert 'id="read-error"' in text


def test_what_was_typed_stays_when_something_is_wrong(cast: None) -> None:
    agreement = actions.draft(by=city.sato(), at=AT)
    url = f"/agreements/{agreement.pk}/contents/"
    response = desk_of(city.sato()).post(url, {"title": "橋梁補修", "amount": "18,7O0,000", "contract_on": "R8.4.1"})
    text = response.content.decode()
    assert response.status_code == 422
    assert pagecheck.check_page(text, url) == []
    assert 'value="18,7O0,000"' in text
    assert "令和8年4月1日（水）　令和8年度" in text


def test_a_title_that_looks_like_a_page_is_shown_as_it_was_typed(cast: None, objects: Path) -> None:
    title = "\"'><script>x</script>{{ request }}{% now 'Y' %}<c-mark.part />"
    agreement = city.drafted(objects, at=AT, title=title)
    models.Document.objects.filter(agreement=agreement).update(name=f"{title}.pdf")
    for url in ("/", f"/agreements/{agreement.pk}/", f"/agreements/{agreement.pk}/confirm/"):
        text = page(desk_of(city.sato()), url)
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text
        assert "{{ request }}" in text


@pytest.mark.parametrize(
    "url", ["/", "/agreements/new/", "/records/", "/counterparties/", "/counterparties/new/", "/?state=draft&q=zzz"]
)
def test_an_empty_desk_says_what_to_do_next(cast: None, url: str) -> None:
    page(desk_of(city.sato()), url)


def test_a_page_that_is_not_there_is_a_calm_page(cast: None) -> None:
    response = desk_of(city.sato()).get(f"/records/{uuid.UUID(int=1)}/")
    text = response.content.decode()
    assert response.status_code == 404
    assert pagecheck.check_page(text, "/") == []
    assert "ページが見つかりません" in text
