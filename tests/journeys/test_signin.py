"""Signing in, in a browser: a passkey, an authenticator app, the devices; each page passes axe and the policy."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from tests import city
from tests.journeys.conftest import Visitor, World, _visitor

pytestmark = pytest.mark.browser
YOSHIDA = "yoshida@morioka.example.jp"
KIKUCHI = "kikuchi@morioka.example.jp"


@pytest.fixture
def at_localhost(browser: Browser, world: World) -> Iterator[Visitor]:
    """Passkeys belong to a name, so this window opens the trial under one."""
    named = World(world.address.replace("127.0.0.1", "localhost"), world.password, world.data, world.process)
    visitor = _visitor(browser, named, "signin", width=1366, height=900, phone=False)
    yield visitor
    visitor.leave()


def virtual_authenticator(visitor: Visitor) -> None:
    """A platform authenticator that says yes (WebAuthn Level 2, 11.2)."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def heading(visitor: Visitor, words: str) -> None:
    visitor.page.get_by_role("heading", level=1).get_by_text(words, exact=True).wait_for()


def test_a_passkey_is_made_opens_without_a_password_and_is_a_second_factor(at_localhost: Visitor) -> None:
    visitor, page = at_localhost, at_localhost.page
    virtual_authenticator(visitor)
    visitor.sign_in(YOSHIDA)
    page.get_by_role("link", name="サインインの方法").click()
    heading(visitor, "サインインの方法")
    visitor.look("60-signin-methods")
    page.get_by_role("link", name="パスキーを登録する").click()
    heading(visitor, "パスキーの登録")
    visitor.look("61-passkey-new")
    page.get_by_label("パスキーの名前").fill("財政部の共用でない端末")
    visitor.press("パスキーを登録する")
    heading(visitor, "リカバリーコード")
    visitor.press("リカバリーコードを発行する")
    page.get_by_text("いまだけ表示しています").wait_for()
    visitor.look("62-recovery-codes")
    visitor.open("/account/")
    assert visitor.shows("財政部の共用でない端末")
    visitor.press("サインアウト")

    heading(visitor, "サインイン")
    visitor.look("63-signin")
    page.get_by_role("link", name="パスキーでサインインする").click()
    heading(visitor, "パスキーでサインイン")
    visitor.look("64-signin-passkey")
    visitor.press("パスキーでサインインする")
    heading(visitor, "契約案件の状況")
    visitor.open("/account/browsers/")
    assert visitor.page.get_by_role("cell", name="パスキー", exact=True).count() == 1
    visitor.look("65-browsers")
    visitor.press("サインアウト")

    heading(visitor, "サインイン")
    page.get_by_label("メールアドレス").fill(YOSHIDA)
    page.get_by_label("パスワード").fill(visitor.world.password)
    visitor.press("サインインする")
    heading(visitor, "二段階目の確認")
    visitor.look("66-signin-second")
    visitor.press("パスキーで確認する")
    heading(visitor, "契約案件の状況")


def test_a_cancelled_passkey_says_so_and_loses_nothing(at_localhost: Visitor) -> None:
    visitor, page = at_localhost, at_localhost.page
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))")
    visitor.open("/signin/passkey/")
    visitor.press("パスキーでサインインする")
    page.get_by_text("パスキーの操作が取り消されたか、時間切れになりました。").wait_for()


def test_an_authenticator_app_is_read_from_the_page_on_a_phone(phone: Visitor) -> None:
    phone.sign_in(KIKUCHI)
    phone.open("/account/authenticator/")
    phone.look("67-authenticator-phone")
    secret = re.sub(r"\s", "", phone.page.locator("main .wf-code").first.inner_text())
    phone.page.get_by_label("ワンタイムパスワード").fill(city.one_time_password(secret, at=datetime.now(UTC)))
    phone.press("登録する")
    heading(phone, "リカバリーコード")
    phone.look("68-recovery-phone")
    phone.open("/account/")
    phone.look("69-signin-methods-phone")
    phone.open("/account/browsers/")
    phone.look("70-browsers-phone")


def test_the_pages_of_a_reset_are_well_made(phone: Visitor) -> None:
    phone.open("/signin/forgotten/")
    phone.look("71-forgotten-phone")
    phone.page.get_by_label("メールアドレス").fill("kumagai@morioka.example.jp")
    phone.press("リンクを送る")
    heading(phone, "再設定の依頼を受け付けました")
    phone.look("72-asked-phone")
    phone.open("/mailbox/?to=kumagai@morioka.example.jp")
    phone.wait_for("パスワードの再設定のご案内")
    phone.page.get_by_role("link", name="パスワードの再設定のご案内").first.click()
    found = re.search(r"http://\S+/signin/link/\S+", phone.page.inner_text("main"))
    assert found
    phone.open(found[0])
    heading(phone, "パスワードの設定")
    phone.look("73-choose-phone")
    new = "kumagai-no-atarashii-aikotoba"
    phone.page.get_by_label("新しいパスワード", exact=False).first.fill("mijikai")
    phone.page.get_by_label("新しいパスワード（確認）").fill("mijikai")
    phone.press("設定する")
    phone.look("74-choose-again-phone")
    phone.page.get_by_label("新しいパスワード", exact=False).first.fill(new)
    phone.page.get_by_label("新しいパスワード（確認）").fill(new)
    phone.press("設定する")
    heading(phone, "サインイン")


def test_the_administrators_pages_are_well_made_on_a_phone(phone: Visitor) -> None:
    # Who administers reads no contract, so their first page is another than the officers'.
    phone.open("/signin/")
    phone.page.get_by_label("メールアドレス").fill("chida@morioka.example.jp")
    phone.page.get_by_label("パスワード").fill(phone.world.password)
    phone.press("サインインする")
    phone.page.get_by_role("link", name="アカウント", exact=True).click()
    heading(phone, "アカウント")
    phone.look("75-office-accounts-phone")
    phone.page.get_by_role("link", name="菊池 修").click()
    heading(phone, "菊池 修さんのアカウント")
    phone.look("76-office-account-phone")
    phone.page.get_by_role("link", name="アカウントの停止").click()
    heading(phone, "アカウントの停止")
    phone.look("77-office-account-close-phone")
    phone.open("/office/accounts/rules/")
    phone.look("78-office-sign-in-rules-phone")
