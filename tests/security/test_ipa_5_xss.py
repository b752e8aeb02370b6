"""IPA 5: cross-site scripting クロスサイト・スクリプティング."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests import city
from tests.house import floors
from tests.web import test_pages
from tests.web.entrance import people
from warifu import settings
from warifu.agreements import models
from warifu.directory import models as directory
from warifu.integrations import writing
from warifu.web import clock

from . import source

pytestmark = pytest.mark.django_db
NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
MARKED_SAFE = {"warifu/web/entrance/factors.py", "warifu/web/components/gallery.py"}
"""A picture that we draw ourselves, and examples from our own files."""


def policy(reply: HttpResponseBase) -> dict[str, str]:
    header = reply["Content-Security-Policy"]
    return {words.split()[0]: " ".join(words.split()[1:]) for words in header.split(";") if words.strip()}


def test_5_i_what_people_typed_is_escaped_everywhere(cast: None) -> None:
    agreement = city.drafted(settings.OBJECTS_DIR, at=clock.now())
    directory.Counterparty.objects.filter(pk=city.iwate_kensetsu().pk).update(name=NASTY, signatory_name=NASTY[:60])
    directory.StaffMember.objects.filter(pk=city.suzuki().staff.pk).update(name=NASTY)
    models.Agreement.objects.filter(pk=agreement.pk).update(title=NASTY)
    officer, administrator = people.signed_in(), people.signed_in("chida@morioka.example.jp")
    for client, path in (
        (officer, "/"),
        (officer, f"/agreements/{agreement.pk}/"),
        (officer, "/counterparties/"),
        (administrator, "/office/accounts/"),
        (administrator, "/office/ledger/"),
    ):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    assert "&lt;script&gt;alert" in officer.get("/counterparties/").content.decode()


def test_5_i_nothing_switches_the_escaping_off() -> None:
    switched = [
        path.name for path in source.TEMPLATES if re.search(r"\|safe\b|autoescape off|safeseq", path.read_text())
    ]
    assert switched == []
    marked = {
        place.partition(":")[0]
        for place, call in source.calls()
        if source.called(call) in {"mark_safe", "SafeString", "format_html"}
    }
    assert marked <= MARKED_SAFE


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_5_i_no_cell_of_a_csv_is_a_formula(typed: str) -> None:
    assert not writing.guarded(typed).startswith(tuple("=+-@"))


def test_5_ii_an_address_from_outside_is_followed_inside_only(cast: None) -> None:
    outside = ["javascript:alert(1)", "//evil.example", "https://evil.example/", "/\\evil.example", "data:text/html,x"]
    for wanted in outside:
        led = people.sign_in(Client(), wanted=wanted)
        assert led.startswith("/"), wanted
        assert not led.startswith(("//", "/\\")), wanted


def test_5_ii_no_template_puts_a_typed_value_in_front_of_an_address() -> None:
    links = re.compile(r'(?:href|src|action)="\{\{\s*([a-z_.]+)')
    found = {name for path in source.TEMPLATES for name in links.findall(path.read_text(encoding="utf-8"))}
    assert not any(part in name for name in found for part in ("counterparty", "party.", "agreement.title", "note"))


@pytest.fixture
def pages(cast: None) -> list[HttpResponseBase]:
    agreement = city.sent(settings.OBJECTS_DIR, at=clock.now())
    visitor = Client()
    landing = visitor.get(test_pages.link_of(agreement)[0])["Location"]
    return [Client().get("/signin/"), people.signed_in().get("/"), visitor.get(landing), Client().get("/verify/")]


def test_5_iii_no_page_may_run_a_script_of_its_own_text(pages: list[HttpResponseBase]) -> None:
    for reply in pages:
        assert policy(reply)["script-src"] == "'self'"
        assert policy(reply)["default-src"] == "'none'"


def test_5_iv_no_page_may_take_a_style_from_elsewhere(pages: list[HttpResponseBase]) -> None:
    for reply in pages:
        assert policy(reply)["style-src"] == "'self'"


def test_5_v_what_is_too_long_or_no_text_is_refused(cast: None) -> None:
    client = people.signed_in()
    for wrong in (
        {"name": "あ" * 121},
        {"name": "岩手\u202e建設"},
        {"mail": "a@b\r\nBcc: c@d"},
        {"corporate_number": "1234567890123"},
    ):
        typed = {"name": "岩手設備", "signatory_name": "工藤", "mail": "a@example.jp"} | wrong
        assert client.post("/counterparties/new/", typed).status_code == 422, wrong


def test_5_vi_no_markup_is_taken_from_anybody() -> None:
    """There is no field for HTML, so no reader of it either."""
    readers = {"bleach", "html_sanitizer", "lxml_html_clean", "markdown", "markdown_it", "mistune"}
    for path in floors.modules():
        assert not {name.partition(".")[0] for name in source.imported(path)} & readers, path


def test_5_vii_nothing_is_cut_out_of_what_somebody_typed(cast: None) -> None:
    """Cutting out would make a script of two halves; it is kept whole, and escaped."""
    typed = {"name": "<scr<script>ipt>", "signatory_name": "工藤", "mail": "a@example.jp"}
    people.signed_in().post("/counterparties/new/", typed)
    assert directory.Counterparty.objects.filter(name="<scr<script>ipt>").exists()


def test_5_viii_every_text_says_its_character_set(pages: list[HttpResponseBase]) -> None:
    for reply in [*pages, people.signed_in("chida@morioka.example.jp").get("/office/ledger/sheet.csv")]:
        kind = reply["Content-Type"].lower()
        assert not kind.startswith("text/") or "charset=" in kind, kind


def test_5_ix_cookies_are_hidden_from_scripts_and_trace_is_not_answered(cast: None) -> None:
    client = people.signed_in()
    client.get("/account/")
    assert all(morsel["httponly"] for morsel in client.cookies.values())
    for path in ("/", "/signin/", "/verify/"):
        assert client.generic("TRACE", path).status_code == 405, path


def test_5_x_browsers_are_told_to_protect(pages: list[HttpResponseBase]) -> None:
    for reply in pages:
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Cross-Origin-Opener-Policy"] == "same-origin"
        assert policy(reply)["base-uri"] == "'none'"
