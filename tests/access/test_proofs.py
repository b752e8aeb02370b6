"""What somebody shows to prove who they are: passwords, one-time passwords, recovery codes."""

import hashlib
import math
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.conftest import AT
from warifu.access import actions, breached, devices, errors, methods, models, recovery, totp
from warifu.access.methods import Method

RFC_6238 = b32encode(b"12345678901234567890").decode()


def sato() -> models.Account:
    return models.Account.objects.get(mail="sato@morioka.example.jp")


# -- one-time passwords ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "eight_digits"), [(59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")]
)
def test_one_time_passwords_are_those_of_rfc_6238_appendix_b(seconds: int, eight_digits: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.matching_step(RFC_6238, eight_digits[2:], at=at, after=0) == seconds // 30


@pytest.mark.parametrize(("off", "right"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_off_by_one_step(off: int, right: bool) -> None:
    typed = city.one_time_password(RFC_6238, at=AT + timedelta(seconds=off))
    assert (totp.matching_step(RFC_6238, typed, at=AT, after=0) is not None) is right


@pytest.mark.django_db
def test_one_password_opens_once(cast: None) -> None:
    secret = totp.new_secret()
    first = city.one_time_password(secret, at=AT)
    by = city.sato().actor
    account, keeper, letters = sato(), city.KEEPER, city.LETTERS
    actions.add_authenticator(account=account, secret=secret, typed=first, keeper=keeper, letters=letters, by=by, at=AT)
    assert not actions.use_one_time_password(account=account, typed=first, keeper=keeper, at=AT), "shown already"
    later = AT + timedelta(seconds=30)
    typed = city.one_time_password(secret, at=later)
    assert actions.use_one_time_password(account=account, typed=typed, keeper=keeper, at=later)
    assert not actions.use_one_time_password(account=account, typed=typed, keeper=keeper, at=later)


@pytest.mark.django_db
def test_an_app_that_shows_another_number_is_not_registered(cast: None) -> None:
    with pytest.raises(errors.NotProven):
        actions.add_authenticator(
            account=sato(),
            secret=totp.new_secret(),
            typed="000000",
            keeper=city.KEEPER,
            letters=city.LETTERS,
            by=city.sato().actor,
            at=AT,
        )
    assert not models.Authenticator.objects.exists()


@pytest.mark.django_db
def test_the_secret_of_an_app_is_unreadable_in_the_database(cast: None) -> None:
    secret = totp.new_secret()
    actions.add_authenticator(
        account=sato(),
        secret=secret,
        typed=city.one_time_password(secret, at=AT),
        keeper=city.KEEPER,
        letters=city.LETTERS,
        by=city.sato().actor,
        at=AT,
    )
    assert secret not in models.Authenticator.objects.get().sealed_secret


def test_the_picture_is_drawn_without_script_and_style() -> None:
    drawn = totp.picture(totp.address(RFC_6238, account="sato@morioka.example.jp", issuer="割符"))
    assert drawn.startswith("<svg ")
    assert "script" not in drawn
    assert "style=" not in drawn


# -- recovery codes ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_recovery_code_opens_once_however_it_is_typed(cast: None) -> None:
    account = sato()
    codes = actions.make_recovery_codes(account=account, letters=city.LETTERS, by=city.sato().actor, at=AT)
    assert len(set(codes)) == recovery.HOW_MANY
    typed = codes[3].lower().replace("-", "　")
    assert actions.use_recovery_code(account=account, typed=typed, at=AT)
    assert not actions.use_recovery_code(account=account, typed=codes[3], at=AT)
    assert not any(code in str(models.RecoveryCode.objects.values_list("digest")) for code in codes)


@pytest.mark.django_db
def test_new_codes_end_the_earlier_ones_and_belong_to_one_person(cast: None) -> None:
    by = city.sato().actor
    earlier = actions.make_recovery_codes(account=sato(), letters=city.LETTERS, by=by, at=AT)
    newer = actions.make_recovery_codes(account=sato(), letters=city.LETTERS, by=by, at=AT)
    suzuki = models.Account.objects.get(mail="suzuki@morioka.example.jp")
    assert not actions.use_recovery_code(account=sato(), typed=earlier[0], at=AT)
    assert not actions.use_recovery_code(account=suzuki, typed=newer[0], at=AT)
    assert actions.use_recovery_code(account=sato(), typed=newer[0], at=AT)


# -- passwords ---------------------------------------------------------------------------------------------------------


def breach_list(folder: Path, passwords: list[str], *, counts: bool) -> Path:
    lines = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)  # noqa: S324
    path = folder / "breached.txt"
    path.write_text("".join(f"{line}{f':{at}' * counts}\r\n" for at, line in enumerate(lines)), encoding="ascii")
    return path


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 100])
def test_every_password_of_the_list_is_found_and_no_other(tmp_path: Path, size: int, counts: bool) -> None:
    known = [f"password-number-{number}" for number in range(size)]
    path = breach_list(tmp_path, known, counts=counts)
    assert [one for one in known if not breached.is_listed(one, path)] == []
    assert not any(breached.is_listed(f"another-password-{number}", path) for number in range(100))


