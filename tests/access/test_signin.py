"""サインイン: one sentence for every mistake, ten failures pause an address, and the pause ends by itself."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import city
from tests.conftest import AT, PASSWORD
from warifu.access import actions, errors, models, queries, throttle
from warifu.audit import queries as audit
from warifu.web import clock

pytestmark = pytest.mark.django_db
SATO = "sato@morioka.example.jp"


def sign_in(mail: str = SATO, password: str = PASSWORD) -> tuple[int, str]:
    reply = Client().post("/signin/", {"username": mail, "password": password})
    return reply.status_code, reply.content.decode()


def test_the_right_password_opens_and_is_written_down(cast: None) -> None:
    assert sign_in()[0] == 302
    assert [entry.action for entry in audit.entries_of(city.MORIOKA)][-1] == "access.sign_in"


def test_upper_case_in_the_address_is_the_same_address(cast: None) -> None:
    assert sign_in("SATO@morioka.example.jp")[0] == 302


def test_unknown_address_and_wrong_password_hear_the_same(cast: None) -> None:
    wrong, unknown = sign_in(password="machigai-no-pasuwaado"), sign_in("nobody@morioka.example.jp")
    assert wrong[0] == unknown[0] == 422
    for _, page in (wrong, unknown):
        assert "メールアドレスまたはパスワードが違います。" in page


def test_ten_failures_pause_the_address_even_for_the_right_password(cast: None) -> None:
    for _ in range(throttle.ALLOWED):
        assert sign_in(password="machigai-no-pasuwaado")[0] == 422
    status, page = sign_in()
    assert status == 429
    assert "15分ほど待ってから" in page
    assert sign_in("suzuki@morioka.example.jp")[0] == 302, "others are not held up"


def test_an_unknown_address_is_paused_like_a_known_one(cast: None) -> None:
    for _ in range(throttle.ALLOWED):
        sign_in("nobody@morioka.example.jp")
    assert sign_in("nobody@morioka.example.jp")[0] == 429


def test_the_pause_ends_by_itself_and_doubles_with_each_further_failure(cast: None) -> None:
    for _ in range(throttle.ALLOWED):
        actions.begin_try(mail=SATO, ip=None, at=AT)
    assert queries.paused_until(SATO, ip=None, at=AT) == AT + throttle.FIRST_PAUSE
    assert queries.paused_until(" Sato@MORIOKA.example.jp ", ip=None, at=AT) == AT + throttle.FIRST_PAUSE
    with pytest.raises(errors.SignInPaused):
        actions.begin_try(mail=SATO, ip=None, at=AT)
    later = AT + throttle.FIRST_PAUSE
    assert queries.paused_until(SATO, ip=None, at=later) is None
    actions.begin_try(mail=SATO, ip=None, at=later)
    assert queries.paused_until(SATO, ip=None, at=later) == later + 2 * throttle.FIRST_PAUSE


def test_a_success_forgets_the_failures_before_it(cast: None) -> None:
    for _ in range(throttle.ALLOWED - 1):
        actions.begin_try(mail=SATO, ip=None, at=clock.now())
    assert sign_in()[0] == 302
    assert not models.SignInFailure.objects.exists()


def test_neither_the_mistyped_address_nor_any_password_is_kept(cast: None) -> None:
    sign_in("himitsu-no-pasuwaado", "machigai-no-pasuwaado")
    kept = str(models.SignInFailure.objects.values().get())
    assert "himitsu" not in kept
    assert "machigai" not in kept


def test_old_failures_are_forgotten(cast: None) -> None:
    actions.begin_try(mail=SATO, ip="192.0.2.1", at=AT - timedelta(days=2))
    actions.begin_try(mail=SATO, ip="192.0.2.1", at=AT)
    assert models.SignInFailure.objects.count() == 1


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_signing_in(cast: None, wanted: str) -> None:
    reply = Client().post("/signin/", {"username": SATO, "password": PASSWORD, "next": wanted})
    assert reply["Location"] == "/"


def test_someone_who_left_cannot_sign_in(cast: None) -> None:
    models.Account.objects.filter(mail=SATO).update(is_active=False)
    assert sign_in()[0] == 422


def test_a_new_session_begins_at_the_sign_in(cast: None) -> None:
    client = Client()
    client.get("/signin/")
    client.post("/signin/", {"username": SATO, "password": PASSWORD})
    first = client.cookies["warifu"].value
    client.post("/signout/")
    client.post("/signin/", {"username": SATO, "password": PASSWORD})
    assert client.cookies["warifu"].value != first
