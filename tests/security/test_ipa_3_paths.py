"""IPA 3: path names and directory traversal パス名パラメータの未チェック／ディレクトリ・トラバーサル."""

import re
import stat
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from tests import city, samples
from tests.web.entrance import people
from warifu.agreements import actions
from warifu.archive.bundles import opening
from warifu.web import clock
from warifu.web.desk import uploads

NAMES = ["../../etc/passwd.pdf", "..\\..\\windows\\x.pdf", "/etc/passwd.pdf", "C:\\x.pdf", "a/../../b.pdf"]


@pytest.mark.django_db
def test_3_i_a_what_is_kept_lies_under_an_identifier_of_our_own(cast: None, objects: Path) -> None:
    agreement = actions.draft(by=city.sato(), at=clock.now())
    found, normalised = city.examined(samples.contract(), objects)
    before = {path for path in objects.parent.rglob("*") if path.is_file()}
    for name in NAMES:
        actions.add_document(
            agreement_id=agreement.pk,
            name=name,
            original=samples.contract(),
            normalised=normalised,
            examination=found,
            custody=city.vault_at(objects),
            by=city.sato(),
            at=clock.now(),
        )
    made = {path for path in objects.parent.rglob("*") if path.is_file()} - before
    assert len(made) >= len(NAMES)
    for path in made:
        assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f-]{36}", str(path.relative_to(objects))), path


@pytest.mark.django_db
def test_3_i_b_no_address_leads_out_of_its_directory(cast: None) -> None:
    client = people.signed_in()
    for path in (
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e%5csettings.py",
        "/static//etc/passwd",
        "/static/vendor/../../../settings.py",
        "/mailbox/..%2f..%2froot.key/",
        "/records/..%2f..%2froot.key/",
    ):
        reply = client.get(path)
        assert reply.status_code in {302, 400, 404}, path
        assert b"SECRET_KEY" not in reply.content, path


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:/x"])
def test_3_i_b_a_bundle_that_would_unpack_elsewhere_is_not_opened(tmp_path: Path, name: str) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as made:
        made.writestr(name, b"x")
    with pytest.raises(opening.Unreadable):
        opening.Opened(bundle)


@pytest.mark.django_db
def test_3_ii_what_is_kept_is_readable_by_its_owner_alone(cast: None, objects: Path) -> None:
    city.drafted(objects, at=clock.now())
    kept = [path for path in objects.rglob("*") if re.fullmatch(r"[0-9a-f-]{36}", path.name)]
    assert kept
    for path in kept:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("name", [*NAMES, "契約\u202efdp.exe", "契約\r\n書.pdf", "契約\x00書.pdf", "契約\u200b書.pdf"])
def test_3_iii_a_file_name_loses_directories_and_what_misleads(name: str) -> None:
    safe = uploads.safe_name(name)
    assert safe
    assert not re.search(r"[/\\\x00-\x1f\u202a-\u202e\u200b]", safe)


@pytest.mark.django_db
def test_3_iii_a_name_with_a_direction_mark_is_refused_with_its_place(cast: None) -> None:
    reply = people.signed_in().post(
        "/counterparties/new/", {"name": "岩手\u202e建設", "signatory_name": "工藤", "mail": "a@example.jp"}
    )
    assert reply.status_code == 422


def test_3_ii_a_stranger_gets_no_file_of_the_program() -> None:
    for path in ("/warifu.sqlite3", "/data/root.key", "/.git/config", "/settings.py"):
        assert Client().get(path).status_code in {302, 404}
