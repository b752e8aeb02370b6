"""What every request passes through 共通処理."""

import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, cast

import structlog
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from warifu import settings
from warifu.access import errors as access
from warifu.agreements import errors as agreements
from warifu.directory import scope
from warifu.integrations import reading

from . import footprints, premises, refusals

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]

_SHEETS = re.compile(r"/office/imports/(?:firms|organisation/[a-z]+)/")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]")
_UPLOADS = re.compile(r"/agreements/(?:new|[0-9a-f-]{36}/files)/")


def request_line(get_response: Handler) -> Handler:
    """One log line per request: method, route name, status, milliseconds; never a path, which may hold a token 記録."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        reference = uuid.uuid4().hex[:12]
        request.META["WARIFU_REFERENCE"] = reference
        structlog.contextvars.bind_contextvars(reference=reference)
        began = time.perf_counter()
        try:
            response = get_response(request)
            log.info(
                "request",
                method=request.method,
                route=refusals.route_of(request),
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - began) * 1000:.1f}"
        return response

    return handle


@receiver(got_request_exception, dispatch_uid="warifu.web.fault")
def tell_fault(*, request: HttpRequest | None = None, **_: Any) -> None:
    """One log line per fault, in a view or around it, by which the reference on the page is found 障害の記録."""
    log.error(
        "fault",
        reference=request.META.get("WARIFU_REFERENCE", "") if request else "",
        route=refusals.route_of(request) if request else "",
        exc_info=sys.exc_info(),
    )


def body_limits(get_response: Handler) -> Handler:
    """Refuse a body by its announced length, before anything reads it (RFC 9110, 15.5.12 and 15.5.14) 送信量の制限.

    A body without a length is refused too. The server hands over no more than was announced, so the limit holds.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        announced = str(request.META.get("CONTENT_LENGTH") or "")
        if "HTTP_TRANSFER_ENCODING" in request.META or (announced and not announced.isdecimal()):
            return refusals.length_needed(request)
        # Who is not signed in has no files to register; the form's token is checked only after the body has been read.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or request.path == "/verify/"
        if announced and int(announced) > (body_limit(request.path) if known else settings.FORM_MAX_BYTES):
            return refusals.too_long(request)
        return get_response(request)

    return handle


def body_limit(path: str) -> int:
    """How many bytes may be sent to this address at once 送信量の上限."""
    if _UPLOADS.fullmatch(path):
        return settings.UPLOAD_MAX_FILES * settings.UPLOAD_MAX_BYTES + settings.FORM_AROUND_FILES_BYTES
    if _SHEETS.fullmatch(path):
        return reading.LARGEST + settings.FORM_AROUND_FILES_BYTES
    if path == "/verify/":
        return settings.UPLOAD_MAX_BYTES + settings.FORM_AROUND_FILES_BYTES
    return settings.FORM_MAX_BYTES


def scoped(get_response: Handler) -> Handler:
    """Until a door knows whose page it is, the work is the service's own: sessions, accounts, links 範囲の始まり.

    `admission` and the counter's door narrow it to one municipality before any page runs.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        with scope.service():
            response = get_response(request)
            if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
                parts = cast("Iterator[bytes]", response.streaming_content)  # no page of ours is asynchronous
                response.streaming_content = scope.kept(parts)
        return response

    return handle


def printable(get_response: Handler) -> Handler:
    """Control characters that somebody sent are not sent back: HTML has no place for them 制御文字の置換え.

    (HTML Standard, 13.1.4: text has no control characters but white space.)
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if html and isinstance(response, HttpResponse) and _UNPRINTABLE.search(response.content):
            response.content = _UNPRINTABLE.sub("\ufffd".encode(), response.content)
        return response

    return handle


def footprint(get_response: Handler) -> Handler:
    """What is shown, handed out or refused is in the ledger before it leaves 閲覧の記録."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not premises.was_told(response):
            footprints.leave(request, response)
        return response

    return handle


class PrivatePages:
    """No cache keeps a page of ours, and refusals of the rooms become pages here, once 断りの画面."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, access.OutsideNetwork):
            return premises.refused(request, exception.account)
        return refusals.of_agreements(request, exception) if isinstance(exception, agreements.Refusal) else None
