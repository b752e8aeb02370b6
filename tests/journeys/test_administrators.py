"""What administrators see, every page of their menu in a browser at a desk's width and at a phone's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Visitor, World, _visitor

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def window(browser: Browser, world: World) -> Iterator[Visitor]:
    visitor = _visitor(browser, world, "administrators", width=1366, height=900, phone=False)
    yield visitor
    visitor.leave()


def arrive(visitor: Visitor, login: str) -> None:
    visitor.context.clear_cookies()
    visitor.open("/signin/")
    visitor.page.get_by_label("メールアドレス").fill(f"{login}@morioka.example.jp")
    visitor.page.get_by_label("パスワード").fill(visitor.world.password)
    visitor.press("サインインする")
    visitor.page.get_by_role("button", name="サインアウト").first.wait_for()


def menu(visitor: Visitor) -> list[str]:
    """Addresses of the menu of whoever is signed in."""
    found = visitor.page.locator("nav a").evaluate_all("links => links.map(link => link.pathname)")
    return list(dict.fromkeys(path for path in found if path.startswith("/office/")))


def look_twice(visitor: Visitor, path: str, name: str) -> None:
    visitor.open(path)
    assert visitor.page.get_by_role("heading", level=1).count() == 1, path
    for width, size in (("1366", DESK), ("390", PHONE)):
        visitor.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        visitor.look(f"{name}-{width}")


@pytest.mark.parametrize(
    "login", ["chida", "konno", *(pytest.param(login, marks=pytest.mark.long) for login in ("oikawa", "abe"))]
)
def test_every_page_of_the_menu_stands_at_both_widths(login: str, window: Visitor) -> None:
    arrive(window, login)
    paths = menu(window)
    assert paths, "administrators have pages of their own"
    for path in paths:
        look_twice(window, path, f"70-{login}-{path.strip('/').replace('/', '-')}")


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    [
        "departments/new/",
        "people/new/",
        "groups/new/",
        "titles/new/",
        "transfers/new/",
        "sso/new/oidc/",
        "sso/new/saml/",
        "sso/only/",
        "sso/tokens/",
        "sso/waiting/",
        "accounts/rules/",
        "networks/rules/",
        "networks/new/",
        "networks/blocked/",
        "imports/departments/new/",
        "imports/people/new/",
        "statistics/papers/",
        "statistics/savings/",
        "ledger/roots/",
        "recipients/new/",
    ],
)
def test_every_form_of_an_administrator_stands_at_both_widths(path: str, window: Visitor) -> None:
    arrive(window, "chida")
    look_twice(window, f"/office/{path}", f"71-{path.strip('/').replace('/', '-')}")


def test_statistics_are_filtered_by_hand_and_taken_away(window: Visitor) -> None:
    arrive(window, "oikawa")
    page = window.page
    window.open("/office/statistics/")
    page.get_by_role("heading", level=1).get_by_text("利用統計").wait_for()
    page.get_by_label("文書の種類").select_option(index=1)
    window.press("表示する")
    assert "kind=" in page.url
    window.look("72-statistics-of-a-kind")
    with page.expect_download() as coming:
        page.get_by_role("link", name="明細をCSVで保存する").click()
    assert coming.value.suggested_filename.startswith("利用統計_盛岡市_")
    window.open("/office/statistics/papers/")
    page.get_by_role("textbox").last.fill("三")
    page.get_by_role("button").last.click()
    window.look("73-statistics-papers-refused")
