"""Identity providers as an administrator sets them up, tests them and switches them on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.access import sso as registers
from tests.house import pagecheck, provider_verbs
from tests.standins import provider as standins
from tests.standins.visiting import Browser
from warifu.access import models
from warifu.access.sso.tables import Kind
from warifu.directory import models as directory
from warifu.web import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[standins.StandinProvider]:
    with standins.running() as provider:
        yield provider


@pytest.fixture
def standin(running: standins.StandinProvider, cast: None) -> standins.StandinProvider:
    running.people = {"chida": standins.Person("subject-of-chida", {"employee_number": "S-0009", "name": "千田"})}
    running.changes = {}
    directory.StaffMember.objects.filter(mail="chida@morioka.example.jp").update(number="S-0009")
    return running


@pytest.fixture
def chida(cast: None) -> Client:
    client = Client()
    client.force_login(models.Account.objects.get(mail="chida@morioka.example.jp"))
    return client


def typed(standin: standins.StandinProvider, kind: Kind, **otherwise: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "盛岡市の職員認証",
        "match_by": "number",
        "number_attribute": "employee_number",
        "name_attribute": "name",
        "mail_attribute": "email",
        "multi_factor_values": "mfa",
        "new_people": "refuse",
    }
    if kind == Kind.OIDC:
        values |= {"issuer": standin.url, "client_id": standins.CLIENT, "secret": standins.SECRET}
    else:
        values["metadata_file"] = SimpleUploadedFile("idp.xml", standin.metadata(), "application/xml")
    return values | otherwise


@pytest.mark.parametrize("kind", [Kind.OIDC, Kind.SAML])
def test_set_up_tested_switched_on_and_used(kind: Kind, standin: standins.StandinProvider, chida: Client) -> None:
    answer = chida.post(f"/office/sso/new/{kind.value}/", typed(standin, kind))
    assert answer.status_code == 302, answer.content.decode()
    provider = models.IdentityProvider.objects.get()
    place = f"/office/sso/{provider.pk}/"
    page = chida.get(place).content.decode()
    assert f"http://127.0.0.1:8000/signin/sso/{provider.pk}/" in page
    assert standins.SECRET not in page and standins.SECRET not in provider.sealed_secret
    # It cannot be switched on before somebody has tried it.
    assert chida.post(f"{place}switch/on/").status_code == 409
    browser = Browser(chida, "chida")
    answer = browser.go(chida.get(f"{place}test/")["Location"])
    assert answer["Location"] == f"{place}tested/"
    page = chida.get(f"{place}tested/").content.decode()
    assert "職員が見つかりました" in page and "subject-of-chida" in page
    assert not models.FederatedIdentity.objects.exists()  # a test links nobody
    assert chida.post(f"{place}switch/on/").status_code == 302
    provider.refresh_from_db()
    assert provider.is_on


def test_a_test_that_finds_nobody_says_why_and_proves_nothing(standin: standins.StandinProvider, chida: Client) -> None:
    chida.post("/office/sso/new/oidc/", typed(standin, Kind.OIDC))
    provider = models.IdentityProvider.objects.get()
    place, browser = f"/office/sso/{provider.pk}/", Browser(chida, "chida")
    standin.people["chida"].claims["employee_number"] = "S-7777"
    browser.go(chida.get(f"{place}test/")["Location"])
    assert "該当する職員が登録されていません" in chida.get(f"{place}tested/").content.decode()
    standin.changes = {"aud": "another"}
    browser.go(chida.get(f"{place}test/")["Location"])
    assert "宛先が割符ではありません" in chida.get(f"{place}tested/").content.decode()
    assert chida.post(f"{place}switch/on/").status_code == 409


def test_what_is_typed_wrong_is_said_at_its_field(standin: standins.StandinProvider, chida: Client) -> None:
    answer = chida.post("/office/sso/new/oidc/", typed(standin, Kind.OIDC, issuer=f"{standin.url}/elsewhere"))
    assert answer.status_code == 422
    assert "認証基盤から応答がありません" in answer.content.decode()
    answer = chida.post("/office/sso/new/oidc/", typed(standin, Kind.OIDC, number_attribute="", new_people="create"))
    assert "照合に使うため" in answer.content.decode()
    wrong = SimpleUploadedFile("idp.xml", b"<!DOCTYPE x><x/>", "application/xml")
    answer = chida.post("/office/sso/new/saml/", typed(standin, Kind.SAML, metadata_file=wrong))
    assert "メタデータを読み取れませんでした" in answer.content.decode()
    assert not models.IdentityProvider.objects.exists()


def test_what_proves_people_does_not_change_while_it_is_in_use(
    standin: standins.StandinProvider, chida: Client
) -> None:
    provider = registers.registered(Kind.SAML, standin, None, at=clock.now())
    place = f"/office/sso/{provider.pk}/change/"
    values = typed(standin, Kind.SAML)
    del values["metadata_file"]
    assert chida.post(place, values | {"department_attribute": "department", "title_attribute": "title"}).status_code
    assert chida.post(place, values | {"number_attribute": "uid"}).status_code == 409
    provider.refresh_from_db()
    assert provider.number_attribute == "employee_number"


def test_nobody_shuts_the_body_out(standin: standins.StandinProvider, chida: Client) -> None:
    account = models.Account.objects.get(mail="chida@morioka.example.jp")
    provider = registers.registered(Kind.SAML, standin, None, at=clock.now())
    answer = chida.post("/office/sso/only/", {"only": "1"})
    assert answer.status_code == 409
    assert "まだ職員認証でサインインしていません" in answer.content.decode()
    models.FederatedIdentity.objects.create(
        provider=provider, account=account, subject="s", linked_at=clock.now(), used_at=clock.now()
    )
    answer = chida.post("/office/sso/only/", {"only": "1"})
    assert "認証基盤が止まったときに入れる人がいません" in answer.content.decode()
    provider_verbs.with_break_glass()
    models.Account.objects.filter(pk=account.pk).update(is_break_glass=True)
    assert chida.post("/office/sso/only/", {"only": "1"}).status_code == 302
    assert models.SignInRules.objects.get(municipality=city.morioka()).sso_only
    # Nor afterwards: neither the last provider nor the last account for emergencies goes.
    assert chida.post(f"/office/sso/{provider.pk}/switch/off/").status_code == 409
    answer = chida.post(f"/office/accounts/{account.staff_id}/no-glass/")
    assert answer.status_code == 409
    assert "最後の非常用アカウントです" in answer.content.decode()


def test_who_waits_is_taken_in_or_not(standin: standins.StandinProvider, chida: Client) -> None:
    provider = provider_verbs.provider(new_people="hold")
    who = provider_verbs.waiting(provider)
    home = directory.Department.objects.filter(municipality=city.morioka()).order_by("pk")[0]
    assert "新田 緑" in chida.get("/office/sso/waiting/").content.decode()
    answer = chida.post(f"/office/sso/waiting/{who.pk}/", {"decision": "take", "department": home.pk})
    assert answer.status_code == 302
    assert directory.StaffMember.objects.get(mail="nitta@morioka.example.jp").department == home
    assert chida.get(f"/office/sso/waiting/{who.pk}/").status_code == 404


def test_a_token_is_shown_once_and_kept_as_a_digest(chida: Client) -> None:
    page = chida.post("/office/sso/tokens/", {"name": "人事給与システム", "days": "365"})
    text = page.context["text"]
    assert text.startswith("wfscim_") and text in page.content.decode()
    assert text not in chida.get("/office/sso/tokens/").content.decode()
    token = models.ProvisioningToken.objects.get()
    assert text not in token.digest
    assert chida.post(f"/office/sso/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_what_ends_soon_is_said(chida: Client) -> None:
    standin = standins.StandinProvider(url="https://idp.example.jp", key=standins.SigningKey.new(days=30))
    registers.registered(Kind.SAML, standin, None, at=clock.now())
    assert "証明書：" in chida.get("/office/sso/").content.decode()
    models.IdentityProvider.objects.update(certificates=[], secret_ends_on=(clock.now() + timedelta(days=59)).date())
    assert "クライアントシークレット：" in chida.get("/office/sso/").content.decode()


def test_every_page_is_well_made(chida: Client) -> None:
    values = provider_verbs.addressed()
    provider = values["provider_id"]
    for path in (
        "",
        "only/",
        "waiting/",
        f"waiting/{values['waiting_id']}/",
        "tokens/",
        f"tokens/{values['provisioning_id']}/revoke/",
        "new/oidc/",
        "new/saml/",
        f"{provider}/",
        f"{provider}/change/",
        f"{provider}/switch/off/",
    ):
        answer = chida.get(f"/office/sso/{path}")
        assert answer.status_code == 200, path
        assert pagecheck.check_page(answer.content.decode(), path) == []
    client = Client()
    assert pagecheck.check_page(client.get("/signin/").content.decode(), "/signin/") == []
    refused = client.get(f"/signin/sso/{provider}/finish/").content.decode()
    assert pagecheck.check_page(refused, "refused") == []
