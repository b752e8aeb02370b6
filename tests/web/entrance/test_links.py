"""Invitation and reset by mail: once, within a day, and nothing tells whether an account exists."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from tests.web.entrance import people
from warifu.access import actions, models
from warifu.audit import models as audit_models
from warifu.audit import queries as audit
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db
NEW = "atarashii-nagai-aikotoba"


def asked_for(mail: str = people.SATO) -> str:
    """Ask for a new password on the page; the link that was mailed."""
    assert Client().post("/signin/forgotten/", {"mail": mail})["Location"] == "/signin/forgotten/asked/"
    return people.link(people.letters()[-1])


def choose(path: str, password: str = NEW, repeated: str = "") -> tuple[int, str]:
    client = Client()
    client.get(path)
    reply = client.post("/signin/choose/", {"password": password, "repeated": repeated or password})
    return reply.status_code, reply.content.decode()


def test_a_link_sets_a_password_once(cast: None) -> None:
    open_elsewhere = people.signed_in()
    path = asked_for()
    assert choose(path)[0] == 302
    assert people.sign_in(Client(), password=NEW) == "/"
    assert Client().post("/signin/", {"username": people.SATO, "password": PASSWORD}).status_code == 422
    assert open_elsewhere.get("/")["Location"].startswith("/signin/"), "every session ended"
    assert choose(path)[0] == 410
    assert "パスワードの設定" in people.letters()[-1].body, "and the person hears of it"


def test_opening_the_link_uses_nothing_up(cast: None) -> None:
    path = asked_for()
    for _ in range(3):
        client = Client()
        client.get(path)
        assert client.get("/signin/choose/").status_code == 200
    assert models.AccountLink.objects.get().used_at is None
    assert choose(path)[0] == 302


def test_a_link_ends_after_a_day_and_when_a_newer_one_is_made(cast: None) -> None:
    first = asked_for()
    models.AccountLink.objects.update(made_at=clock.now() - timedelta(hours=2))
    second = asked_for()
    assert first != second
    assert choose(first)[0] == 410
    models.AccountLink.objects.update(expires_at=clock.now())
    assert choose(second)[0] == 410


def test_only_the_digest_of_a_token_is_kept(cast: None) -> None:
    token = asked_for().rpartition("/")[2]
    assert token not in str(models.AccountLink.objects.values())
    assert token not in str(notifications.Message.objects.values("body", "subject", "sealed_secrets"))


def test_an_unknown_address_hears_the_same_and_nothing_is_sent(cast: None) -> None:
    known, unknown = (
        Client().post("/signin/forgotten/", {"mail": mail}, follow=True).content.decode()
        for mail in (people.SATO, "nobody@morioka.example.jp")
    )
    assert known == unknown
    assert notifications.Message.objects.filter(kind="account_reset").count() == 1


def test_a_hundred_requests_send_one_mail_a_minute(cast: None) -> None:
    for _ in range(5):
        Client().post("/signin/forgotten/", {"mail": people.SATO})
    assert len(people.letters()) == 1


def test_who_has_left_gets_no_link(cast: None) -> None:
    models.Account.objects.filter(mail=people.SATO).update(is_active=False)
    Client().post("/signin/forgotten/", {"mail": people.SATO})
    assert people.letters() == []


def test_a_new_password_does_not_step_around_the_second_factor(cast: None) -> None:
    people.with_app()
    assert choose(asked_for())[0] == 302
    client = Client()
    assert people.sign_in(client, password=NEW) == "/signin/second/"
    assert client.get("/")["Location"].startswith("/signin/")


@pytest.mark.parametrize(
    ("password", "repeated", "told"),
    [
        ("mijikai", "", "パスワードが短すぎます。15文字以上にしてください。"),
        (NEW, "betsu-no-nagai-aikotoba", "2つの入力が違います。"),
        ("sato@morioka.example.jp", "", "メールアドレスや氏名に似ているため"),
    ],
)
def test_a_password_that_cannot_be_chosen_is_asked_again_with_its_reason(
    cast: None, password: str, repeated: str, told: str
) -> None:
    path = asked_for()
    status, page = choose(path, password, repeated)
    assert status == 422
    assert told in page
    assert choose(path)[0] == 302, "the link is still good"


def test_a_new_account_begins_with_a_link_and_no_password(cast: None) -> None:
    staff = city.sato().staff
    models.Account.objects.filter(staff=staff).delete()
    actions.open_account(staff=staff, letters=city.LETTERS, by=city.chida().actor, at=clock.now())
    assert not people.account().has_usable_password()
    assert choose(people.link(people.letters()[-1]))[0] == 302
    assert people.sign_in(Client(), password=NEW) == "/"


def test_an_invited_person_who_lost_the_mail_may_ask_for_another(cast: None) -> None:
    staff = city.sato().staff
    models.Account.objects.filter(staff=staff).delete()
    actions.open_account(staff=staff, letters=city.LETTERS, by=city.chida().actor, at=clock.now() - timedelta(days=3))
    assert choose(asked_for())[0] == 302


def test_refusals_of_known_accounts_are_in_the_ledger_and_name_no_password(cast: None) -> None:
    Client().post("/signin/", {"username": people.SATO, "password": "machigai-no-pasuwaado"})
    Client().post("/signin/", {"username": "nobody@morioka.example.jp", "password": "machigai-no-pasuwaado"})
    lines = [entry for entry in audit.entries_of(city.MORIOKA) if entry.action == "access.refuse"]
    assert len(lines) == 1
    assert lines[0].target == f"account:{people.account().pk}"
    assert lines[0].ip == "127.0.0.1"
    assert not audit_models.Entry.objects.filter(facts__icontains="machigai").exists()


def test_a_demanded_new_password_comes_before_anything_else(cast: None) -> None:
    actions.demand_new_password(account=people.account(), by=city.chida().actor, at=clock.now())
    client = people.signed_in()
    assert client.get("/")["Location"] == "/account/password/"
    assert "管理者が変更を求めています" in client.get("/account/password/").content.decode()
    assert client.post("/account/password/", {"password": NEW, "repeated": NEW}).status_code == 302
    assert client.get("/").status_code == 200


def test_a_change_of_the_password_signs_out_everywhere_else(cast: None) -> None:
    here, there = people.signed_in(), people.signed_in()
    here.post("/account/password/", {"password": NEW, "repeated": NEW})
    assert here.get("/").status_code == 200
    assert there.get("/")["Location"].startswith("/signin/")


def test_an_administrator_ends_a_pause(cast: None) -> None:
    for _ in range(10):
        Client().post("/signin/", {"username": people.SATO, "password": "machigai-no-pasuwaado"})
    assert Client().post("/signin/", {"username": people.SATO, "password": PASSWORD}).status_code == 429
    actions.release(account=people.account(), by=city.chida().actor, at=clock.now())
    assert people.sign_in(Client()) == "/"


def test_one_network_is_paused_after_a_hundred_failures_unless_people_work_there(cast: None) -> None:
    def fail(times: int) -> None:
        models.SignInFailure.objects.bulk_create(
            models.SignInFailure(mail=f"{number:064d}", ip="127.0.0.1", at=clock.now()) for number in range(times)
        )

    fail(100)
    assert Client().post("/signin/", {"username": people.SATO, "password": PASSWORD}).status_code == 429
    models.SignInFailure.objects.all().delete()
    people.signed_in()
    fail(100)
    assert people.sign_in(Client(), "suzuki@morioka.example.jp") == "/", "a city hall is one address"
