"""Signing in at Keycloak, which is a real identity provider, by OpenID Connect and by SAML 2.0."""

import base64
import os
import re
import zlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from tests.standins import keycloak as keycloaks
from tests.standins import provider as standins
from tests.standins.visiting import Browser, TurnedAway
from warifu.access import models
from warifu.access.sso import metadata, oidc
from warifu.access.sso.tables import Kind, NewPeople
from warifu.directory import models as directory
from warifu.web import clock, sso_rounds

from .signing_in import SATO, begin, registered, visit, who_is_in, why_refused

if "WARIFU_TEST_KEYCLOAK" not in os.environ:
    pytest.skip("WARIFU_TEST_KEYCLOAK names no Keycloak; bin/identity-conformance does", allow_module_level=True)
pytestmark = pytest.mark.django_db
REFUSED = {409, 422}
BOTH = pytest.mark.parametrize("kind", [Kind.OIDC, Kind.SAML])


@BOTH
def test_sato_signs_in(kind: Kind, realm: keycloaks.Realm) -> None:
    browser, answer = visit(registered(kind, realm))
    assert answer.status_code == 302, (answer.content.decode(), why_refused())
    assert who_is_in(browser) == SATO
    assert browser.client.get("/").status_code == 200
    assert models.Session.objects.get().methods == "sso"


@BOTH
def test_set_up_by_what_our_page_says_tested_and_switched_on(kind: Kind, realm: keycloaks.Realm) -> None:
    """What an administrator does: our form, then our values into Keycloak, then a test of their own."""
    chida = Client()
    chida.force_login(models.Account.objects.get(mail="chida@morioka.example.jp"))
    typed: dict[str, Any] = {
        "name": "盛岡市の職員認証",
        "match_by": "number",
        "number_attribute": "employee_number",
        "name_attribute": "display_name",
        "mail_attribute": "email",
        "multi_factor_values": "mfa",
        "new_people": "refuse",
    }
    if kind == Kind.OIDC:
        typed |= {"issuer": realm.issuer, "client_id": keycloaks.CLIENT, "secret": keycloaks.SECRET}
    else:
        typed["metadata_file"] = SimpleUploadedFile("keycloak.xml", realm.metadata(), "application/xml")
    answer = chida.post(f"/office/sso/new/{kind.value}/", typed)
    assert answer.status_code == 302, answer.content.decode()
    provider = models.IdentityProvider.objects.get()
    place = f"/office/sso/{provider.pk}/"
    page = chida.get(place).content.decode()
    if kind == Kind.OIDC:
        back, told, after = (
            re.search(rf"<dt[^>]*>{term}</dt>\s*<dd[^>]*>\s*([^<\s]+)", page)
            for term in ("リダイレクトURI", "バックチャネルログアウトURL", "サインアウト後の戻り先")
        )
        assert back and told and after, page
        realm.register_openid(redirect_uri=back[1], logout_uri=told[1], after_logout=after[1])
    else:
        ours = re.search(r'href="([^"]+/metadata/)"', page)
        assert ours
        made = realm.register_saml(Client().get(ours[1]).content)
        assert made["attributes"]["saml.assertion.signature"] == "true"
    browser = Browser(chida, "chida", "chida at keycloak")
    browser.go(chida.get(f"{place}test/")["Location"])
    page = chida.get(f"{place}tested/").content.decode()
    assert "職員が見つかりました" in page and "千田 誠" in page
    assert chida.post(f"{place}switch/on/").status_code == 302
    assert who_is_in(visit(models.IdentityProvider.objects.get())[0]) == SATO


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS512"])
def test_keycloak_may_sign_by_other_public_keys(algorithm: str, realm: keycloaks.Realm) -> None:
    assert who_is_in(visit(registered(Kind.OIDC, realm, algorithm=algorithm))[0]) == SATO


def test_a_signature_by_a_shared_secret_lets_nobody_in(realm: keycloaks.Realm) -> None:
    browser, answer = visit(registered(Kind.OIDC, realm, algorithm="HS512"))
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "algorithm")