@given(st.lists(st.text(min_size=1, max_size=8), max_size=30), st.text(min_size=1, max_size=8))
def test_the_look_into_the_list_agrees_with_reading_all_of_it(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], asked: str
) -> None:
    path = breach_list(tmp_path_factory.mktemp("list"), known, counts=True)
    assert breached.is_listed(asked, path) is (asked in known)


def test_a_list_that_cannot_be_read_stops_the_change(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        breached.NotBreached(tmp_path / "none.txt").validate("katakata-natta-warifu")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("fourteen-chars", "password_too_short"),
        ("katakata-natta-warifu" * 20, "too_long"),
        ("1qaz2wsx3edc4rfv", "password_too_common"),
        ("sato@morioka.example.jp", "password_too_similar"),
    ],
)
def test_a_password_is_long_unknown_to_attackers_and_not_about_its_person(cast: None, password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        password_validation.validate_password(password, sato())
    assert code in {problem.code for problem in refused.value.error_list}
    assert all(problem.message.endswith("。") for problem in refused.value.error_list)


@pytest.mark.parametrize(
    "password",
    [
        "warifu-warifu-2026!",
        "Morioka.Keiyaku.2026.04",
        "盛岡市電子契約割符パスワード２０２６",
        "ＭＯＲＩＯＫＡ－ｗａｒｉｆｕ－ａｄｍｉｎ",
    ],
)
def test_words_that_everybody_here_thinks_of_are_no_password(cast: None, password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        password_validation.validate_password(password, sato())
    assert "password_about_the_service" in {problem.code for problem in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    [
        "katakata-natta-warifu",
        "83920475610293847561",
        "契約の朝に鳴く郭公の声がよく響く",
        "q" * 5 + "-&%-" * 4 + " \U0001f600",
        "z9 " * 80,
    ],
)
def test_any_signs_and_up_to_256_of_them_are_a_password(cast: None, password: str) -> None:
    password_validation.validate_password(password, sato())


def test_each_sign_of_a_password_counts(cast: None) -> None:
    account = sato()
    chosen = " Katakata natta warifu, mada natte iru. " + "x" * 100
    actions.change_password(
        account=account, password=chosen, letters=city.LETTERS, by=city.sato().actor, at=AT, but=None
    )
    account.refresh_from_db()
    assert account.check_password(chosen)
    for other in (chosen.strip(), chosen.lower(), chosen[:-1], chosen[:72]):
        assert not account.check_password(other), other


def test_a_recovery_code_has_112_random_bits_and_more() -> None:
    letters = len(recovery.new_codes()[0].replace("-", ""))
    assert letters * math.log2(len(recovery.ALPHABET)) >= 112


def test_words_in_japanese_are_a_password_too() -> None:
    password_validation.validate_password("かたかた鳴った割符の音を覚えている")


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "again", "words"),
    [
        ((Method.PASSWORD,), None, "職員アカウント（パスワード）"),
        ((Method.PASSWORD, Method.TOTP), None, "職員アカウント（パスワード＋ワンタイムパスワード）"),
        ((Method.PASSKEY,), None, "職員アカウント（パスキー）"),
        ((Method.SSO,), None, "職員アカウント（シングルサインオン）"),
        ((Method.PASSWORD,), Method.PASSWORD, "職員アカウント（パスワード。直前にパスワードで再確認）"),
    ],
)
def test_the_evidence_says_what_was_shown(shown: tuple[Method, ...], again: Method | None, words: str) -> None:
    assert methods.evidence(shown, again) == words
    assert methods.read(methods.written(shown)) == shown


def test_the_longest_words_fit_the_column() -> None:
    longest = max(Method, key=lambda method: len(method.label))
    assert len(methods.evidence((longest, longest), longest)) <= 80


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge（Windows）"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari（iPhone）"),
        ("", "ブラウザ"),
        ("<script>alert(1)</script>", "ブラウザ"),
    ],
)
def test_a_browser_is_called_by_what_its_owner_recognises(agent: str, words: str) -> None:
    assert devices.spoken(agent) == words
