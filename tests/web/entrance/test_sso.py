"""Signing in with the municipality's own identity provider, over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.access import sso as registers
from tests.conftest import PASSWORD
from tests.standins import provider as standins
from tests.standins.visiting import Browser
from warifu import wiring
from warifu.access import actions, models, totp
from warifu.access.methods import Method
from warifu.access.sso.tables import Kind, MatchBy, NewPeople
from warifu.audit import models as audit
from warifu.directory import models as directory
from warifu.web import clock

pytestmark = pytest.mark.django_db
REFUSED = {409, 422}
BOTH = pytest.mark.parametrize("kind", [Kind.OIDC, Kind.SAML])


@pytest.fixture(scope="module")
def running() -> Iterator[standins.StandinProvider]:
    with standins.running() as provider:
        yield provider


@pytest.fixture
def standin(running: standins.StandinProvider, cast: None) -> standins.StandinProvider:
    """The provider knows 佐藤 by her number, and the register of 盛岡市 does too."""
    running.people = {"sato": registers.sato()}
    running.changes, running.forgets_to_ask = {}, False
    registers.give_number()
    return running


def registered(kind: Kind, standin: standins.StandinProvider, **otherwise: Any) -> models.IdentityProvider:
    return registers.registered(kind, standin, wiring.outside(), at=clock.now(), **otherwise)


def visit(provider: models.IdentityProvider, who: str = "sato", wanted: str = "") -> tuple[Browser, Any]:
    """From the entrance to the provider and back; the answer is ours."""
    browser = Browser(Client(), who)
    begun = browser.client.get(f"/signin/sso/{provider.pk}/", {"next": wanted} if wanted else {})
    assert begun.status_code == 302
    return browser, browser.go(begun["Location"])


def who_is_in(browser: Browser) -> str | None:
    number = browser.client.session.get("access_session")
    return models.Session.objects.get(pk=number).account.mail if number else None


def why_refused() -> str:
    line = audit.Entry.objects.filter(action="access.refuse_identity").order_by("pk").last()
    assert line is not None
    return str(line.facts["why"])


@BOTH
def test_sato_signs_in_and_goes_where_she_wanted(kind: Kind, standin: standins.StandinProvider) -> None:
    browser, answer = visit(registered(kind, standin), wanted="/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert who_is_in(browser) == "sato@morioka.example.jp"
    assert browser.client.get("/").status_code == 200
    assert models.Session.objects.get().methods == Method.SSO.value


@BOTH
def test_the_entrance_offers_it_by_the_name_of_the_body(kind: Kind, standin: standins.StandinProvider) -> None:
    assert "職員認証で入る" not in Client().get("/signin/").content.decode()
    registered(kind, standin)
    assert "盛岡市の職員認証で入る" in Client().get("/signin/").content.decode()


@BOTH
def test_what_counts_as_several_factors_is_said_by_the_provider(kind: Kind, standin: standins.StandinProvider) -> None:
    standin.people["sato"] = registers.sato()
    standin.people["sato"].contexts = (standins.MFA,)
    visit(registered(kind, standin))
    assert models.Session.objects.get().methods == Method.SSO_MULTI.value


@BOTH
def test_our_own_second_factor_follows_where_the_provider_asked_for_none(
    kind: Kind, standin: standins.StandinProvider
) -> None:
    account = models.Account.objects.get(mail="sato@morioka.example.jp")
    secret, at = totp.new_secret(), clock.now()
    actions.add_authenticator(
        account=account,
        secret=secret,
        typed=city.one_time_password(secret, at=at),
        keeper=wiring.sign_in_box(),
        letters=city.LETTERS,
        by=city.sato().actor,
        at=at,
    )
    models.Authenticator.objects.update(last_step=0)
    browser, answer = visit(registered(kind, standin), wanted="/me/")
    assert answer["Location"] == "/signin/second/"
    assert who_is_in(browser) is None
    shown = {"way": "totp", "totp": city.one_time_password(secret, at=clock.now())}
    answer = browser.client.post("/signin/second/", shown)
    assert answer["Location"] == "/me/"
    session = models.Session.objects.get()
    assert session.methods == "sso,totp"
    assert session.behind.subject == "subject-of-sato"


@BOTH
def test_a_provider_of_one_body_lets_nobody_of_another_in(kind: Kind, standin: standins.StandinProvider) -> None:
    """The same number and the same address, but 滝沢市's provider."""
    takizawa = directory.Municipality.objects.get(code=city.TAKIZAWA)
    standin.people["sato"] = registers.sato(email="sato@morioka.example.jp")
    for number, match in enumerate((MatchBy.NUMBER, MatchBy.MAIL)):
        provider = registered(kind, standin, municipality=takizawa, match_by=match, name=f"認証{number}")
        browser, answer = visit(provider)
        assert answer.status_code in REFUSED
        assert who_is_in(browser) is None
        assert why_refused() == "unknown_person"