def test_keycloak_answers_no_saml_question_that_somebody_changed(realm: keycloaks.Realm) -> None:
    browser, address = begin(registered(Kind.SAML, realm))
    place, _, query = address.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    assert {"SigAlg", "Signature"} <= asked.keys()
    request = etree.fromstring(zlib.decompress(base64.b64decode(asked["SAMLRequest"]), -15))
    request.set("ForceAuthn", "false" if request.get("ForceAuthn") == "true" else "true")
    packed = zlib.compress(etree.tostring(request))[2:-4]
    asked["SAMLRequest"] = base64.b64encode(packed).decode()
    for changed in (asked, {name: asked[name] for name in ("SAMLRequest", "RelayState")}):
        with pytest.raises(AssertionError, match=r"^400 "):
            browser.at_provider(f"{place}?{urlencode(changed)}")
    assert who_is_in(browser) is None


def test_saml_by_sha1_lets_nobody_in(realm: keycloaks.Realm) -> None:
    provider = registered(Kind.SAML, realm)
    place = sso_rounds.place_of(provider)
    realm.register_saml(metadata.written(place), **{"saml.signature.algorithm": "RSA_SHA1"})
    browser, answer = visit(provider)
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "algorithm")


def test_a_saml_answer_whose_assertion_is_not_signed_lets_nobody_in(realm: keycloaks.Realm) -> None:
    """Keycloak then signs the answer around it alone, which is its own default."""
    provider = registered(Kind.SAML, realm)
    realm.register_saml(metadata.written(sso_rounds.place_of(provider)), **{"saml.assertion.signature": "false"})
    browser, answer = visit(provider)
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "signature")


@BOTH
def test_a_wrong_password_there_brings_nobody_here(kind: Kind, realm: keycloaks.Realm) -> None:
    browser, address = begin(registered(kind, realm), password="wrong")
    with pytest.raises(TurnedAway, match="Invalid username or password"):
        browser.at_provider(address)
    assert (who_is_in(browser), browser.brought) == (None, [])


@BOTH
def test_who_is_disabled_there_does_not_come_in_here(kind: Kind, realm: keycloaks.Realm) -> None:
    provider = registered(kind, realm)
    assert who_is_in(visit(provider)[0]) == SATO
    realm.change_person("sato", enabled=False)
    try:
        browser, address = begin(provider)
        with pytest.raises(TurnedAway, match="disabled"):
            browser.at_provider(address)
        assert who_is_in(browser) is None
    finally:
        realm.change_person("sato", enabled=True)


@BOTH
def test_who_is_closed_here_does_not_come_in_by_keycloak(kind: Kind, realm: keycloaks.Realm) -> None:
    provider = registered(kind, realm)
    models.Account.objects.filter(mail=SATO).update(is_active=False)
    browser, answer = visit(provider)
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "closed")


@BOTH
def test_a_newcomer_is_taken_in_by_the_name_that_keycloak_sends(kind: Kind, realm: keycloaks.Realm) -> None:
    home = directory.Department.objects.filter(municipality__code="032018").order_by("pk")[0]
    assert visit(registered(kind, realm, name="断る"), "nitta")[1].status_code in REFUSED
    models.IdentityProvider.objects.all().delete()
    provider = registered(kind, realm, new_people=NewPeople.CREATE, first_department_id=home.pk)
    assert who_is_in(visit(provider, "nitta")[0]) == "nitta@morioka.example.jp"
    staff = directory.StaffMember.objects.get(number="S-2000")
    assert (staff.name, staff.department) == ("新田 緑", home)
    assert not models.RoleGrant.objects.filter(staff=staff).exists()


