"""A program for the production server that answers with the address that Warifu sees."""

from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI, as `warifu.web.wsgi`."""
    from django.core.handlers.wsgi import WSGIRequest

    from warifu.web import origin

    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [str(origin.address_of(WSGIRequest(environ))).encode()]
