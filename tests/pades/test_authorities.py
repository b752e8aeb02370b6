"""Several timestamp authorities: whom to ask first, how to be let in, what their list may say. 時刻認証局の試験"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from tests.standins import guarded
from trialpki import profiles
from trialpki.services import TimestampService
from warifu.pades import chains, errors, health, tokens
from warifu.pades.transports import tsa, tsa_file, wire

AT = pkis.SEALED
NOWHERE = "http://127.0.0.1:9/"


@dataclass
class Heard:
    """What the observer was told."""

    lines: list[tuple[str, health.Condition]]

    def __call__(self, authority: tokens.Authority, condition: health.Condition) -> None:
        self.lines.append((authority.name, condition))


def asked(pki: pkis.Pki, timestamper: tsa.HttpTimestamper, seconds: float = 0) -> tokens.Token:
    digest = hashlib.sha256(b"contract").digest()
    pki.now = AT + timedelta(seconds=seconds)
    ledger = chains.RevocationLedger(trust=pki.trust, source=pki.revocation)
    return tokens.request(
        digest, "sha256", timestamper=timestamper, ledger=ledger, trust=pki.trust, at=AT + timedelta(seconds=seconds)
    )


def two(pki: pkis.Pki, *, first: str = "", observe: tsa.Observer | None = None) -> tsa.HttpTimestamper:
    services = (
        tsa.Service(tokens.Authority("甲"), first or pki.tsa.url + "/", 1.0),
        tsa.Service(tokens.Authority("乙"), pki.tsa.url + "/second", 1.0),
    )
    return tsa.HttpTimestamper(services=services, wire=pki.wire, observe=observe)


def names(timestamper: tsa.HttpTimestamper, seconds: float) -> list[str]:
    return [one.name for one in timestamper.candidates(AT + timedelta(seconds=seconds))]


def test_an_authority_that_failed_is_asked_last_for_a_while_and_then_tried_by_one_call(pki: pkis.Pki) -> None:
    timestamper = two(pki, first=NOWHERE)
    assert asked(pki, timestamper).authority == "乙"
    assert names(timestamper, 5) == ["乙", "甲"]
    assert names(timestamper, 25) == ["甲", "乙"], "one call tries it"
    assert names(timestamper, 25) == ["乙", "甲"], "the others wait for its outcome"
    assert asked(pki, timestamper, 30).authority == "乙"
    condition = timestamper.conditions[timestamper.candidates(AT)[-1]]
    assert condition.faults == 2
    assert condition.failed_at is not None and condition.rests_until is not None
    assert condition.rests_until - condition.failed_at == timedelta(seconds=30), "the second rest is twice as long"


def test_an_authority_that_came_back_is_first_again(pki: pkis.Pki) -> None:
    timestamper = two(pki)
    first, _ = timestamper.candidates(AT)
    timestamper.note(first, fault=errors.TimestampUnavailable("away"), at=AT)
    assert asked(pki, timestamper, 16).authority == "甲"
    assert names(timestamper, 17) == ["甲", "乙"]


def test_an_observer_that_fails_keeps_nobody_from_the_token(pki: pkis.Pki, caplog: pytest.LogCaptureFixture) -> None:
    def broken(authority: tokens.Authority, condition: health.Condition) -> None:
        raise RuntimeError("no table")

    assert asked(pki, two(pki, observe=broken)).authority == "甲"
    assert "no table" in caplog.text


def test_the_longest_rest_is_five_minutes() -> None:
    condition = health.Condition()
    for _ in range(40):
        condition = health.after_fault(condition, errors.TimestampUnavailable(""), at=AT)
    assert condition.rests_until == AT + health.LONGEST_REST


def test_an_only_authority_is_asked_even_while_it_rests(pki: pkis.Pki) -> None:
    timestamper = pki.timestamper(NOWHERE)
    for second in range(3):
        with pytest.raises(errors.TimestampUnavailable):
            asked(pki, timestamper, second)


def test_a_rejected_token_of_the_first_leads_to_the_second(pki: pkis.Pki) -> None:
    services = (
        tsa.Service(tokens.Authority("甲", policies=("1.2.3",)), pki.tsa.url, 1.0),
        tsa.Service(tokens.Authority("乙", policies=(profiles.TIMESTAMP_POLICY,)), pki.tsa.url, 1.0),
    )
    assert asked(pki, tsa.HttpTimestamper(services=services, wire=pki.wire)).authority == "乙"


def test_the_operator_hears_of_changes_and_not_of_every_token(pki: pkis.Pki) -> None:
    heard = Heard([])
    timestamper = two(pki, first=NOWHERE, observe=heard)
    for second in (0, 1, 2):
        asked(pki, timestamper, second)
    assert [name for name, _ in heard.lines] == ["甲", "乙"]
    (_, bad), (_, good) = heard.lines
    assert (bad.fault, bad.message) == ("timestamp_unavailable", "時刻認証局から応答がありません。")
    assert "割符 試験用タイムスタンプ局" in good.subject
    assert good.skew is not None and abs(good.skew) < timedelta(seconds=30)
    asked(pki, timestamper, 100)
    assert [name for name, _ in heard.lines] == ["甲", "乙", "甲", "乙"]


def test_until_when_authorities_can_prove_is_known_once_each_has_stamped_lately(pki: pkis.Pki) -> None:
    timestamper = pki.timestamper()
    assert timestamper.certificates_until(at=AT) is None
    token = asked(pki, timestamper)
    assert timestamper.certificates_until(at=AT) == token.chain.certificates[-1].not_valid_after
    assert timestamper.certificates_until(at=AT + timedelta(days=2)) is None
    assert two(pki).certificates_until(at=AT) is None


# -- who is let in -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    guarded.make_certificates(made)
    (made / "password").write_text("ひみつ\n", encoding="utf-8")
    return made


@pytest.fixture
def locked(pki: pkis.Pki, secrets_dir: Path, request: pytest.FixtureRequest) -> Iterator[guarded.GuardedTsa]:
    service = TimestampService(pki.authority, lambda: pki.now)
    server = guarded.GuardedTsa(service, secrets_dir, **request.param)
    server.start()
    yield server
    server.stop()


PASSWORD = {"user": "warifu", "password": "ひみつ"}
BY_PASSWORD = pytest.mark.parametrize("locked", [PASSWORD], indirect=True)
BY_CERTIFICATE = pytest.mark.parametrize("locked", [{"clients": True}], indirect=True)


def listed(folder: Path, url: str, *lines: str) -> tsa.HttpTimestamper:
    file = folder / "tsa.toml"
    file.write_text("\n".join(["[[tsa]]", 'name = "認定局"', f'url = "{url}"', *lines]), encoding="utf-8")
    return tsa.HttpTimestamper(services=tsa_file.read(file, seconds=2.0), wire=wire.Wire())


CA = 'ca_file = "ca.pem"'


@BY_PASSWORD
def test_the_password_of_the_list_opens(pki: pkis.Pki, locked: guarded.GuardedTsa, secrets_dir: Path) -> None:
    timestamper = listed(secrets_dir, locked.url, CA, 'user = "warifu"', 'password_file = "password"')
    assert asked(pki, timestamper).authority == "認定局"
    asked(pki, timestamper, 1)
    assert locked.hits == 2


@BY_PASSWORD
def test_without_the_password_nothing_is_stamped(pki: pkis.Pki, locked: guarded.GuardedTsa, secrets_dir: Path) -> None:
    with pytest.raises(errors.TimestampUnavailable, match="status 401"):
        asked(pki, listed(secrets_dir, locked.url, CA))


@BY_PASSWORD
@pytest.mark.parametrize("lines", [(), ('ca_file = "other-ca.pem"',)])
def test_a_server_under_another_authority_never_sees_the_password(
    pki: pkis.Pki, locked: guarded.GuardedTsa, secrets_dir: Path, lines: tuple[str, ...]
) -> None:
    timestamper = listed(secrets_dir, locked.url, *lines, 'user = "warifu"', 'password_file = "password"')
    with pytest.raises(errors.TimestampUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        asked(pki, timestamper)
    assert locked.hits == 0


@BY_CERTIFICATE
def test_the_client_certificate_of_the_list_opens(pki: pkis.Pki, locked: guarded.GuardedTsa, secrets_dir: Path) -> None:
    lines = (
        'client_certificate_file = "client.pem"',
        'client_key_file = "client.key"',
        'client_key_password_file = "client.password"',
    )
    assert asked(pki, listed(secrets_dir, locked.url, CA, *lines)).authority == "認定局"


@BY_CERTIFICATE
@pytest.mark.parametrize(
    "lines", [(), ('client_certificate_file = "stranger.pem"', 'client_key_file = "stranger.key"')]
)
def test_a_stranger_or_nobody_is_not_let_in(
    pki: pkis.Pki, locked: guarded.GuardedTsa, secrets_dir: Path, lines: tuple[str, ...]
) -> None:
    with pytest.raises(errors.TimestampUnavailable):
        asked(pki, listed(secrets_dir, locked.url, CA, *lines))
    assert locked.hits == 0


# -- the list ------------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "tsa.toml"
    file.write_text(
        '[[tsa]]\nname = "甲"\nurl = "https://tsa.example.jp/"\npolicies = ["1.2.392.1"]\ntimeout_seconds = 3\n'
        'max_skew_seconds = 30\nmax_accuracy_seconds = 0.5\n[[tsa]]\nname = "乙"\nurl = "http://tsa.example.org/x"\n',
        encoding="utf-8",
    )
    first, second = tsa_file.read(file, seconds=5.0)
    assert first.authority == tokens.Authority("甲", ("1.2.392.1",), timedelta(seconds=30), timedelta(milliseconds=500))
    assert (first.seconds, second.seconds) == (3.0, 5.0)
    assert second.authority == tokens.Authority("乙")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no [[tsa]]"),
        ("[[tsa", "TOMLDecodeError"),
        ('[[tsa]]\nurl = "http://a/"', "name"),
        ('[[tsa]]\nname = "a"\nurl = "ftp://a/"', "http"),
        ('[[tsa]]\nname = "a"\nurl = "http://u:p@a/"', "do not belong into the address"),
        ('[[tsa]]\nname = "a"\nurl = "http://a/"\nuser = "u"\npassword_file = "secret"', "need https"),
        ('[[tsa]]\nname = "a"\nurl = "https://a/"\nuser = "u"', "belong together"),
        ('[[tsa]]\nname = "a"\nurl = "https://a/"\nuser = "u"\npassword = "p"', "unknown password"),
        ('[[tsa]]\nname = "a"\nurl = "https://a/"\npolicies = ["any"]', "dotted"),
        ('[[tsa]]\nname = "a"\nurl = "https://a/"\ntimeout_seconds = 0', "above 0"),
        ('[[tsa]]\nname = "a"\nurl = "https://a/"\nca_file = "missing.pem"', "FileNotFoundError"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_at_the_start(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "tsa.toml"
    file.write_text(text, encoding="utf-8")
    (tmp_path / "secret").write_text("hidden-word", encoding="utf-8")
    with pytest.raises(errors.AuthorityUnusable) as caught:
        tsa_file.read(file, seconds=5.0)
    assert word in caught.value.detail
    assert "hidden-word" not in caught.value.detail


def test_a_password_is_not_part_of_what_is_printed() -> None:
    service = tsa.Service(tokens.Authority("甲"), "https://a/", user="u", password="hidden-word")
    assert "hidden-word" not in repr(service)


def test_two_authorities_of_one_name_are_refused(pki: pkis.Pki) -> None:
    services = [tsa.Service(tokens.Authority("甲"), "http://a/"), tsa.Service(tokens.Authority("甲"), "http://b/")]
    with pytest.raises(errors.AuthorityUnusable):
        tsa.HttpTimestamper(services=services, wire=pki.wire)
