"""CSVの取込みと書出し: from choosing a file to the result, as people see it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.house import pagecheck
from tests.integrations import sheets
from tests.web.entrance import people
from warifu.directory import models as directory
from warifu.integrations import models

pytestmark = pytest.mark.django_db
OIKAWA = "oikawa@morioka.example.jp"
LIST = "/office/imports/"
FIRMS = f"{LIST}firms/"
HEAD = "商号又は名称,契約締結権限者の氏名,メールアドレス"


def manager() -> Client:
    return people.signed_in(OIKAWA)


def chosen(client: Client, *lines: str, encoding: str = "") -> str:
    """The address to which choosing a file leads."""
    file = SimpleUploadedFile("取引先.csv", sheets.content(*lines))
    reply = client.post(FIRMS, {"file": file, "encoding": encoding})
    assert reply.status_code == 302, reply.content.decode()
    return str(reply["Location"])


def said(client: Client, path: str, *, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status
    page = reply.content.decode()
    assert pagecheck.check_page(page, path) == []
    return page


def test_a_file_is_chosen_compared_confirmed_and_told(cast: None) -> None:
    client = manager()
    assert "取引先のCSVを選ぶ" in said(client, LIST)
    assert "列の名前と内容" in said(client, FIRMS)
    path = chosen(client, HEAD, "株式会社新緑造園,新田 太郎,n@example.jp")
    working = client.get(path)
    assert working["Refresh"]
    assert "1行のうち0行の確認が終わりました" in working.content.decode()
    made = sheets.work(models.Import.objects.get())
    page = said(client, path)
    assert "1行を取り込みます" in page
    assert "株式会社新緑造園" in page
    assert client.post(f"{path}decide/", {"deed": "confirm"})["Location"] == path
    assert "取り込んでいます" in said(client, path)
    sheets.work(made)
    assert "取り込んだ行" in said(client, path)
    assert directory.Counterparty.objects.filter(name="株式会社新緑造園").exists()
    assert "取り込みました" in client.get(f"{path}result.csv").content.decode("utf-8-sig")
    assert client.post(f"{path}decide/", {"deed": "confirm"}).status_code == 409


def test_wrong_rows_are_shown_with_line_column_and_what_to_do(cast: None) -> None:
    client = manager()
    path = chosen(client, HEAD, "株式会社新緑造園,新田 太郎,nitta")
    sheets.work(models.Import.objects.get())
    page = said(client, path)
    assert "誤りのある行が1行あります" in page
    assert "メールアドレス：メールアドレスの形ではありません" in page
    assert client.post(f"{path}decide/", {"deed": "discard"})["Location"] == path
    assert "取りやめ" in said(client, path)


def test_a_file_that_is_no_sheet_keeps_the_page(cast: None) -> None:
    reply = manager().post(FIRMS, {"file": SimpleUploadedFile("x.csv", b"PK\x03\x04")})
    assert reply.status_code == 422
    assert "Excelブックのままです" in reply.content.decode()


def test_places_that_shift_jis_cannot_hold_are_told_first(cast: None) -> None:
    client = manager()
    directory.Counterparty.objects.filter(name="岩手建設株式会社").update(signatory_name="𠮷田 彦")
    page = said(client, f"{FIRMS}export.csv?encoding=cp932")
    assert "𠮷田 彦" in page
    reply = client.get(f"{FIRMS}export.csv?encoding=cp932&accept=1")
    assert "〓田 彦" in reply.content.decode("cp932")
    assert "attachment" in reply["Content-Disposition"]
    assert client.get(f"{FIRMS}export.csv?empty=1").content.decode("utf-8-sig").count("\n") == 1


def test_others_hear_whom_to_ask_and_other_bodies_see_nothing(cast: None) -> None:
    path = chosen(manager(), HEAD, "株式会社新緑造園,新田 太郎,n@example.jp")
    approver = people.signed_in("suzuki@morioka.example.jp")
    for address in (LIST, FIRMS, path, f"{FIRMS}export.csv"):
        assert approver.get(address).status_code == 403, address
    assert people.signed_in("takahashi@takizawa.example.jp").get(path).status_code == 404
    assert city.morioka().counterparties.count() > 0
    for unknown in ("unknown", "counterparties"):
        assert manager().get(f"{LIST}organisation/{unknown}/").status_code == 404
