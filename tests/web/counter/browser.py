"""A browser that keeps the rules of cookies (RFC 6265), paths included; Django's own client always sends all."""

import email.message
import http.cookiejar
import urllib.request
from typing import Any

from django.test import Client

PLACE = "http://127.0.0.1"


class Browser:
    def __init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()

    def get(self, path: str) -> Any:
        return self._ask("get", path)

    def post(self, path: str, form: dict[str, str]) -> Any:
        return self._ask("post", path, form)

    def _ask(self, method: str, path: str, *form: dict[str, str]) -> Any:
        asked = urllib.request.Request(PLACE + path)
        self.jar.add_cookie_header(asked)
        reply = getattr(Client(), method)(path, *form, HTTP_COOKIE=asked.get_header("Cookie", ""))
        self.jar.extract_cookies(_Answer(reply), asked)  # type: ignore[arg-type]  # it only asks for the headers
        return reply


class _Answer:
    def __init__(self, reply: Any) -> None:
        self.headers = email.message.Message()
        for morsel in reply.cookies.values():
            self.headers["Set-Cookie"] = morsel.OutputString()

    def info(self) -> email.message.Message:
        return self.headers
