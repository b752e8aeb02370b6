"""What every request passes through 共通処理."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from warifu.agreements import errors as agreements

from . import refusals

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]


def request_line(get_response: Handler) -> Handler:
    """One log line per request: method, route name, status, milliseconds; never a path, which may hold a token 記録."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        reference = uuid.uuid4().hex[:12]
        request.META["WARIFU_REFERENCE"] = reference
        structlog.contextvars.bind_contextvars(reference=reference)
        began = time.perf_counter()
        try:
            response = get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else "",
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
        finally:
            structlog.contextvars.clear_contextvars()
        response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - began) * 1000:.1f}"
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
        if isinstance(exception, agreements.Refusal):
            return refusals.of_agreements(request, exception)
        if not isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation):
            match = request.resolver_match
            log.error("fault", route=match.view_name if match else "", exc_info=exception)
        return None
