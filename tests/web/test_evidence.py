"""Who may take an evidence bundle away, and what the ledger keeps of it."""

import hashlib
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse
from django.test import Client

from tests import city
from tests.web.test_pages import agreed, conclude, link_of, sent, signed_in
from warifu import settings, workbench
from warifu.archive.bundles import checking, layout, making
from warifu.audit import models as audit
from warifu.pades import anatomy, reports, validation
from warifu.web import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def objects() -> Path:
    """`bench` keeps what it seals where the pages look for it."""
    return settings.OBJECTS_DIR


@pytest.fixture(autouse=True)
def kit(bench: city.Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' own kit, with the trust of the stand-ins."""

    def validate(path: Path, *, agreed_size: int = 0) -> reports.ValidationReport:
        return validation.validate(path.read_bytes(), trust=bench.tools.trust, at=clock.now())

    made = making.Kit(custody=bench.tools.custody, validate=validate, trust=bench.tools.trust, trial=True)
    monkeypatch.setattr(workbench, "evidence_kit", lambda: made)


def taken(client: Client, path: str) -> tuple[FileResponse, bytes]:
    response = client.post(path)
    assert response.status_code == 200
    assert isinstance(response, FileResponse)
    return response, b"".join(response)


def log_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(layout.EVENTS).decode()


def given_out() -> list[audit.Entry]:
    return list(audit.Entry.objects.filter(action="archive.hand_out_evidence"))


def test_sato_takes_the_evidence_away_and_the_ledger_keeps_which_bytes(
    cast: None, bench: city.Trial, objects: Path, tmp_path: Path, authority_directory: Path
) -> None:
    agreement = conclude(agreed(objects), bench, objects)
    assert agreement.record is not None
    page = f"/records/{agreement.record.pk}/"
    sato = signed_in("sato@morioka.example.jp")
    assert "証拠一式（ZIP）を保存" in sato.get(page).content.decode()
    assert sato.get(f"{page}evidence/")["Location"] == page
    response, content = taken(sato, f"{page}evidence/")
    assert response["Content-Type"] == "application/zip"
    assert "filename*=UTF-8''%E8%A8%BC%E6%8B%A0" in response["Content-Disposition"]
    assert response["Content-Length"] == str(len(content))
    (line,) = given_out()
    assert (line.actor_name, line.target) == ("佐藤 美咲", f"record:{agreement.record.pk}")
    assert line.facts == {"copy": "municipality", "digest": hashlib.sha256(content).hexdigest()}
    assert "佐藤 美咲" in log_of(content)
    file = tmp_path / "evidence.zip"
    file.write_bytes(content)

    def examine(
        path: Path, *, agreed_size: int = 0, at: datetime | None = None
    ) -> tuple[reports.ValidationReport, dict[str, Any] | None]:
        source = path.read_bytes()
        report = validation.validate(source, trust=bench.tools.trust, at=at or clock.now())
        return report, anatomy.summary(anatomy.dissect(io.BytesIO(source)))

    report = checking.verify(file, trust_files=[authority_directory / "root.pem"], examine=examine)
    assert report.outcome is checking.Outcome.PASSED, report
    _, again = taken(sato, f"{page}evidence/")
    assert log_of(again) == log_of(content), "taking it away does not change it"


def test_who_is_no_officer_is_told_who_may(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = conclude(agreed(objects), bench, objects)
    assert agreement.record is not None
    page = f"/records/{agreement.record.pk}/"
    for login in ("suzuki", "onodera", "oikawa"):
        client = signed_in(f"{login}@morioka.example.jp")
        assert "証拠一式（ZIP）を保存" not in client.get(page).content.decode()
        answer = client.post(f"{page}evidence/")
        assert answer.status_code == 403
        assert "契約担当" in answer.content.decode()
    assert given_out() == []


def test_kudo_takes_his_copy_away_and_reads_nothing_of_the_staff(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = sent(objects)
    client = Client()
    link, code = link_of(agreement)
    landing = client.get(link)["Location"]
    assert client.post(f"{landing}evidence/").status_code == 302, "not without the code"
    client.post(landing, {"code": code})
    client.get(f"{landing}read/")
    assert client.post(f"{landing}evidence/").status_code == 409, "not before the conclusion"
    client.post(f"{landing}consent/", {"read": "1", "digest": city.digest_of(agreement)})
    city.municipality_consents(agreement, at=clock.now())
    conclude(agreement, bench, objects)
    assert "証拠一式（ZIP）を保存" in client.get(f"{landing}state/").content.decode()
    assert client.get(f"{landing}evidence/")["Location"] == f"{landing}state/"
    _, content = taken(client, f"{landing}evidence/")
    log = log_of(content)
    assert "access.code_accepted" in log
    assert "agreements.view" in log
    for name in ("佐藤", "鈴木", "小野寺"):
        assert name not in log
    (line,) = given_out()
    assert (line.actor_kind, line.facts["copy"]) == ("counterparty", "counterparty")


def test_a_record_that_does_not_prove_itself_is_not_handed_out(cast: None, bench: city.Trial, objects: Path) -> None:
    agreement = conclude(agreed(objects), bench, objects)
    assert agreement.record is not None
    agreement.record.files.filter(role="certificate").update(role="original")
    answer = signed_in("sato@morioka.example.jp").post(f"/records/{agreement.record.pk}/evidence/")
    assert answer.status_code == 503
    assert "証拠一式を作成できませんでした（締結証明書がありません）" in answer.content.decode()
    assert given_out() == []
