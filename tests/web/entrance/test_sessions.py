"""セッション: limits, devices, keys. Items 4-i to 4-vi, 6-i-b, 6-ii and 9-ii are those of IPA's list."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.house import floors
from tests.web.entrance import people
from warifu import settings
from warifu.access import actions, models, sessions
from warifu.access.rights import Role
from warifu.agreements import models as agreements
from warifu.audit import queries as audit
from warifu.web import clock

pytestmark = pytest.mark.django_db


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_ipa_4_i_session_ids_have_128_random_bits_and_more(cast: None) -> None:
    keys = {key(people.signed_in()) for _ in range(3)}
    assert len(keys) == 3
    # Django draws 32 of 36 letters by `secrets`: 165 bits.
    assert all(len(one) == 32 and one.isalnum() for one in keys)


def test_ipa_4_ii_no_address_carries_a_session_or_the_token_of_a_link(cast: None) -> None:
    actions.ask_reset(mail=people.SATO, letters=city.LETTERS, ip=None, at=clock.now())
    client = Client()
    reply = client.get(people.link(people.letters()[-1]))
    assert (reply.status_code, reply["Location"]) == (302, "/signin/choose/")
    page = client.get("/signin/choose/")
    assert page["Referrer-Policy"] == "same-origin"
    assert key(client) not in page.content.decode()


def test_ipa_4_iii_cookies_are_secure_where_the_address_is_https() -> None:
    told = (
        "from warifu import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", f"{told}; print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_HTTPONLY)"],
        env=os.environ | {"WARIFU_PUBLIC_URL": "https://warifu.example.jp"},
        cwd=floors.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == ["True", "True", "__Host-warifu", "31536000", "True"]
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_ipa_4_iv_a_a_new_session_id_at_every_step_up_of_what_it_may_do(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    client.get("/signin/passkey/")
    people.sign_in(client)
    half = key(client)
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    whole = key(client)
    assert whole != half, "after the second factor"
    people.age(client, proved=timedelta(minutes=10))
    models.Authenticator.objects.update(last_step=0)
    client.post("/signin/again/", {"way": "totp", "totp": people.code(secret)})
    proved = key(client)
    assert proved != whole, "after the person was asked again"
    client.get("/")
    assert key(client) == proved, "and not without a reason"
    models.RoleGrant.objects.create(staff=city.sato().staff, role=Role.KEEPER)
    client.get("/")
    assert key(client) != proved, "after another role was granted"
    assert client.get("/").status_code == 200, "and the person goes on working"


def test_ipa_4_iv_b_forms_carry_a_secret_of_their_own(cast: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.account())
    for path in ("/account/browsers/end/", "/account/password/", "/account/recovery-codes/", "/signin/forgotten/"):
        assert client.post(path).status_code == 403, path


def test_ipa_4_v_a_session_id_from_before_the_sign_in_opens_nothing(cast: None) -> None:
    client = Client()
    client.get("/signin/passkey/")
    fixed = key(client)
    people.sign_in(client)
    assert key(client) != fixed
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert attacker.get("/")["Location"].startswith("/signin/")


def test_ipa_4_v_signing_out_ends_the_session_on_the_server(cast: None) -> None:
    client = people.signed_in()
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = key(client)
    assert stolen.get("/").status_code == 200
    client.post("/signout/")
    assert stolen.get("/")["Location"].startswith("/signin/")


def test_ipa_4_vi_the_cookie_ends_with_the_browser(cast: None) -> None:
    cookie = people.signed_in().cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_ipa_4_vi_nothing_done_for_half_an_hour_ends_the_session(cast: None) -> None:
    client = people.signed_in()
    people.age(client, seen=timedelta(minutes=29))
    assert client.get("/").status_code == 200
    people.age(client, seen=timedelta(minutes=32))
    reply = client.get("/records/?words=a")
    assert reply["Location"] == "/signin/?next=%2Frecords%2F%3Fwords%3Da&why=idle"
    assert "しばらく操作がなかった" in client.get(reply["Location"]).content.decode()
    assert models.Session.objects.get(account=people.account()).ended_why == sessions.End.IDLE
    assert client.get("/")["Location"].startswith("/signin/")


def test_ipa_4_vi_a_day_of_work_ends_it_whatever_is_done(cast: None) -> None:
    client = people.signed_in()
    session = people.age(client)
    models.Session.objects.filter(pk=session.pk).update(began_at=clock.now() - timedelta(hours=12))
    assert client.get("/")["Location"].endswith("why=absolute")


def test_each_municipality_has_its_own_limits(cast: None) -> None:
    people.demand_second_factor(limits=sessions.Limits(idle=timedelta(minutes=5), absolute=timedelta(hours=1)))
    ours, theirs = people.signed_in(), people.signed_in("takahashi@takizawa.example.jp")
    for client in (ours, theirs):
        people.age(client, seen=timedelta(minutes=7))
    assert ours.get("/")["Location"].endswith("why=idle")
    assert theirs.get("/").status_code == 200


def test_what_was_typed_when_the_limit_struck_comes_back_after_the_sign_in(cast: None) -> None:
    client = people.signed_in()
    people.age(client, seen=timedelta(hours=1))
    typed = {"name": "株式会社途中", "address": "岩手県盛岡市架空町", "csrfmiddlewaretoken": "x"}
    reply = client.post("/counterparties/new/", typed)
    assert reply["Location"].startswith("/signin/?next=%2Fcounterparties%2Fnew%2F")
    assert people.sign_in(client, wanted="/counterparties/new/") == "/signin/resume/"
    page = client.get("/signin/resume/").content.decode()
    assert 'action="/counterparties/new/"' in page
    assert '<input type="hidden" name="name" value="株式会社途中">' in page
    assert page.count("csrfmiddlewaretoken") == page.count("<form"), "the old token is not sent again"
    client.post("/signin/resume/")
    assert client.get("/signin/resume/")["Location"] == "/"


def test_what_one_person_typed_is_not_shown_to_another(cast: None) -> None:
    client = people.signed_in()
    people.age(client, seen=timedelta(hours=1))
    client.post("/counterparties/new/", {"name": "株式会社途中"})
    assert people.sign_in(client, "suzuki@morioka.example.jp") == "/"
    assert client.get("/signin/resume/")["Location"] == "/"


def test_passwords_are_never_kept_with_what_was_typed(cast: None) -> None:
    client = people.signed_in()
    people.age(client, seen=timedelta(hours=1))
    client.post("/account/password/", {"password": "himitsu-no-aikotoba"})
    assert "himitsu" not in str(dict(client.session))


def test_the_list_of_devices_says_where_and_ends_one_or_all(cast: None) -> None:
    here, phone, third = people.signed_in(), people.signed_in(), people.signed_in()
    page = here.get("/account/browsers/").content.decode()
    assert page.count("127.0.0.1") == 3
    assert page.count("（この端末）") == 1
    session = phone.session["access_session"]
    here.post(f"/account/browsers/{session}/end/")
    assert phone.get("/")["Location"].endswith("why=own")
    assert third.get("/").status_code == 200
    here.post("/account/browsers/end/")
    assert third.get("/")["Location"].endswith("why=own")
    assert here.get("/").status_code == 200
    lines = [entry.action for entry in audit.entries_of(city.MORIOKA)]
    assert lines.count("access.end_session") == lines.count("access.end_sessions") == 1


def test_browsers_are_signed_out_by_who_has_just_shown_who_they_are(cast: None) -> None:
    here, there = people.signed_in(), people.signed_in()
    people.age(here, proved=timedelta(minutes=6))
    assert here.get("/account/browsers/").status_code == 200, "looking asks nothing"
    for path in ("/account/browsers/end/", f"/account/browsers/{there.session['access_session']}/end/"):
        assert here.post(path)["Location"].startswith("/signin/again/"), path
    assert there.get("/").status_code == 200


def test_whoever_changes_a_second_factor_is_led_to_the_other_browsers(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    people.sign_in(client)
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    client.post("/account/authenticator/remove/")
    page = client.get("/account/").content.decode()
    assert "認証アプリを削除しました" in page
    assert "「サインイン中の端末」からサインアウトできます" in page
    assert 'href="/account/browsers/"' in page


def test_every_page_behind_the_sign_in_offers_to_sign_out(cast: None) -> None:
    for client, paths in (
        (people.signed_in(), ("/", "/account/", "/account/browsers/", "/me/")),
        (people.signed_in("chida@morioka.example.jp"), ("/office/people/", "/office/ledger/", "/account/password/")),
    ):
        for path in paths:
            page = client.get(path)
            assert page.status_code == 200, path
            assert 'action="/signout/"' in page.content.decode(), path


def test_nobody_ends_anothers_session(cast: None) -> None:
    sato, suzuki = people.signed_in(), people.signed_in("suzuki@morioka.example.jp")
    assert suzuki.post(f"/account/browsers/{sato.session['access_session']}/end/").status_code == 404
    assert sato.get("/").status_code == 200


def test_who_has_left_is_out_at_once(cast: None) -> None:
    client = people.signed_in()
    staff = city.sato().staff
    staff.left_on = clock.now().date() - timedelta(days=2)
    staff.save()
    assert client.get("/")["Location"].endswith("why=closed")
    reply = Client().post("/signin/", {"username": people.SATO, "password": "katakata-natta-warifu"})
    assert reply.status_code == 422


def test_a_closed_account_is_out_at_once(cast: None) -> None:
    client = people.signed_in()
    actions.close_account(account=people.account(), by=city.chida().actor, at=clock.now())
    assert client.get("/")["Location"].startswith("/signin/")


def test_ipa_6_i_b_and_9_ii_a_consent_in_the_citys_name_asks_again_who_is_there(cast: None) -> None:
    shelf = settings.OBJECTS_DIR
    agreement = city.sent(shelf, at=clock.now())
    city.counterparty_consents(agreement, at=clock.now())
    secret = people.with_app(people.ONODERA)
    client = Client()
    people.sign_in(client, people.ONODERA)
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    path = f"/agreements/{agreement.pk}/consent/"
    people.age(client, proved=timedelta(minutes=6))
    assert client.get(path).status_code == 200, "reading asks nothing"
    reply = client.post(path, {"read": "1", "digest": city.digest_of(agreement)})
    assert reply["Location"].startswith("/signin/again/")
    assert not agreements.Consent.objects.filter(party__side="municipality").exists()
    page = client.get(reply["Location"]).content.decode()
    assert 'name="password"' not in page, "the password is not enough where there is more"
    models.Authenticator.objects.update(last_step=0)
    proved = client.post("/signin/again/", {"way": "totp", "totp": people.code(secret), "next": path})
    assert proved["Location"] == "/signin/resume/"
    assert client.post(path, {"read": "1", "digest": city.digest_of(agreement)}).status_code == 302
    consent = agreements.Consent.objects.get(party__side="municipality")
    assert consent.authenticated_by == (
        "職員アカウント（パスワード＋ワンタイムパスワード。直前にワンタイムパスワードで再確認）"
    )


def test_ipa_6_i_b_ways_to_sign_in_are_changed_by_who_has_just_shown_who_they_are(cast: None) -> None:
    client = people.signed_in()
    people.age(client, proved=timedelta(minutes=6))
    for path in ("/account/password/", "/account/recovery-codes/", "/account/authenticator/", "/account/passkeys/new/"):
        assert client.post(path, {})["Location"].startswith("/signin/again/"), path
    assert client.post("/signin/again/", {"way": "password", "password": "chigau-aikotoba"}).status_code == 422
    client.post("/signin/again/", {"way": "password", "password": "katakata-natta-warifu"})
    assert client.post("/account/recovery-codes/", {}).status_code == 200


def test_ipa_6_ii_each_change_of_how_one_signs_in_is_told_by_mail(cast: None) -> None:
    client = people.signed_in()
    new = "atarashii-nagai-aikotoba"
    assert client.post("/account/password/", {"password": new, "repeated": new}).status_code == 302
    client.post("/account/recovery-codes/")
    by, new_mail = city.chida().actor, "misaki@morioka.example.jp"
    actions.change_mail(account=people.account(), mail=new_mail, letters=city.LETTERS, by=by, at=clock.now())
    told = [message.body for message in people.letters()]
    for what in ("パスワードの変更", "リカバリーコードの発行", "メールアドレスの変更"):
        assert sum(f"操作　{what}\n" in body for body in told) == 1, what
    assert len(people.letters(new_mail)) == 1
