"""Pages of folders, and of records that lie in them."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests import city
from tests.archive import people
from tests.web.office.test_departments import signed_in
from warifu.archive import folder_models, models
from warifu.audit import models as audit
from warifu.directory import models as directory

pytestmark = pytest.mark.django_db
LONG = "契" * folder_models.LONGEST_NAME


def made(client: Client, name: str, parent: models.Folder | None = None) -> models.Folder:
    typed = {"name": name, "code": "", "parent": parent.pk if parent else ""}
    assert client.post("/office/folders/new/", typed).status_code == HTTPStatus.FOUND
    return models.Folder.objects.get(name=name)


def record() -> models.Record:
    return people.file(city.sato().department)


def moved(client: Client, one: models.Record, to: models.Folder | None, shown: str = "") -> HTTPStatus:
    typed = {"record": f"{one.pk}@{shown}", "folder": to.pk if to else "", "reason": ""}
    answer = client.post("/records/refile/", typed)
    one.refresh_from_db()
    return HTTPStatus(answer.status_code)


def test_a_folder_is_made_renamed_moved_and_closed(cast: None) -> None:
    client = signed_in("oikawa")
    assert "フォルダはまだありません" in client.get("/office/folders/").content.decode()
    year = made(client, LONG)
    inner = made(client, "工事", year)
    place = f"/office/folders/{inner.pk}/"
    for path in ("/office/folders/", place, f"/office/folders/{year.pk}/"):
        page = client.get(path).content.decode()
        assert LONG in page
    assert client.post(f"{place}change/", {"name": "a/b", "code": ""}).status_code == HTTPStatus.CONFLICT
    client.post(f"{place}change/", {"name": "工事契約", "code": "K-1"})
    assert "検索した結果（1件）" in client.get("/office/folders/", {"q": "工事契約"}).content.decode()
    assert client.post(f"{place}move/", {"parent": "", "shown": year.pk}).status_code == HTTPStatus.FOUND
    again = client.post(f"{place}move/", {"parent": year.pk, "shown": year.pk})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "別の場所へ移されました" in again.content.decode()
    assert client.post(f"{place}close/").status_code == HTTPStatus.FOUND
    late = client.post(f"{place}close/")
    assert late.status_code == HTTPStatus.CONFLICT
    assert "閉じられました" in late.content.decode()


def test_rights_and_named_people_are_given_and_explained(cast: None) -> None:
    client, folder = signed_in("oikawa"), made(signed_in("oikawa"), "工事")
    place, sato = f"/office/folders/{folder.pk}/", city.sato().staff
    group = directory.Group.objects.create(municipality=city.morioka(), name="工事審査会")
    group.members.add(sato)
    assert client.post(f"{place}rights/", {"group": group.pk, "may_file": "on"}).status_code == HTTPStatus.FOUND
    shown = client.get(place, {"staff": str(sato.pk)}).content.decode()
    assert "閲覧、収める" in shown
    assert "グループ「工事審査会」に、「工事」の権限があります" in shown
    chida = client.get(place, {"staff": str(city.chida().staff.pk)}).content.decode()
    assert "契約を閲覧できる役割がありません" in chida
    refused = client.post(f"{place}people/", {"confidential": "on"})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "一人以上" in refused.content.decode()
    client.post(f"{place}people/", {"confidential": "on", "member": city.suzuki().staff.pk})
    assert "閲覧者に指定されていません" in client.get(place, {"staff": str(sato.pk)}).content.decode()
    right = models.FolderRight.objects.get()
    assert client.post(f"{place}rights/{right.pk}/take/").status_code == HTTPStatus.FOUND
    assert client.post(f"{place}rights/{right.pk}/take/").status_code == HTTPStatus.NOT_FOUND


def test_a_record_is_filed_found_in_its_folder_and_kept_from_who_is_not_named(cast: None) -> None:
    office, desk = signed_in("oikawa"), signed_in("sato")
    one, folder = record(), made(office, LONG)
    assert moved(desk, one, folder) == HTTPStatus.FOUND
    assert one.folder == folder
    listed, own, moving = f"/records/?folder={folder.pk}", f"/records/{one.pk}/", f"/records/refile/?record={one.pk}"
    for path in ("/records/", listed, own, moving):
        page = desk.get(path).content.decode()
        assert one.title in page
        assert LONG in page
    assert "条件に合う" in desk.get("/records/?folder=none").content.decode()
    assert desk.get("/records/?folder=99999").status_code == HTTPStatus.NOT_FOUND
    assert moved(desk, one, None) == HTTPStatus.CONFLICT, "shown as unfiled, but moved meanwhile"
    office.post(f"/office/folders/{folder.pk}/people/", {"confidential": "on", "member": city.suzuki().staff.pk})
    for path in (listed, own, moving):
        assert desk.get(path).status_code == HTTPStatus.NOT_FOUND
    assert one.title not in desk.get("/records/").content.decode()
    assert one.title in signed_in("suzuki").get("/records/").content.decode()
    assert audit.Entry.objects.filter(action="archive.file_record").count() == 1


def test_unfiled_records_follow_the_rule_two_hundred_at_once(cast: None) -> None:
    client, one = signed_in("oikawa"), record()
    assert client.post("/office/folders/rule/", {"active": "on"}).status_code == HTTPStatus.CONFLICT
    client.post("/office/folders/rule/", {"active": "on", "levels": ["year", "kind"], "base": ""})
    told = client.post("/office/folders/rule/", {"deed": "unfiled"}, follow=True).content.decode()
    assert "1件を整理しました" in told
    one.refresh_from_db()
    assert one.folder is not None
    assert one.folder.path == "令和8年度/工事請負契約書"


def test_folders_of_another_body_do_not_exist_and_officers_may_not_arrange_them(cast: None) -> None:
    takizawa = directory.Municipality.objects.get(code=city.TAKIZAWA)
    theirs = models.Folder.objects.create(municipality=takizawa, name="工事", path="工事", depth=1)
    for part in ("", "change/", "move/", "close/", "people/", "rights/"):
        assert signed_in("oikawa").get(f"/office/folders/{theirs.pk}/{part}").status_code == HTTPStatus.NOT_FOUND
    assert signed_in("sato").get("/records/", {"folder": theirs.pk}).status_code == HTTPStatus.NOT_FOUND
    assert signed_in("sato").get("/office/folders/").status_code == HTTPStatus.FORBIDDEN
    assert signed_in("onodera").get("/records/refile/").status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.FOUND}
