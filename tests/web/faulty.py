"""A middleware that breaks, for tests of what is told about it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


def breaks(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def handle(request: HttpRequest) -> HttpResponseBase:
        raise RuntimeError("the middleware broke")

    return handle
