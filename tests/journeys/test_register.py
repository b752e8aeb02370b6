"""The register of firms in a browser: two entries become one, a branch manager is entered, and asked."""

import re

import pytest

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
NAME = "見本設計株式会社"


def enter(desk: Visitor, name: str, mail: str) -> None:
    desk.open("/counterparties/new/")
    desk.page.get_by_label("商号又は名称").fill(name)
    desk.page.get_by_label("フリガナ").fill("ミホンセッケイ")
    desk.page.get_by_label("契約締結権限者の役職").fill("代表取締役")
    desk.page.get_by_label("契約締結権限者の氏名").fill("見本 太郎")
    desk.page.get_by_label("メールアドレス").fill(mail)
    desk.press("登録する")
    assert desk.shows("取引先を登録しました")


def test_two_entries_become_one_and_its_branch_manager_is_asked(desk: Visitor, phone: Visitor) -> None:
    desk.sign_in("sato@morioka.example.jp")
    enter(desk, "見本設計（株）", "old@mihon.example.jp")
    enter(desk, NAME, "mihon@mihon.example.jp")
    firm = desk.page.url
    desk.page.get_by_role("link", name="受任者を登録する").click()
    for label, typed in {
        "支店・営業所": "北東北支店",
        "受任者の役職": "支店長",
        "受任者の氏名": "及川 北斗",
        "メールアドレス": "kita@mihon.example.jp",
        "委任期間の始まり": "2025/4/1",
        "委任の根拠の番号": "第12号",
    }.items():
        desk.page.get_by_label(label, exact=False).first.fill(typed)
    desk.look("60-desk-delegate")
    desk.press("登録する")
    assert desk.shows("受任者北東北支店 支店長 及川 北斗さんを登録しました")
    desk.page.get_by_role("link", name="重複した登録を統合する").click()
    desk.page.get_by_role("link", name=re.compile("内容を確かめる")).first.click()
    desk.look("61-desk-merge")
    desk.press("統合する")
    assert desk.shows("理由を入力してください")
    desk.page.get_by_label("理由").fill("二重登録")
    desk.press("統合する")
    assert desk.shows("この取引先へ統合しました")
    assert desk.shows("old@mihon.example.jp")
    desk.look("62-desk-counterparty")

    phone.sign_in("sato@morioka.example.jp")
    for number, path in enumerate(
        (firm, f"{firm}change/", f"{firm}delegates/new/", f"{firm}merge/", "/counterparties/")
    ):
        phone.open(path)
        phone.look(f"63-phone-register-{number}")