@BOTH
def test_the_subject_of_the_first_time_counts_and_not_what_it_is_called_later(
    kind: Kind, standin: standins.StandinProvider
) -> None:
    provider = registered(kind, standin)
    visit(provider)
    # Another person of the provider with 佐藤's number, and 佐藤 herself under another.
    standin.people["other"] = standins.Person("another-subject", {"employee_number": registers.NUMBER})
    browser, answer = visit(provider, "other")
    assert (answer.status_code in REFUSED, why_refused()) == (True, "other_subject")
    standin.people["sato"] = standins.Person("subject-of-sato", {"employee_number": "S-9999"})
    browser, _ = visit(provider)
    assert who_is_in(browser) == "sato@morioka.example.jp"


def test_an_address_that_the_provider_has_not_checked_finds_nobody(standin: standins.StandinProvider) -> None:
    provider = registered(Kind.OIDC, standin, match_by=MatchBy.MAIL)
    standin.people["sato"] = standins.Person("s", {"email": "sato@morioka.example.jp", "email_verified": False})
    assert visit(provider)[1].status_code in REFUSED
    assert why_refused() == "unverified_mail"
    standin.people["sato"].claims["email_verified"] = True
    assert who_is_in(visit(provider)[0]) == "sato@morioka.example.jp"


@BOTH
def test_who_has_left_or_was_closed_stays_outside(kind: Kind, standin: standins.StandinProvider) -> None:
    provider = registered(kind, standin)
    visit(provider)
    models.Account.objects.filter(mail="sato@morioka.example.jp").update(is_active=False)
    browser, answer = visit(provider)
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "closed")


@BOTH
def test_an_answer_counts_once(kind: Kind, standin: standins.StandinProvider) -> None:
    browser, _ = visit(registered(kind, standin))
    again = browser.bring(*browser.brought[-1])
    assert again.status_code in REFUSED
    stranger = Browser(Client(), "sato")
    assert stranger.bring(*browser.brought[-1]).status_code in REFUSED
    assert who_is_in(stranger) is None


@BOTH
def test_an_answer_opens_only_the_browser_that_asked(kind: Kind, standin: standins.StandinProvider) -> None:
    """Login CSRF: an attacker's answer in somebody else's browser."""
    provider = registered(kind, standin)
    attacker, victim = Browser(Client(), "sato"), Browser(Client(), "sato")
    brought = attacker.at_provider(attacker.client.get(f"/signin/sso/{provider.pk}/")["Location"])
    victim.client.get(f"/signin/sso/{provider.pk}/")
    assert victim.bring(*brought).status_code in REFUSED
    assert who_is_in(victim) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "another"}, "audience"),
        ({"iss": "https://other.example.jp"}, "issuer"),
        ({"nonce": "another"}, "not_asked"),
        ({"exp": 1}, "expired"),
    ],
)
def test_a_wrong_token_lets_nobody_in_and_tells_nobody_why(
    standin: standins.StandinProvider, changes: dict[str, Any], why: str
) -> None:
    provider = registered(Kind.OIDC, standin)
    standin.changes = changes
    browser, answer = visit(provider)
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, why)
    assert why not in answer.content.decode()