def test_after_new_keys_at_keycloak_sign_in_goes_on(realm: keycloaks.Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = registered(Kind.OIDC, realm)
    assert who_is_in(visit(provider)[0]) == SATO
    realm.roll_keys()
    # Unknown keys make us ask once a minute at most.
    assert who_is_in(visit(provider)[0]) is None
    assert why_refused() == "signature"
    later = clock.now() + oidc.REFETCH + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert who_is_in(visit(provider)[0]) == SATO


def test_after_new_keys_at_keycloak_its_new_metadata_are_wanted_for_saml(realm: keycloaks.Realm) -> None:
    provider = registered(Kind.SAML, realm)
    assert who_is_in(visit(provider)[0]) == SATO
    realm.roll_keys()
    assert who_is_in(visit(provider)[0]) is None
    assert why_refused() == "signature"
    chida = Client()
    chida.force_login(models.Account.objects.get(mail="chida@morioka.example.jp"))
    typed = {
        "name": provider.name,
        "match_by": "number",
        "number_attribute": "employee_number",
        "name_attribute": "display_name",
        "mail_attribute": "email",
        "department_attribute": "department",
        "new_people": "refuse",
        "metadata_file": SimpleUploadedFile("keycloak.xml", realm.metadata(), "application/xml"),
    }
    answer = chida.post(f"/office/sso/{provider.pk}/change/", typed)
    assert answer.status_code == 302, answer.content.decode()
    assert who_is_in(visit(provider)[0]) == SATO


@BOTH
def test_an_answer_of_keycloak_counts_once(kind: Kind, realm: keycloaks.Realm) -> None:
    browser, _ = visit(registered(kind, realm))
    assert browser.bring(*browser.brought[-1]).status_code in REFUSED
    stranger = Browser(Client(), "nobody")
    assert stranger.bring(*browser.brought[-1]).status_code in REFUSED
    assert who_is_in(stranger) is None


@BOTH
def test_an_answer_of_keycloak_opens_only_the_browser_that_asked(kind: Kind, realm: keycloaks.Realm) -> None:
    provider = registered(kind, realm)
    attacker, address = begin(provider)
    brought = attacker.at_provider(address)
    victim, _ = begin(provider)
    assert victim.bring(*brought).status_code in REFUSED
    assert who_is_in(victim) is None


def elsewhere(address: str, realm: keycloaks.Realm, other: keycloaks.Realm) -> str:
    """The same question, put to another realm; a SAML request says inside where it goes."""
    place, _, query = address.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    if "SAMLRequest" in asked:
        request = standins.unpacked(asked["SAMLRequest"])
        request.set("Destination", str(request.get("Destination")).replace(realm.issuer, other.issuer))
        asked["SAMLRequest"] = base64.b64encode(zlib.compress(etree.tostring(request))[2:-4]).decode()
    return f"{place.replace(realm.issuer, other.issuer)}?{urlencode(asked)}"


@BOTH
def test_an_answer_of_another_realm_lets_nobody_in(
    kind: Kind, realm: keycloaks.Realm, other_realm: keycloaks.Realm
) -> None:
    """Somebody with the same name, number and address, at a realm that 盛岡市 has not registered."""
    ours, theirs = registered(kind, realm), registered(kind, other_realm, name="別のレルム")
    if kind == Kind.OIDC:
        other_realm.register_openid(redirect_uri=sso_rounds.redirect_uri(ours))
    else:
        # The question bears the key of the other provider's row.
        other_realm.register_saml(metadata.written(sso_rounds.place_of(ours)), **{"saml.client.signature": "false"})
    models.IdentityProvider.objects.filter(pk=theirs.pk).delete()
    browser, address = begin(ours)
    browser.go(elsewhere(address, realm, other_realm))
    assert who_is_in(browser) is None
    assert why_refused() == {Kind.OIDC: "issuer", Kind.SAML: "signature"}[kind]


@BOTH
def test_the_provider_of_another_body_lets_none_of_ours_in(kind: Kind, realm: keycloaks.Realm) -> None:
    """滝沢市 registers a realm where somebody has 佐藤's number and address."""
    takizawa = directory.Municipality.objects.get(name="滝沢市")
    browser, answer = visit(registered(kind, realm, municipality=takizawa))
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "unknown_person")


@BOTH
@pytest.mark.parametrize(
    ("off", "why"),
    [
        (timedelta(seconds=100), {""}),
        (timedelta(seconds=-90), {""}),
        (timedelta(minutes=9), {"expired"}),
        # The certificate of a realm that was made a moment ago is not valid yet.
        (timedelta(minutes=-4), {"not_yet", "signature"}),
    ],
)
def test_clocks_may_differ_by_two_minutes(
    kind: Kind, off: timedelta, why: set[str], realm: keycloaks.Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, now = registered(kind, realm), clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + off)
    browser, _ = visit(provider)
    assert who_is_in(browser) == (SATO if "" in why else None)
    assert "" in why or why_refused() in why


