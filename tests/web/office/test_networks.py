"""接続元の制限 by pages: signing in, a living session that moves, the administrator's page and its guard."""

import re

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.house import pagecheck
from tests.web.entrance import people
from warifu.access import actions, models, network_queries, networks
from warifu.access.network_models import BlockedAttempt
from warifu.audit import models as audit
from warifu.web import clock

pytestmark = pytest.mark.django_db
OFFICE, HOME = "192.0.2.10", "203.0.113.7"
CHIDA = "chida@morioka.example.jp"
PAGE = "/office/networks/"
LIST = networks.Policy(True, (networks.Entry("a1", "192.0.2.0/24", "本庁舎"),))


def limited() -> None:
    actions.set_networks(policy=LIST, seen=0, on_trial=False, by=city.chida(), at=clock.now())


def signed_in(mail: str = people.SATO, address: str = OFFICE) -> Client:
    client = Client(REMOTE_ADDR=address)
    people.sign_in(client, mail)
    return client


def said(client: Client, path: str = PAGE, *, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status, path
    page = reply.content.decode()
    assert pagecheck.check_page(page, path) == []
    return page


def test_nobody_signs_in_from_outside(cast: None) -> None:
    limited()
    client = Client(REMOTE_ADDR=HOME)
    reply = client.post("/signin/", {"username": people.SATO, "password": PASSWORD})
    assert reply.status_code == 403
    shown = reply.content.decode()
    assert "この接続元からは利用できません" in shown
    assert HOME in shown
    assert pagecheck.check_page(shown, "/signin/") == []
    assert not models.Session.objects.filter(account__mail=people.SATO).exists()
    assert client.get("/").status_code == 302, "asked to sign in"
    assert BlockedAttempt.objects.get().at_sign_in


def test_a_wrong_password_from_outside_is_told_as_from_anywhere(cast: None) -> None:
    limited()
    reply = Client(REMOTE_ADDR=HOME).post("/signin/", {"username": people.SATO, "password": "wrong"})
    assert reply.status_code == 422
    assert "この接続元" not in reply.content.decode()


def test_a_session_that_moves_outside_is_stopped_and_goes_on_when_it_comes_back(cast: None) -> None:
    limited()
    client = signed_in()
    assert "契約案件の状況" in said(client, "/")
    for path in ("/", "/account/", "/agreements/new/"):
        reply = client.get(path, REMOTE_ADDR=HOME)
        assert reply.status_code == 403
        assert "サインインは続いています" in reply.content.decode()
        assert pagecheck.check_page(reply.content.decode(), path) == []
    assert "契約案件の状況" in said(client, "/")
    assert BlockedAttempt.objects.get().count == 3
    assert audit.Entry.objects.filter(action="access.block").count() == 1
    seen = models.Session.objects.get(account__mail=people.SATO)
    assert seen.ip == OFFICE, "what is outside does not become the session's address"


def test_what_was_typed_outside_waits_inside(cast: None) -> None:
    limited()
    client = signed_in(CHIDA)
    typed = {"network": "198.51.100.0/24", "note": "分庁舎", "seen": "1"}
    reply = client.post(f"{PAGE}new/", typed, REMOTE_ADDR=HOME)
    assert reply.status_code == 403
    assert "入力した内容は保持しています" in reply.content.decode()
    assert "/resume/" in reply.content.decode()
    (way_back,) = re.findall(r'href="([^"]*resume[^"]*)"', reply.content.decode())
    assert "分庁舎" in client.get(way_back).content.decode()


def test_who_is_outside_may_sign_out(cast: None) -> None:
    limited()
    client = signed_in()
    assert client.post("/signout/", REMOTE_ADDR=HOME).status_code == 302
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/verify/", "/livez", "/readyz", "/signin/", "/c/unknown-token/"])
def test_what_is_open_to_everybody_is_never_limited(cast: None, path: str) -> None:
    limited()
    reply = Client(REMOTE_ADDR=HOME).get(path)
    assert "この接続元からは" not in reply.content.decode()
    assert reply.status_code in {200, 404, 503}


def test_another_municipality_and_operators_are_not_concerned(cast: None) -> None:
    limited()
    assert said(signed_in("takahashi@takizawa.example.jp", HOME), "/")
    assert said(signed_in("operator@warifu.example.jp", HOME), "/console/")


def test_the_page_says_ones_own_address_and_whether_it_is_let_in(cast: None) -> None:
    client = signed_in(CHIDA)
    assert "接続元はまだ登録されていません" in said(client)
    limited()
    shown = said(client)
    assert OFFICE in shown
    assert "一覧にあります：192.0.2.0/24 本庁舎" in shown
    assert "当たるため、利用できます" in said(client, f"{PAGE}?address=192.0.2.77")
    assert "制限の対象外の職員だけ" in said(client, f"{PAGE}?address={HOME}")
    assert "読み取れません" in said(client, f"{PAGE}?address=abc")


def test_a_network_is_added_changed_and_removed(cast: None) -> None:
    limited()
    client = signed_in(CHIDA)
    said(client, f"{PAGE}new/")
    client.post(f"{PAGE}new/", {"network": "198.51.100.0/24", "note": "分庁舎", "seen": "1"})
    first, second = network_queries.policy_of(city.morioka(), at=clock.now()).entries
    assert (second.network, second.note) == ("198.51.100.0/24", "分庁舎")
    change = f"{PAGE}{second.key}/"
    said(client, change)
    client.post(change, {"network": "198.51.100.0/25", "note": "分庁舎", "ends_on": "令和9年3月31日", "seen": "2"})
    assert "令和9年3月31日" in said(client)
    said(client, f"{change}remove/")
    client.post(f"{change}remove/", {"seen": "3"})
    assert network_queries.policy_of(city.morioka(), at=clock.now()).entries == (first,)
    assert client.get(change).status_code == 404


def test_the_guard_refuses_and_keeps_what_was_typed_and_a_trial_is_the_way(cast: None) -> None:
    limited()
    client = signed_in(CHIDA)
    change = {"network": "198.51.100.0/24", "note": "移転先", "seen": "1"}
    reply = client.post(f"{PAGE}a1/", change)
    assert reply.status_code == 422
    assert "利用できなくなります" in reply.content.decode()
    assert "移転先" in reply.content.decode()
    assert pagecheck.check_page(reply.content.decode(), PAGE) == []
    reply = client.post(f"{PAGE}a1/", change | {"on_trial": "on"})
    assert reply.status_code == 302
    assert client.get(PAGE).status_code == 403, "on trial, and outside"
    there = signed_in(CHIDA, "198.51.100.9")
    assert "試行中です" in said(there)
    there.post(f"{PAGE}trial/", {"deed": "confirm"})
    assert "試行中です" not in said(there)


def test_the_limit_is_switched_on_by_the_page_of_rules(cast: None) -> None:
    client = signed_in(CHIDA)
    said(client, f"{PAGE}rules/")
    reply = client.post(f"{PAGE}rules/", {"enforced": "on", "seen": "0"})
    assert "誰もいなくなります" in reply.content.decode()
    client.post(f"{PAGE}new/", {"network": "192.0.2.0/24", "seen": "0"})
    client.post(f"{PAGE}rules/", {"enforced": "on", "free_roles": ["reader"], "seen": "1"})
    policy = network_queries.policy_of(city.morioka(), at=clock.now())
    assert (policy.enforced, sorted(policy.free_roles)) == (True, ["reader"])


def test_blocked_attempts_are_listed_found_and_counted(cast: None) -> None:
    limited()
    outside = Client(REMOTE_ADDR=HOME)
    outside.post("/signin/", {"username": people.SATO, "password": PASSWORD})
    client = signed_in(CHIDA)
    assert "この7日間に1回" in said(client)
    shown = said(client, f"{PAGE}blocked/")
    assert "佐藤 美咲" in shown
    assert HOME in shown
    assert "断った接続（1件）" in said(client, f"{PAGE}blocked/?q=佐藤 203.0")
    assert "条件に合う記録はありません" in said(client, f"{PAGE}blocked/?q=鈴木")


def test_the_page_needs_the_right_and_shows_ones_own_body_only(cast: None) -> None:
    limited()
    assert signed_in().get(PAGE).status_code == 403
    assert "192.0.2.0/24" not in said(signed_in("nagamine@takizawa.example.jp", HOME))
