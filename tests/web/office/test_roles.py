"""役割: granted and taken back by another administrator, told to those whom it concerns, kept with before and after."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from tests import city
from tests.web.office.test_departments import department, signed_in
from warifu.access import actions, errors, models
from warifu.access.rights import Right, Role
from warifu.audit import models as audit
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory.actions import people as register
from warifu.japan import calendar
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db


def staff(login: str) -> directory.StaffMember:
    return directory.StaffMember.objects.get(mail=f"{login}@morioka.example.jp")


def second_administrator() -> directory.StaffMember:
    """及川 administers beside 千田."""
    models.RoleGrant.objects.create(staff=staff("oikawa"), role=Role.ADMINISTRATOR)
    return staff("oikawa")


def address(login: str) -> str:
    return f"/office/roles/{staff(login).pk}/"


def page(login: str, path: str) -> str:
    return signed_in(login).get(path).content.decode()


def line() -> audit.Entry:
    return audit.Entry.objects.filter(action__in=["access.grant_role", "access.revoke_role"]).latest("pk")


def test_who_has_what_is_found_by_person_and_by_role(cast: None) -> None:
    everybody = page("chida", "/office/roles/")
    assert "佐藤 美咲" in everybody
    assert "契約担当 1" in everybody
    keepers = page("chida", "/office/roles/?role=keeper")
    assert "小原 律子" in keepers
    assert "佐藤 美咲" not in keepers
    models.RoleGrant.objects.filter(staff=staff("konno")).delete()
    assert "今野 亜希" not in page("chida", "/office/roles/")
    assert "今野 亜希" in page("chida", "/office/roles/?q=今野"), "so that somebody can be given a first role"
    assert "条件に合う職員はいません" in page("chida", "/office/roles/?q=いない人")


def test_a_role_is_granted_for_a_department_and_some_days(cast: None) -> None:
    second_administrator()
    today = calendar.day_in_japan(clock.now())
    typed = {
        "role": "reader",
        "department": department("教育委員会事務局").pk,
        "begins_on": "",
        "ends_on": calendar.wareki_short(today + timedelta(days=30)),
    }
    answer = signed_in("chida").post(address("sato"), typed, follow=True).content.decode()
    assert "佐藤 美咲さんに役割を付与しました" in answer
    assert "教育委員会事務局とその下の部署" in answer
    grant = models.RoleGrant.objects.get(staff=staff("sato"), role=Role.READER)
    assert (grant.granted_by, grant.ends_on) == (staff("chida"), today + timedelta(days=30))
    told = line()
    assert (told.action, told.target) == ("access.grant_role", f"staff:{staff('sato').pk}")
    assert dict(zip(told.facts["changed"], told.facts["after"], strict=True)) == {
        "role": "閲覧者",
        "department": "教育委員会事務局",
        "ends_on": (today + timedelta(days=30)).isoformat(),
    }


def test_the_person_and_the_other_administrators_hear_of_it(cast: None) -> None:
    second_administrator()
    signed_in("chida").post(address("sato"), {"role": "keeper"})
    sent = {one.to_mail: one.body for one in notifications.Message.objects.filter(kind="role_changed")}
    assert set(sent) == {"sato@morioka.example.jp", "oikawa@morioka.example.jp"}
    assert "財政部 契約検査課 佐藤 美咲" in sent["oikawa@morioka.example.jp"]
    assert "文書管理者" in sent["sato@morioka.example.jp"]
    assert "総務部 総務課 千田 学" in sent["sato@morioka.example.jp"]


def test_the_same_role_again_changes_its_days_and_keeps_those_of_before(cast: None) -> None:
    day = calendar.day_in_japan(clock.now()) + timedelta(days=3)
    signed_in("chida").post(address("sato"), {"role": "officer", "ends_on": calendar.wareki_short(day)})
    assert models.RoleGrant.objects.get(staff=staff("sato")).ends_on == day
    assert line().facts["role"] == "契約担当"
    assert (line().facts["changed"], line().facts["before"]) == (["ends_on"], [None])


def test_a_role_is_taken_back_after_a_page_that_says_what_ends(cast: None) -> None:
    client, grant = signed_in("chida"), models.RoleGrant.objects.get(staff=staff("sato"))
    path = f"{address('sato')}{grant.pk}/revoke/"
    asked = client.get(path).content.decode()
    assert "契約を起案し、送信し、取り下げる" in asked
    assert models.RoleGrant.objects.filter(pk=grant.pk).exists()
    assert "取り消しました" in client.post(path, follow=True).content.decode()
    assert not city.person("sato@morioka.example.jp", at=clock.now()).may(Right.DRAFT)
    assert line().facts["before"][:2] == ["契約担当", "団体の全体"]
    assert client.post(path).status_code == HTTPStatus.NOT_FOUND


def test_nobody_grants_or_takes_back_for_themselves(cast: None) -> None:
    second_administrator()
    client, grant = signed_in("chida"), models.RoleGrant.objects.get(staff=staff("chida"))
    assert "総務部 総務課 及川 雅子さん" in client.get(address("chida")).content.decode()
    answers = [
        client.post(address("chida"), {"role": "reader"}),
        client.post(f"{address('chida')}{grant.pk}/revoke/"),
    ]
    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 2
    assert all("ほかの全体管理者へ依頼してください" in answer.content.decode() for answer in answers)
    assert models.RoleGrant.objects.filter(staff=staff("chida")).count() == 1


def test_a_single_administrator_is_told_to_name_a_second_one_first(cast: None) -> None:
    assert "全体管理者は、あなただけです" in page("chida", address("chida"))


def test_the_last_lasting_administrator_stays(cast: None) -> None:
    """及川 is one until the end of the month only, so 千田 cannot be taken away."""
    oikawa = second_administrator()
    month = calendar.day_in_japan(clock.now()) + timedelta(days=20)
    models.RoleGrant.objects.filter(staff=oikawa, role=Role.ADMINISTRATOR).update(ends_on=month)
    grant = models.RoleGrant.objects.get(staff=staff("chida"))
    client = signed_in("oikawa")
    answers = [
        client.post(f"{address('chida')}{grant.pk}/revoke/"),
        client.post(address("chida"), {"role": "administrator", "ends_on": calendar.wareki_short(month)}),
    ]
    assert [answer.status_code for answer in answers] == [HTTPStatus.CONFLICT] * 2
    assert all("全体管理者がいなくなるため" in answer.content.decode() for answer in answers)
    grant.refresh_from_db()
    assert grant.ends_on is None
    models.RoleGrant.objects.filter(staff=oikawa).update(ends_on=None)
    assert client.post(f"{address('chida')}{grant.pk}/revoke/").status_code == HTTPStatus.FOUND


def test_the_last_administrator_does_not_leave(cast: None) -> None:
    day = calendar.day_in_japan(clock.now())
    with pytest.raises(directory_errors.StillInUse, match="ただ一人の全体管理者"):
        register.leave(staff=staff("chida"), last_day=day, by=city.oikawa().actor, at=clock.now())
    second_administrator()
    register.leave(staff=staff("chida"), last_day=day, by=city.oikawa().actor, at=clock.now())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"role": ""}, "役割を選んでください"),
        ({"role": "auditor", "department": "here"}, "団体の全体についての役割です"),
        ({"role": "reader", "ends_on": "R7.4.1"}, "今日又は開始日より前"),
        ({"role": "reader", "begins_on": "R99.4.1", "ends_on": "R98.4.1"}, "今日又は開始日より前"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    cast: None, typed: dict[str, str], words: str
) -> None:
    filled = {name: str(department("財政部").pk) if value == "here" else value for name, value in typed.items()}
    answer = signed_in("chida").post(address("sato"), filled)
    assert answer.status_code in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert words in answer.content.decode()
    assert models.RoleGrant.objects.filter(staff=staff("sato")).count() == 1


def test_the_verbs_hold_without_the_pages(cast: None) -> None:
    def grant(by: str, role: Role = Role.READER) -> None:
        actions.grant_role(
            staff=staff("sato"),
            role=role,
            department=None,
            begins_on=None,
            ends_on=None,
            letters=city.LETTERS,
            by=city.person(by, at=clock.now()),
            at=clock.now(),
        )

    for stranger in ("oikawa@morioka.example.jp", "nagamine@takizawa.example.jp"):
        with pytest.raises(errors.NotAdministrator):
            grant(stranger)
    assert models.RoleGrant.objects.filter(staff=staff("sato")).count() == 1


def test_who_proved_themselves_long_ago_is_asked_again(cast: None) -> None:
    client = signed_in("chida")
    models.Session.objects.update(proved_at=clock.now() - timedelta(hours=1))
    answer = client.post(address("sato"), {"role": "reader"})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith("/signin/again/")
    assert models.RoleGrant.objects.filter(staff=staff("sato")).count() == 1
