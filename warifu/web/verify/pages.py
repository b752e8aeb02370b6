"""PDFの検証: a stranger's file, examined in a limited process, kept nowhere."""

import tempfile
import threading
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from warifu import settings, wiring
from warifu.pades import reports
from warifu.web import clock

from . import report

AT_ONCE = 2
"""Validations in one process at the same time: each may take 30 seconds and 2 GB, and the pages need room to answer."""
BUSY_SECONDS = 30
_turns = threading.BoundedSemaphore(AT_ONCE)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Take any PDF and say what it is 検証."""
    file = request.FILES.get("file")
    limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
    context: dict[str, object] = {"verdict": None, "limit": limit}
    problem, status = "", HTTPStatus.OK
    if request.method == "POST":
        if file is None:
            problem, status = (
                "PDFファイルが選ばれていません。確かめたいPDFを選んでください。",
                HTTPStatus.UNPROCESSABLE_ENTITY,
            )
        elif (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            problem = f"ファイルの大きさが{limit}MBを超えています。{limit}MBまでのPDFを選んでください。"
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        elif not _turns.acquire(blocking=False):
            problem, status = (
                "ただいま検証が混み合っているため、まだ検証していません。"
                "1分ほど待ってから、同じPDFをもう一度選び、「検証する」を押してください。",
                HTTPStatus.SERVICE_UNAVAILABLE,
            )
        else:
            try:
                at = clock.now()
                context["verdict"] = report.verdict(_validated(file), at=at)
            finally:
                _turns.release()
            context |= {"name": file.name, "file_size": file.size, "at": at}
    if problem:
        context |= {"problems": [problem], "summary": [{"href": "#file", "text": problem}]}
    page = render(request, "verify/verify.html", context, status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        page["Retry-After"] = str(BUSY_SECONDS)
    return page


def _validated(file: "UploadedFile[Any]") -> reports.ValidationReport:
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as scratch:
        path = Path(scratch, "stranger.pdf")
        with path.open("wb") as target:
            for chunk in file.chunks(1 << 20):
                target.write(chunk)
        return wiring.validate_stranger(path, at=clock.now())
