"""Somebody's browser at an identity provider: fills in the form, and comes back with what it was given 来訪の代役."""

import http.cookiejar
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin

import html5lib
from django.test import Client

from warifu import settings

_NAME = "{http://www.w3.org/1999/xhtml}"


class _Stop(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Each step is looked at."""


class TurnedAway(Exception):
    """The provider shows its form again after it was filled in; the message is the page's text."""


def _jar() -> http.cookiejar.CookieJar:
    """To a browser the loopback address is as safe as https, so it brings cookies marked `Secure` there."""
    return http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))


@dataclass
class Browser:
    """Cookies at the provider, and a Django client for us."""

    client: Client
    user: str
    password: str = "password"
    jar: http.cookiejar.CookieJar = field(default_factory=_jar)
    brought: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """What was carried to us: address and posted fields."""

    def go(self, address: str) -> Any:
        """From a page of the provider until the answer of ours that is no redirect within the sign-in."""
        return self.bring(*self.at_provider(address))

    def at_provider(self, address: str) -> tuple[str, dict[str, str]]:
        """Sign in there; returns what is to be brought to us."""
        opener = urllib.request.build_opener(_Stop, urllib.request.HTTPCookieProcessor(self.jar))
        data: dict[str, str] | None = None
        asked = False
        for _ in range(12):
            if address.startswith(settings.PUBLIC_URL + "/"):
                self.brought.append((address, data or {}))
                return self.brought[-1]
            body = urlencode(data).encode() if data is not None else None
            try:
                with opener.open(urllib.request.Request(address, data=body), timeout=30) as answer:
                    page = answer.read()
            except urllib.error.HTTPError as other:
                if other.code not in {302, 303}:
                    raise AssertionError(f"{other.code} {address}: {other.read()[:400]!r}") from other
                address, data = urljoin(address, other.headers["Location"]), None
                continue
            address, data = self._filled(page, address)
            if asked and "password" in data:
                raise TurnedAway(" ".join(html5lib.parse(page, namespaceHTMLElements=False).itertext()))
            asked = "password" in data
        raise AssertionError(f"no way back from {address}")

    def bring(self, address: str, fields: Mapping[str, str]) -> Any:
        """To our own address, as a browser does: a POST from elsewhere carries no cookie of ours."""
        path = address.removeprefix(settings.PUBLIC_URL)
        if not fields:
            return self.client.get(path)
        answer = Client(enforce_csrf_checks=True).post(path, fields)
        return self.client.get(answer["Location"]) if answer.status_code == 302 else answer

    def _filled(self, page: bytes, address: str) -> tuple[str, dict[str, str]]:
        root = html5lib.parse(page, namespaceHTMLElements=True)
        form = root.find(f".//{_NAME}form")
        assert form is not None, page[:600]
        typed = {"username": self.user, "password": self.password}
        fields = {
            str(one.get("name")): typed.get(str(one.get("name")), one.get("value") or "")
            for one in form.iter(f"{_NAME}input")
            if one.get("name") and one.get("type") != "submit"
        }
        return urljoin(address, form.get("action") or ""), fields
