"""アカウント: an administrator sees who can sign in and helps who cannot; never of another municipality."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.web.entrance import people
from warifu.access import forgetting, models
from warifu.audit import queries as audit
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.web import clock

pytestmark = pytest.mark.django_db
CHIDA = "chida@morioka.example.jp"
LIST = "/office/accounts/"


def administrator() -> Client:
    return people.signed_in(CHIDA)


def page_of(mail: str = people.SATO) -> str:
    return f"{LIST}{directory.StaffMember.objects.get(mail=mail).pk}/"


def said(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, path
    return reply.content.decode()


def test_the_list_shows_all_people_of_ones_own_body_and_finds_them(cast: None) -> None:
    client = administrator()
    shown = said(client, LIST)
    assert "職員（11人）" in shown
    assert "高橋 直子" not in shown
    assert "職員（1人）" in said(client, f"{LIST}?q=佐藤")
    assert "職員（3人）" in said(client, f"{LIST}?q=契約検査課")
    assert "条件に合う職員はいません。" in said(client, f"{LIST}?q=いない")


def test_the_list_is_narrowed_to_those_with_one_factor(cast: None) -> None:
    people.with_app()
    client = administrator()
    assert "佐藤 美咲" not in said(client, f"{LIST}?which=one_factor")
    assert "職員（10人）" in said(client, f"{LIST}?which=one_factor")
    models.Account.objects.filter(mail=people.SATO).update(is_active=False)
    assert "職員（1人）" in said(client, f"{LIST}?which=closed")


def test_fifty_people_a_page(cast: None) -> None:
    department = city.sato().staff.department
    directory.StaffMember.objects.bulk_create(
        directory.StaffMember(
            municipality=city.morioka(),
            department=department,
            name=f"職員 {number:03d}",
            mail=f"n{number}@morioka.example.jp",
        )
        for number in range(50)
    )
    client = administrator()
    assert "61人中 1〜50人を表示" in said(client, LIST)
    assert "61人中 51〜61人を表示" in said(client, f"{LIST}?page=2")
    assert "50人" in said(client, f"{LIST}?which=no_account")


def test_who_may_not_hears_whom_to_ask(cast: None) -> None:
    reply = people.signed_in().get(LIST)
    assert reply.status_code == 403
    assert "全体管理者（総務部 総務課 千田 学さん）へ、役割の付与を依頼してください。" in reply.content.decode()


def test_another_municipalitys_people_do_not_exist(cast: None) -> None:
    client = administrator()
    theirs = page_of("takahashi@takizawa.example.jp")
    for path in (theirs, f"{theirs}close/"):
        assert (client.get(path).status_code, client.post(path).status_code) in {(404, 405), (404, 404)}
    assert models.Account.objects.get(mail="takahashi@takizawa.example.jp").is_active


def test_a_pause_is_shown_and_ended(cast: None) -> None:
    for _ in range(10):
        Client().post("/signin/", {"username": people.SATO, "password": "machigai-no-pasuwaado"})
    client, path = administrator(), page_of()
    assert "まで一時停止しています" in said(client, path)
    assert "サインインの失敗の記録を消し" in said(client, f"{path}release/")
    assert client.post(f"{path}release/")["Location"] == path
    assert "一時停止しています" not in said(client, path)
    assert people.sign_in(Client()) == "/"


def test_sessions_of_another_are_shown_and_ended(cast: None) -> None:
    sato, client, path = people.signed_in(), administrator(), page_of()
    assert "サインイン中の端末（1台）" in said(client, path)
    client.post(f"{path}sign-out/")
    assert sato.get("/")["Location"].startswith("/signin/")
    assert "いまサインインしている端末はありません。" in said(client, path)


def test_a_lost_phone_is_cleared_and_its_owner_told(cast: None) -> None:
    people.with_app()
    client, path = administrator(), page_of()
    assert client.post(f"{path}clear/").status_code == 302
    assert people.sign_in(Client()) == "/"
    assert "多要素認証の解除（管理者による操作）" in people.letters()[-1].body
    entry = list(audit.entries_of(city.MORIOKA))
    assert [one.actor_name for one in entry if one.action == "access.clear_factors"] == ["千田 学"]


def test_a_new_person_is_invited(cast: None) -> None:
    directory.StaffMember.objects.create(
        municipality=city.morioka(),
        department=city.sato().staff.department,
        name="新田 真",
        mail="nitta@morioka.example.jp",
    )
    client, path = administrator(), page_of("nitta@morioka.example.jp")
    assert "アカウントはありません" in said(client, path)
    client.post(f"{path}invite/")
    assert "設定していません" in said(client, path)
    guest, new = Client(), "atarashii-nagai-aikotoba"
    guest.get(people.link(people.letters("nitta@morioka.example.jp")[-1]))
    guest.post("/signin/choose/", {"password": new, "repeated": new})
    assert people.sign_in(Client(), "nitta@morioka.example.jp", new) == "/"


def test_the_account_of_the_last_lasting_administrator_is_not_closed(cast: None) -> None:
    until = calendar.day_in_japan(clock.now()) + timedelta(days=9)
    obara = directory.StaffMember.objects.get(mail="obara@morioka.example.jp")
    models.RoleGrant.objects.create(staff=obara, role="administrator", ends_on=until)
    reply = people.signed_in(obara.mail).post(f"{page_of(CHIDA)}close/")
    assert reply.status_code == 409
    assert "先に、ほかの職員へ全体管理者の役割を付与してください。" in reply.content.decode()
    assert models.Account.objects.get(mail=CHIDA).is_active


def test_an_account_is_closed_and_opened_again(cast: None) -> None:
    sato, client, path = people.signed_in(), administrator(), page_of()
    client.post(f"{path}close/")
    assert sato.get("/")["Location"].startswith("/signin/")
    assert Client().post("/signin/", {"username": people.SATO, "password": PASSWORD}).status_code == 422
    client.post(f"{path}reopen/")
    assert people.sign_in(Client()) == "/"


def test_administrators_do_not_shut_themselves_out(cast: None) -> None:
    client, path = administrator(), page_of(CHIDA)
    assert "アカウントの停止" not in said(client, path)
    for deed in ("close", "sign-out", "clear"):
        assert client.post(f"{path}{deed}/").status_code == 409, deed
    assert client.get("/me/").status_code == 200


def test_what_does_not_fit_the_state_any_more_is_refused(cast: None) -> None:
    client, path = administrator(), page_of()
    assert client.post(f"{path}reopen/").status_code == 409
    assert client.get(f"{path}nothing/").status_code == 404


def test_each_of_these_asks_again_who_is_there(cast: None) -> None:
    client, path = administrator(), page_of()
    people.age(client, proved=timedelta(minutes=6))
    assert client.post(f"{path}close/")["Location"].startswith("/signin/again/")
    assert people.account().is_active


def test_rules_hold_from_the_next_request_on(cast: None) -> None:
    client, sato = administrator(), people.signed_in()
    typed = {"mfa_required": "on", "grace_days": "０", "idle_minutes": "10", "absolute_hours": "8"}
    assert "登録していない職員は11人です。" in said(client, f"{LIST}rules/")
    assert client.post(f"{LIST}rules/", typed).status_code == 302
    kept = models.SignInRules.objects.get(municipality=city.morioka())
    assert (kept.grace_days, kept.idle_minutes, kept.absolute_hours) == (0, 10, 8)
    assert sato.get("/")["Location"] == "/account/enrol/"
    assert client.get(LIST)["Location"] == "/account/enrol/", "who demands it is not excepted"
    assert people.signed_in("takahashi@takizawa.example.jp").get("/").status_code == 200


@pytest.mark.parametrize(
    ("field", "typed"), [("idle_minutes", "0"), ("idle_minutes", "241"), ("absolute_hours", "25"), ("grace_days", "91")]
)
def test_rules_out_of_their_range_are_refused_with_the_range(cast: None, field: str, typed: str) -> None:
    fields = {"grace_days": "14", "idle_minutes": "30", "absolute_hours": "12"} | {field: typed}
    reply = administrator().post(f"{LIST}rules/", fields)
    assert reply.status_code == 422
    assert "までの数字（" in reply.content.decode()
    assert not models.SignInRules.objects.exists()


def test_old_rows_are_forgotten_and_living_ones_stay(cast: None) -> None:
    client = people.signed_in()
    people.signed_in()
    models.Session.objects.exclude(pk=client.session["access_session"]).update(
        ended_at=clock.now() - timedelta(days=91), ended_why="own"
    )
    forgetting.forget(at=clock.now())
    assert models.Session.objects.count() == 1
    assert client.get("/me/").status_code == 200
