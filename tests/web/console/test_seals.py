"""The operator sees what seals, until when, and how the timestamp authorities do; never a secret or a path."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client

from tests.house import pagecheck
from tests.standins import succession
from trialpki import authority as trial
from trialpki import profiles
from warifu import settings, wiring
from warifu.access import models as access
from warifu.operations import observations
from warifu.pades import errors, health
from warifu.web import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADDRESS = "/console/seals/"


@pytest.fixture
def operator(cast: None) -> Client:
    client = Client()
    client.force_login(access.Account.objects.get(mail="operator@warifu.example.jp"))
    return client


@pytest.fixture
def keyed(authority_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings of a service with two authorities and the trial key."""
    monkeypatch.setattr(settings, "SIGNER_FILE", authority_directory / "signer.pem")
    monkeypatch.setattr(settings, "SIGNER_KEY_FILE", authority_directory / "signer.key")
    monkeypatch.setattr(settings, "SIGNER_CHAIN_FILE", authority_directory / "chain.pem")
    monkeypatch.setattr(settings, "TSA_URLS", ["http://tsa-a.example.jp/", "http://tsa-b.example.jp/"])
    wiring.timestamper.cache_clear()
    yield authority_directory
    wiring.timestamper.cache_clear()


def shown(client: Client, at: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: at)
    # No session lasts as long as a key.
    client.force_login(access.Account.objects.get(mail="operator@warifu.example.jp"))
    reply = client.get(ADDRESS)
    assert reply.status_code == 200
    page = reply.content.decode()
    assert pagecheck.check_page(page, ADDRESS) == []
    return html.unescape(page)


def alarms_of(operator: Client) -> list[str]:
    """What is told of the keys; the ledger's daily root has its own test."""
    return [alarm for alarm in operator.get("/readyz").json()["alarms"] if alarm.startswith("sealing")]


def born(folder: Path) -> datetime:
    return trial.load(folder).by_name["signer"].not_valid_before_utc


