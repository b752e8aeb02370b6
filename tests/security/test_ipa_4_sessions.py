"""IPA 4: session management セッション管理の不備."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests import city
from tests.web import test_pages
from tests.web.entrance import people
from warifu import settings
from warifu.access import models
from warifu.access.rights import Role
from warifu.web import clock

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.mark.django_db
def test_4_i_identifiers_cannot_be_guessed(cast: None, objects: Path) -> None:
    """32 marks of 36 are 165 bits; tokens of links have 256."""
    keys = [SessionStore()._get_new_session_key() for _ in range(50)]  # type: ignore[attr-defined]  # Django keeps it to itself
    assert len(set(keys)) == 50
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
    agreement = city.sent(settings.OBJECTS_DIR, at=clock.now())
    link, _ = test_pages.link_of(agreement)
    assert len(link.rpartition("/")[2]) >= 43


@pytest.mark.django_db
def test_4_ii_no_identifier_of_a_session_stands_in_an_address(cast: None) -> None:
    client = people.signed_in()
    page = client.get("/").content.decode()
    assert client.cookies[COOKIE].value not in page
    assert client.session["access_session"] not in page


@pytest.mark.django_db
def test_4_ii_the_token_of_a_link_becomes_a_cookie_at_once(cast: None) -> None:
    link, code = test_pages.link_of(city.sent(settings.OBJECTS_DIR, at=clock.now()))
    client, token = Client(), link.rpartition("/")[2]
    reply = client.get(link)
    assert reply.status_code == 302
    assert token not in reply["Location"]
    landing = client.get(reply["Location"])
    assert token not in landing.content.decode()
    assert landing["Referrer-Policy"] == "same-origin"
    assert token not in client.post(reply["Location"], {"code": code}).get("Location", "")


def test_4_iii_cookies_of_an_https_service_are_secure(tmp_path: Path) -> None:
    asked = (
        "import json; from warifu import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE,"
        "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME]))"
    )
    environment = os.environ | {"WARIFU_PUBLIC_URL": "https://keiyaku.example.jp", "WARIFU_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    session, form, hsts, name, form_name = json.loads(done.stdout)
    assert session
    assert form
    assert hsts >= 31_536_000
    assert name.startswith("__Host-")
    assert form_name.startswith("__Host-")


@pytest.mark.django_db
def test_4_iv_a_another_session_begins_with_the_sign_in(cast: None) -> None:
    secret = people.with_app()
    client = Client()
    client.get("/signin/passkey/")
    visitor = client.cookies[COOKIE].value if COOKIE in client.cookies else ""
    people.sign_in(client)
    half = client.cookies[COOKIE].value
    client.post("/signin/second/", {"way": "totp", "totp": people.code(secret)})
    whole = client.cookies[COOKIE].value
    assert len({visitor, half, whole}) == 3
    stale = Client()
    stale.cookies[COOKIE] = half
    assert stale.get("/").status_code == 302, "the earlier one opens nothing"


@pytest.mark.django_db
def test_4_iv_a_another_session_begins_when_rights_change(cast: None) -> None:
    client = people.signed_in()
    client.get("/")
    before = client.cookies[COOKIE].value
    models.RoleGrant.objects.create(staff=city.sato().staff, role=Role.APPROVER)
    client.get("/")
    assert client.cookies[COOKIE].value != before


@pytest.mark.django_db
def test_4_iv_b_each_form_carries_a_secret_of_its_own_besides(cast: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(models.Account.objects.get(mail=people.SATO))
    assert client.post("/agreements/new/").status_code == 403


@pytest.mark.django_db
def test_4_v_two_sign_ins_have_two_identifiers_and_a_sign_out_ends_one_on_the_server(cast: None) -> None:
    one, other = people.signed_in(), people.signed_in()
    kept = one.cookies[COOKIE].value
    assert kept != other.cookies[COOKIE].value
    one.post("/signout/")
    again = Client()
    again.cookies[COOKIE] = kept
    assert again.get("/").status_code == 302
    assert other.get("/").status_code == 200


@pytest.mark.django_db
def test_4_vi_a_session_ends_with_the_browser_and_after_its_limits(cast: None) -> None:
    client = people.signed_in()
    assert client.cookies[COOKIE]["max-age"] == ""
    assert client.cookies[COOKIE]["expires"] == ""
    people.age(client, seen=timedelta(minutes=32))
    assert client.get("/").status_code == 302
    lasting = people.signed_in()
    models.Session.objects.filter(pk=lasting.session["access_session"]).update(
        began_at=clock.now() - timedelta(hours=12, minutes=1)
    )
    assert lasting.get("/").status_code == 302
