"""A contract whose consents show on the paper: placed with the mouse and the keyboard, filled by two clicks."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page

from tests import samples
from tests.house import axe
from tests.journeys.conftest import PICTURES, Visitor, World
from tests.journeys.test_main_job import approve, draft, mail_link, saved
from tests.journeys.test_other_ways import code_on

pytestmark = pytest.mark.browser
TITLE = "総合体育館照明改修工事"


def box(page: Page, whose: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^署名欄\s{whose}"))


def typed(page: Page) -> list[int]:
    return [int(field.input_value()) for field in page.locator("[data-place] input").all()]


def place(desk: Visitor) -> list[int]:
    """佐藤 takes the visible seal, drags one box, moves the other with the keyboard, and goes on."""
    desk.page.get_by_role("link", name="署名の表示を変える").click()
    assert not desk.page.locator("[data-place-panel]").is_visible(), "nothing to place as long as nothing is shown"
    desk.page.get_by_label("紙面に表示する（朱色の枠）").check()
    contractor, city = box(desk.page, "受注者"), box(desk.page, "発注者")
    desk.page.get_by_role("button", name=re.compile("置いた所を見る.*受注者")).click()
    contractor.wait_for()
    desk.page.locator(".wf-sheet__page[data-number='2'][data-drawn]").wait_for()
    before = typed(desk.page)
    assert before[0] == before[3] == 2
    at = contractor.bounding_box()
    assert at is not None
    desk.page.mouse.move(at["x"] + 20, at["y"] + 20)
    desk.page.mouse.down()
    desk.page.mouse.move(at["x"] + 25, at["y"] - 40, steps=4)
    desk.page.mouse.up()
    dragged = typed(desk.page)
    assert dragged[1] > before[1]
    assert dragged[2] < before[2]
    city.press("Shift+ArrowUp")
    city.press("ArrowLeft")
    moved = typed(desk.page)
    assert (moved[4], moved[5]) == (before[4] - 1, before[5] - 10)
    desk.look("28-desk-seals")
    desk.press("確認へ進む")
    assert desk.shows("試しの署名に成功しました")
    desk.page.get_by_role("button", name="次へ", exact=True).click()
    desk.page.locator(".wf-sheet__page[data-number='2'][data-drawn]").wait_for()
    desk.look("32-desk-confirm-seals")
    return moved


def test_a_visible_seal_is_placed_read_and_filled(
    desk: Visitor, other_desk: Visitor, phone: Visitor, browser: Browser, world: World, tmp_path: Path
) -> None:
    paper = tmp_path / "工事請負契約書.pdf"
    paper.write_bytes(samples.contract())
    draft(desk, [paper], number="2026-0171", title=TITLE, before_submitting=lambda: place(desk))
    approve(other_desk, TITLE)
    desk.page.reload()
    desk.press("送信する")
    code = code_on(desk)
    mine = desk.page.url

    phone.open(mail_link(phone, f"契約書の確認のお願い：{TITLE}"))
    phone.page.locator("input[name=code]").fill(code)
    phone.press("契約書の確認を始める")
    phone.page.locator(".wf-sheet__page[data-number='1'][data-drawn]").wait_for()
    phone.page.get_by_role("button", name="次へ", exact=True).click()
    phone.page.locator(".wf-sheet__page[data-number='2'][data-drawn]").wait_for()
    phone.look("33-counter-seals", whole=False)
    phone.page.get_by_role("checkbox").check()
    phone.press("合意する")
    assert phone.shows("合意を受け付けました")

    other_desk.press("サインアウト")
    other_desk.sign_in("onodera@morioka.example.jp")
    other_desk.page.get_by_role("link", name="合意する").first.click()
    other_desk.page.get_by_role("link", name=re.compile(f"内容を確かめる.*{TITLE}")).click()
    other_desk.page.get_by_role("checkbox").first.check()
    other_desk.press("合意する")
    other_desk.wait_for("締結済みの文書を見る")

    desk.open(mine)
    desk.page.get_by_role("link", name="締結済みの文書を見る").click()
    sealed = saved(desk.page, "締結済みのPDFを保存", tmp_path)
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert sum("/V" in field and float(field.Rect[2]) > 0 for field in pdf.Root.AcroForm.Fields) == 2
    with pypdfium2.PdfDocument(sealed) as document:
        document.init_forms()
        document[1].render(scale=2).to_pil().save(PICTURES / "29-sealed-page.png")
    phone.open("/verify/")
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(sealed)
    phone.page.locator("input[type=file]").set_input_files(kept)
    phone.press("検証する")
    assert phone.shows("変更されていません")


def test_the_places_can_be_chosen_on_a_telephone_and_without_a_script(
    desk: Visitor, browser: Browser, world: World, tmp_path: Path
) -> None:
    paper = tmp_path / "契約書.pdf"
    paper.write_bytes(samples.contract())
    desk.sign_in("sato@morioka.example.jp")
    desk.page.get_by_role("link", name="契約を起案する").first.click()
    desk.page.locator("input[type=file]").set_input_files(paper)
    desk.page.get_by_role("button", name=re.compile("登録して検査する|検査")).click()
    desk.page.wait_for_url(re.compile("/files/"))
    address = desk.page.url.replace("/files/", "/seals/")
    for script, width, name in ((True, 390, "30-phone-seals"), (False, 1366, "31-plain-seals")):
        context = browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=script, locale="ja-JP", has_touch=script
        )
        context.add_cookies(desk.context.cookies())  # type: ignore[arg-type]  # what was read may be written
        page = context.new_page()
        page.goto(address)
        page.get_by_label("紙面に表示する（黒い枠）").check()
        if script:
            page.locator(".wf-place__box").first.wait_for()
            assert not axe.axe_violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        page.get_by_label("上から").first.fill("180")
        page.get_by_role("button", name="確認へ進む").click()
        page.get_by_text("試しの署名に成功しました").wait_for()
        context.close()


def test_the_manager_chooses_what_new_drafts_begin_with(desk: Visitor, other_desk: Visitor) -> None:
    desk.sign_in("oikawa@morioka.example.jp")
    desk.page.get_by_role("link", name="団体の設定").click()
    desk.page.get_by_label("紙面に表示する（黒い枠）").check()
    desk.press("保存する")
    assert desk.shows("団体の設定を保存しました")
    desk.look("34-desk-municipality")
    desk.page.get_by_label("紙面に表示しない").check()
    desk.press("保存する")
    other_desk.sign_in("sato@morioka.example.jp")
    assert not other_desk.page.get_by_role("link", name="団体の設定").is_visible()
