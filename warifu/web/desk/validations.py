"""締結済みの文書の検証: what one kept file is now, as page, JSON or sealed paper."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu import wiring
from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import sights
from warifu.archive import models, queries
from warifu.pades import errors as pades_errors
from warifu.web import clock, validating, verdicts

from . import door

_BUSY = "ただいま検証が混み合っているため、まだ検証していません。1分ほど待ってから、この画面を開き直してください。"


@require_GET
@door.staff_page
def validation(request: HttpRequest, person: access.Person, record_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Validate the newest revision now; `?form=pdf` and `?form=json` take the report away 検証."""
    record = queries.record_of(person.municipality, record_id, within=sights.of(person, Right.READ))
    file = queries.file_of(record, file_id) if record else None
    if record is None or file is None or file.role not in queries.SEALED:
        raise Http404
    newest = queries.newest(file)
    at, problem = clock.now(), ""
    context: dict[str, object] = {"record": record, "file": file, "at": at}
    try:
        with validating.turn():
            content = wiring.custody().read(owner=person.municipality.code, object_id=newest.object_id)
            report = validating.validated([content], at=at, agreed_size=file.agreed_size or 0)
        # What the archive took in is the concluded form, and a renewal continues it.
        concluded = file.role == models.FileRole.CONTRACT and report.digest == newest.digest
        subject = validating.Subject(file.name, newest.size, concluded)
        match request.GET.get("form"):
            case "json":
                return validating.as_json(report, subject)
            case "pdf":
                return validating.as_pdf(report, subject, at=clock.now())
        context |= {"verdict": verdicts.verdict(report, concluded=concluded), "size": newest.size}
    except validating.Busy:
        problem = _BUSY
    except pades_errors.PadesError as fault:
        problem = f"検証報告書に署名できませんでした。{fault.message}{fault.next_step}"
    status = HTTPStatus.SERVICE_UNAVAILABLE if problem else HTTPStatus.OK
    page = render(request, "desk/validation.html", context | {"problem": problem}, status=status)
    if problem:
        page["Retry-After"] = str(validating.BUSY_SECONDS)
    return page