def test_new_keys_of_the_provider_are_fetched_once(standin: standins.StandinProvider) -> None:
    provider = registered(Kind.OIDC, standin)
    visit(provider)
    standin.rolled()
    models.IdentityProvider.objects.update(keys_at=clock.now() - oidc_pause())
    assert who_is_in(visit(provider)[0]) == "sato@morioka.example.jp"
    standin.rolled()
    asked = standin.asked.count("/keys")
    for _ in range(3):
        assert visit(provider)[1].status_code in REFUSED
    assert standin.asked.count("/keys") == asked


def oidc_pause() -> Any:
    from warifu.access.sso import oidc

    return 2 * oidc.REFETCH


def test_a_provider_that_is_off_is_not_asked(standin: standins.StandinProvider) -> None:
    provider = registered(Kind.OIDC, standin, on=False)
    assert Client().get(f"/signin/sso/{provider.pk}/").status_code in REFUSED
    assert "職員認証で入る" not in Client().get("/signin/").content.decode()


@BOTH
def test_step_up_asks_the_provider_anew_and_believes_only_a_fresh_answer(
    kind: Kind, standin: standins.StandinProvider
) -> None:
    models.Account.objects.filter(mail="sato@morioka.example.jp").update(password="!")
    provider = registered(kind, standin)
    browser, _ = visit(provider)
    models.Session.objects.update(proved_at=clock.now() - 100 * timedelta(minutes=1))
    page = browser.client.get("/signin/again/?next=/account/").content.decode()
    assert "で確認する" in page
    begun = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")
    answer = browser.go(begun["Location"])
    assert answer["Location"] == "/account/"
    session = models.Session.objects.get()
    assert (session.proved_by, clock.now() - session.proved_at < timedelta(minutes=1)) == ("sso", True)
    standin.forgets_to_ask = True
    begun = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")
    assert browser.go(begun["Location"]).status_code in REFUSED
    assert why_refused() == "not_fresh"


@BOTH
def test_step_up_wants_the_same_person(kind: Kind, standin: standins.StandinProvider) -> None:
    provider = registered(kind, standin)
    browser, _ = visit(provider)
    standin.people["sato"] = standins.Person("somebody-else", {"employee_number": "S-7777"})
    begun = browser.client.get(f"/signin/again/{provider.pk}/?next=/account/")
    assert browser.go(begun["Location"]).status_code in REFUSED
    assert why_refused() == "other_subject"


def test_signing_out_leads_to_the_providers_own_sign_out(standin: standins.StandinProvider) -> None:
    browser, _ = visit(registered(Kind.OIDC, standin))
    answer = browser.client.post("/signout/")
    assert answer["Location"] == "/signin/left/"
    page = browser.client.get("/signin/left/").content.decode()
    assert f"{standin.url}/logout?client_id=warifu" in page
    assert "id_token_hint=" in page
    assert models.Session.objects.get().ended_at is not None


def test_the_provider_ends_our_session_by_itself(standin: standins.StandinProvider) -> None:
    provider = registered(Kind.OIDC, standin)
    browser, _ = visit(provider)
    told = {"logout_token": standin.logout_token(sub="subject-of-sato", sid="at-provider-sato")}
    address = f"/signin/sso/{provider.pk}/logout/"
    assert Client(enforce_csrf_checks=True).post(address, told).status_code == 200
    assert browser.client.get("/").status_code == 302
    assert models.Session.objects.get().ended_why == "provider"
    assert Client().post(address, told).status_code == 400  # a replay
    assert Client().post(address, {"logout_token": standin.logout_token(sub="x", aud="other")}).status_code == 400


def test_nobody_signs_in_unasked_unless_it_was_switched_on(standin: standins.StandinProvider) -> None:
    provider = registered(Kind.SAML, standin)
    own = f"http://127.0.0.1:8000/signin/sso/{provider.pk}"

    def unasked() -> dict[str, str]:
        response = standin.response(
            audience=f"{own}/metadata/", consumer=f"{own}/acs/", request_id="", who="sato", at=clock.now()
        )
        return {"SAMLResponse": standins.posted(response)}

    browser = Browser(Client(), "sato")
    assert browser.bring(f"{own}/acs/", unasked()).status_code in REFUSED
    models.IdentityProvider.objects.update(idp_initiated=True)
    page = browser.bring(f"{own}/acs/", unasked())
    assert "サインインの確認" in page.content.decode()
    assert who_is_in(browser) is None
    assert browser.client.post(f"/signin/sso/{provider.pk}/finish/", {"round": page.context["key"]}).status_code == 302
    assert who_is_in(browser) == "sato@morioka.example.jp"