def test_the_key_in_use_and_the_health_of_authorities_are_told(
    operator: Client, keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = born(keyed) + timedelta(days=1)
    bad = health.after_fault(health.Condition(), errors.TimestampRefused("x", reasons=("時刻を得られません",)), at=at)
    observations.authority_seen(name="tsa-a.example.jp", condition=bad)
    good = health.Condition(succeeded_at=at, skew=timedelta(seconds=1.2), subject="認定局", certificate_until=at)
    observations.authority_seen(name="tsa-b.example.jp", condition=good)
    page = shown(operator, at, monkeypatch)
    for words in (
        "割符 試験用署名者",
        "RSA 3072",
        "使用中",
        "PEMファイル（暗号化なし）",
        "+1.2秒",
        "正常",
        "障害",
        "認定局",
    ):
        assert words in page, words
    assert "タイムスタンプを発行しませんでした（時刻を得られません）" in page
    assert "なくなります" not in page
    assert str(keyed) not in page


def test_three_months_before_no_key_is_left_the_operator_is_warned(
    operator: Client, keyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = trial.load(keyed).by_name["signer"].not_valid_after_utc - timedelta(days=settings.SIGNER_REFUSED_DAYS)
    assert "なくなります" not in shown(operator, end - timedelta(days=95), monkeypatch)
    assert operator.get("/readyz").json()["ready"] == settings.OBJECTS_DIR.is_dir()
    assert alarms_of(operator) == []
    assert "なくなります" in shown(operator, end - timedelta(days=85), monkeypatch)
    assert "なくなります" in operator.get("/console/").content.decode()
    assert alarms_of(operator) == ["sealing_keys_soon"]
    page = shown(operator, end, monkeypatch)
    assert "署名できる鍵がありません" in page
    assert "署名停止" in page
    assert "期限切れ" in shown(operator, end + timedelta(days=31), monkeypatch)


def pem_of(unit: succession.Unit) -> bytes:
    return unit.issued.certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[succession.Succession]:
    """An old key and a young one, whose authority answers and can revoke."""
    tables = list[str]()
    made_once = (wiring.trust_anchors, wiring.revocation_source, wiring._chains)
    with succession.Succession(NOW - timedelta(days=30)) as world:
        root = world.found("root", role=profiles.Role.AUTHORITY, years=20)
        issuing = world.found("issuing", role=profiles.Role.AUTHORITY, issuer="root", years=10)
        for name, title in (("old", "前の鍵"), ("young", "次の鍵")):
            world.now += timedelta(days=10)
            unit = world.found(name, role=profiles.Role.SIGNER, issuer="issuing", years=3)
            key = unit.issued.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            (tmp_path / f"{name}.pem").write_bytes(pem_of(unit))
            (tmp_path / f"{name}.key").write_bytes(key)
            files = f'certificate = "{name}.pem"\nkey = "{name}.key"\nchain = "issuing.pem"'
            tables.append(f'[[key]]\nname = "{title}"\n{files}\n')
        (tmp_path / "issuing.pem").write_bytes(pem_of(issuing))
        (tmp_path / "root.pem").write_bytes(pem_of(root))
        (tmp_path / "keys.toml").write_text("".join(tables), encoding="utf-8")
        monkeypatch.setattr(settings, "SIGNERS_FILE", tmp_path / "keys.toml")
        monkeypatch.setattr(settings, "TRUST_FILES", [tmp_path / "root.pem"])
        monkeypatch.setattr(settings, "REVOCATION_ROUTES", world.routes)
        for made in made_once:
            made.cache_clear()
        world.now = NOW
        yield world
    for made in made_once:
        made.cache_clear()


def standing(page: str) -> dict[str, str]:
    """What is said of each key."""
    rows = re.findall(r'<th scope="row"><span class="wf-nowrap">([前次]の鍵)</span>.*?</th><td>(.*?)</td>', page, re.S)
    return {name: re.sub(r"<[^>]*>", " ", words).strip() for name, words in rows}


def test_a_revoked_key_is_not_shown_as_the_one_in_use(
    operator: Client, keyed: Path, two_keys: succession.Succession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert standing(shown(operator, NOW, monkeypatch)) == {"前の鍵": "控え", "次の鍵": "使用中"}
    two_keys.revoke("young")
    wiring._chains.cache_clear()
    assert standing(shown(operator, NOW, monkeypatch)) == {"前の鍵": "使用中", "次の鍵": "失効"}


def test_the_page_says_when_nobody_tells_whether_a_key_is_revoked(
    operator: Client, keyed: Path, two_keys: succession.Succession, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_keys.silent = True
    told = standing(shown(operator, NOW, monkeypatch))
    assert told["次の鍵"].startswith("使用中")
    assert all("失効の有無は、いま確認できません" in words for words in told.values())


def test_keys_that_cannot_be_read_are_told_without_their_place(
    operator: Client, keyed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "keys.toml"
    listed.write_text("[[key]]\n", encoding="utf-8")
    monkeypatch.setattr(settings, "SIGNERS_FILE", listed)
    page = shown(operator, NOW, monkeypatch)
    assert "署名鍵を読み込めません" in page
    assert "keys.toml, [[key]] 1" in page
    assert str(tmp_path) not in page
    assert alarms_of(operator) == ["sealing_keys_ended"]


def test_authorities_that_cannot_be_read_are_told(
    operator: Client, keyed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "tsa.toml"
    listed.write_text('[[tsa]]\nname = "甲"\nurl = "ftp://a/"', encoding="utf-8")
    monkeypatch.setattr(settings, "TSA_FILE", listed)
    wiring.timestamper.cache_clear()
    page = shown(operator, NOW, monkeypatch)
    assert "時刻認証局の設定を読み込めません" in page


def test_staff_and_strangers_do_not_see_it(cast: None) -> None:
    assert Client().get(ADDRESS).status_code == 302
    client = Client()
    client.force_login(access.Account.objects.filter(is_operator=False).first() or pytest.fail("no staff"))
    assert client.get(ADDRESS).status_code == 403
