"""A browser that only keeps cookies, fills forms and reads how long the service says it took."""

import http.client
import re
import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer: its status, whether it is a page, the milliseconds of server time (Server-Timing), its bytes."""

    status: int
    is_page: bool
    milliseconds: float
    size: int


class Browser:
    """Cookies, forms and the Server-Timing header; nothing more."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def request(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
            head["Origin"] = f"http://127.0.0.1:{self.port}"
        self.line.request(method, path, body or None, head)
        answer = self.line.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def look(self, path: str) -> Answer:
        """One GET, whatever it answers."""
        answer = self.request("GET", path)
        size = len(answer.read())
        found = re.search(r"app;dur=([\d.]+)", answer.headers.get("Server-Timing", ""))
        if found is None:
            raise SystemExit(f"{path} answered {answer.status} and does not say how long it took")
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        return Answer(answer.status, is_page, float(found[1]), size)

    def follow(self, path: str) -> str:
        answer = self.request("GET", path)
        answer.read()
        return str(answer.headers["Location"])

    def send(self, path: str, fields: dict[str, str]) -> None:
        page = self.request("GET", path).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise SystemExit(f"{path} has no form")
        answer = self.request("POST", path, urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token[1]}))
        answer.read()
        if answer.status != 302:
            raise SystemExit(f"{path} answered {answer.status} to a form")

    def sign_in(self, mail: str, password: str) -> None:
        self.cookies.clear()
        self.send("/signin/", {"username": mail, "password": password})
