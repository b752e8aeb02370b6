"""Pages of contracting authorities."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from tests import city
from tests.web.office.test_departments import department, signed_in
from warifu.directory import models
from warifu.japan import calendar
from warifu.web import clock

pytestmark = pytest.mark.django_db


def day(days: int = 0) -> str:
    return calendar.wareki_short(calendar.day_in_japan(clock.now()) + timedelta(days=days))


def mayor() -> models.ContractingAuthority:
    return models.ContractingAuthority.objects.get(municipality=city.morioka(), title="盛岡市長")


def test_a_title_is_registered_and_found_by_its_ground(cast: None) -> None:
    client = signed_in("oikawa")
    typed = {"title": "盛岡市議会議長", "ground_kind": "law", "ground": "地方自治法第104条", "ground_number": ""}
    answer = client.post("/office/titles/new/", typed, follow=True).content.decode()
    assert "「盛岡市議会議長」を保存しました" in answer
    assert "合意を行う職員がいません" in answer
    listed = client.get("/office/titles/", {"q": "第104条"}).content.decode()
    assert "検索した結果（1件）" in listed
    assert "盛岡市議会議長" in listed
    assert "条件に合う契約名義はありません" in client.get("/office/titles/", {"q": "町長"}).content.decode()
    again = client.post("/office/titles/new/", typed)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "重なる期間に登録されています" in again.content.decode()


def test_holder_and_deputy_show_as_they_appear_in_a_contract(cast: None) -> None:
    client, place = signed_in("oikawa"), f"/office/titles/{mayor().pk}/"
    client.post(f"{place}holders/new/", {"name": "盛岡 太郎"})
    assert "今日の名義は「盛岡市長　盛岡 太郎」です" in client.get(place).content.decode()
    typed = {
        "appears_as": "盛岡市長職務代理者　盛岡市副市長",
        "name": "北上 次郎",
        "reason": "市長の病気療養",
        "ground": "地方自治法第152条第1項",
        "begins_on": day(),
    }
    told = client.post(f"{place}deputies/new/", typed, follow=True).content.decode()
    assert "今日の名義は「盛岡市長職務代理者　盛岡市副市長　北上 次郎」です" in told
    deputy = mayor().deputies.get()
    client.post(f"{place}deputies/{deputy.pk}/end/", {"day": day(30)})
    over = client.post(f"{place}deputies/{deputy.pk}/end/", {"day": day(-3)})
    assert over.status_code == HTTPStatus.CONFLICT
    assert "始まりの日より前" in over.content.decode()


def test_who_uses_approves_and_consents_is_chosen_on_pages_that_say_what_follows(cast: None) -> None:
    client, place = signed_in("oikawa"), f"/office/titles/{mayor().pk}/"
    assert "名義人とこの職員の氏名" in client.get(f"{place}consenters/new/").content.decode()
    suzuki = city.suzuki().staff
    client.post(f"{place}consenters/new/", {"staff": suzuki.pk, "ground": "盛岡市事務決裁規程第7条"})
    shown = client.get(place).content.decode()
    assert "合意を行う職員（2人）" in shown
    assert "盛岡市事務決裁規程第7条" in shown
    client.post(f"{place}consenters/{suzuki.pk}/remove/")
    last = client.get(f"{place}consenters/{city.onodera().staff.pk}/remove/").content.decode()
    assert "合意できる職員がいなくなります" in last
    client.post(f"{place}approvers/new/", {"staff": suzuki.pk})
    assert "次の職員だけを承認者に選べます" in client.get(place).content.decode()
    client.post(f"{place}users/", {"scope": "named", "department": department("財政部").pk})
    assert "財政部とその下の部署" in client.get(place).content.decode()


def test_a_title_is_replaced_or_ended_with_its_day(cast: None) -> None:
    client, place = signed_in("oikawa"), f"/office/titles/{mayor().pk}/"
    typed = {
        "title": "盛岡市長",
        "ground_kind": "rule",
        "ground": "盛岡市契約規則",
        "ground_number": "",
        "begins_on": "",
    }
    assert client.post(f"{place}replace/", typed).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told = client.post(f"{place}replace/", typed | {"begins_on": day(10)}, follow=True).content.decode()
    assert "切替えを登録しました" in told
    assert "これから" in told
    assert "まもなく終わります" in client.get("/office/titles/", {"standing": "in_force"}).content.decode()
    assert client.post(f"{place}end/", {"day": day(3)}, follow=True).status_code == HTTPStatus.OK


def test_titles_of_another_body_do_not_exist_and_officers_may_not_look(cast: None) -> None:
    theirs = models.ContractingAuthority.objects.filter(municipality__code=city.TAKIZAWA)[0]
    assert signed_in("oikawa").get(f"/office/titles/{theirs.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert signed_in("sato").get("/office/titles/").status_code == HTTPStatus.FORBIDDEN
