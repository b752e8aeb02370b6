"""A refusal tells nothing: the same words, the same wait, whether an account exists or not."""

import pytest
from django.test import Client

from tests import city
from tests.web.entrance import people
from warifu import settings, wiring
from warifu.access import actions, models, passkeys
from warifu.audit import queries as audit
from warifu.web import clock

pytestmark = pytest.mark.django_db
NOBODY = "nobody@morioka.example.jp"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the entrance waited before it answered, instead of the waiting."""
    waited: list[float] = []
    monkeypatch.setattr(settings, "SIGN_IN_ANSWER_MILLISECONDS", 60_000)
    monkeypatch.setattr("warifu.web.entrance.pace.time.sleep", waited.append)
    return waited


@pytest.mark.parametrize("mail", [people.SATO, NOBODY])
def test_refused_passwords_and_requests_for_a_reset_are_answered_after_the_same_time(
    cast: None, waits: list[float], mail: str
) -> None:
    Client().post("/signin/", {"username": mail, "password": "machigai-no-pasuwaado"})
    Client().post("/signin/forgotten/", {"mail": mail})
    assert len(waits) == 2
    assert all(30 < wait <= 60 for wait in waits), "what is left of the minute that this test sets"


@pytest.mark.parametrize("mail", [people.SATO, NOBODY])
def test_a_pause_is_told_in_the_same_words(cast: None, waits: list[float], mail: str) -> None:
    for _ in range(10):
        Client().post("/signin/", {"username": mail, "password": "machigai-no-pasuwaado"})
    reply = Client().post("/signin/", {"username": mail, "password": "machigai-no-pasuwaado"})
    assert reply.status_code == 429
    assert int(reply["Retry-After"]) > 800
    assert "15分ほど待ってから" in reply.content.decode()
    assert len(waits) == 11


def test_a_closed_account_hears_what_an_unknown_one_hears(cast: None) -> None:
    models.Account.objects.filter(mail=people.SATO).update(is_active=False)
    told = {
        Client().post("/signin/", {"username": mail, "password": "katakata-natta-warifu"}).content.count(b"wf-field")
        for mail in (people.SATO, NOBODY)
    }
    assert len(told) == 1


# -- passkeys that are none --------------------------------------------------------------------------------------------

ANSWER = (
    '{"id":"AAAA","rawId":"AAAA","type":"public-key","clientExtensionResults":{},"response":{'
    '"clientDataJSON":"e30","authenticatorData":"AAAA","signature":"AAAA"}}'
)


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"rawId":1}', ANSWER, ANSWER.replace("AAAA", "é")])
def test_what_is_no_answer_of_a_passkey_opens_nothing(
    cast: None, monkeypatch: pytest.MonkeyPatch, credential: str
) -> None:
    monkeypatch.setattr(wiring, "passkey_service", lambda: passkeys.Service(origin="https://warifu.example.jp"))
    client = Client()
    assert client.get("/signin/passkey/").status_code == 200
    assert client.post("/signin/passkey/", {"credential": credential}).status_code == 422
    assert client.get("/")["Location"].startswith("/signin/")


def test_a_wrong_answer_in_the_name_of_a_known_passkey_is_written_down(
    cast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "passkey_service", lambda: passkeys.Service(origin="https://warifu.example.jp"))
    made = passkeys.Made(identifier="AAAA", credential=b"", uses=0, synced=False)
    by, account = city.sato().actor, people.account()
    actions.add_passkey(account=account, made=made, name="端末", letters=city.LETTERS, by=by, at=clock.now())
    Client().post("/signin/passkey/", {"credential": ANSWER})
    refused = [entry for entry in audit.entries_of(city.MORIOKA) if entry.action == "access.refuse"]
    assert [entry.facts["method"] for entry in refused] == ["passkey"]


@pytest.mark.parametrize(
    ("origin", "possible"),
    [
        ("https://warifu.example.jp", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://warifu.example.jp", False),
        ("https://192.0.2.1", False),
    ],
)
def test_passkeys_are_made_under_a_name_that_is_safe(origin: str, possible: bool) -> None:
    assert passkeys.Service(origin=origin).possible is possible
