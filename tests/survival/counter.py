"""工藤's browser, as far as one needs it: cookies, form tokens, no redirects followed."""

import http.client
import re
import urllib.parse
from dataclasses import dataclass

HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: str


class Browser:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Reply:
        """One request on a connection of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body=urllib.parse.urlencode(form) if form else None, headers=self._headers(form))
            answer = line.getresponse()
            for held in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = held.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Reply(answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace"))
        finally:
            line.close()

    def _headers(self, form: dict[str, str] | None) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        return {"Cookie": held, "User-Agent": "test"} | kind

    def open(self, link: str, code: str) -> str:
        """From the link in the mail to the page with the contract; returns the path of the visit."""
        entered = self.ask("GET", urllib.parse.urlsplit(link).path)
        landing = self.ask("GET", entered.location)
        opened = self.ask("POST", entered.location, hidden(landing) | {"code": code})
        assert opened.status == 302, opened.body
        return entered.location

    def form(self, visit: str) -> dict[str, str]:
        """What the button 合意する would send."""
        page = self.ask("GET", f"{visit}read/")
        assert page.status == 200, page.body
        return hidden(page) | {"read": "1"}


def hidden(page: Reply) -> dict[str, str]:
    return dict(HIDDEN.findall(page.body))
