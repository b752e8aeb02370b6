"""Every form of every page that staff open, filled with what no form expects: a calm answer, and nothing echoed raw."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests import city
from tests.integrations import sheets
from tests.web import addresses, test_pages
from tests.web.entrance import people
from tests.web.test_matrix import undone
from warifu import settings
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.agreements import models
from warifu.web import clock, needs

pytestmark = pytest.mark.django_db

HOSTILE = {
    "NUL": "盛岡\x00市",
    "without end": "あ" * 12_000,
    "a number without end": "９" * 400,
    "turned around": "\u202egpj.exe\u2069",
    "for private use": "\U000f1234 \ue000",
    "below zero": "-1",
}
CALM = {200, 302, 403, 404, 409, 410, 413, 422, 429}
TYPED = {"text", "search", "email", "tel", "url", "password", "number", "date", ""}
ENDS_THE_VISIT = {"entrance:signout", "entrance:left"}


@dataclass
class Form:
    """Where it goes, by which method, what it would send as it stands, and what of it somebody types."""

    action: str
    method: str
    kept: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.found.append(Form(said.get("action", ""), said.get("method", "get").lower()))
            self._open = True
        elif not self._open or (not name and tag != "option"):
            return
        elif tag == "textarea" or (tag == "input" and said.get("type", "") in TYPED):
            self.found[-1].typed.add(name)
        elif tag == "input" and said.get("type") in {"hidden", "checkbox", "radio"}:
            if said["type"] == "hidden" or "checked" in said:
                self.found[-1].kept[name] = said.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in said or self._select not in self.found[-1].kept):
            self.found[-1].kept[self._select] = said.get("value", "")
        elif tag == "button" and name:
            self.found[-1].kept[name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""


def everybody_at_once() -> Client:
    """千田 with every role there is, fresh from the sign-in."""
    staff = city.chida().staff
    for role in Role:
        access.RoleGrant.objects.get_or_create(staff=staff, role=role, department=None)
    return people.signed_in("chida@morioka.example.jp")


def pages(client: Client, values: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Name, path and text of every page that opens."""
    for one in addresses.addresses():
        need = needs.of(one.name)
        if need.visitor not in {needs.Visitor.STAFF, needs.Visitor.ACCOUNT, needs.Visitor.PUBLIC}:
            continue
        if one.name in ENDS_THE_VISIT or not one.places <= values.keys():
            continue
        path = one.filled(values)
        reply = client.get(path)
        if reply.status_code == 200 and reply["Content-Type"].startswith("text/html"):
            yield one.name, path, reply.content.decode()


def fill(client: Client, path: str, form: Form, value: str) -> int:
    target = urlsplit(form.action).path or path
    sent = form.kept | dict.fromkeys(form.typed, value)
    with undone():
        ask = client.post if form.method == "post" else client.get
        reply = ask(target, sent)
        shown = b"" if reply.streaming else reply.content
    assert b"\x00" not in shown or not reply["Content-Type"].startswith("text/html")
    return int(reply.status_code)


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_whatever_is_typed_is_answered_calmly(state: str, cast: None) -> None:
    made = city.drafted if state == "draft" else city.sent
    agreement: models.Agreement = made(settings.OBJECTS_DIR, at=clock.now())
    values = test_pages.values_of(agreement) | {"import_id": sheets.handed_in("departments", "名称", "新しい課").pk}
    client, tried, wrong, seen = everybody_at_once(), 0, list[str](), set[tuple[str, frozenset[str]]]()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    for name, path, text in list(pages(client, values)):
        parser = Forms()
        parser.feed(text)
        for form in parser.found:
            target = urlsplit(form.action).path or path
            if not form.typed or target == "/signout/" or (target, frozenset(form.typed)) in seen:
                continue
            seen.add((target, frozenset(form.typed)))
            for words, value in HOSTILE.items():
                client.cookies.load(cookies)
                try:
                    status = fill(client, path, form, value)
                except Exception as fault:
                    wrong.append(f"{name}: {words} in {sorted(form.typed)}: {fault!r}"[:300])
                else:
                    wrong += [f"{name}: {words} in {sorted(form.typed)}: {status}"] if status not in CALM else []
                tried += 1
    assert wrong == []
    assert tried > 100
