"""People at the entrance, as its tests need them."""

from datetime import timedelta

from django.test import Client

from tests import city
from tests.conftest import PASSWORD
from warifu import wiring
from warifu.access import actions, enrolment, models, sessions, totp
from warifu.notifications import models as notifications
from warifu.web import clock

SATO = "sato@morioka.example.jp"
ONODERA = "onodera@morioka.example.jp"


def account(mail: str = SATO) -> models.Account:
    return models.Account.objects.get(mail=mail)


def sign_in(client: Client, mail: str = SATO, password: str = PASSWORD, wanted: str = "") -> str:
    """Type mail address and password; where that leads."""
    reply = client.post("/signin/", {"username": mail, "password": password, "next": wanted})
    assert reply.status_code == 302, reply.content.decode()
    return str(reply["Location"])


def signed_in(mail: str = SATO) -> Client:
    client = Client()
    sign_in(client, mail)
    return client


def with_app(mail: str = SATO) -> str:
    """Give this person an authenticator app, as if five minutes ago; its secret."""
    secret, at = totp.new_secret(), clock.now() - timedelta(minutes=5)
    actions.add_authenticator(
        account=account(mail),
        secret=secret,
        typed=city.one_time_password(secret, at=at),
        keeper=wiring.sign_in_box(),
        letters=city.LETTERS,
        by=city.person(mail).actor,
        at=at,
    )
    return secret


def code(secret: str) -> str:
    """What the app shows now."""
    return city.one_time_password(secret, at=clock.now())


def age(client: Client, *, seen: timedelta = timedelta(), proved: timedelta = timedelta()) -> models.Session:
    """Make this browser's session look older than it is."""
    session = models.Session.objects.get(pk=client.session["access_session"])
    models.Session.objects.filter(pk=session.pk).update(
        seen_at=session.seen_at - seen,
        began_at=session.began_at - max(seen, proved),
        proved_at=session.proved_at - proved,
    )
    return session


def demand_second_factor(*, grace: timedelta = timedelta(days=14), limits: sessions.Limits = enrolment.LIMITS) -> None:
    """盛岡市 demands a second factor of everybody."""
    rules = enrolment.Rules(mfa_required=True, grace=grace, limits=limits)
    actions.set_rules(municipality=city.morioka(), rules=rules, by=city.chida().actor, at=clock.now())


def letters(mail: str = SATO) -> list[notifications.Message]:
    """Mails about accounts to this address, the newest last."""
    return list(notifications.Message.objects.filter(to_mail=mail, kind__startswith="account_").order_by("queued_at"))


def link(message: notifications.Message) -> str:
    """The path of the link in a mail."""
    return "/signin/link/" + city.BOX.open(message.sealed_secrets)["link"].rpartition("/")[2]
