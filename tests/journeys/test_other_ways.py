"""The ways that do not end in a contract, and the other municipality's officer."""

import re
from pathlib import Path

import pytest

from tests import samples
from tests.journeys.conftest import Visitor
from tests.journeys.test_main_job import approve, draft, mail_link, papers

pytestmark = pytest.mark.browser


def code_on(desk: Visitor) -> str:
    found = re.search(r"\d{4}[ 　]?\d{4}", desk.page.inner_text("main"))
    assert found
    return found[0]


def test_the_approver_returns_it_and_the_contractor_declines(
    desk: Visitor, other_desk: Visitor, phone: Visitor, tmp_path: Path
) -> None:
    title = "上田公民館空調設備保守点検業務委託"
    draft(desk, papers(tmp_path)[:1], number="2026-0117", title=title)
    mine = desk.page.url
    other_desk.sign_in("suzuki@morioka.example.jp")
    other_desk.page.get_by_role("link", name="承認する").first.click()
    other_desk.page.get_by_role("link", name=re.compile(f"内容を確かめる.*{title}")).click()
    other_desk.page.get_by_text("起案した職員へ差し戻す").click()
    other_desk.press("差し戻す")
    assert other_desk.shows("差戻しの理由を入力してください")
    other_desk.page.get_by_label("差戻しの理由").fill("内訳書の金額が決裁と違います。")
    other_desk.press("差し戻す")
    assert other_desk.shows("差し戻しました")

    desk.open("/")
    assert desk.shows("内訳書の金額が決裁と違います")
    desk.look("22-desk-returned")
    desk.open(f"{mine}confirm/")
    desk.press("承認を依頼する")
    other_desk.press("サインアウト")
    approve(other_desk, title)
    desk.open(mine)
    desk.press("送信する")
    code = code_on(desk)

    phone.open(mail_link(phone, f"契約書の確認のお願い：{title}"))
    phone.page.locator("input[name=code]").fill(code)
    phone.press("契約書の確認を始める")
    phone.page.get_by_role("link", name=re.compile("却下する")).click()
    phone.look("23-counter-decline")
    phone.press("この契約を却下する")
    assert phone.shows("却下する理由を入力してください")
    phone.page.get_by_label("却下する理由").fill("工期が短く、お受けできません。")
    phone.press("この契約を却下する")
    phone.look("24-counter-declined")
    desk.open(mine)
    assert desk.shows("工期が短く、お受けできません")
    assert desk.shows("却下")
    desk.look("25-desk-declined")


def test_a_file_that_is_dropped_on_the_page_is_taken_in(desk: Visitor) -> None:
    desk.sign_in("sato@morioka.example.jp")
    desk.open("/agreements/new/")
    dropped = desk.page.evaluate_handle(
        """bytes => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "契約書.pdf", {type: "application/pdf"}));
            return carried;
        }""",
        list(samples.contract()),
    )
    desk.page.dispatch_event("[data-upload]", "drop", {"dataTransfer": dropped})
    assert desk.shows("契約書.pdf（")
    desk.press("登録して検査する")
    desk.page.wait_for_url(re.compile("/files/"))
    assert desk.page.get_by_text("使用できます", exact=True).count() == 1


def test_takahashi_of_another_municipality_sees_not_found(desk: Visitor, other_desk: Visitor, tmp_path: Path) -> None:
    draft(desk, papers(tmp_path)[:1], number="2026-0118", title="学校給食用食材購入")
    other_desk.sign_in("takahashi@takizawa.example.jp")
    other_desk.open(desk.page.url)
    assert other_desk.shows("ページが見つかりません")
    other_desk.look("26-desk-not-found")
    other_desk.open("/")
    assert not other_desk.page.get_by_text("学校給食用食材購入").count()
    other_desk.look("27-desk-empty-home")
