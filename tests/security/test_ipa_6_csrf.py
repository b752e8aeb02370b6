"""IPA 6: cross-site request forgery CSRF."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.web import addresses, test_pages
from tests.web.entrance import people
from warifu import settings
from warifu.access import actions, models
from warifu.audit import models as audit
from warifu.notifications import models as notifications
from warifu.web import clock

pytestmark = pytest.mark.django_db
LOOKED = ("web.", "access.sign_in", "access.block", "access.refuse_identity", "agreements.view")
SIGNED_BY_THE_PROVIDER = {"entrance:sso_consume", "entrance:sso_logout"}
"""An identity provider's answer comes from its own page (SAML HTTP-POST binding); its signature is the secret."""


def strict(mail: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(models.Account.objects.get(mail=mail))
    return client


def test_6_i_a_nothing_is_changed_without_the_secret_of_the_form(cast: None) -> None:
    values = test_pages.values_of(city.sent(settings.OBJECTS_DIR, at=clock.now()))
    client, answered = strict("chida@morioka.example.jp"), []
    for one in addresses.addresses():
        if client.post(one.filled(values)).status_code not in {403, 405}:
            answered.append(one.name)
    # What a bearer token opens carries no cookie that a browser would send along.
    assert {one for one in answered if not one.startswith("scim:")} <= SIGNED_BY_THE_PROVIDER


def test_6_i_a_looking_changes_nothing(cast: None) -> None:
    """Mail scanners follow links: what a GET writes is that somebody has looked, and nothing else."""
    values = test_pages.values_of(city.sent(settings.OBJECTS_DIR, at=clock.now()))
    clients = [people.signed_in(), people.signed_in("chida@morioka.example.jp")]
    before = audit.Entry.objects.count()
    for client in clients:
        for one in addresses.addresses():
            client.get(one.filled(values))
    written = set(audit.Entry.objects.order_by("pk").values_list("action", flat=True)[before:])
    assert {action for action in written if not action.startswith(LOOKED)} == set()


def test_6_i_b_what_matters_most_asks_who_is_there_again(cast: None) -> None:
    client = people.signed_in("chida@morioka.example.jp")
    people.age(client, proved=timedelta(minutes=6))
    for path in ("/office/accounts/rules/", "/office/networks/rules/", "/office/networks/new/"):
        reply = client.post(path, {"seen": "0"})
        assert reply.status_code == 302
        assert reply["Location"].startswith("/signin/again/"), path


def test_6_i_c_a_form_from_another_origin_is_refused_even_with_the_secret(cast: None) -> None:
    client = strict(people.SATO)
    client.get("/agreements/new/")
    secret = client.cookies[settings.CSRF_COOKIE_NAME].value
    form = {"csrfmiddlewaretoken": secret}
    foreign = client.post("/agreements/new/", form, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = client.post("/agreements/new/", form, headers={"Origin": "http://testserver"})
    assert own.status_code != 403


def test_6_ii_who_is_concerned_hears_by_mail(cast: None) -> None:
    account, at = models.Account.objects.get(mail=people.SATO), clock.now()
    by = city.chida().actor
    actions.change_password(
        account=account, password="atarashii-nagai-aikotoba", letters=city.LETTERS, by=city.sato().actor, at=at
    )
    actions.clear_factors(account=account, letters=city.LETTERS, by=by, at=at)
    actions.change_mail(account=account, mail="new@morioka.example.jp", letters=city.LETTERS, by=by, at=at)
    told = list(notifications.Message.objects.filter(kind="account_changed").values_list("to_mail", flat=True))
    assert sorted(told) == ["new@morioka.example.jp", people.SATO, people.SATO, people.SATO]
