"""Pages of departments: what an administrator sees and what they are told."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests import city
from warifu.access import models as access
from warifu.directory import models
from warifu.japan import calendar
from warifu.web import clock

pytestmark = pytest.mark.django_db


def signed_in(login: str, body: str = "morioka") -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail=f"{login}@{body}.example.jp"))
    return client


def department(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path)


def test_an_administrator_renames_a_department_for_a_day_to_come(cast: None) -> None:
    client, old = signed_in("chida"), department("財政部")
    day = calendar.day_in_japan(clock.now()) + timedelta(days=30)
    typed = {
        "name": "財務部",
        "parent": "",
        "day": calendar.wareki_short(day),
        "code": "01",
        "phone": "",
        "position": "",
    }
    answer = client.post(f"/office/departments/{old.pk}/change/", typed, follow=True)
    assert f"{calendar.wareki(day)}の0時から「財務部」になります。" in answer.content.decode()
    tree = client.get("/office/departments/").content.decode()
    assert "予定している変更（1件）" in tree
    assert "翌日から「財務部」になります" in tree
    later = client.get("/office/departments/", {"on": calendar.wareki_short(day)}).content.decode()
    assert ">財務部</a>" in later
    assert ">財政部</a>" not in later.partition('id="tree"')[2]
    new = department("財務部")
    assert (
        "今の名称、位置及び職員のまま続きます" in client.get(f"/office/departments/{new.pk}/cancel/").content.decode()
    )
    assert client.post(f"/office/departments/{new.pk}/cancel/").status_code == HTTPStatus.FOUND
    assert not models.Department.objects.filter(path="財務部").exists()


def test_a_department_with_people_says_where_they_would_go(cast: None) -> None:
    client, section = signed_in("chida"), department("財政部 契約検査課")
    day = calendar.wareki_short(calendar.day_in_japan(clock.now()))
    page = client.get(f"/office/departments/{section.pk}/end/").content.decode()
    assert "職員3人が所属し、下位の部署が0あります" in page
    refused = client.post(f"/office/departments/{section.pk}/end/", {"day": day, "successor": ""})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "後継の部署を選ぶか" in refused.content.decode()
    heir = department("総務部 総務課")
    moved = client.post(f"/office/departments/{section.pk}/end/", {"day": day, "successor": heir.pk}, follow=True)
    assert "翌日から" in moved.content.decode()


def test_what_was_typed_is_kept_beside_the_refusal(cast: None) -> None:
    client = signed_in("chida")
    typed = {"name": "契約検査課", "parent": department("財政部").pk, "phone": "019-000-9999"}
    answer = client.post("/office/departments/new/", typed)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "019-000-9999" in answer.content.decode()
    assert "すでにあります" in answer.content.decode()


def test_departments_are_found_by_any_word_of_their_path(cast: None) -> None:
    page = signed_in("chida").get("/office/departments/", {"q": "財政 契約"}).content.decode()
    assert "検索した結果（1部署）" in page
    assert "財政部 契約検査課" in page
    nothing = signed_in("chida").get("/office/departments/", {"q": "水産"}).content.decode()
    assert "「水産」を含む部署はありません" in nothing


def test_among_many_departments_one_is_named_by_typing(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warifu.web.named_choice.LISTED", 3)
    client = signed_in("chida")
    several = client.post("/office/departments/new/", {"name": "検査係", "parent": "部"})
    assert "「部」を含む部署が複数あります" in several.content.decode()
    none = client.post("/office/departments/new/", {"name": "検査係", "parent": "水産課"})
    assert "「水産課」という部署はありません" in none.content.decode()
    assert client.post("/office/departments/new/", {"name": "検査係", "parent": "契約検査課"}).status_code == 302
    assert department("財政部 契約検査課 検査係")


def test_who_arranges_no_people_is_told_who_does(cast: None) -> None:
    for page in ("", "new/", f"{department('財政部').pk}/", f"{department('財政部').pk}/end/"):
        answer = signed_in("sato").get(f"/office/departments/{page}")
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "千田 学さん" in answer.content.decode()


def test_another_bodys_department_does_not_exist(cast: None) -> None:
    theirs = models.Department.objects.get(municipality__code=city.TAKIZAWA, name="財務課")
    for deed in ("", "change/", "end/", "cancel/"):
        assert signed_in("chida").get(f"/office/departments/{theirs.pk}/{deed}").status_code == HTTPStatus.NOT_FOUND
