"""Pages of people and groups, and the choice of the post in which one acts."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from tests import city
from tests.web.office.test_departments import department, signed_in
from warifu.access import models as access
from warifu.audit import models as audit
from warifu.directory import models
from warifu.japan import calendar
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db


def today() -> str:
    return calendar.wareki_short(calendar.day_in_japan(clock.now()))


def test_somebody_comes_and_gets_the_mail_with_which_their_account_begins(cast: None) -> None:
    typed = {
        "name": "村上 葵",
        "mail": "murakami@morioka.example.jp",
        "number": "1024",
        "department": department("総務部 総務課").pk,
        "title": "主事",
        "invite": "on",
    }
    client = signed_in("chida")
    answer = client.post("/office/people/new/", typed, follow=True).content.decode()
    assert "村上 葵さんを登録しました。利用開始の案内をメールで送りました。" in answer
    assert notifications.Message.objects.filter(to_mail="murakami@morioka.example.jp").count() == 1
    again = client.post("/office/people/new/", typed)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "このメールアドレスは、すでに登録されています" in again.content.decode()


def test_people_are_listed_by_words_role_and_whether_they_have_left(cast: None) -> None:
    client = signed_in("chida")
    assert "検索した結果（1人）" in client.get("/office/people/", {"q": "契約検査課 佐藤"}).content.decode()
    managers = client.get("/office/people/", {"role": "manager"}).content.decode()
    assert "及川 雅子" in managers
    assert "佐藤 美咲" not in managers
    assert "退職した職員はいません" in client.get("/office/people/", {"left": "1"}).content.decode()


def test_a_new_address_is_the_one_to_sign_in_with(cast: None) -> None:
    sato = city.sato().staff
    typed = {"name": "佐藤 美咲", "mail": "misaki@morioka.example.jp", "number": ""}
    signed_in("chida").post(f"/office/people/{sato.pk}/change/", typed)
    assert access.Account.objects.get(staff=sato).mail == "misaki@morioka.example.jp"


def test_who_holds_two_posts_chooses_in_the_bar(cast: None) -> None:
    sato, client = city.sato().staff, signed_in("sato")
    assert "所属を選ぶ" not in client.get("/").content.decode()
    typed = {"kind": "concurrent", "department": department("総務部 総務課").pk, "title": "併任"}
    assert signed_in("chida").post(f"/office/people/{sato.pk}/posts/new/", typed).status_code == HTTPStatus.FOUND
    second = models.Post.objects.get(staff=sato, is_main=False)
    assert "所属を選ぶ" in client.get("/").content.decode()
    told = client.post("/post/", {"post": second.pk}, follow=True).content.decode()
    assert "「総務部 総務課 併任」として操作します。" in told
    assert "総務部 総務課　佐藤 美咲" in told
    client.get("/agreements/new/")
    theirs = models.Post.objects.get(staff=city.suzuki().staff)
    assert "所属を選んでください" in client.post("/post/", {"post": theirs.pk}).content.decode()


def test_leaving_asks_first_who_takes_over(cast: None, objects: Path) -> None:
    city.drafted(objects, at=clock.now())
    sato, client = city.sato().staff, signed_in("chida")
    page = client.get(f"/office/people/{sato.pk}/leave/").content.decode()
    assert "進行中の契約1件の担当" in page
    assert "市道" not in page, "administration reads no contract"
    refused = client.post(f"/office/people/{sato.pk}/leave/", {"day": today()})
    assert refused.status_code == HTTPStatus.CONFLICT
    obara = city.person("obara@morioka.example.jp").staff
    access.RoleGrant.objects.create(staff=obara, role="officer")
    done = client.post(f"/office/people/{sato.pk}/leave/", {"day": today(), "officer": obara.pk}, follow=True)
    assert "退職の予定があります" in done.content.decode()
    assert audit.Entry.objects.filter(action__in=["agreements.hand_over", "directory.leave"]).count() == 2
    back = {"department": department("財政部 契約検査課").pk, "title": "主任"}
    assert client.post(f"/office/people/{sato.pk}/return/", back).status_code == HTTPStatus.FOUND


def test_leaving_is_one_deed_and_offers_only_who_may_work_there(cast: None, objects: Path) -> None:
    city.drafted(objects, at=clock.now())
    sato, client = city.sato().staff, signed_in("chida")
    obara, konno = (city.person(f"{login}@morioka.example.jp").staff for login in ("obara", "konno"))
    access.RoleGrant.objects.create(staff=konno, role="officer", department=department("総務部"))
    access.RoleGrant.objects.create(staff=obara, role="officer", department=department("財政部"))
    page = client.get(f"/office/people/{sato.pk}/leave/").content.decode()
    assert (str(obara.pk) in page, str(konno.pk) in page) == (True, False)
    access.RoleGrant.objects.create(staff=sato, role="administrator")
    access.RoleGrant.objects.filter(staff=city.chida().staff).update(
        ends_on=calendar.day_in_japan(clock.now()) + timedelta(days=5)
    )
    refused = client.post(f"/office/people/{sato.pk}/leave/", {"day": today(), "officer": obara.pk})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "ただ一人の全体管理者" in refused.content.decode()
    assert not audit.Entry.objects.filter(action="agreements.hand_over").exists()


def test_a_concurrent_post_ends_and_a_main_post_does_not(cast: None) -> None:
    sato, client = city.sato().staff, signed_in("chida")
    main = models.Post.objects.get(staff=sato)
    answer = client.post(f"/office/people/{sato.pk}/posts/{main.pk}/end/", {"day": today()})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert client.get(f"/office/people/{city.suzuki().staff.pk}/posts/{main.pk}/end/").status_code == 404


def test_a_group_is_made_filled_emptied_and_removed(cast: None) -> None:
    client, sato = signed_in("oikawa"), city.sato().staff
    client.post("/office/groups/new/", {"name": "工事契約の担当者", "note": ""})
    group = models.Group.objects.get()
    page = client.post(f"/office/groups/{group.pk}/", {"member": sato.pk}, follow=True).content.decode()
    assert "構成員（1人）" in page
    client.post(f"/office/groups/{group.pk}/members/drop/", {"member": [sato.pk]})
    assert not group.members.exists()
    assert "構成員0人の指定が外れます" in client.get(f"/office/groups/{group.pk}/remove/").content.decode()
    client.post(f"/office/groups/{group.pk}/remove/")
    assert "グループはまだありません" in client.get("/office/groups/").content.decode()


def test_people_and_groups_of_another_body_do_not_exist(cast: None) -> None:
    client, theirs = signed_in("chida"), city.takahashi().staff
    group = models.Group.objects.create(municipality=theirs.municipality, name="工事")
    pages = [f"people/{theirs.pk}/{deed}" for deed in ("", "change/", "posts/new/", "leave/", "return/")]
    pages += [f"groups/{group.pk}/{deed}" for deed in ("", "change/", "members/drop/", "remove/")]
    assert {client.get(f"/office/{page}").status_code for page in pages} == {HTTPStatus.NOT_FOUND}


def test_somebody_whose_last_day_is_over_is_shown_as_gone(cast: None) -> None:
    sato = city.sato().staff
    models.StaffMember.objects.filter(pk=sato.pk).update(left_on=clock.now().date() - timedelta(days=3))
    client = signed_in("chida")
    assert "退職しています" in client.get(f"/office/people/{sato.pk}/").content.decode()
    assert "佐藤 美咲" in client.get("/office/people/", {"left": "1"}).content.decode()
