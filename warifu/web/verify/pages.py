"""PDFの検証: a stranger's file, examined in a limited process, kept nowhere."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from warifu import settings
from warifu.pades import errors as pades_errors
from warifu.web import clock, validating, verdicts

FORMS = {"page": "画面で見る", "pdf": "検証報告書（PDF）を保存する", "json": "JSON形式で保存する"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Take any PDF and say what it is 検証."""
    if request.method != "POST":
        return _asking(request)
    file = request.FILES.get("file")
    limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
    if file is None:
        problem = "PDFファイルが選ばれていません。確かめたいPDFを選んでください。"
        return _asking(request, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        problem = f"ファイルの大きさが{limit}MBを超えています。{limit}MBまでのPDFを選んでください。"
        return _asking(request, problem, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    at = clock.now()
    subject = validating.Subject(file.name or "document.pdf", file.size or 0)
    try:
        with validating.turn():
            report = validating.validated(file.chunks(1 << 20), at=at)
        match request.POST.get("form"):
            case "json":
                return validating.as_json(report, subject)
            case "pdf":
                validating.take_a_strangers_report(at=at)
                return validating.as_pdf(report, subject, at=clock.now())
    except validating.Busy:
        return _later(request, validating.BUSY)
    except validating.NoReportNow:
        return _later(request, validating.NO_REPORT_NOW)
    except pades_errors.PadesError as problem:
        return _later(
            request, f"検証報告書に署名できませんでした。{problem.message}「画面で見る」を選ぶと検証できます。"
        )
    context = {"verdict": verdicts.verdict(report), "name": subject.name, "file_size": subject.size, "at": at}
    return render(request, "verify/verify.html", context | {"kept_nowhere": True})


def _later(request: HttpRequest, problem: str) -> HttpResponseBase:
    page = _asking(request, problem, HTTPStatus.SERVICE_UNAVAILABLE)
    page.headers["Retry-After"] = str(validating.BUSY_SECONDS)
    return page


def _asking(request: HttpRequest, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponseBase:
    chosen = request.POST.get("form", "page")
    forms = [{"value": value, "label": label, "selected": value == chosen} for value, label in FORMS.items()]
    context: dict[str, object] = {"limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024, "forms": forms}
    if problem:
        context |= {"problems": [problem], "summary": [{"href": "#file", "text": problem}]}
    return render(request, "verify/verify.html", context, status=status)
