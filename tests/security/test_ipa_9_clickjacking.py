"""IPA 9: clickjacking クリックジャッキング."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import city
from tests.web import addresses, test_pages
from tests.web.entrance import people
from warifu import settings
from warifu.agreements import models
from warifu.web import clock

pytestmark = pytest.mark.django_db


def test_9_i_a_no_page_may_stand_in_a_frame(cast: None) -> None:
    agreement = city.sent(settings.OBJECTS_DIR, at=clock.now())
    values, visitor = test_pages.values_of(agreement), Client()
    visitor.get(test_pages.link_of(agreement)[0])
    for client in (people.signed_in(), visitor):
        for one in addresses.addresses():
            reply = client.get(one.filled(values))
            assert reply["X-Frame-Options"] == "DENY", one.name
            told = reply["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in told or "sandbox" in told, one.name


def consent_page(agreement: models.Agreement) -> str:
    return reverse("desk:consent", kwargs={"agreement_id": agreement.pk})


def test_9_i_b_a_consent_in_the_municipalitys_name_asks_who_is_there_again(cast: None) -> None:
    agreement = test_pages.half_agreed(settings.OBJECTS_DIR)
    client = people.signed_in(people.ONODERA)
    people.age(client, proved=timedelta(minutes=6))
    reply = client.post(consent_page(agreement), {"agree": "on"})
    assert reply.status_code == 302
    assert reply["Location"].startswith("/signin/again/")
    assert models.Consent.objects.filter(party__agreement=agreement).count() == 1


def test_9_ii_a_click_alone_is_no_consent(cast: None) -> None:
    """A box is ticked or a digest shown besides: an empty form consents to nothing."""
    agreement = test_pages.half_agreed(settings.OBJECTS_DIR)
    reply = people.signed_in(people.ONODERA).post(consent_page(agreement), {})
    assert reply.status_code in {409, 422}
    assert models.Consent.objects.filter(party__agreement=agreement).count() == 1
