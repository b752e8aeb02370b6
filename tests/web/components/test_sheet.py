import io

import pikepdf
import pytest
from django.template import engines
from django.template.loader import render_to_string
from django_cotton.compiler_regex import CottonCompiler
from playwright.sync_api import Page, expect

from tests import samples
from tests.house import axe
from warifu.web.components import gallery

from .conftest import Shelf

pytestmark = pytest.mark.browser

READ = """{% extends "layouts/counter.html" %}
{% block title %}契約書の内容を確認してください{% endblock %}
{% block main %}<h1>契約書の内容を確認してください</h1>
<c-sheet.part src="/document.pdf" name="契約書" keep_as="契約書.pdf" />{% endblock %}"""


def put_on_shelf(shelf: Shelf, pdf: bytes) -> None:
    template = engines["django"].from_string(CottonCompiler().process(READ))
    shelf.pages["/read/"] = template.render({"municipality_name": "盛岡市", "trial": True})
    shelf.files["/document.pdf"] = pdf


def open_page(page: Page, shelf: Shelf) -> list[str]:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{shelf.url}/read/")
    page.wait_for_selector("[data-sheet][data-ready]")
    return told


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def test_the_contract_is_drawn_with_words_that_can_be_selected(phone: Page, shelf: Shelf) -> None:
    put_on_shelf(shelf, samples.contract())
    told = open_page(phone, shelf)
    expect(phone.locator(".wf-sheet__page[data-drawn]").first).to_be_visible()
    assert "契約" in phone.locator(".textLayer").first.inner_text()
    assert told == [], "the policy of the service refuses nothing that the viewer needs"
    assert shelf.asked.count("/document.pdf") == 1
    assert axe.axe_violations(phone) == []


@pytest.mark.parametrize("width", [320, 390, 1366])
def test_the_page_never_scrolls_sideways_even_when_enlarged(phone: Page, shelf: Shelf, width: int) -> None:
    put_on_shelf(shelf, samples.contract())
    phone.set_viewport_size({"width": width, "height": 800})
    open_page(phone, shelf)
    for _ in range(4):
        phone.get_by_role("button", name="拡大する").click()
    assert phone.evaluate("document.documentElement.scrollWidth") == width


def test_next_and_previous_tell_where_one_is(phone: Page, shelf: Shelf) -> None:
    put_on_shelf(shelf, samples.large_contract())
    open_page(phone, shelf)
    count = int(phone.locator("[data-sheet-count]").inner_text())
    assert count == pages_of(shelf.files["/document.pdf"])
    phone.get_by_role("button", name="次へ").click()
    expect(phone.locator("[data-sheet-number]")).to_have_text(str(min(2, count)))
    phone.get_by_role("button", name="前へ").click()
    expect(phone.locator("[data-sheet-number]")).to_have_text("1")


def test_words_alone_take_the_place_of_the_drawing_and_give_it_back(phone: Page, shelf: Shelf) -> None:
    put_on_shelf(shelf, samples.contract())
    open_page(phone, shelf)
    phone.get_by_role("button", name="文字だけで読む").click()
    phone.wait_for_selector("[data-sheet-words][data-read=all]")
    expect(phone.locator("[data-sheet-words]")).to_contain_text("契約")
    expect(phone.locator("[data-sheet-view]")).to_be_hidden()
    assert axe.axe_violations(phone) == []
    phone.get_by_role("button", name="紙面で読む").click()
    expect(phone.locator(".wf-sheet__page[data-drawn]").first).to_be_visible()


def test_a_file_that_cannot_be_drawn_leaves_a_calm_sentence_and_the_way_to_keep_it(phone: Page, shelf: Shelf) -> None:
    put_on_shelf(shelf, samples.not_a_pdf())
    open_page(phone, shelf)
    expect(phone.get_by_text("この画面では紙面を表示できませんでした")).to_be_visible()
    expect(phone.locator(".wf-sheet__tools")).to_be_hidden()
    assert phone.get_by_role("link", name="PDFを保存して読む").get_attribute("href") == "/document.pdf"


def test_the_gallery_has_nothing_that_axe_minds(phone: Page, shelf: Shelf) -> None:
    shelf.pages["/parts/"] = render_to_string("components/gallery.html", {"parts": gallery.parts()})
    for width in (390, 1366):
        phone.set_viewport_size({"width": width, "height": 900})
        phone.goto(f"{shelf.url}/parts/")
        phone.wait_for_selector("[data-sheet][data-ready]")
        assert axe.axe_violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") == width
        room = phone.locator("main").bounding_box()
        assert room
        assert room["width"] == width, "without a navigation the main part has the whole width"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("R8.4.1", "2026年4月1日（水）　令和8年度"),
        ("令和元年5月1日", "2019年5月1日（水）　令和元年度"),
        ("2026/4/1", "令和8年4月1日（水）　令和8年度"),
        ("２０２６０３３１", "令和8年3月31日（火）　令和7年度"),
        ("H31.5.1", ""),
        ("2026/2/30", ""),
        ("あした", ""),
    ],
)
def test_the_other_calendar_stands_beside_a_typed_day(phone: Page, shelf: Shelf, typed: str, shown: str) -> None:
    shelf.pages["/parts/"] = render_to_string("components/gallery.html", {"parts": gallery.parts()})
    phone.goto(f"{shelf.url}/parts/")
    phone.get_by_label("契約日").fill(typed)
    expect(phone.locator("#example-day-era")).to_have_text(shown)
