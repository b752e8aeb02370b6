"""What people drop on the upload page, by mistake or not: a sentence with a next step, and nothing kept by half."""

import gzip
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city, samples
from tests.conftest import PASSWORD
from warifu import settings
from warifu.agreements import actions, models
from warifu.pades import intake
from warifu.vault import models as vault
from warifu.web import clock

pytestmark = pytest.mark.django_db
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def corpus(name: str) -> bytes:
    path = CORPORA / name
    if not path.is_file():
        pytest.skip(f"the corpora are not here: {name}")
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def hundred_megabytes() -> bytes:
    return samples.contract() + b"\n%" + b"0" * (100 * 1024 * 1024)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "0 bytes": (samples.empty, "ファイルの中身がありません（0バイト）。"),
    "no PDF": (samples.not_a_pdf, "PDFファイルではありません。"),
    "a password": (samples.encrypted, "開くためのパスワードが設定されています。"),
    "a restriction": (samples.restricted, "印刷や変更などの操作を制限する設定がされています。"),
    "cut off": (samples.truncated, "ファイルが壊れているか、PDFの規格に合っていません。"),
    "a script": (samples.with_javascript, "JavaScriptが含まれています。"),
    "100 MB": (hundred_megabytes, "ファイルの容量が上限を超えています。"),
    "certified against changes": (
        lambda: corpus("sig-validate/6f56b8bc104f.pdf"),
        "作成者の電子署名により、署名の追加が禁止されています。",
    ),
    "a bomb of 10 GB": (lambda: corpus("dos/f65ff507be70.gz"), "。"),
    "a bomb of 10 GB in its table": (lambda: corpus("dos/05c7b34cf510.gz"), "。"),
}


