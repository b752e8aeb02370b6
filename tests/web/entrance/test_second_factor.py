"""多要素認証: asked for after the password, registered by its owner, demanded by the municipality."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.web.entrance import people
from warifu.access import actions, models
from warifu.audit import queries as audit
from warifu.web import clock, signed_in

pytestmark = pytest.mark.django_db


def actions_of_morioka() -> list[str]:
    return [entry.action for entry in audit.entries_of(city.MORIOKA)]


def test_the_password_alone_opens_nothing_once_an_app_is_registered(cast: None) -> None:
    people.with_app()
    client = Client()
    assert people.sign_in(client, wanted="/records/") == "/signin/second/"
    assert client.get("/")["Location"].startswith("/signin/")
    assert "access.sign_in" not in actions_of_morioka()


def test_the_apps_number_opens_and_leads_where_one_wanted_to_go(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    people.sign_in(client, wanted="/records/")
    assert client.get("/signin/second/").status_code == 200
    reply = client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    assert reply["Location"] == "/records/"
    assert models.Session.objects.get(account=people.account(), ended_at=None).methods == "password,totp"
    assert client.get("/").status_code == 200


def test_a_wrong_number_is_written_down_and_counted_with_the_passwords(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    people.sign_in(client)
    wrong = f"{(int(people.code(secret)) + 1) % 10**6:06d}"
    for _ in range(10):
        reply = client.post("/signin/second/", {"way": "totp", "totp": wrong})
        assert reply.status_code == 422
        assert "ワンタイムパスワードが違うか、使用済みです。" in reply.content.decode()
    assert actions_of_morioka()[-1] == "access.refuse"
    assert client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)}).status_code == 429
    other = Client()
    assert other.post("/signin/", {"username": people.SATO, "password": PASSWORD}).status_code == 429


def test_knowing_the_password_does_not_reset_the_count_of_wrong_numbers(cast: None) -> None:
    people.with_app()
    for _ in range(9):
        client = Client()
        people.sign_in(client)
        client.post("/signin/second/", {"way": "totp", "totp": "xxxxxx"})
    assert models.SignInFailure.objects.count() == 9


def test_a_recovery_code_opens_once(cast: None) -> None:
    people.with_app()
    by = city.sato().actor
    codes = actions.make_recovery_codes(account=people.account(), letters=city.LETTERS, by=by, at=clock.now())
    for expected in (302, 422):
        client = Client()
        people.sign_in(client)
        reply = client.post("/signin/second/", {"way": "recovery", "recovery": codes[0]})
        assert reply.status_code == expected


def test_the_first_half_lasts_ten_minutes(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    people.sign_in(client)
    session = client.session
    session["half_signed_in"] = session["half_signed_in"] | {"at": (clock.now() - timedelta(minutes=11)).isoformat()}
    session.save()
    reply = client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    assert reply["Location"] == "/signin/"


def test_an_app_is_registered_by_its_first_number_and_codes_follow(cast: None) -> None:
    client = people.signed_in()
    page = client.get("/account/authenticator/").content.decode()
    found = re.search(r'<p class="wf-code">([A-Z2-7 ]+)</p>', page)
    assert found
    secret = found[1].replace(" ", "")
    wrong = client.post("/account/authenticator/", {"code": "000000"})
    assert wrong.status_code == 422
    assert found[1] in wrong.content.decode(), "the same picture, so that nothing is read twice"
    reply = client.post("/account/authenticator/", {"code": people.code(secret)})
    assert reply["Location"] == "/account/recovery-codes/"
    shown = client.post("/account/recovery-codes/").content.decode()
    codes = re.findall(r'<li class="wf-code">([0-9A-Z-]+)</li>', shown)
    assert len(codes) == 10
    assert codes[0] not in client.get("/account/recovery-codes/").content.decode(), "shown once"
    assert "認証アプリの登録" in people.letters()[0].body
    assert client.get("/account/").status_code == 200


def test_a_demand_leads_to_the_registration_and_lets_go_on_while_days_are_left(cast: None) -> None:
    people.demand_second_factor()
    client = Client()
    assert people.sign_in(client, wanted="/records/") == "/account/enrol/"
    assert "までに登録してください" in client.get("/account/enrol/").content.decode()
    assert client.post("/account/enrol/")["Location"] == "/records/"
    assert client.get("/").status_code == 200


def test_after_the_days_of_grace_nothing_else_opens_until_it_is_registered(cast: None) -> None:
    people.demand_second_factor()
    client = Client()
    people.sign_in(client)
    models.Account.objects.filter(mail=people.SATO).update(enrol_by=clock.now())
    for path in ("/", "/records/", "/account/browsers/"):
        assert client.get(path)["Location"] == "/account/enrol/", path
    for path in ("/account/enrol/", "/account/authenticator/", "/account/passkeys/new/", "/account/"):
        assert client.get(path).status_code == 200, path
    assert client.post("/account/enrol/").status_code == 200, "nothing to put off any more"
    people.with_app()
    assert client.get("/").status_code == 200


def test_where_it_is_demanded_the_last_one_stays(cast: None) -> None:
    secret = people.with_app()
    people.demand_second_factor()
    client = Client()
    people.sign_in(client)
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    assert client.post("/account/authenticator/remove/").status_code == 409
    assert models.Authenticator.objects.exists()


def test_where_it_is_not_demanded_it_may_go_after_a_word_of_what_follows(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    people.sign_in(client)
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    assert client.get("/account/authenticator/remove/").status_code == 200
    assert models.Authenticator.objects.exists(), "opening the page removes nothing"
    assert client.post("/account/authenticator/remove/")["Location"] == "/account/"
    assert not models.Authenticator.objects.exists()


def test_operators_of_a_real_service_have_a_second_factor_always(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = models.Account.objects.get(is_operator=True)
    assert not signed_in.rules_for(operator).mfa_required, "a trial's operator may begin at once"
    monkeypatch.setattr("warifu.settings.TRIAL", False)
    assert signed_in.rules_for(operator).mfa_required
    assert signed_in.rules_for(operator).grace == timedelta()
