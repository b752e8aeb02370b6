"""No page passes through a test that the house would not show 画面の見張り."""

from typing import Any

from django.test import Client

from . import pagecheck


def watch() -> None:
    """From now on, in this process, every whole page that any test client gets passes the house check.

    Calling it twice is harmless. Parts of a page, which htmx asks for, are not whole pages.
    """
    original = Client.request
    if getattr(original, "looks_at_pages", False):
        return

    def request(self: Client, **environment: Any) -> Any:
        response = original(self, **environment)
        html = response.get("Content-Type", "").startswith("text/html") and not response.streaming and response.content
        if html and "HTTP_HX_REQUEST" not in environment:
            problems = pagecheck.check_page(response.content.decode(), str(environment.get("PATH_INFO")))
            assert not problems, "\n".join(problems)
        return response

    request.looks_at_pages = True  # type: ignore[attr-defined]  # a mark on our own function
    Client.request = request  # type: ignore[method-assign]  # so that no test can forget it