@BOTH
def test_step_up_asks_for_the_password_again(kind: Kind, realm: keycloaks.Realm) -> None:
    provider = registered(kind, realm)
    browser, _ = visit(provider)
    models.Session.objects.update(proved_at=clock.now() - timedelta(minutes=100))
    browser.password = "wrong"
    address = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")["Location"]
    with pytest.raises(TurnedAway):
        browser.at_provider(address)
    browser.password = "sato at keycloak"
    address = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")["Location"]
    assert browser.go(address)["Location"] == "/account/"
    session = models.Session.objects.get()
    assert clock.now() - session.proved_at < timedelta(minutes=1)


def test_who_takes_the_wish_for_a_new_proof_out_of_the_address_proves_nothing(
    realm: keycloaks.Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody at a browser that was left alone goes to the provider, which still knows the person, without it."""
    provider = registered(Kind.OIDC, realm)
    browser, _ = visit(provider)
    browser.password = "not known"
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=3))
    address = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")["Location"]
    assert browser.go(address.replace("&prompt=login&max_age=0", "")).status_code in REFUSED
    assert why_refused() == "not_fresh"


def test_signing_out_here_leads_to_signing_out_there(realm: keycloaks.Realm) -> None:
    provider = registered(Kind.OIDC, realm)
    browser, _ = visit(provider)
    assert browser.client.post("/signout/")["Location"] == "/signin/left/"
    page = browser.client.get("/signin/left/").content.decode()
    farewell = re.search(r'href="([^"]+/logout\?[^"]+)"', page)
    assert farewell and models.Session.objects.get().ended_at is not None
    # Keycloak needs no question, as we bring its ID token, and sends the browser back to us.
    address, _ = browser.at_provider(farewell[1].replace("&amp;", "&"))
    assert urlsplit(address).path == "/signin/"
    browser.password = "not known"
    again = browser.client.get(f"/signin/sso/{provider.pk}/")["Location"]
    with pytest.raises(TurnedAway):
        browser.at_provider(again)


def test_signing_out_there_ends_our_session(realm: keycloaks.Realm) -> None:
    """Keycloak's own logout token, sent to us by itself (OpenID Connect Back-Channel Logout)."""
    with keycloaks.listening() as listener:
        provider = registered(Kind.OIDC, realm, logout_uri=listener.url)
        browser, _ = visit(provider)
        realm.sign_out_everywhere("sato")
        told = dict(listener.waited())
    address = urlsplit(sso_rounds.logout_uri(provider)).path
    forged = told["logout_token"][:-8] + "AAAAAAAA"
    assert Client().post(address, {"logout_token": forged}).status_code == 400
    assert browser.client.get("/").status_code == 200
    assert Client().post(address, told).status_code == 200
    assert browser.client.get("/").status_code == 302
    assert models.Session.objects.get().ended_why == "provider"
    assert Client().post(address, told).status_code == 400  # a replay


@BOTH
def test_a_person_who_was_made_anew_there_is_not_who_they_were(kind: Kind, realm: keycloaks.Realm) -> None:
    """Another person who is given 佐藤's number and name gets in only after an administrator has undone the link."""
    provider = registered(kind, realm)
    assert who_is_in(visit(provider)[0]) == SATO
    identity = models.FederatedIdentity.objects.get()
    models.FederatedIdentity.objects.update(subject="the subject of one who is gone")
    assert who_is_in(visit(provider)[0]) is None
    assert why_refused() == "other_subject"
    assert identity.subject == (realm.subject_of("sato") if kind == Kind.OIDC else "sato")
    identity.delete()
    assert who_is_in(visit(provider)[0]) == SATO


def test_what_is_asked_of_keycloak_is_bound_to_one_browser(realm: keycloaks.Realm) -> None:
    _, address = begin(registered(Kind.OIDC, realm))
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    # Keycloak itself insists: without the challenge there is no page to type a password into.
    del asked["code_challenge"], asked["code_challenge_method"]
    bare = f"{address.partition('?')[0]}?{urlencode(asked, doseq=True)}"
    browser = Browser(Client(), "sato", "sato at keycloak")
    path, _ = browser.at_provider(bare)
    assert parse_qs(urlsplit(path).query)["error"] == ["invalid_request"]
    assert browser.client.get(path.removeprefix("http://127.0.0.1:8000")).status_code in REFUSED
