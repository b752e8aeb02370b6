"""有効性期限: in the list, on its page, and on the page of one contract."""

import hashlib
from datetime import timedelta

import pytest

from tests import city
from tests.archive import people
from tests.conftest import AT
from tests.web.desk.test_pages import desk_of, page
from warifu.archive import models, queries
from warifu.web import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def filed(*, days: int, problem: str = "", **other: object) -> models.Record:
    record = people.file(city.sato().staff.department, sealed_until=AT + timedelta(days=days), **other)
    models.Record.objects.filter(pk=record.pk).update(renewal_problem=problem)
    record.refresh_from_db()
    return record


def renewed(record: models.Record) -> models.FileRenewal:
    file = queries.files_of(record).get()
    kept = people.kept(record.municipality, b"%PDF sealed and renewed")
    return models.FileRenewal.objects.create(
        file=file,
        position=1,
        object=kept,
        before_digest=file.digest,
        digest=kept.digest,
        size=kept.size,
        timestamp_authority="割符 試験用タイムスタンプ局",
        timestamp_serial="1f",
        timestamped_at=AT,
        sealed_until=AT + timedelta(days=4000),
        renewed_at=AT,
    )


def test_without_anything_to_do_the_page_says_so() -> None:
    text = page(desk_of(city.sato()), "/records/expiring/")
    assert "延長できない契約はありません。" in text
    assert "期限まで365日以内の契約はありません。" in text


def test_what_cannot_be_renewed_stands_first_with_reason_and_next_step() -> None:
    filed(days=200, problem="altered", title="側溝改修工事")
    filed(days=100, title="清掃業務委託")
    filed(days=90, problem="timestamp_unavailable", title="昇降機の保守")
    filed(days=4000, title="庁舎の賃貸借")
    text = page(desk_of(city.sato()), "/records/expiring/")
    assert "延長できない契約（1件）" in text
    assert "保存しているファイルが署名したときの内容と異なるため" in text
    assert "バックアップから元のファイルを戻してください" in text
    assert "期限が近い契約（2件）" in text
    assert text.index("昇降機の保守") < text.index("清掃業務委託")
    assert "自動で延長します" in text
    assert "庁舎の賃貸借" not in text


def test_takahashi_sees_nothing_of_another_municipality() -> None:
    filed(days=100, problem="too_late", title="側溝改修工事")
    assert "側溝改修工事" not in page(desk_of(city.takahashi()), "/records/expiring/")


def test_the_list_shows_the_end_and_finds_by_it() -> None:
    filed(days=100, title="清掃業務委託")
    filed(days=4000, title="庁舎の賃貸借")
    client = desk_of(city.sato())
    everything = page(client, "/records/")
    assert "有効性期限" in everything
    assert "令和8年7月10日" in everything
    found = page(client, "/records/?sealed_by=R8.7.10")
    assert "清掃業務委託" in found
    assert "庁舎の賃貸借" not in found
    assert "清掃業務委託" not in page(client, "/records/?sealed_by=R8.7.9")


def test_the_contract_tells_that_the_renewed_file_begins_with_the_concluded_one() -> None:
    record = filed(days=4000)
    client = desk_of(city.sato())
    before = page(client, f"/records/{record.pk}/")
    assert "まだ延長していません" in before
    assert "1バイトも違いません" in before
    renewal = renewed(record)
    text = page(client, f"/records/{record.pk}/")
    concluded = queries.files_of(record).get()
    assert "有効性の延長（1件）" in text
    assert concluded.digest in text
    assert renewal.digest in text
    assert f"先頭の{concluded.size}バイト" in text
    assert "割符 試験用タイムスタンプ局" in text
    assert hashlib.sha256(b"%PDF sealed and renewed").hexdigest() == queries.newest(concluded).digest


def test_a_contract_that_cannot_be_renewed_says_why_on_its_page() -> None:
    record = filed(days=-3, problem="too_late")
    text = page(desk_of(city.sato()), f"/records/{record.pk}/")
    assert "有効性期限を過ぎたため、延長できません。" in text
    assert "監査証跡と締結証明書を合わせて保管し" in text
    assert "1バイトも違いません" not in text
    assert "操作は必要ありません" not in text


def test_a_sunset_says_which_algorithm(monkeypatch: pytest.MonkeyPatch) -> None:
    record = filed(days=4000)
    models.Record.objects.filter(pk=record.pk).update(seal_algorithms="rsa-2048 sha256")
    assert "RSA-2048の移行期限によります。" in page(desk_of(city.sato()), f"/records/{record.pk}/")
