"""CSVの書出し: a register as a sheet, which is the template of an import too, and the result of an import."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu.access import person as access
from warifu.integrations import sheets
from warifu.integrations.reading import Encoding
from warifu.japan import calendar
from warifu.web import clock, documents, staff_door

from . import import_places as places
from . import imports

MOST_SHOWN = 200


@require_GET
@staff_door.staff_page
def export(request: HttpRequest, person: access.Person, layout: str) -> HttpResponseBase:
    """The register as it is today; in CP932 only after the places that it cannot hold were shown 書出し."""
    kind = imports.layout_of(request, person, layout)
    encoding = Encoding.CP932 if request.GET.get("encoding") == Encoding.CP932.value else Encoding.UTF8
    today = calendar.day_in_japan(clock.now())
    written = sheets.of_register(person, kind, on=today, encoding=encoding, empty=request.GET.get("empty") == "1")
    if written.replaced and request.GET.get("accept") != "1":
        context = {
            "layout": kind,
            "replaced": written.replaced[:MOST_SHOWN],
            "count": len(written.replaced),
            "export": places.export(kind),
        }
        return render(request, "office/export_replaced.html", context)
    return documents.as_file(written.content, name=f"{kind.title}_{today:%Y%m%d}.csv", media_type="text/csv")


@require_GET
@staff_door.staff_page
def result(request: HttpRequest, person: access.Person, layout: str, import_id: UUID) -> HttpResponseBase:
    """What became of each row that changes something or is wrong 結果のCSV."""
    made = imports.import_of(person, imports.layout_of(request, person, layout), import_id)
    name = f"取込結果_{calendar.day_in_japan(made.asked_at):%Y%m%d}.csv"
    return documents.as_file(sheets.of_result(made).content, name=name, media_type="text/csv")


@require_GET
@staff_door.staff_page
def firms_result(request: HttpRequest, person: access.Person, firms_import_id: UUID) -> HttpResponseBase:
    """The same for a file of firms 取引先の結果のCSV."""
    return result(request, imports.layout_of_firms(person, firms_import_id), firms_import_id)
