"""What of an identity provider ends, and that its administrators hear of it in time, once each."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import city
from tests.access import sso
from tests.standins import provider as standins
from warifu.access import actions, models, reminding
from warifu.access.sso import endings, metadata, own_key
from warifu.access.sso.tables import Kind
from warifu.audit import models as audit
from warifu.japan import calendar
from warifu.jobs import tasks
from warifu.notifications import models as notifications

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
"""The stand-in's certificate ends a year from the real now."""


@pytest.fixture
def provider(cast: None) -> models.IdentityProvider:
    standin = standins.StandinProvider(url="https://idp.morioka.example.jp")
    return sso.registered(Kind.SAML, standin, None, at=NOW)


def end_of_theirs(provider: models.IdentityProvider) -> datetime:
    return metadata.end_of(provider.certificates[0])


def told(at: datetime) -> list[str]:
    """Who got a mail in a round at this moment."""
    before = list(notifications.Message.objects.values_list("pk", flat=True))
    reminding.tell_endings(letters=city.LETTERS, at=at)
    new = notifications.Message.objects.filter(kind="provider_ending").exclude(pk__in=before)
    return sorted(new.values_list("to_mail", flat=True))


def test_each_stage_is_told_once_to_those_who_arrange_the_sign_in(provider: models.IdentityProvider) -> None:
    end = end_of_theirs(provider)
    assert told(end - timedelta(days=61)) == []
    for days in (60, 30, 7):
        assert told(end - timedelta(days=days)) == ["chida@morioka.example.jp"], days
        assert told(end - timedelta(days=days - 1)) == [], "the next round says nothing new"
    assert told(end + timedelta(hours=1)) == ["chida@morioka.example.jp"], "it has ended"
    assert told(end + timedelta(days=30)) == []
    lines = audit.Entry.objects.filter(action="access.tell_ending").order_by("pk")
    assert [line.facts["days"] for line in lines] == [60, 30, 7, 0]


def test_after_a_pause_only_the_nearest_stage_is_told(provider: models.IdentityProvider) -> None:
    assert len(told(end_of_theirs(provider) - timedelta(days=3))) == 1
    assert audit.Entry.objects.get(action="access.tell_ending").facts["days"] == 7


def test_a_successor_that_is_registered_ends_the_letters(provider: models.IdentityProvider) -> None:
    end = end_of_theirs(provider)
    provider.certificates = [*provider.certificates, standins.SigningKey.new(days=1000).pem]
    provider.save()
    assert told(end - timedelta(days=7)) == []


def test_a_provider_that_is_off_is_not_told_of(provider: models.IdentityProvider) -> None:
    models.IdentityProvider.objects.update(is_on=False)
    assert told(end_of_theirs(provider) - timedelta(days=7)) == []


def test_our_own_certificate_and_a_secret_are_told_of_too(provider: models.IdentityProvider) -> None:
    ours = metadata.end_of(provider.own_certificate)
    models.IdentityProvider.objects.update(certificates=[standins.SigningKey.new(days=9000).pem])
    assert len(told(ours - timedelta(days=30))) == 1
    day = (NOW + timedelta(days=100)).date()
    models.IdentityProvider.objects.update(secret_ends_on=day)
    found = endings.endings_of(models.IdentityProvider.objects.get())[0]
    assert (found.name, found.at) == ("クライアントシークレット", calendar.midnight_after(day))


def test_the_worker_asks_every_hour(provider: models.IdentityProvider) -> None:
    models.IdentityProvider.objects.update(certificates=[standins.SigningKey.new(days=5).pem])
    assert tasks.remind.call() == 1
    assert tasks.remind.call() == 0


def test_a_new_key_of_ours_is_made_while_the_provider_is_off_and_must_be_tested(
    provider: models.IdentityProvider,
) -> None:
    later = metadata.end_of(provider.own_certificate) - timedelta(days=30)

    def saved() -> models.IdentityProvider:
        standin = standins.StandinProvider(url="https://idp.morioka.example.jp")
        return actions.save_provider(
            municipality=city.morioka(),
            provider=provider,
            kind=Kind.SAML,
            entry=sso.entry(Kind.SAML, standin),
            keeper=city.KEEPER,
            by=city.chida().actor,
            at=later,
        )

    first = provider.own_certificate
    assert saved().own_certificate == first, "the provider knows this one"
    models.IdentityProvider.objects.update(is_on=False)
    renewed = saved()
    assert renewed.own_certificate != first
    assert renewed.tested_at is None
    assert metadata.end_of(renewed.own_certificate) > later + timedelta(days=3600)


def test_what_lasts_is_renewed_by_nobody(provider: models.IdentityProvider) -> None:
    assert metadata.end_of(provider.own_certificate) > NOW + own_key.LASTS - timedelta(days=2)
