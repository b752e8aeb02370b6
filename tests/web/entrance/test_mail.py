"""One's own address: proved by a link to the new one, told to the old one; nobody learns who else has an account."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests import city
from tests.web.office.test_departments import signed_in
from warifu.access import models
from warifu.directory import models as directory
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db

OLD, NEW = "sato@morioka.example.jp", "misaki@morioka.example.jp"


@pytest.fixture
def sato(cast: None) -> models.Account:
    account = models.Account.objects.get(mail=OLD)
    account.set_password("katakata-natta-warifu")
    account.save()
    return account


def asked(mail: str = NEW) -> Client:
    client = signed_in("sato")
    assert client.post("/account/mail/", {"mail": mail}).status_code == HTTPStatus.FOUND
    return client


def link() -> str:
    message = notifications.Message.objects.get(kind="account_confirm_mail", state="queued")
    return f"/signin/mail/{str(city.BOX.open(message.sealed_secrets)['link']).rpartition('/')[2]}"


def mails(kind: str) -> list[str]:
    return sorted(notifications.Message.objects.filter(kind=kind).values_list("to_mail", flat=True))


def test_the_address_changes_when_the_link_was_opened_and_the_button_pressed(sato: models.Account) -> None:
    asked()
    assert mails("account_confirm_mail") == [NEW]
    assert mails("account_changed") == [OLD], "the present address hears of the request"
    stranger = Client()
    page = stranger.get(link(), follow=True)
    assert NEW in page.content.decode()
    assert OLD not in page.content.decode()
    sato.refresh_from_db()
    assert sato.mail == OLD, "a scanner that opens links changes nothing"
    assert stranger.post("/signin/mail/").status_code == HTTPStatus.FOUND
    sato.refresh_from_db()
    assert sato.mail == NEW
    assert directory.StaffMember.objects.filter(mail=NEW).exists()
    assert mails("account_changed") == [NEW, OLD, OLD]
    assert Client().get(link(), follow=True).status_code == HTTPStatus.GONE, "once"


def test_an_address_of_somebody_else_gets_the_same_answer_and_no_mail(sato: models.Account) -> None:
    there = asked("suzuki@morioka.example.jp").get("/account/").content.decode()
    fresh = asked(NEW).get("/account/").content.decode()
    sentence = "申込みを受け付けました。"
    assert sentence in there
    assert sentence in fresh
    assert mails("account_confirm_mail") == [NEW]


def test_who_was_quicker_keeps_the_address(sato: models.Account) -> None:
    asked()
    models.Account.objects.filter(mail="suzuki@morioka.example.jp").update(mail=NEW)
    visitor = Client()
    visitor.get(link())
    assert visitor.post("/signin/mail/").status_code == HTTPStatus.GONE
    sato.refresh_from_db()
    assert sato.mail == OLD


def test_a_later_request_a_new_password_and_a_day_end_the_link(sato: models.Account) -> None:
    asked("other@morioka.example.jp")
    asked()
    assert models.MailChange.objects.filter(ended_at__isnull=True).count() == 1
    path = notifications.Message.objects.get(to_mail=NEW, kind="account_confirm_mail")
    token = str(city.BOX.open(path.sealed_secrets)["link"]).rpartition("/")[2]
    models.MailChange.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Client().get(f"/signin/mail/{token}", follow=True).status_code == HTTPStatus.GONE


def test_it_needs_a_fresh_proof_and_an_address(sato: models.Account) -> None:
    client = signed_in("sato")
    assert client.post("/account/mail/", {"mail": "misaki"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    models.Session.objects.update(proved_at=clock.now() - timedelta(hours=1))
    answer = client.post("/account/mail/", {"mail": NEW})
    assert answer["Location"].startswith("/signin/again/")
    assert not models.MailChange.objects.exists()


def test_a_link_to_a_new_address_sets_no_password(sato: models.Account) -> None:
    asked()
    token = link().rpartition("/")[2]
    assert Client().get(f"/signin/link/{token}", follow=True).status_code == HTTPStatus.GONE