@pytest.fixture
def sato(cast: None) -> Client:
    client = Client()
    assert client.post("/signin/", {"username": "sato@morioka.example.jp", "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def remembered_intake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The contract is examined once for all names: intake never learns the name of a file."""
    found, content = city.examined(samples.contract(), tmp_path)

    def examine(source: Path, normalised: Path, **_: object) -> intake.Examination:
        assert source.read_bytes() == samples.contract()
        normalised.write_bytes(content)
        return found

    monkeypatch.setattr(intake, "examine", examine)


def kept() -> tuple[int, set[str], set[str]]:
    """Objects in the vault, files on its shelf, files in the scratch directory."""
    return vault.StoredObject.objects.count(), _files(settings.OBJECTS_DIR), _files(settings.SCRATCH_DIR)


def _files(directory: Path) -> set[str]:
    return {str(path) for path in directory.rglob("*") if path.is_file()}


def described() -> models.Agreement:
    """A draft in which 佐藤 has typed everything already."""
    agreement = actions.draft(by=city.sato(), at=clock.now())
    return actions.describe(agreement_id=agreement.pk, contents=city.contents(), by=city.sato(), at=clock.now())


def drop(client: Client, agreement: models.Agreement, *files: tuple[str, bytes]) -> str:
    """Drop files on the page of a draft; returns the page that follows."""
    sent = [SimpleUploadedFile(name, content, "application/pdf") for name, content in files]
    reply = client.post(f"/agreements/{agreement.pk}/files/", {"files": sent}, follow=True)
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_words_and_leaves_nothing(sato: Client, kind: str) -> None:
    make, sentence = REFUSED[kind]
    content = make()
    agreement, before = described(), kept()
    page = drop(sato, agreement, ("契約書.pdf", content))
    refused = models.RefusedUpload.objects.get(agreement=agreement)
    assert sentence in refused.message
    assert refused.next_step.endswith("ください。")
    assert refused.message in page
    assert refused.next_step in page
    assert kept() == before
    assert not agreement.documents.exists()
    contents = sato.get(f"/agreements/{agreement.pk}/contents/").content.decode()
    assert "市道館向町線歩道改良工事" in contents, "nothing of what was typed is lost"
    assert "8財契第588号" in contents


def test_good_files_stay_beside_bad_ones(sato: Client) -> None:
    agreement = described()
    page = drop(sato, agreement, ("本文.pdf", samples.contract()), ("別紙.pdf", b""), ("図面.pdf", samples.truncated()))
    assert [document.name for document in agreement.documents.all()] == ["本文.pdf"]
    assert {upload.name for upload in agreement.refused_uploads.all()} == {"別紙.pdf", "図面.pdf"}
    assert "次へ進む前に、2件のファイルを確認してください" in page


def test_a_better_file_of_the_same_name_takes_the_refused_ones_place(sato: Client) -> None:
    agreement = described()
    drop(sato, agreement, ("契約書.pdf", b""))
    drop(sato, agreement, ("契約書.pdf", samples.contract()))
    assert agreement.documents.count() == 1
    assert not agreement.refused_uploads.exists()


def test_no_file_at_all_is_told(sato: Client) -> None:
    for address in (f"/agreements/{described().pk}/files/", "/agreements/new/"):
        page = sato.post(address, {})
        assert page.status_code == 422
        assert "PDFファイルが選ばれていません。1つ以上選んでください。" in page.content.decode()


def test_an_empty_file_begins_a_draft_that_says_so(sato: Client) -> None:
    page = sato.post("/agreements/new/", {"files": SimpleUploadedFile("契約書.pdf", b"")}, follow=True)
    assert "ファイルの中身がありません（0バイト）。" in page.content.decode()


def test_too_many_files_at_once_are_refused_as_a_page(sato: Client) -> None:
    agreement, before = described(), kept()
    sent = [SimpleUploadedFile(f"{number}.pdf", b"") for number in range(settings.UPLOAD_MAX_FILES + 1)]
    reply = sato.post(f"/agreements/{agreement.pk}/files/", {"files": sent})
    assert reply.status_code == 400
    assert "ファイルの大きさと数を確かめて" in reply.content.decode()
    assert kept() == before


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd.pdf",
        "..\\..\\windows\\契約書.pdf",
        "/etc/cron.d/契約書.pdf",
        "契約書\u202efdp.exe.pdf",
        "契約\x01\x1b[31m書.pdf",
        "契約\u200b書\ufeff.pdf",
        "契約書\r\nSet-Cookie: a=b.pdf",
        "..",
        "...pdf",
        "長" * 250 + ".pdf",
        '"><script>alert(1)</script>.pdf',
        "葛\U000e0100西𠮷髙﨑.pdf",
    ],
)
def test_names_that_mislead_are_made_harmless(sato: Client, remembered_intake: None, name: str) -> None:
    agreement, before = described(), kept()
    file = SimpleUploadedFile("x.pdf", samples.contract(), "application/pdf")
    # Django's own class would tidy the name before it is sent; browsers of attackers do not.
    vars(file)["_name"] = name
    reply = sato.post(f"/agreements/{agreement.pk}/files/", {"files": file}, follow=True)
    page = reply.content.decode()
    names = [one.name for one in agreement.documents.all()] + [one.name for one in agreement.refused_uploads.all()]
    if not names:
        assert reply.status_code == 422
        assert "PDFファイルが選ばれていません。" in page
    for shown in names:
        assert shown
        assert len(shown) <= 200
        assert os.sep not in shown
        assert "\\" not in shown
        assert not [mark for mark in shown if unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"}], shown
    assert "<script>alert" not in page
    assert not [path for path in _files(settings.OBJECTS_DIR) - before[1] if "passwd" in path]
    assert not _files(settings.SCRATCH_DIR)


def test_characters_of_names_and_places_stay_as_they_are(sato: Client) -> None:
    agreement = described()
    drop(sato, agreement, ("葛\U000e0100西𠮷髙﨑.pdf", samples.contract()))
    assert agreement.documents.get().name == "葛\U000e0100西𠮷髙﨑.pdf"