# -- people whom the register does not know ---------------------------------------------------------------------------


def newcomer(standin: standins.StandinProvider) -> None:
    said = {"employee_number": "S-2000", "name": "新田 緑", "email": "nitta@morioka.example.jp", "title": "主事"}
    standin.people["nitta"] = standins.Person("subject-of-nitta", said)


@BOTH
def test_a_newcomer_is_refused_unless_the_body_wants_otherwise(kind: Kind, standin: standins.StandinProvider) -> None:
    newcomer(standin)
    assert visit(registered(kind, standin), "nitta")[1].status_code in REFUSED
    assert not directory.StaffMember.objects.filter(number="S-2000").exists()


@BOTH
def test_a_newcomer_is_taken_in_without_any_role(kind: Kind, standin: standins.StandinProvider) -> None:
    newcomer(standin)
    home = directory.Department.objects.filter(municipality=city.morioka()).order_by("pk")[0]
    provider = registered(kind, standin, new_people=NewPeople.CREATE, first_department_id=home.pk)
    browser, _ = visit(provider, "nitta")
    assert who_is_in(browser) == "nitta@morioka.example.jp"
    staff = directory.StaffMember.objects.get(number="S-2000")
    assert (staff.name, staff.title, staff.department) == ("新田 緑", "主事", home)
    assert not models.RoleGrant.objects.filter(staff=staff).exists()
    standin.people["nitta"].claims["name"] = "新田 翠"
    visit(provider, "nitta")
    staff.refresh_from_db()
    assert staff.name == "新田 翠"
    changed = audit.Entry.objects.get(action="directory.change_person")
    assert (changed.facts["before"], changed.facts["after"]) == (["新田 緑"], ["新田 翠"])


@BOTH
def test_a_newcomer_waits_for_an_administrator_who_hears_of_it(kind: Kind, standin: standins.StandinProvider) -> None:
    from warifu.notifications import models as notifications

    newcomer(standin)
    provider = registered(kind, standin, new_people=NewPeople.HOLD)
    for _ in range(2):
        assert "承認を待っています" in visit(provider, "nitta")[1].content.decode()
    assert models.WaitingPerson.objects.get().name == "新田 緑"
    mails = notifications.Message.objects.filter(kind="staff_joined")
    assert [mail.to_mail for mail in mails] == ["chida@morioka.example.jp"]


def test_the_address_of_another_bodys_person_takes_nobody_in(standin: standins.StandinProvider) -> None:
    newcomer(standin)
    standin.people["nitta"].claims["email"] = "takahashi@takizawa.example.jp"
    home = directory.Department.objects.filter(municipality=city.morioka()).order_by("pk")[0]
    provider = registered(Kind.OIDC, standin, new_people=NewPeople.CREATE, first_department_id=home.pk)
    browser, answer = visit(provider, "nitta")
    assert answer.status_code in REFUSED
    assert (who_is_in(browser), why_refused()) == (None, "unknown_person")


# -- the provider alone ----------------------------------------------------------------------------------------------


def test_where_the_provider_alone_is_wanted_a_password_opens_nothing(standin: standins.StandinProvider) -> None:
    registered(Kind.OIDC, standin)
    models.SignInRules.objects.create(municipality=city.morioka(), sso_only=True)
    typed = {"username": "sato@morioka.example.jp", "password": PASSWORD}
    client = Client()
    answer = client.post("/signin/", typed)
    assert answer.status_code in REFUSED
    assert "職員認証でサインインします" in answer.content.decode()
    assert "access_session" not in client.session
    # Who does not know the password learns nothing of it.
    assert "職員認証でサインインします" not in client.post("/signin/", typed | {"password": "x"}).content.decode()
    models.Account.objects.filter(mail=typed["username"]).update(is_break_glass=True)
    assert client.post("/signin/", typed).status_code == 302
    other = {"username": "takahashi@takizawa.example.jp", "password": PASSWORD}
    assert Client().post("/signin/", other).status_code == 302
